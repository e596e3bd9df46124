"""Write rows of a roster in bulk: one transaction for the batch, one entry for each resident that changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.many import insert_rows
from yimen.registry.actions.roster.judging import judge
from yimen.registry.actions.roster.people import TRAITS, Journal, Origin, insert_people, trait_row
from yimen.registry.actions.roster.values import correct_people
from yimen.registry.actions.settling import settle
from yimen.registry.models import Dwelling, HouseholdMember, Residence, Resident, Trait
from yimen.registry.rules.roster import CHANGED, DOOR, NEW, SAME, TRAIT, Difference, Judged, Said, refuse
from yimen.trail.record import Subject, record_many


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a row, and what `take_back` needs to undo it."""

    judged: Judged
    journal: Journal = field(default_factory=dict)


# line → what the preview showed of a person on record; None when it could show nothing, since the file adds them itself
Expected = Mapping[int, Collection[Difference] | None]


@transaction.atomic
def write_people(actor: Actor, *, rows: Sequence[Said], expected: Expected, ref: str, at: datetime) -> list[Written]:
    """Judge rows anew under lock and write those that are new or changed. `ref` names the import on each change.

    A row whose differences are not those of `expected` any more is refused: somebody changed the record meanwhile.
    """
    judged = _only_once(rows, judge(actor, rows, lock=True))
    judged = [_as_expected(row, one, expected) for row, one in zip(rows, judged, strict=True)]
    origin = Origin(ref, local(at).date(), at)
    pairs = list(zip(rows, judged, strict=True))
    journals: dict[int, Journal] = defaultdict(dict)
    subjects = insert_people(actor, [row for row, one in pairs if one.verdict == NEW], origin, journals)
    changed = [(row, one) for row, one in pairs if one.verdict == CHANGED]
    correct_people(actor, changed, origin, journals)
    _move(changed, origin, journals)
    _set_traits(changed, origin, journals)
    subjects += [
        Subject(one.person.id, one.person.division_code, [different.name for different in one.differences])
        for _row, one in changed
        if one.person is not None
    ]
    record_many(actor, "resident.import", kind="resident", subjects=subjects, at=at, note=ref)
    return [Written(one, journals.get(row.line, {})) for row, one in pairs]


def _only_once(rows: Sequence[Said], judged: Sequence[Judged]) -> list[Judged]:
    """Two rows about one person in a batch: the first counts."""
    seen: dict[object, int] = {}
    kept = []
    for row, one in zip(rows, judged, strict=True):
        key = one.person.id if one.person is not None else row.number or (row.values.get("name"), row.line)
        first = seen.setdefault(key, row.line)
        is_second = first != row.line and one.verdict in (NEW, CHANGED, SAME)
        kept.append(refuse("twice", row=str(first)) if is_second else one)
    return kept


def _as_expected(row: Said, one: Judged, expected: Expected) -> Judged:
    """Written is what was shown: fewer differences are fine, others are not."""
    if one.verdict != CHANGED:
        return one
    shown = expected.get(row.line, ())
    return one if shown is None or set(one.differences) <= set(shown) else one.refused("changed_since")


def _move(changed: Sequence[tuple[Said, Judged]], origin: Origin, journals: dict[int, Journal]) -> None:
    """Moves one by one: they are few, and the rules of moving are worth more than speed."""
    movers = [(row, one) for row, one in changed if any(each.name == DOOR for each in one.differences)]
    if not movers:
        return
    doors = Dwelling.objects.in_bulk([row.dwelling for row, _one in movers])
    for row, one in movers:
        assert one.person is not None
        assert row.dwelling is not None
        resident = Resident.objects.get(id=one.person.id)
        before = _open_rows(resident.id)
        settle(
            resident,
            doors[row.dwelling],
            on=row.from_on or origin.on,
            at=origin.at,
            relation="",
            residence_type=row.residence_type,
            source="import",
        )
        after = _open_rows(resident.id)
        journals[row.line]["moved"] = {
            "from": one.person.division_code,
            "ended": {name: sorted(before[name] - after[name]) for name in before},
            "made": {name: sorted(after[name] - before[name]) for name in after},
        }


def _open_rows(resident: UUID) -> dict[str, set[str]]:
    homes = Residence.objects.filter(resident=resident, to_on=None).values_list("id", flat=True)
    members = HouseholdMember.objects.filter(resident=resident, to_on=None).values_list("id", flat=True)
    return {"residence": {str(row) for row in homes}, "member": {str(row) for row in members}}


def _set_traits(changed: Sequence[tuple[Said, Judged]], origin: Origin, journals: dict[int, Journal]) -> None:
    """End the open trait of the kind, and open one with the new value unless the roster says that it does not hold."""
    made, ended = [], []
    for row, one in changed:
        assert one.person is not None
        for different in one.differences:
            if not different.name.startswith(TRAIT):
                continue
            kind = different.name.removeprefix(TRAIT)
            journal = journals[row.line].setdefault("traits", {"made": [], "ended": []})
            if kind in one.person.traits:
                ended.append(one.person.traits[kind][0])
                journal["ended"].append(str(ended[-1]))
            if row.traits[kind] is not False:
                is_new = kind not in one.person.traits
                made.append(trait_row(row, one.person.id, one.person.division_code, kind, origin, is_new=is_new))
                journal["made"].append(str(made[-1]["id"]))
    if ended:
        Trait.objects.filter(id__in=ended).update(to_on=Greatest(origin.on, F("from_on")))
    insert_rows("registry_trait", TRAITS, made)
