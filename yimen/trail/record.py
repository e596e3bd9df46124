"""The one way to write down what happened."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from yimen.core.actor import Actor
from yimen.trail.outbox import is_listened

_INSERT = """
insert into trail_entry (at, verb, account_id, actor_name, role, seat, acting_for, acting_for_name, division_code,
    subject_kind, subject_id, changes, note, request_id, address, is_read)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_PENDING = f"with e as ({_INSERT} returning id) insert into trail_pending (entry_id) select id from e"


def record(
    actor: Actor,
    verb: str,
    *,
    subject: tuple[str, UUID | str],
    division_code: str,
    at: datetime,
    changes: Sequence[str] | Mapping[str, object] = (),
    note: str = "",
    acting_for: tuple[UUID, str] | None = None,
    is_read: bool = False,
) -> None:
    """Write one entry in the action's own transaction; refuses to run outside one.

    `subject` is (kind, id). `changes` names fields or holds small codes, never the value of a personal field.
    `acting_for` is (account id, name) of the absent worker whose work this was. A verb with listeners is queued for
    the worker.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{verb}: record() must run inside the action's transaction")
    kind, subject_id = subject
    values = (
        at,
        verb,
        actor.account_id,
        actor.name,
        str(actor.role),
        f"{actor.post} {actor.side}".strip(),
        acting_for[0] if acting_for else None,
        acting_for[1] if acting_for else "",
        division_code,
        kind,
        str(subject_id),
        json.dumps(changes if isinstance(changes, Mapping) else list(changes), ensure_ascii=False),
        note,
        actor.request_id,
        actor.address,
        is_read,
    )
    with connection.cursor() as cursor:
        cursor.execute(_PENDING if is_listened(verb) else _INSERT, values)
