"""Hide a resident whom somebody must not find: only the head and the handlers named here open the record."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.errors import N_, RuleBroken
from yimen.orgs.queries import Worker, workers
from yimen.registry.actions.finding import resident_in_reach
from yimen.registry.models import Handler, Resident
from yimen.trail.record import record


@transaction.atomic
def protect(actor: Actor, *, ref: str, reason: str, handlers: Sequence[str], at: datetime) -> Resident:
    """Hide a resident from every search and list, and name who of the station may open the record beside its head.

    `handlers` are public refs of accounts; those named before and not now are no handlers any more. RuleBroken without
    a reason, and for somebody who does not work at the resident's station.
    """
    require(actor, "resident.protect")
    resident = resident_in_reach(actor, ref)
    why = _reason(reason)
    named = _named(resident, handlers, at)
    resident.is_protected = True
    resident.version += 1
    resident.save(update_fields=["is_protected", "version"])
    Handler.objects.filter(resident=resident).delete()
    Handler.objects.bulk_create(
        Handler(
            division_code=resident.division_code,
            resident=resident,
            account_id=one.account_id,
            name=one.name,
            named_at=at,
        )
        for one in named
    )
    _record(actor, "resident.protect", resident, why, [one.name for one in named], at)
    return resident


@transaction.atomic
def unprotect(actor: Actor, *, ref: str, reason: str, at: datetime) -> Resident:
    """Show the resident to the station again. RuleBroken without a reason, and when nobody hides them."""
    require(actor, "resident.unprotect")
    resident = resident_in_reach(actor, ref)
    why = _reason(reason)
    if not resident.is_protected:
        raise RuleBroken(N_("This resident is not protected. Open the page again to see how it stands."))
    resident.is_protected = False
    resident.version += 1
    resident.save(update_fields=["is_protected", "version"])
    Handler.objects.filter(resident=resident).delete()
    _record(actor, "resident.unprotect", resident, why, [], at)
    return resident


def _reason(reason: str) -> str:
    if not reason.strip():
        raise RuleBroken(N_("Say why. It stands on record and is read by the auditor alone."), field="reason")
    return reason.strip()[:200]


def _named(resident: Resident, refs: Sequence[str], at: datetime) -> list[Worker]:
    of_station = {one.ref: one for one in workers(resident.division_code[:12], at=at)}
    if set(refs) - of_station.keys():
        raise RuleBroken(N_("A handler works at the resident’s own station. Choose from the list."), field="handlers")
    return [of_station[ref] for ref in dict.fromkeys(refs)]


def _record(actor: Actor, verb: str, resident: Resident, why: str, names: list[str], at: datetime) -> None:
    record(
        actor,
        verb,
        subject=("resident", resident.id),
        division_code=resident.division_code,
        at=at,
        changes={"handlers": names},
        note=why,
    )
