"""Households by the sheet: which ones there are at a door, their numbers and heads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.ids import new_id
from yimen.registry.models import Household
from yimen.registry.queries.places import HouseholdStanding, hashes_of, households_at, people_at
from yimen.registry.rules.places import HouseholdSaid
from yimen.registry.rules.roster import CHANGED, NEW, SAME, Difference, Judged, refuse
from yimen.trail.record import Subject, record_many

Person = tuple[UUID, str, bytes]


@dataclass(slots=True)
class _Found:
    """What a row comes to: the household it is about, if there is one, and the head it names."""

    judged: Judged
    standing: HouseholdStanding | None = None
    head: UUID | None = None
    head_name: str = ""


@dataclass(slots=True)
class WrittenHousehold:
    """What became of a row, and what `take_back_households` needs."""

    judged: Judged
    journal: dict[str, Any] = field(default_factory=dict)


def judge_households(actor: Actor, rows: Sequence[HouseholdSaid]) -> list[Judged]:
    """What would become of each row."""
    return [one.judged for one in _find(actor, rows)]


def _find(actor: Actor, rows: Sequence[HouseholdSaid]) -> list[_Found]:
    require(actor, "registry.import")
    doors = {row.dwelling for row in rows}
    standing, people = households_at(doors), people_at(doors)
    return [_one(row, standing.get((row.dwelling, row.kind), []), people.get(row.dwelling, [])) for row in rows]


def _one(row: HouseholdSaid, standing: Sequence[HouseholdStanding], people: Sequence[Person]) -> _Found:
    head = _head(row, people)
    if head is None and (row.head_name or row.head_number):
        return _Found(refuse("no_head"))
    found = _same(row, standing, head)
    head_id, head_name = (head[0], head[1]) if head else (None, "")
    if found is None:
        return _Found(Judged(NEW), None, head_id, head_name)
    differences = []
    if row.number and row.number != found.number:
        differences.append(Difference("household_number", found.number, row.number))
    if head_id is not None and head_id != found.head:
        differences.append(Difference("head_name", found.head_name, head_name))
    return _Found(Judged(CHANGED if differences else SAME, tuple(differences)), found, head_id, head_name)


def _head(row: HouseholdSaid, people: Sequence[Person]) -> Person | None:
    if row.head_number:
        wanted = hashes_of(row.head_number)
        return next((one for one in people if one[2] in wanted), None)
    same = [one for one in people if row.head_name and one[1] == row.head_name]
    return same[0] if len(same) == 1 else None


def _same(row: HouseholdSaid, standing: Sequence[HouseholdStanding], head: Person | None) -> HouseholdStanding | None:
    """The household on record that the row is about: by number, by head, or the only one that has no number."""
    for one in standing:
        if row.number and one.number == row.number:
            return one
    for one in standing:
        if head is not None and one.head == head[0] and (not row.number or not one.number):
            return one
    bare = [one for one in standing if not one.number or not row.number]
    return bare[0] if len(bare) == 1 else None


@transaction.atomic
def write_households(actor: Actor, *, rows: Sequence[HouseholdSaid], ref: str, at: datetime) -> list[WrittenHousehold]:
    """Judge anew and write, one after the other: a later row of a batch may name what an earlier one made."""
    written, subjects = [], []
    for row in rows:
        (found,) = _find(actor, [row])
        one = WrittenHousehold(found.judged)
        if found.judged.verdict == NEW:
            one.journal = {"household": str(_add(row, found, local(at).date()))}
        elif found.judged.verdict == CHANGED and found.standing is not None:
            one.journal = {"was": _change(row, found, found.standing)}
        if one.journal:
            facts = [each.name for each in found.judged.differences] or ["added"]
            subjects.append(Subject(one.journal.get("household") or one.journal["was"][0], row.division_code, facts))
        written.append(one)
    record_many(actor, "registry.import", kind="household", subjects=subjects, at=at, note=ref)
    return written


def _add(row: HouseholdSaid, found: _Found, on: Any) -> UUID:
    household = Household(
        id=new_id(),
        division_code=row.division_code,
        kind=row.kind,
        number=row.number,
        dwelling_id=row.dwelling,
        head_id=found.head,
        from_on=on,
    )
    household.save(force_insert=True)
    return household.id


def _change(row: HouseholdSaid, found: _Found, standing: HouseholdStanding) -> list[Any]:
    now = {"number": row.number or standing.number, "head_id": found.head or standing.head}
    Household.objects.filter(id=standing.id).update(**now)
    was = [standing.number, str(standing.head) if standing.head else None]
    return [str(standing.id), was, [now["number"], str(now["head_id"]) if now["head_id"] else None]]


@transaction.atomic
def take_back_households(
    actor: Actor, *, journals: dict[int, dict[str, Any]], ref: str, at: datetime
) -> dict[int, list[str]]:
    """Undo what rows did to households, and take it out of their journals; what was changed since stays and is
    named."""
    require(actor, "registry.import_undo")
    left: dict[int, list[str]] = {}
    subjects = []
    for line, journal in journals.items():
        if "household" in journal:
            rows = Household.objects.filter(id=journal["household"], to_on=None, members__isnull=True)
            is_done, subject = rows.delete()[0] > 0, journal["household"]
        else:
            subject, was, now = journal["was"]
            rows = Household.objects.filter(id=subject, number=now[0], head=now[1])
            is_done = rows.update(number=was[0], head=was[1]) > 0
        if is_done:
            journal.clear()
            subjects.append(Subject(subject, actor.reach, ["household"]))
        else:
            left[line] = ["household"]
    record_many(actor, "registry.import_undo", kind="household", subjects=subjects, at=at, note=ref)
    return left
