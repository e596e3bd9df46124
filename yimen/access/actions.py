"""Sign in and out, switch seat, hold tokens; create accounts and grant seats."""

import secrets
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from yimen.access import queries, rules
from yimen.access.check import require
from yimen.access.models import Account, Attempt, Seat, Session, Token
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotAllowed, NotFound, RuleBroken
from yimen.trail.record import record

_NOBODY = make_password(None)
_WRONG = N_("The name or the password is wrong. Check both, or ask the system administrator for a new password.")


def sign_in(username: str, password: str, *, at: datetime, address: str, agent: str, request_id: str) -> str:
    """A new session's cookie for the right name and password; RuleBroken otherwise, the same words for an unknown
    name."""
    key = f"login:{username[:40].lower()}:{address}"
    wait_for_turn(key, at=at)
    account = queries.account_named(username)
    right = check_password(password, account.password if account else _NOBODY)
    if account is None or not right or not account.is_active:
        note_failure(key, at=at)
        raise RuleBroken(_WRONG)
    seats = queries.live_seats(account.id, on=local(at).date())
    if not seats:
        raise RuleBroken(N_("You hold no post today. Ask the security administrator to give you one."))
    with transaction.atomic():
        Attempt.objects.filter(key=key).delete()
        cookie = _open_session(account.id, seats[0], at=at, address=address, agent=agent)
        actor = _as_actor(account, seats[0], request_id=request_id, address=address)
        record(actor, "account.sign_in", subject=("account", account.id), division_code=actor.reach, at=at)
    return cookie


def _open_session(account_id: UUID, seat: Seat, *, at: datetime, address: str, agent: str) -> str:
    cookie = secrets.token_urlsafe(32)
    older = Session.objects.filter(account_id=account_id).order_by("-created_at").values_list("pk", flat=True)
    Session.objects.filter(pk__in=list(older[rules.MAX_SESSIONS - 1 :])).delete()
    Session.objects.create(
        key_hash=queries.hash_of(cookie),
        account_id=account_id,
        seat=seat,
        created_at=at,
        seen_at=at,
        expires_at=at + rules.ABSOLUTE,
        address=address,
        agent=agent[:120],
    )
    return cookie


def _as_actor(account: Account, seat: Seat, *, request_id: str, address: str) -> Actor:
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


def wait_for_turn(key: str, *, at: datetime) -> None:
    """Refuse a try that comes too soon after too many failures under this key."""
    tries = Attempt.objects.filter(key=key, at__gt=at - rules.WINDOW).order_by("-at").values_list("at", flat=True)
    failures = list(tries[:20])
    if failures and at < failures[0] + rules.delay_after(len(failures)):
        left = int((failures[0] + rules.delay_after(len(failures)) - at).total_seconds()) + 1
        raise RuleBroken(N_("Too many wrong tries. Wait %(seconds)s seconds and try again."), seconds=left)


def note_failure(key: str, *, at: datetime) -> None:
    """Count one failure under this key."""
    Attempt.objects.filter(key=key, at__lt=at - rules.WINDOW).delete()
    Attempt.objects.create(key=key, at=at)


@transaction.atomic
def sign_out(actor: Actor, *, cookie: str, at: datetime) -> None:
    """End this session."""
    Session.objects.filter(key_hash=queries.hash_of(cookie)).delete()
    record(
        actor,
        "account.sign_out",
        subject=("account", str(actor.account_id)),
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
    assert actor.account_id is not None
    seats = [seat for seat in queries.live_seats(actor.account_id, on=local(at).date()) if seat.ref == seat_ref]
    if not seats:
        raise NotFound()
    Session.objects.filter(key_hash=queries.hash_of(cookie)).delete()
    renewed = _open_session(actor.account_id, seats[0], at=at, address=actor.address, agent=agent)
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
def issue_token(username: str, *, at: datetime) -> str:
    """A bearer token for an account's first seat, shown once. For the command line: whoever runs it owns the server."""
    account = queries.account_named(username)
    seats = queries.live_seats(account.id, on=local(at).date()) if account and account.is_active else []
    if account is None or not seats:
        raise NotFound(N_("No active account of that name holds a post. Check the name with the system administrator."))
    token = f"ym_{secrets.token_urlsafe(32)}"
    Token.objects.create(
        prefix=token[:9],
        token_hash=queries.hash_of(token),
        account=account,
        seat=seats[0],
        created_at=at,
        expires_at=at + rules.TOKEN_LIFE,
    )
    actor = _as_actor(account, seats[0], request_id="", address="")
    record(actor, "account.token", subject=("account", account.id), division_code=actor.reach, at=at)
    return token


def token_bearer(token: str, *, at: datetime, request_id: str, address: str) -> Actor:
    """The actor of a bearer token, or a refusal that says why it no longer opens anything."""
    found = queries.token_actor(token, request_id=request_id, address=address)
    if found is None:
        raise NotAllowed(N_("This token is not known. Ask the system administrator for a new one."))
    today = local(at).date()
    if not found.is_active or (found.seat_to_on is not None and found.seat_to_on <= today):
        raise NotAllowed(N_("The holder of this token has left the post. Ask for a token of your own."))
    if found.expires_at <= at:
        raise NotAllowed(N_("This token has run out. Ask the system administrator for a new one."))
    return found.actor


def create_account(actor: Actor, *, username: str, name: str, password: str, phone: str = "", at: datetime) -> Account:
    """A new sign-in without any seat: the security administrator gives it one."""
    require(actor, "account.create")
    account = Account(username=username, name=name, phone=phone, created_at=at)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise RuleBroken(
            N_(
                "The password is too easy to guess. Use at least 12 characters that are not a common word or your name."
            ),
            field="password",
        ) from error
    account.password = make_password(password)
    with transaction.atomic():
        if Account.objects.filter(username=username).exists():
            raise RuleBroken(N_("This sign-in name is taken. Choose another."), field="username")
        account.save(force_insert=True)
        record(actor, "account.create", subject=("account", account.id), division_code=actor.reach, at=at)
    return account


@transaction.atomic
def close_account(actor: Actor, *, ref: str, at: datetime) -> None:
    """A person leaves: their sessions, tokens and seats end at once."""
    require(actor, "account.close")
    account = Account.objects.select_for_update().filter(ref=ref).first()
    if account is None:
        raise NotFound()
    account.is_active, account.left_at = False, at
    account.save(update_fields=["is_active", "left_at"])
    Session.objects.filter(account=account).delete()
    today = local(at).date()
    for seat in queries.live_seats(account.id, on=today):
        _end(seat, today)
    record(actor, "account.close", subject=("account", account.id), division_code=actor.reach, at=at)


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
) -> Seat:
    """Give an account a seat from a day on."""
    require(actor, "seat.grant")
    account = Account.objects.filter(ref=account_ref, is_active=True).first()
    if account is None or not actor.reaches(division_code):
        raise NotFound()
    if actor.account_id == account.id:
        raise RuleBroken(N_("Nobody gives a post to themselves. Ask another security administrator."))
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
    _end(seat, local(at).date())
    record(actor, "seat.end", subject=("account", seat.account_id), division_code=seat.division_code, at=at)


def _end(seat: Seat, today: date) -> None:
    Session.objects.filter(seat=seat).delete()
    Token.objects.filter(seat=seat).delete()
    if seat.from_on >= today:
        seat.delete()
        return
    seat.to_on = today
    seat.save(update_fields=["to_on"])
