"""One worker at a time on one thing; whoever dies lets go of it, and the next goes on."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


@contextmanager
def alone_with(rows: QuerySet[M], ref: str) -> Iterator[M | None]:
    """One of these rows (a queryset) as it stands, for this connection alone. None when it is not among them, or
    another has it in hand; the database lets go when the connection ends."""
    row = rows.filter(ref=ref).first()
    if row is None:
        yield None
        return
    with _locked(row.pk) as is_mine:
        yield rows.filter(ref=ref).first() if is_mine else None


def is_in_hand(thing: UUID) -> bool:
    """Whether some worker has this thing in hand just now."""
    key = _key(thing)
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_locks where locktype = 'advisory' and granted and objsubid = 1 and "
            "database = (select oid from pg_database where datname = current_database()) and "
            "classid = %s and objid = %s)",
            (key >> 32, key & 0xFFFFFFFF),
        )
        return bool(cursor.fetchone()[0])


def _key(thing: UUID) -> int:
    return thing.int % 2**63


@contextmanager
def _locked(thing: UUID) -> Iterator[bool]:
    key = _key(thing)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", (key,))
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection has let go already
                cursor.execute("select pg_advisory_unlock(%s)", (key,))
