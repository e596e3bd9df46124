"""Rows about people and their traits in the register's terms."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from yimen.core.actor import Role
from yimen.core.identity import inspect
from yimen.exchange.actions.run import PROMISED, Row, Run, settle
from yimen.exchange.rules.imports import HOLDERS, REFUSED
from yimen.exchange.rules.rows import ResidentRecord, TraitRecord
from yimen.exchange.rules.words import synonyms
from yimen.registry.actions.roster import judge
from yimen.registry.rules.roster import NEW, Judged, Said, refuse
from yimen.registry.rules.traits import known_kinds


def judge_people(run: Run, rows: Sequence[Row]) -> None:
    """Give rows about people their verdict."""
    people: list[tuple[Row, Said]] = []
    for row in rows:
        if row.verdict == REFUSED:
            continue
        found = _prepare(run, row)
        if isinstance(found, Judged):
            settle(row, found)
        elif found is not None:
            people.append((row, found))
    judged = judge(run.actor, [said for _row, said in people]) if people else []
    for (row, said), one in zip(people, judged, strict=True):
        settle(row, _with_promises(run, row, said, one))


def records_of(row: Row) -> tuple[ResidentRecord | None, list[TraitRecord]]:
    """The person a row is about, and their traits."""
    resident = next((one for one in row.body.records if isinstance(one, ResidentRecord)), None)
    return resident, [one for one in row.body.records if isinstance(one, TraitRecord)]


def _prepare(run: Run, row: Row) -> Said | Judged | None:
    """What the row says about a person; a refusal; None when it is not about one."""
    resident, traits = records_of(row)
    if resident is None and not traits:
        return None
    if run.actor.role is Role.SYSADMIN:
        return refuse("other_kind")
    said = said_of(run, row, resident, traits)
    if isinstance(said, Judged) or resident is None or not said.number:
        return said
    first = run.numbers.setdefault(said.number, row.line)
    if first != row.line and not said.only_traits:
        return refuse("twice", row=str(first))
    return said


def said_of(run: Run, row: Row, resident: ResidentRecord | None, traits: Sequence[TraitRecord]) -> Said | Judged:
    """One row about a person in the register's terms."""
    record = resident or traits[0]
    community = record.place.community or run.community
    only_traits = resident is None or run.actor.role is Role.DEPT
    if only_traits and run.actor.role is Role.DEPT and (wrong := _other_line(run, traits)):
        return wrong
    if not community and not (only_traits and record.number):
        return refuse("no_community")
    if community and not run.actor.reaches(community):
        return refuse("community_elsewhere")
    said = Said(
        line=row.place,
        division_code=community,
        dwelling_code=community,
        values=_values(resident, run.today) if resident else _names(traits[0]),
        evidence=run.evidence,
        traits={one.kind: False if one.to_on and one.to_on <= run.today else one.value for one in traits},
        traits_from={one.kind: one.from_on for one in traits if one.from_on and one.from_on <= run.today},
        only_traits=only_traits,
    )
    if resident is None or only_traits:
        return said
    return _at_door(run, said, resident)


def _other_line(run: Run, traits: Sequence[TraitRecord]) -> Judged | None:
    """Departments bring in the traits of their own systems, and nothing else."""
    if not traits:
        return refuse("no_trait", word=synonyms("trait_kind")[0])
    mine, kinds = HOLDERS.get(run.actor.line, frozenset()), known_kinds()
    wrong = [one.kind for one in traits if one.kind in kinds and kinds[one.kind].holder not in mine]
    return refuse("other_line", trait=wrong[0]) if wrong else None


def _at_door(run: Run, said: Said, record: ResidentRecord) -> Said | Judged:
    said = replace(
        said,
        relation=record.relation,
        residence_type=record.residence_type,
        residence_kind=record.kind or "living",
        from_on=record.from_on if record.from_on and record.from_on <= run.today else None,
    )
    door = record.place.door
    if door is None:
        return said
    found = run.doors.find(said.division_code, door.key, record.place.compound)
    if len(found) == 1:
        return replace(said, dwelling=found[0][0], door=found[0][1])
    if not found and (said.division_code, door.key) in run.new_doors:
        return replace(said, dwelling=PROMISED, door=door.key)
    if found:
        return replace(said, perhaps=frozenset(dwelling for dwelling, _label in found), door=door.key)
    return refuse("door_unknown")


_TEXTS = (
    *("name", "sex", "phone", "former_name", "ethnic", "marital", "education", "political", "employment"),
    "registered_address",
)


def _values(record: ResidentRecord, today: date) -> dict[str, str]:
    """The row's values; birth date and sex come from the number where the row leaves them to it."""
    values = {name: getattr(record, name) for name in _TEXTS}
    birth = record.birth_on
    if record.number and not (birth and values["sex"]):
        seen = inspect(record.number, today=today)
        birth, values["sex"] = birth or seen.birth_on, values["sex"] or seen.sex
    return values | {
        "id_number": record.number,
        "birth_on": birth.isoformat() if birth else "",
        "died_on": record.died_on.isoformat() if record.died_on else "",
    }


def _names(record: TraitRecord) -> dict[str, str]:
    birth = record.birth_on.isoformat() if record.birth_on else ""
    return {"name": record.name, "id_number": record.number, "birth_on": birth}


def _with_promises(run: Run, row: Row, said: Said, one: Judged) -> Judged:
    """What is said of people whom the same file brings cannot be compared yet."""
    if one.verdict == NEW:
        run.new_people.add(said.number)
        run.new_names.add(said.values["name"])
    if one.reason == "nobody_of_number" and said.number in run.new_people:
        row.body.is_promised = True
        return Judged(NEW)
    return one
