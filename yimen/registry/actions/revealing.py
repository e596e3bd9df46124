"""Show one whole number for a moment: the record is committed before the value exists for the caller."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from yimen.access.check import is_proved, require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.registry.actions.finding import handles
from yimen.registry.models import Resident
from yimen.registry.queries.quota import quota_of, seen_today
from yimen.registry.queries.shown import masked_number, masked_phone
from yimen.registry.queries.sources import has_case
from yimen.registry.rules import sealed
from yimen.registry.rules.reveal import FIELDS, SHOWN_FOR, check_quota, check_reason
from yimen.trail.record import record


@dataclass(frozen=True, slots=True)
class Revealed:
    """A whole value and its mask; a page shows the value for `seconds` and then the mask again."""

    field: str
    value: str
    mask: str
    seconds: int = SHOWN_FOR


def reveal(
    actor: Actor, *, ref: str, field: str, reason: str, at: datetime, note: str = "", case_number: str = ""
) -> Revealed:
    """The identity number ("id") or the phone ("phone") of a resident in reach, whole.

    RuleBroken without a reason, without such a number, and beyond the quota of this person. Runs outside any
    transaction, so that the record stands even when what follows fails.
    """
    require(actor, "resident.reveal")
    if field not in FIELDS:
        raise RuleBroken(N_("This value is not in the list. Choose one from it."), field="field")
    case_number = case_number.strip()[:24]
    why = check_reason(reason, note.strip()[:200], case_number)
    resident = _on_record(actor, ref, field, why, case_number, at)
    if field == "phone":
        blob, row = resident.phone, resident.id
        return Revealed(field, sealed.open_phone(blob, row), masked_phone(blob, row))
    blob, row = resident.id_number, resident.id
    return Revealed(field, sealed.open_number(blob, row), masked_number(blob, row))


@transaction.atomic(durable=True)
def _on_record(actor: Actor, ref: str, field: str, why: str, case_number: str, at: datetime) -> Resident:
    resident: Resident | None = visible_to(actor, Resident.objects.filter(ref=ref, merged_into=None)).first()
    if resident is None or (resident.is_protected and not handles(actor, resident)):
        raise NotFound()
    if case_number and not _is_theirs(actor, resident, case_number, at):
        raise RuleBroken(N_("No matter of this resident has this number. Choose a reason instead."), field="reason")
    if (resident.id_number if field == "id" else resident.phone) is None:
        raise RuleBroken(N_("There is no such number on record. Ask the resident, then add it."))
    refuse_too_many(actor, at)
    record(
        actor,
        "resident.reveal",
        subject=("resident", resident.id),
        division_code=resident.division_code,
        at=at,
        changes=[field],
        note=why,
        is_read=True,
    )
    return resident


def refuse_too_many(actor: Actor, at: datetime) -> None:
    """RuleBroken when this person has looked at as many whole numbers as they may. Part of the transaction that puts
    the next one on record: one at a time for each person, so that a quota holds against two windows."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", (f"reveal {actor.person}",))
    hour, day = seen_today(actor, at)
    check_quota(hour, day, quota_of(actor, at), proved=is_proved(actor, at))


def _is_theirs(actor: Actor, resident: Resident, case_number: str, at: datetime) -> bool:
    """Whether the case that is given as the reason is one of this person, under any id a merge left behind."""
    merged = Resident.objects.filter(merged_into=resident.id).values_list("id", flat=True)
    return has_case(actor, [resident.id, *merged], case_number, at)
