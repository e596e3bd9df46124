"""The one way to write down what happened."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yimen.core.actor import Actor
from yimen.core.many import insert_rows
from yimen.core.masking import mask_words
from yimen.trail.outbox import is_listened

_INSERT = """
insert into trail_entry (at, verb, account_id, actor_name, role, seat, acting_for, acting_for_name, division_code,
    subject_kind, subject_id, changes, note, request_id, address, is_read)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# The number is taken first: RETURNING is refused for an entry of a division that the writer does not reach.
_PENDING = f"""
with n as materialized (select nextval('trail_entry_id_seq') id), e as (
  {_INSERT.replace("trail_entry (at,", "trail_entry (id, at,").replace("values (", "values ((select id from n), ")}
)
insert into trail_pending (entry_id) select id from n
"""


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
    A whole number in `note` is kept masked.
    `acting_for` is (account id, name) of the absent worker whose work this was. A verb with listeners is queued for
    the worker.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{verb}: record() must run inside the action's transaction")
    values = _values(actor, verb, subject, division_code, at, changes, note, acting_for, is_read)
    with connection.cursor() as cursor:
        cursor.execute(_PENDING if is_listened(verb) else _INSERT, values)


_SHAPE = {
    "at": "timestamptz",
    "verb": "text",
    "account_id": "uuid",
    "actor_name": "text",
    "role": "text",
    "seat": "text",
    "acting_for": "uuid",
    "acting_for_name": "text",
    "division_code": "text",
    "subject_kind": "text",
    "subject_id": "text",
    "changes": "jsonb",
    "note": "text",
    "request_id": "text",
    "address": "text",
    "is_read": "boolean",
}


class Subject(NamedTuple):
    """One thing of many that an action changed, and which of its fields."""

    id: UUID | str
    division_code: str
    changes: Sequence[str] = ()


def record_many(
    actor: Actor,
    verb: str,
    *,
    kind: str,
    subjects: Sequence[Subject],
    at: datetime,
    note: str = "",
    is_read: bool = False,
) -> None:
    """One entry for each of many things of one kind, in one statement and in the action's own transaction.

    Nobody can listen to them one by one: whoever wants to hear of a bulk action listens to the entry of the whole.
    """
    _refuse_listeners(verb)
    if not connection.in_atomic_block:
        raise RuntimeError(f"{verb}: record_many() must run inside the action's transaction")
    names = tuple(_SHAPE)
    rows = []
    for one in subjects:
        values = _values(actor, verb, (kind, one.id), one.division_code, at, (), note, None, is_read)
        rows.append(dict(zip(names, values, strict=True)) | {"changes": list(one.changes)})
    insert_rows("trail_entry", _SHAPE, rows)


def looked(
    actor: Actor,
    verb: str,
    *,
    subject: tuple[str, UUID | str],
    division_code: str,
    at: datetime,
    changes: Sequence[str] | Mapping[str, object] = (),
) -> None:
    """Write down a look. It changed nothing, so its entry is all there is to keep and needs no transaction around it;
    the caller shows what it found after this, or not at all. Nobody can listen to a look."""
    _refuse_listeners(verb)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, _values(actor, verb, subject, division_code, at, changes, "", None, True))


def _refuse_listeners(verb: str) -> None:
    if is_listened(verb):
        raise RuntimeError(f"{verb}: neither a look nor one of many is an event, so nobody can listen to it")


def _values(
    actor: Actor,
    verb: str,
    subject: tuple[str, UUID | str],
    division_code: str,
    at: datetime,
    changes: Sequence[str] | Mapping[str, object],
    note: str,
    acting_for: tuple[UUID, str] | None,
    is_read: bool,
) -> tuple[Any, ...]:
    kind, subject_id = subject
    return (
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
        mask_words(note),
        actor.request_id,
        actor.address,
        is_read,
    )


_LOOK = """
with found as ({sql}), entry as (
  insert into trail_entry (at, verb, account_id, actor_name, role, seat, acting_for, acting_for_name, division_code,
    subject_kind, subject_id, changes, note, request_id, address, is_read)
  select %(entry_at)s::timestamptz, %(entry_verb)s::text, %(entry_account)s::uuid, %(entry_name)s::text,
    %(entry_role)s::text, %(entry_seat)s::text, null, '', found_in, %(entry_kind)s::text, found_id::text, '[]', '',
    %(entry_request)s::text, %(entry_address)s::text, true
  from found
)
select * from found
"""


def look(
    actor: Actor, verb: str, *, kind: str, at: datetime, sql: str, values: dict[str, Any]
) -> tuple[Any, ...] | None:
    """Read one thing and write down that it was read, in one statement and so in one transaction; None when it was not
    found, and then nothing is written.

    `sql` finds at most one row; its first two columns are `found_id` and `found_in` (a division's code), and no column
    of it may be called so but these. The rest of the row is the caller's; the whole row is returned.
    """
    _refuse_listeners(verb)
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK.format(sql=sql),
            {
                **values,
                "entry_at": at,
                "entry_verb": verb,
                "entry_account": actor.account_id,
                "entry_name": actor.name,
                "entry_role": str(actor.role),
                "entry_seat": f"{actor.post} {actor.side}".strip(),
                "entry_kind": kind,
                "entry_request": actor.request_id,
                "entry_address": actor.address,
            },
        )
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
