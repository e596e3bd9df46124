"""Move a resident to another door: periods close and open, nothing is overwritten."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.errors import NotFound
from yimen.core.reach import EVERYWHERE
from yimen.registry.actions.finding import dwelling_in_reach, holder_of, resident_in_reach
from yimen.registry.actions.settling import HEAD, settle
from yimen.registry.models import Household, HouseholdMember, Resident
from yimen.registry.rules.numbers import read_number
from yimen.trail.record import record

OTHER_RELATIVE = "97"  # GB/T 4761


@transaction.atomic
def move(
    actor: Actor,
    *,
    ref: str,
    dwelling_ref: str,
    on: date,
    at: datetime,
    with_registration: bool = False,
    relation: str = "",
    head: UUID | None = None,
    residence_type: str = "",
    reason: str = "",
    source: str = "desk",
    as_of: date | None = None,
    version: int | None = None,
) -> Resident:
    """Move within reach from a day on. With a `relation` (GB/T 4761) they join the household there (of `head`, where
    several are), else found one. `as_of`: when the source said so, today when it is the counter.

    RuleBroken when they live there already, for a day to come or before the present residence, and, naming the
    station that must take them in, for a door out of reach.
    """
    require(actor, "resident.move")
    resident = resident_in_reach(actor, ref, version=version)
    dwelling = dwelling_in_reach(actor, dwelling_ref)
    with reaching(EVERYWHERE):  # they may be registered elsewhere
        settle(
            resident,
            dwelling,
            on=on,
            at=at,
            with_registration=with_registration,
            relation=relation,
            head=head,
            residence_type=residence_type,
            reason=reason,
            source=source,
            as_of=as_of,
        )
    _record(actor, resident, at, reason)
    return resident


Versioned = tuple[str, int | None]  # a resident by reference, with the version that was shown


@transaction.atomic
def move_together(
    actor: Actor,
    *,
    people: Sequence[Versioned],
    dwelling_ref: str,
    on: date,
    at: datetime,
    with_registration: bool = False,
    source: str = "desk",
    as_of: date | None = None,
) -> list[Resident]:
    """Move people of one household to another door, where they are one household again. Whoever was its head is head
    there and the relations stay; without the head, the eldest of them is, the others being relatives whose relation
    nobody has said. RuleBroken as for `move`."""
    found = [(resident_in_reach(actor, ref), version) for ref, version in sorted(people, key=lambda one: one[0])]
    relations = _relations([one.id for one, _version in found])
    found.sort(key=lambda one: (relations.get(one[0].id) != HEAD, one[0].birth_on or date.max))
    keep = bool(found) and relations.get(found[0][0].id) == HEAD
    moved: list[Resident] = []
    for one, version in found:
        told = relations.get(one.id, OTHER_RELATIVE) if keep else OTHER_RELATIVE
        moved.append(
            move(
                actor,
                ref=one.ref,
                dwelling_ref=dwelling_ref,
                on=on,
                at=at,
                with_registration=with_registration,
                relation=told if moved else "",
                head=moved[0].id if moved else None,
                source=source,
                as_of=as_of,
                version=version,
            )
        )
    return moved


def _relations(ids: Sequence[UUID]) -> dict[UUID, str]:
    """To the head of the household they live in, GB/T 4761; whoever lives in none is left out."""
    rows = HouseholdMember.objects.filter(
        resident_id__in=ids, to_on=None, household__kind=Household.Kind.LIVING, household__to_on=None
    )
    return dict(rows.values_list("resident_id", "relation"))


@transaction.atomic
def take_in(
    actor: Actor,
    *,
    number: str,
    dwelling_ref: str,
    on: date,
    at: datetime,
    relation: str = "",
    residence_type: str = "",
    reason: str = "",
    source: str = "desk",
    as_of: date | None = None,
) -> Resident:
    """Take a person in from another station: whoever holds the identity card in hand types its whole number.

    NotFound when nobody has this number.
    """
    require(actor, "resident.move")
    seen = read_number(number, today=local(at).date())
    found = holder_of(seen.number)
    if found is None or found.is_protected:
        raise NotFound()
    dwelling = dwelling_in_reach(actor, dwelling_ref)
    with reaching(EVERYWHERE):  # the card in hand opens what another station keeps
        resident = Resident.objects.select_for_update().get(id=found.id)
        settle(
            resident,
            dwelling,
            on=on,
            at=at,
            relation=relation,
            residence_type=residence_type,
            reason=reason,
            source=source,
            as_of=as_of,
        )
    _record(actor, resident, at, reason)
    return resident


def _record(actor: Actor, resident: Resident, at: datetime, reason: str) -> None:
    record(
        actor,
        "resident.move",
        subject=("resident", resident.id),
        division_code=resident.division_code,
        at=at,
        changes=["residence"],
        note=reason,
    )
