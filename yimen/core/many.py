"""Many rows in one statement. Plain INSERTs and UPDATEs, since COPY is refused where row-level security holds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

Shape = Mapping[str, str]  # column → its SQL type
Row = Mapping[str, Any]


def insert_rows(table: str, shape: Shape, rows: Iterable[Row], *, then: str = "") -> int:
    """Insert rows that have the columns of `shape`; `then` may be an ON CONFLICT clause. Returns how many."""
    ready = _as_json(shape, rows)
    if not ready:
        return 0
    columns = ", ".join(shape)
    with connection.cursor() as cursor:
        cursor.execute(f"insert into {table} ({columns}) select {columns} from {_recordset(shape)} {then}", [ready])
        return int(cursor.rowcount)


def update_rows(table: str, shape: Shape, rows: Iterable[Row], *, key: str = "id") -> int:
    """Set the columns of `shape` on the rows named by `key`, which is one of them. Returns how many."""
    ready = _as_json(shape, rows)
    if not ready:
        return 0
    sets = ", ".join(f"{name} = x.{name}" for name in shape if name != key)
    with connection.cursor() as cursor:
        cursor.execute(f"update {table} t set {sets} from {_recordset(shape)} where t.{key} = x.{key}", [ready])
        return int(cursor.rowcount)


def _recordset(shape: Shape) -> str:
    return f"jsonb_to_recordset(%s::jsonb) as x({', '.join(f'{name} {kind}' for name, kind in shape.items())})"


def _as_json(shape: Shape, rows: Iterable[Row]) -> str:
    """The rows as one JSON text; "" for none."""
    ready: Sequence[dict[str, Any]] = [{name: row[name] for name in shape} for row in rows]
    return json.dumps(ready, ensure_ascii=False, default=_plain) if ready else ""


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return str(value)
