"""One worker at a time on one thing, whoever dies lets go of it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import DatabaseError, connection


@contextmanager
def alone(thing: UUID) -> Iterator[bool]:
    """Whether this connection is the only one at work on a thing; the database lets go when the connection ends."""
    key = thing.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", (key,))
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection has let go already
                cursor.execute("select pg_advisory_unlock(%s)", (key,))
