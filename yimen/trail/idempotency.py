"""The same POST sent twice happens once: the first answer is stored and given again."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yimen.core.cipher import cipher
from yimen.core.errors import N_, RuleBroken

KEPT = timedelta(hours=72)  # a phone that was offline for a weekend still sends its visits once
PLACE = "trail_idempotency.answer"
_BATCH = 5_000

_CLAIM = """
insert into trail_idempotency (account_id, key, request_hash, at) values (%s, %s, %s, %s)
on conflict (account_id, key) do nothing returning id
"""
_EXPIRE = "delete from trail_idempotency where account_id = %s and key = %s and at < %s"
_FOUND = "select id, request_hash, status, answer, body from trail_idempotency where account_id = %s and key = %s"
_KEEP = "update trail_idempotency set status = %s, answer = %s where id = %s"
_PURGE = f"""
delete from trail_idempotency where id in (
  select id from trail_idempotency where at < %s order by at limit {_BATCH} for update skip locked
)
"""


@transaction.atomic
def once(
    account_id: UUID, key: str, request: bytes, run: Callable[[], tuple[int, Any]], *, at: datetime
) -> tuple[int, Any]:
    """Status and JSON body of `run`, or of its first run under this key within 72 hours.

    Claim, act and answer share one transaction: a second sender waits for the first, and a refusal leaves no trace, so
    it may be tried again. The same key with another request is refused. After 72 hours it is another key.
    """
    if not key or len(key) > 255:
        raise RuleBroken(N_("The Idempotency-Key must have 1 to 255 ASCII characters. Send a fresh UUID."))
    digest = hashlib.sha256(request).digest()
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, (account_id, key, at - KEPT))
        while (claimed := _claimed(cursor, account_id, key, digest, at)) is None:
            cursor.execute(_FOUND, (account_id, key))
            if found := cursor.fetchone():
                return _first_answer(found, digest)  # else it was purged just now, and may be claimed again
        status, body = run()
        text = json.dumps(body, ensure_ascii=False, default=_plain)
        cursor.execute(_KEEP, (status, cipher().seal(text, place=PLACE, row=UUID(int=claimed)), claimed))
    return status, json.loads(text)


def _claimed(cursor: Any, account_id: UUID, key: str, digest: bytes, at: datetime) -> int | None:
    cursor.execute(_CLAIM, (account_id, key, digest, at))
    row = cursor.fetchone()
    return row[0] if row else None


def _first_answer(found: tuple[Any, ...], digest: bytes) -> tuple[int, Any]:
    number, stored, status, answer, body = found
    if bytes(stored) != digest:
        raise RuleBroken(N_("This Idempotency-Key was used for another request. Send a fresh one."))
    if answer is not None:
        return status, json.loads(cipher().open(answer, place=PLACE, row=UUID(int=number)))
    return status, json.loads(body) if isinstance(body, str) else body


@transaction.atomic
def purge(*, at: datetime) -> int:
    """Forget the oldest answers that are more than 72 hours old; how many, 0 when none is left. They are no acts, so
    nothing goes on record."""
    with connection.cursor() as cursor:
        cursor.execute(_PURGE, (at - KEPT,))
        return int(cursor.rowcount)


def _plain(value: Any) -> str:
    return str(value.isoformat()) if isinstance(value, date) else str(value)
