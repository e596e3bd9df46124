"""Who is behind a cookie or a token."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from yimen.core.actor import Actor, Role
from yimen.core.clock import local

_SESSION = """
select s.account_id, a.name, a.username, a.language, s.seat_id, t.role, t.division_code, t.line, t.post, t.side,
       s.seen_at, s.expires_at
from access_session s join access_account a on a.id = s.account_id join access_seat t on t.id = s.seat_id
where s.key_hash = %s and s.expires_at > %s and s.seen_at > %s and a.is_active
  and t.from_on <= %s and (t.to_on is null or t.to_on > %s)
"""
_BEARER = """
select k.account_id, a.name, a.username, a.language, k.seat_id, t.role, t.division_code, t.line, t.post, t.side,
a.is_active,
       k.expires_at, t.to_on
from access_token k join access_account a on a.id = k.account_id join access_seat t on t.id = k.seat_id
where k.token_hash = %s
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
    with connection.cursor() as cursor:
        cursor.execute(_SESSION, (key_hash, at, idle_since, today, today))
        row = cursor.fetchone()
    if row is None:
        return None
    return _actor(row, request_id, address), row[10]


@dataclass(frozen=True, slots=True)
class TokenFound:
    actor: Actor
    is_active: bool
    expires_at: datetime
    seat_to_on: date | None


def token_actor(token: str, *, request_id: str, address: str) -> TokenFound | None:
    """The actor of a bearer token, with what may make it void."""
    with connection.cursor() as cursor:
        cursor.execute(_BEARER, (hash_of(token),))
        row = cursor.fetchone()
    if row is None:
        return None
    return TokenFound(_actor(row, request_id, address), row[10], row[11], row[12])


def _actor(row: tuple, request_id: str, address: str) -> Actor:  # type: ignore[type-arg]  # a database row
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
    )
