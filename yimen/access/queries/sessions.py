"""Who is behind a cookie or a token."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from yimen.access import rules
from yimen.access.models import Session, Token
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.database import fetch_who

# Whoever asks brings their reach into force in the same round trip (yimen.core.database).
_SESSION = """
select set_config('yimen.lo', t.division_code, false), set_config('yimen.hi', t.division_code || '~', false),
       s.account_id, a.name, a.username, a.language, s.seat_id, t.role, t.division_code, t.line, t.post, t.side,
       s.seen_at, s.expires_at,
       exists (select from access_seat o where o.account_id = s.account_id and o.id <> s.seat_id
               and o.from_on <= %(today)s and (o.to_on is null or o.to_on > %(today)s)) as can_switch,
       a.must_choose, s.proved_at
from access_session s join access_account a on a.id = s.account_id join access_seat t on t.id = s.seat_id
where s.key_hash = %(key)s and s.expires_at > %(at)s and (s.seen_at > %(idle)s or s.is_phone) and a.is_active
  and t.from_on <= %(today)s and (t.to_on is null or t.to_on > %(today)s)
"""
_BEARER = """
select set_config('yimen.lo', case when v.holds then t.division_code else '' end, false),
       set_config('yimen.hi', case when v.holds then t.division_code || '~' else '' end, false),
       k.account_id, a.name, a.username, a.language, k.seat_id, t.role, t.division_code, t.line, t.post, t.side,
       a.is_active, k.expires_at, t.to_on
from access_token k join access_account a on a.id = k.account_id join access_seat t on t.id = k.seat_id
cross join lateral (select a.is_active and k.expires_at > %(at)s and (t.to_on is null or t.to_on > %(today)s)) v(holds)
where k.token_hash = %(key)s
"""


def hash_of(secret: str) -> bytes:
    """What is stored of a cookie or token: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def session_actor(
    key_hash: bytes, *, at: datetime, idle_since: datetime, request_id: str, address: str
) -> tuple[Actor, datetime] | None:
    """The actor of a live session and when it was last seen, in one query.

    None when it ended or idled out, or when the person or the seat left.
    """
    today = local(at).date()
    row = fetch_who(_SESSION, {"key": key_hash, "at": at, "idle": idle_since, "today": today})
    if row is None:
        return None
    return _actor(row, request_id, address, can_switch=row[12], must_choose=row[13], proved_at=row[14]), row[10]


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A browser in which a person is signed in."""

    ref: str
    key_hash: bytes
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


def is_live(at: datetime) -> Q:
    """Sessions that have neither ended nor idled out."""
    return Q(expires_at__gt=at) & (Q(seen_at__gt=at - rules.IDLE) | Q(is_phone=True))


def is_displaced(cookie: str) -> bool:
    """Whether a session ended because its holder signed in on more devices than may be open at once."""
    return Session.objects.filter(key_hash=hash_of(cookie), is_displaced=True).exists()


def own_sessions(account_id: UUID, *, at: datetime) -> list[OwnSession]:
    """Where a person is signed in now, the latest first."""
    rows = Session.objects.filter(is_live(at), account_id=account_id)
    columns = ("ref", "key_hash", "created_at", "seen_at", "expires_at", "address", "agent")
    return [OwnSession(row[0], bytes(row[1]), *row[2:]) for row in rows.order_by("-created_at").values_list(*columns)]


@dataclass(frozen=True, slots=True)
class OwnToken:
    """A bearer token of a person, known by its first letters."""

    id: UUID
    prefix: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    role: Role
    division_code: str
    line: str
    post: str
    side: str


def own_tokens(account_id: UUID, *, at: datetime) -> list[OwnToken]:
    """A person's tokens that still open something, the latest first."""
    rows = Token.objects.filter(account_id=account_id, expires_at__gt=at).order_by("-created_at", "-id")
    columns = ("id", "prefix", "created_at", "expires_at", "used_at", "seat__role", "seat__division_code")
    seat = ("seat__line", "seat__post", "seat__side")
    return [_own_token(list(row)) for row in rows.values_list(*columns, *seat)]


def _own_token(row: list[Any]) -> OwnToken:
    row[5] = Role(row[5])
    return OwnToken(*row)


@dataclass(frozen=True, slots=True)
class TokenFound:
    actor: Actor
    is_active: bool
    expires_at: datetime
    seat_to_on: date | None


def token_actor(token: str, *, at: datetime, request_id: str, address: str) -> TokenFound | None:
    """The actor of a bearer token, with what may make it void."""
    row = fetch_who(_BEARER, {"key": hash_of(token), "at": at, "today": local(at).date()})
    if row is None:
        return None
    return TokenFound(_actor(row, request_id, address), row[10], row[11], row[12])


def _actor(
    row: tuple[Any, ...],
    request_id: str,
    address: str,
    *,
    can_switch: bool = False,
    must_choose: bool = False,
    proved_at: datetime | None = None,
) -> Actor:
    return Actor(
        role=Role(row[5]),
        reach=row[6],
        account_id=row[0],
        name=row[1],
        username=row[2],
        language=row[3],
        seat_id=row[4],
        line=row[7],
        post=row[8],
        side=row[9],
        request_id=request_id,
        address=address,
        can_switch=can_switch,
        must_choose=must_choose,
        proved_at=proved_at,
    )
