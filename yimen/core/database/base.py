"""Django's PostgreSQL, on which every statement runs under the reach that is wanted (decision 0011).

A connection outlives its request. So the wanted reach is not sent when it changes but looked at before each statement:
whatever was in force before, no statement runs under it. Where both agree, as in every request of a signed-in person,
that costs one comparison and no round trip. (The name of this module is Django's.)
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import psycopg._queries
from django.db.backends.postgresql import base as postgresql
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg.types.datetime import TimestamptzLoader

from yimen.core.database import PLANNED_ANEW
from yimen.core.database.cursors import PromptCursor
from yimen.core.reach import NOWHERE, Reach

# psycopg remembers how it read the placeholders of a statement only up to a length which one that gathers a whole page
# exceeds; reading them anew cost as much as everything else psycopg did for the page.
psycopg._queries.MAX_CACHED_STATEMENT_LENGTH = 20_000

_SET = "select set_config('yimen.lo', %s, false), set_config('yimen.hi', %s, false)"

# Statements kept prepared on a connection: those of the pages, at each level of reach. psycopg would keep 100.
_PREPARED = 500


@lru_cache(maxsize=4 * _PREPARED)
def _at_level(sql: str, level: int) -> str:
    """The statement, told apart from the same one at another level of reach (0 nowhere, 1 everywhere, 5 a city).

    The server plans a prepared statement once, for the bounds of the policies that are in force at that moment. A plan
    that is right for a community reads a whole index for the city, in seconds; so each level has plans of its own.
    """
    return f"{sql}\n-- reach {level}"


class _Asking(CursorWrapper):
    """A cursor that sees to the reach before it executes. Its own ways are as short as they can be: a page asks half a
    dozen questions, and Django's layers around each cost as much as psycopg's work."""

    db: "DatabaseWrapper"

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Straight to psycopg, unless somebody has wrapped execution."""
        db = self.db
        if db.execute_wrappers:
            return super().execute(sql, params)
        db.validate_no_broken_transaction()
        with db.wrap_database_errors:
            if db.in_force != db.wanted:
                db.see_to_reach()
            if type(sql) is not str or sql.startswith(PLANNED_ANEW):
                return self.cursor.execute(sql, params, prepare=False)
            return self.cursor.execute(_at_level(sql, len(db.wanted[1])), params)

    def fetchone(self) -> Any:
        """The next row; psycopg has received them all, so no error of the server can come here."""
        return self.cursor.fetchone()

    def fetchall(self) -> Any:
        """All rows that are left."""
        return self.cursor.fetchall()

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        self.db.see_to_reach()
        return super()._execute(sql, params, *ignored)  # type: ignore[misc]  # not in the stubs

    def _executemany(self, sql: Any, param_list: Any, *ignored: Any) -> Any:
        self.db.see_to_reach()
        return super()._executemany(sql, param_list, *ignored)  # type: ignore[misc]  # not in the stubs

    def copy(self, statement: Any, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
        """psycopg's COPY."""
        self.db.see_to_reach()
        return self.cursor.copy(statement, params)


class _AskingAloud(CursorDebugWrapper, _Asking):
    """The same where statements are counted."""


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """`wanted` is the reach the next statement must run under, `in_force` what the server was last told; None when a
    rollback or a new connection leaves that open."""

    outside_requests: ClassVar[Reach] = NOWHERE  # what a thread begins with; the worker's begin with everything

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted: Reach = self.outside_requests
        self.in_force: Reach | None = None

    def see_to_reach(self) -> None:
        """Put the wanted reach in force where another one is."""
        if self.in_force == self.wanted or self.needs_rollback:
            return
        self.in_force = None
        self._tell(self.wanted)
        self.in_force = self.wanted

    def _tell(self, reach: Reach) -> None:
        assert self.connection is not None
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(_SET, reach)

    def cursor(self) -> Any:
        """A cursor on the connection that is there; Django's longer way when there is none, or statements are kept."""
        if self.connection is None or self.queries_logged:
            return super().cursor()
        return _Asking(self.create_cursor(), self)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return _Asking(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> CursorDebugWrapper:
        return _AskingAloud(cursor, self)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that reads moments by psycopg's C code. Django's own loader, in Python, puts UTC in place of the
        connection's time zone, which is UTC anyway; a list has dozens of moments."""
        made = super().get_new_connection(conn_params)
        made.adapters.register_loader("timestamptz", TimestamptzLoader)
        made.cursor_factory = PromptCursor
        made.prepared_max = _PREPARED
        return made

    def create_cursor(self, name: str | None = None) -> Any:
        """psycopg's cursor, read by the connection's own loaders; a named one stays at the server."""
        assert self.connection is not None
        if name is None:
            return self.connection.cursor()
        return self.connection.cursor(name, scrollable=False, withhold=self.connection.autocommit)

    def init_connection_state(self) -> None:
        self.in_force = None
        super().init_connection_state()

    # What was set inside a transaction goes with it.
    def _rollback(self) -> Any:
        self.in_force = None
        return super()._rollback()  # type: ignore[misc]  # not in the stubs

    def _savepoint_rollback(self, sid: str) -> Any:
        self.in_force = self.wanted  # a failed transaction hears nothing but this
        try:
            return super()._savepoint_rollback(sid)  # type: ignore[misc]  # not in the stubs
        finally:
            self.in_force = None

    def _commit(self) -> Any:
        """A commit that fails is a rollback."""
        before, self.in_force = self.in_force, None
        done = super()._commit()  # type: ignore[misc]  # not in the stubs
        self.in_force = before
        return done
