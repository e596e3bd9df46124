"""Give people seats and end them."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from yimen.access import rules
from yimen.access.check import require
from yimen.access.models import Account, Seat, Session
from yimen.core.actor import ADMIN_ROLES, Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.trail.record import record

_EXCLUDED = N_(
    "System, security and audit are three people. This person holds another of the three seats; end that one first,"
    " or choose somebody else."
)


@transaction.atomic
def grant_seat(
    actor: Actor,
    *,
    account_ref: str,
    role: Role,
    division_code: str,
    line: str = "",
    post: str = "",
    side: str = "",
    from_on: date,
    at: datetime,
    approved: bool = False,
) -> Seat:
    """Give an account a seat from a day on. One of city level only `approved`, as another person asked for it."""
    require(actor, "seat.grant")
    if rules.is_city_level(role, division_code) and not approved and actor.role is not Role.SYSTEM:
        raise RuleBroken(N_("A seat of city level needs two people. Ask for it; another administrator approves."))
    account = Account.objects.filter(ref=account_ref, is_active=True).first()
    if account is None or not actor.reaches(division_code):
        raise NotFound()
    if actor.account_id == account.id:
        raise RuleBroken(N_("Nobody gives a post to themselves. Ask another security administrator."))
    problem = rules.seat_problem(role, division_code=division_code, line=line, post=post, side=side)
    if problem is not None:
        raise RuleBroken(problem[1], field=problem[0])
    held = Seat.objects.filter(Q(to_on=None) | Q(to_on__gt=from_on), account=account)
    if role in ADMIN_ROLES and held.filter(role__in=ADMIN_ROLES).exclude(role=role).exists():
        raise RuleBroken(_EXCLUDED, field="role")
    same = held.filter(role=role, division_code=division_code, line=line)
    if same.filter(post=post).exists():
        raise RuleBroken(N_("This person holds that post already. End it first, or choose another."), field="post")
    seat = Seat.objects.create(
        account=account,
        role=role,
        division_code=division_code,
        line=line,
        post=post,
        side=side,
        from_on=from_on,
    )
    record(
        actor,
        "seat.grant",
        subject=("account", account.id),
        division_code=division_code,
        at=at,
        changes={"role": str(role), "post": f"{post} {side}".strip(), "line": line},
    )
    return seat


@transaction.atomic
def end_seat(actor: Actor, *, ref: str, at: datetime) -> None:
    """End a seat today; sessions sitting in it end at once."""
    require(actor, "seat.end")
    seat = Seat.objects.select_for_update().filter(ref=ref).first()
    if seat is None or not actor.reaches(seat.division_code):
        raise NotFound()
    end_seat_on(seat, local(at).date())
    record(actor, "seat.end", subject=("account", seat.account_id), division_code=seat.division_code, at=at)


def end_seat_on(seat: Seat, today: date) -> None:
    """End a seat with its sessions; its tokens stay to say why they open nothing. A seat that never ran is removed."""
    Session.objects.filter(seat=seat).delete()
    if seat.from_on >= today:
        seat.delete()
        return
    seat.to_on = today
    seat.save(update_fields=["to_on"])
