"""Compare rows of a roster with the register. Nothing is written."""

from collections.abc import Sequence
from datetime import date

from yimen.access.check import require
from yimen.core.actor import Actor, Role
from yimen.core.masking import mask_name
from yimen.registry.queries.roster import Names, people_by_name, people_by_number
from yimen.registry.rules.roster import Judged, Said, Standing, judge_known, judge_new, refuse


def judge(actor: Actor, rows: Sequence[Said], *, lock: bool = False) -> list[Judged]:
    """What would become of each row, in their order. With `lock` what is on record stays so until the transaction
    ends. Params of "elsewhere" hold the code of the division as `station`."""
    require(actor, "resident.import")
    by_number = people_by_number({row.number for row in rows if row.number}, lock=lock)
    rest = [row for row in rows if not row.number or row.number not in by_number]
    by_name = people_by_name({key for row in rest if (key := _names(row))})
    return [_judge(actor, row, by_number, by_name) for row in rows]


def _judge(actor: Actor, row: Said, by_number: dict[str, Standing], by_name: dict[Names, list[Standing]]) -> Judged:
    person = by_number.get(row.number) if row.number else None
    if person is not None:
        return _known(actor, row, person)
    key = _names(row)
    same = by_name.get(key, []) if key else []
    if row.number:
        alike = [one for one in same if actor.reaches(one.division_code) and not one.is_protected]
        without = [one for one in alike if not one.values["id_number"]]
        if len(alike) == len(without) == 1:
            return _known(actor, row, without[0])
        return judge_new(row, [f"{one.ref} {mask_name(one.values['name'])}" for one in alike])
    if len(same) > 1:
        return refuse("several")
    return _known(actor, row, same[0]) if same else judge_new(row)


def _known(actor: Actor, row: Said, person: Standing) -> Judged:
    if not actor.reaches(person.division_code):
        return refuse("elsewhere", station=person.division_code[:12])
    if person.is_protected and actor.role is not Role.HEAD:
        return refuse("protected")
    return judge_known(row, person)


def _names(row: Said) -> Names | None:
    """What a row without a known number is looked for by; None when it does not say enough."""
    name, birth = row.values.get("name", ""), row.values.get("birth_on", "")
    if not name or not birth:
        return None
    return row.division_code, name, date.fromisoformat(birth)
