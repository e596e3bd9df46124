"""A cursor for short statements asked again and again. (psycopg is read closely here; its version is locked, and
`tests/core/test_cursors.py` holds what is relied on.)"""

from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import OperationalError, error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus

_RIGHT = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def _error(pgconn: Any, result: Any, encoding: str) -> psycopg.Error:
    """The server's error; a lost connection where libpq says so, or gives an error that no server has named, before
    the state of the connection shows it."""
    if pgconn.status != ConnStatus.OK or not result.error_field(DiagnosticField.SQLSTATE):
        return OperationalError(result.get_error_message(encoding) or pgconn.get_error_message(encoding))
    return error_from_result(result, encoding=encoding)


class PromptCursor(psycopg.Cursor[Any]):
    """psycopg's cursor, which hands a statement that the server has prepared straight to libpq.

    psycopg sends, lets its caller wait and fetches in steps, so that one code serves threads and coroutines; for a
    statement of a page those steps cost more than the statement. libpq waits by itself, outside Python's lock, and no
    longer than the server's statement_timeout. Anything else goes psycopg's way.
    """

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Any:
        """As psycopg's."""
        if not (params and type(query) is str and prepare is None and binary is None and self._is_ready()):
            return super().execute(query, params, prepare=prepare, binary=binary)
        connection = self._conn
        self._tx = Transformer(self)
        asked = self._convert_query(query, params)
        key = (asked.query, asked.types)
        prepared = connection._prepared
        name = prepared._names.get(key)
        if name is None:
            return super().execute(query, params)
        with connection.lock:
            result = self._pgconn.exec_prepared(
                name,
                asked.params,  # type: ignore[arg-type]  # None stands for NULL; its stub does not say so
                asked.formats,
                self.format,
            )
        if result.status not in _RIGHT:
            raise _error(self._pgconn, result, self._encoding)
        prepared._names.move_to_end(key)
        self._query, self._last_query = asked, query
        self._results[:] = [result]
        self._select_current_result(0)
        return self

    def _is_ready(self) -> bool:
        """Fresh, and on a connection that needs no word before the statement."""
        connection = self._conn
        if self._closed or self._last_query is not None or connection._pipeline is not None:
            return False
        return connection._autocommit or self._pgconn.transaction_status == TransactionStatus.INTRANS
