"""The same POST sent twice happens once: the first answer is stored and given again."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yimen.core.errors import N_, RuleBroken

_CLAIM = """
insert into trail_idempotency (account_id, key, request_hash, at) values (%s, %s, %s, %s)
on conflict (account_id, key) do nothing returning id
"""
_FOUND = "select request_hash, status, body from trail_idempotency where account_id = %s and key = %s"
_KEEP = "update trail_idempotency set status = %s, body = %s where id = %s"


@transaction.atomic
def once(
    account_id: UUID, key: str, request: bytes, run: Callable[[], tuple[int, Any]], *, at: datetime
) -> tuple[int, Any]:
    """Status and JSON body of `run`, or of its first run under this key.

    Claim, act and answer share one transaction: a second sender waits for the first, and a refusal leaves no trace, so
    it may be tried again. The same key with another request is refused.
    """
    if not key or len(key) > 255:
        raise RuleBroken(N_("The Idempotency-Key must have 1 to 255 characters. Send a fresh UUID."))
    digest = hashlib.sha256(request).digest()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, (account_id, key, digest, at))
        claimed = cursor.fetchone()
        if claimed is None:
            cursor.execute(_FOUND, (account_id, key))
            stored, status, body = cursor.fetchone()
            if bytes(stored) != digest:
                raise RuleBroken(N_("This Idempotency-Key was used for another request. Send a fresh one."))
            return status, json.loads(body) if isinstance(body, str) else body
        status, body = run()
        cursor.execute(_KEEP, (status, json.dumps(body, ensure_ascii=False, default=_plain), claimed[0]))
    return status, json.loads(json.dumps(body, default=_plain))


def _plain(value: Any) -> str:
    return str(value.isoformat()) if isinstance(value, date) else str(value)
