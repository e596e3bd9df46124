"""Sign in and out, switch seat, end a session."""

import secrets
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q

from yimen.access import queries, rules
from yimen.access.actions.throttle import note_failure, wait_for_turn
from yimen.access.check import require
from yimen.access.models import Account, Attempt, Seat, Session
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.trail.record import record

_NOBODY = make_password(None)
_WRONG = N_("The name or the password is wrong. Check both, or ask your station head for a new password.")


def sign_in(
    username: str, password: str, *, at: datetime, address: str, agent: str, request_id: str, is_phone: bool = False
) -> str:
    """A new session's cookie for the right name and password; RuleBroken otherwise, the same words for an unknown
    name. `is_phone`: in a phone of one's own that locks, where a session lasts a day's walk."""
    key = f"login:{username[:40].lower()}:{address}"
    wait_for_turn(key, at=at)
    account = queries.account_named(username)
    right = check_password(password, account.password if account else _NOBODY)
    if account is None or not right:
        note_failure(key, at=at)
        raise RuleBroken(_WRONG)
    if not account.is_active:
        raise RuleBroken(N_("This account is closed because its holder left. Ask the system administrator."))
    seats = queries.live_seats(account.id, on=local(at).date())
    if not seats:
        raise RuleBroken(N_("You hold no post today. Ask the security administrator to give you one."))
    with transaction.atomic():
        Attempt.objects.filter(key=key).delete()
        cookie = open_session(account.id, seats[0], at=at, address=address, agent=agent, is_phone=is_phone)
        actor = as_actor(account, seats[0], request_id=request_id, address=address)
        record(actor, "account.sign_in", subject=("account", account.id), division_code=actor.reach, at=at)
    return cookie


def open_session(
    account_id: UUID,
    seat: Seat,
    *,
    at: datetime,
    address: str,
    agent: str,
    proved_at: datetime | None = None,
    is_phone: bool = False,
) -> str:
    """A session in a seat, the oldest of those that live beyond the limit ended, which its browser is told; returns its
    cookie. The caller has checked who it is.

    `proved_at` is when the password was given, where that was not now."""
    cookie = secrets.token_urlsafe(32)
    own = Session.objects.filter(account_id=account_id)
    live = list(own.filter(queries.is_live(at)).order_by("-created_at").values_list("pk", flat=True))
    told = Q(is_displaced=True, expires_at__gt=at - rules.ABSOLUTE_PHONE)  # why they are out, as long as it matters
    own.exclude(pk__in=live).exclude(told).delete()
    own.filter(pk__in=live[rules.MAX_SESSIONS - 1 :]).update(is_displaced=True, expires_at=at)
    Session.objects.create(
        key_hash=queries.hash_of(cookie),
        account_id=account_id,
        seat=seat,
        created_at=at,
        seen_at=at,
        proved_at=proved_at or at,
        expires_at=at + (rules.ABSOLUTE_PHONE if is_phone else rules.ABSOLUTE),
        is_phone=is_phone,
        address=address,
        agent=agent[:120],
    )
    return cookie


def as_actor(account: Account, seat: Seat, *, request_id: str, address: str) -> Actor:
    """Who acts when this person sits in this seat."""
    return Actor(
        role=Role(seat.role),
        reach=seat.division_code,
        account_id=account.id,
        name=account.name,
        username=account.username,
        language=account.language,
        seat_id=seat.id,
        line=seat.line,
        post=seat.post,
        side=seat.side,
        request_id=request_id,
        address=address,
    )


@transaction.atomic
def sign_out(actor: Actor, *, cookie: str, at: datetime) -> None:
    """End this session."""
    Session.objects.filter(key_hash=queries.hash_of(cookie)).delete()
    record(
        actor,
        "account.sign_out",
        subject=("account", actor.person),
        division_code=actor.reach,
        at=at,
    )


def seen(key_hash: bytes, *, at: datetime) -> None:
    """Keep an active session alive."""
    Session.objects.filter(key_hash=key_hash).update(seen_at=at)


@transaction.atomic
def switch_seat(actor: Actor, *, seat_ref: str, cookie: str, at: datetime, agent: str) -> str:
    """Sit in another of one's own seats, on record; the session's cookie is renewed and returned."""
    require(actor, "seat.switch")
    seats = [seat for seat in queries.live_seats(actor.person, on=local(at).date()) if seat.ref == seat_ref]
    if not seats:
        raise NotFound()
    old = Session.objects.filter(key_hash=queries.hash_of(cookie))
    is_phone = old.filter(is_phone=True).exists()
    old.delete()
    renewed = open_session(
        actor.person,
        seats[0],
        at=at,
        address=actor.address,
        agent=agent,
        proved_at=actor.proved_at,
        is_phone=is_phone,
    )
    record(
        actor,
        "seat.switch",
        subject=("seat", seats[0].id),
        division_code=seats[0].division_code,
        at=at,
        changes={"to": f"{seats[0].role} {seats[0].post} {seats[0].side}".strip()},
    )
    return renewed


@transaction.atomic
def end_session(actor: Actor, *, ref: str, at: datetime) -> None:
    """Sign out one of one's own browsers, such as the one left open at another counter."""
    require(actor, "session.end")
    ended, _ = Session.objects.filter(account_id=actor.person, ref=ref).delete()
    if not ended:
        raise NotFound(N_("That session is over already. Nothing is left to end."))
    record(actor, "session.end", subject=("account", actor.person), division_code=actor.reach, at=at)


def end_other_sessions(actor: Actor, *, cookie: str) -> int:
    """Sign a person out everywhere but here, for an act that names this on record; returns how many sessions ended."""
    others = Session.objects.filter(account_id=actor.person).exclude(key_hash=queries.hash_of(cookie))
    _all, ended = others.delete()
    return ended.get("access.Session", 0)
