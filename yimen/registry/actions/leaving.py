"""Leave for a place without a door of ours, and take it back: the record stays with the community (ADR 32)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.errors import N_, RuleBroken
from yimen.core.reach import EVERYWHERE
from yimen.registry.actions.finding import check_day, resident_in_reach
from yimen.registry.actions.settling import HEAD, end, end_living, leave_households
from yimen.registry.models import Household, HouseholdMember, Residence, Resident
from yimen.trail.record import record


@transaction.atomic
def move_away(
    actor: Actor,
    *,
    ref: str,
    on: date,
    at: datetime,
    to: str = "",
    with_registration: bool = False,
    source: str = "desk",
    as_of: date | None = None,
    version: int | None = None,
) -> Resident:
    """Leave for a place without a door of ours: `to` says where, as far as anybody knows. The record stays with the
    community; the registration stays too, unless it moved along. They come back by `move`.

    RuleBroken when they live at no door, and for a day to come or before they came.
    """
    require(actor, "resident.move")
    resident = resident_in_reach(actor, ref, version=version)
    with reaching(EVERYWHERE):  # they may be registered elsewhere
        rows = list(Residence.objects.select_for_update().filter(resident=resident, to_on=None))
        living = next((row for row in rows if row.kind != Residence.Kind.REGISTERED), None)
        if living is None:
            raise RuleBroken(N_("They live at no door here as far as is known. Nothing is to be closed."), field="way")
        check_day(on, at, not_before=living.from_on)
        living.left_to, living.left_source, living.left_as_of_on = to.strip(), source, as_of or local(at).date()
        living.save(update_fields=["left_to", "left_source", "left_as_of_on"])
        end_living(living, on, with_registration)
        for row in rows if with_registration else []:
            if row.kind == Residence.Kind.REGISTERED:
                end(row, max(on, row.from_on))
        leave_households(resident, on, with_registration=with_registration)
    resident.version += 1
    resident.save(update_fields=["version"])
    _record(actor, "resident.move", resident, at, to.strip())
    return resident


@transaction.atomic
def undo_leaving(actor: Actor, *, ref: str, at: datetime) -> Resident:
    """They never left: it was written down of the wrong person. Home, registration and household are as before.

    RuleBroken when they have moved in somewhere since, or have not left at all.
    """
    require(actor, "resident.undo")
    resident = resident_in_reach(actor, ref)
    with reaching(EVERYWHERE):  # they may be registered elsewhere
        rows = list(Residence.objects.select_for_update().filter(resident=resident))
        lived = [row for row in rows if row.kind != Residence.Kind.REGISTERED]
        last = max(lived, key=lambda row: (row.to_on is None, row.to_on), default=None)
        if last is None or last.to_on is None or not last.left_source:
            raise RuleBroken(N_("Where they live has changed since. Move them by hand instead."))
        on, last.to_on = last.to_on, None
        last.left_to, last.left_source, last.left_as_of_on = "", "", None
        _register_again([row for row in rows if row.kind == Residence.Kind.REGISTERED], last, on)
        last.save(update_fields=["to_on", "left_to", "left_source", "left_as_of_on"])
        _join_again(resident, last, on)
    resident.version += 1
    resident.save(update_fields=["version"])
    _record(actor, "resident.undo", resident, at, "")
    return resident


def _register_again(registered: Sequence[Residence], last: Residence, on: date) -> None:
    """Of the day they left: what was opened goes, what went along is open again."""
    for row in registered:
        if row.from_on == on and row.to_on is None and row.dwelling_id == last.dwelling_id:
            row.delete()
        elif row.to_on == on:
            row.to_on = None
            row.save(update_fields=["to_on"])


def _join_again(resident: Resident, last: Residence, on: date) -> None:
    here = Q(household__kind=Household.Kind.REGISTERED) | Q(household__dwelling_id=last.dwelling_id)
    left = HouseholdMember.objects.filter(here, resident=resident, to_on=on)
    for membership in left.select_related("household"):
        household = membership.household
        membership.to_on = None
        membership.save(update_fields=["to_on"])
        if household.to_on == on:
            household.to_on = None
        if membership.relation == HEAD and household.head_id is None:
            household.head = resident
        household.save(update_fields=["head", "to_on"])


def _record(actor: Actor, verb: str, resident: Resident, at: datetime, note: str) -> None:
    record(
        actor,
        verb,
        subject=("resident", resident.id),
        division_code=resident.division_code,
        at=at,
        changes=["residence"],
        note=note,
    )
