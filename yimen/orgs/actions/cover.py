"""Mark people absent and back: from that minute the other side of their posts has their open work and rights."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from yimen.access import queries as access
from yimen.access.check import require
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotAllowed, NotFound, RuleBroken
from yimen.orgs.models import Absence
from yimen.orgs.queries import STATION_ROLES
from yimen.trail.record import record


@transaction.atomic
def mark_absent(
    actor: Actor,
    *,
    account_ref: str,
    reason: str,
    from_at: datetime,
    to_at: datetime | None,
    note: str = "",
    at: datetime,
) -> Absence:
    """A person of this station is away from their posts; `to_at` None = until somebody ends it.

    Workers mark themselves, the head anybody of the station. Not before today: work that was done stays with who did
    it.
    """
    require(actor, "absence.mark")
    seat = _seat_in_station(actor, account_ref, at)
    if actor.role is not Role.HEAD and seat.account_id != actor.account_id:
        raise NotAllowed(N_("You can mark only yourself absent. Ask the station head to mark a colleague."))
    if reason not in Absence.Reason.values:
        raise RuleBroken(N_("Choose why the person is away."), field="reason")
    if local(from_at).date() < local(at).date():
        raise RuleBroken(N_("An absence begins today or later. Choose a time of today or after."), field="from_at")
    if to_at is not None and to_at <= from_at:
        raise RuleBroken(N_("The end lies before the beginning. Check both times."), field="to_at")
    _refuse_overlap(seat, from_at, to_at)
    absence = Absence.objects.create(
        account_id=seat.account_id,
        division_code=actor.reach,
        from_at=from_at,
        to_at=to_at,
        reason=reason,
        note=note,
    )
    record(
        actor,
        "absence.mark",
        subject=("account", seat.account_id),
        division_code=actor.reach,
        at=at,
        changes={"from": _stamp(from_at), "to": _stamp(to_at) if to_at else "", "reason": reason},
        note=note,
    )
    return absence


def _seat_in_station(actor: Actor, account_ref: str, at: datetime) -> access.SeatHeld:
    today = local(at).date()
    for seat in access.seats_held(actor.reach, first=today, last=today, roles=STATION_ROLES):
        if seat.account_ref == account_ref:
            return seat
    raise NotFound(N_("Nobody of that name works in this station. Choose a person from the list."))


def _refuse_overlap(seat: access.SeatHeld, from_at: datetime, to_at: datetime | None) -> None:
    others = Absence.objects.select_for_update().filter(Q(to_at=None) | Q(to_at__gt=from_at), account=seat.account_id)
    if to_at is not None:
        others = others.filter(from_at__lt=to_at)
    found = others.order_by("from_at").first()
    if found is None:
        return
    said = {"name": seat.name, "from": _stamp(found.from_at), "to": _stamp(found.to_at) if found.to_at else ""}
    if found.from_at > from_at:
        planned = N_(
            "%(name)s is to be away from %(from)s to %(to)s already. Let this absence end by then, or call that one "
            "off first."
        )
        open_ended = N_(
            "%(name)s is to be away from %(from)s on already. Let this absence end by then, or call that one off first."
        )
        raise RuleBroken(planned if found.to_at else open_ended, field="to_at", **said)
    running = N_(
        "%(name)s is already marked absent from %(from)s to %(to)s. Let this absence begin after it, or end that one "
        "first."
    )
    unended = N_("%(name)s is already marked absent since %(from)s, with no end. End that absence first.")
    raise RuleBroken(running if found.to_at else unended, field="from_at", **said)


def _stamp(moment: datetime) -> str:
    return local(moment).isoformat(sep=" ", timespec="minutes")[:16]


@transaction.atomic
def end_absence(actor: Actor, *, ref: str, at: datetime) -> None:
    """The person is back now; an absence that has not begun is called off."""
    require(actor, "absence.end")
    absence = Absence.objects.select_for_update().filter(ref=ref, division_code=actor.reach).first()
    if absence is None:
        raise NotFound()
    if actor.role is not Role.HEAD and absence.account_id != actor.account_id:
        raise RuleBroken(N_("You can end only your own absence. Ask the station head to end a colleague's."))
    if absence.to_at is not None and absence.to_at <= at:
        raise RuleBroken(N_("This absence is over already. Nothing is left to end."))
    called_off = absence.from_at >= at
    if called_off:
        absence.delete()
    else:
        absence.to_at = at
        absence.save(update_fields=["to_at"])
    record(
        actor,
        "absence.end",
        subject=("account", absence.account_id),
        division_code=actor.reach,
        at=at,
        changes={"called_off": called_off},
    )
