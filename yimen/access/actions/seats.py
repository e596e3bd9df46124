"""Give people seats and end them."""

from datetime import date, datetime

from django.db import connection, transaction
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
_NAMESAKE = N_(
    "System, security and audit are three people, with three names. Somebody of this name holds another of the three"
    " seats; choose somebody else."
)
_LAST = N_(
    "This is the last administrator of this kind here. Let another person take such a post first; then end this one."
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
    if role in ADMIN_ROLES:
        _refuse_two_of_three(account, role, from_on)
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


def _refuse_two_of_three(account: Account, role: Role, from_on: date) -> None:
    """One account holds one of the three seats, and so does one name: whoever is in a roster of staff gets an account
    there, with a sign-in name of the roster's choosing. The database refuses two such seats of one account; two
    accounts of one name are seen here, one grant after the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('access.administrators'))")
    others = Seat.objects.filter(Q(to_on=None) | Q(to_on__gt=from_on), role__in=ADMIN_ROLES).exclude(role=role)
    for holder, name in others.values_list("account_id", "account__name"):
        if holder == account.id:
            raise RuleBroken(_EXCLUDED, field="role")
        if rules.plain(name) == rules.plain(account.name):
            raise RuleBroken(_NAMESAKE, field="role")


@transaction.atomic
def end_seat(actor: Actor, *, ref: str, at: datetime) -> None:
    """End a seat today; sessions sitting in it end at once. The last of an administrator's kind stays."""
    require(actor, "seat.end")
    hold_administrators()
    seat = Seat.objects.select_for_update().filter(ref=ref).first()
    if seat is None or not actor.reaches(seat.division_code):
        raise NotFound()
    require_successor(seat, local(at).date())
    end_seat_on(seat, local(at).date())
    record(actor, "seat.end", subject=("account", seat.account_id), division_code=seat.division_code, at=at)


def hold_administrators() -> None:
    """Lock the seats of the three administrators until the transaction ends: of two that end at once, the second looks
    only when the first is gone. Before any other lock."""
    list(Seat.objects.filter(role__in=ADMIN_ROLES).select_for_update().order_by("id").values_list("id"))


def require_successor(seat: Seat, today: date) -> None:
    """Refuse to end the last seat of a system, security or audit administrator who reaches a place: nobody would be
    left to let another in, or to see what is done. With the seats held."""
    if seat.role not in ADMIN_ROLES or seat.from_on > today:
        return
    above = [seat.division_code[:length] for length in range(1, len(seat.division_code) + 1)]
    others = Seat.objects.filter(role=seat.role, division_code__in=above, from_on__lte=today, to_on=None)
    if not others.filter(account__is_active=True).exclude(account=seat.account_id).exists():
        raise RuleBroken(_LAST)


def end_seat_on(seat: Seat, today: date) -> None:
    """End a seat with its sessions; its tokens stay to say why they open nothing. A seat that never ran is removed."""
    Session.objects.filter(seat=seat).delete()
    if seat.from_on >= today:
        seat.delete()
        return
    seat.to_on = today
    seat.save(update_fields=["to_on"])
