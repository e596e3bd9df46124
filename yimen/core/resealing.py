"""Seal every value anew with the current key while everything else goes on.

Nobody waits and nobody reads wrong: a row is replaced only if it still holds what was read, rows that somebody holds
are left to the next pass, and every process opens values of both keys meanwhile. Stopped anywhere, it goes on where
values of old keys are left.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from yimen.core.cipher import Cipher, cipher
from yimen.core.keyring import CipherError

BATCH = 500
_AGAIN = 0.2  # seconds until a row that somebody held is tried again
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed columns of a table, each with the place its values are bound to.

    `follows` names the columns that are computed from the plain values with the same key (blind indexes), with their
    SQL types; `compute` gives them for the opened columns of a row, which also holds `needs`, columns read as they are.
    """

    table: str
    places: Mapping[str, str]
    follows: Mapping[str, str] = field(default_factory=dict)
    needs: Sequence[str] = ()
    compute: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda _row: _NOTHING
    key_type: str = "uuid"  # of the column id
    batch: int = 0  # rows at a time where BATCH of them would be too large
    mark: str = ""  # where the columns are JSON: what stands before the base64 of a sealed text

    def row_of(self, key: Any) -> UUID:
        """What a row's values are bound to: its id, a number as the UUID of that number."""
        return key if isinstance(key, UUID) else UUID(int=key)

    def blob(self, column: str) -> str:
        """SQL: the sealed value of a column as bytes, null where it holds none."""
        if not self.mark:
            return column
        text = f"({column} #>> '{{}}')"
        cut = f"substr({text}, {len(self.mark) + 1})"
        return f"case when starts_with({text}, '{self.mark}') then decode({cut}, 'base64') end"

    def cell(self, blob: str) -> str:
        """SQL: what the column keeps for a sealed value."""
        if not self.mark:
            return blob
        return f"to_jsonb('{self.mark}' || translate(encode({blob}, 'base64'), E'\\n', ''))"


def uses(sealed: Sealed) -> dict[int, int]:
    """How many values of the table bear which key."""
    found: dict[int, int] = {}
    for column in sealed.places:
        with connection.cursor() as cursor:
            cursor.execute(
                f"select get_byte(substring(blob from 2 for 1), 0), count(*)"
                f" from (select {sealed.blob(column)} as blob from {sealed.table}) found"
                " where length(blob) > 1 group by 1"
            )
            for number, count in cursor.fetchall():
                found[number] = found.get(number, 0) + count
    return found


def stale_rows(sealed: Sealed) -> int:
    """How many rows of the table hold a value of another key than the current one."""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {sealed.table} where {_of_another_key(sealed)}")
        return int(cursor.fetchone()[0])


@dataclass(slots=True)
class Done:
    """How many rows were sealed anew, and why which others (by id) could not be."""

    rows: int = 0
    refused: dict[Any, str] = field(default_factory=dict)


def reseal(sealed: Sealed, tell: Callable[[int], None]) -> Done:
    """Bring the table to the current key. `tell` hears how many rows each batch brought."""
    done = Done()
    while True:
        changed, left = 0, False
        for batch in _stale(sealed):
            rows = [row for row in batch if row["id"] not in done.refused]
            written = _write(sealed, rows, done)
            changed += written
            left = left or written < sum(row["id"] not in done.refused for row in rows)
            tell(written)
        done.rows += changed
        if not changed and not left:
            return done
        if left:
            time.sleep(_AGAIN)


def _of_another_key(sealed: Sealed) -> str:
    current = f"'\\x{cipher().current:02x}'::bytea"
    return " or ".join(f"substring({sealed.blob(column)} from 2 for 1) <> {current}" for column in sealed.places)


def _stale(sealed: Sealed) -> Iterator[list[dict[str, Any]]]:
    """Batches of rows that hold a value of another key, in the order of their ids."""
    names = ["id", *sealed.places, *sealed.needs]
    wanted = ["id", *(sealed.blob(column) for column in sealed.places), *sealed.needs]
    stale = _of_another_key(sealed)
    after: Any = None
    while True:
        beyond = "" if after is None else "id > %s and "
        with connection.cursor() as cursor:
            cursor.execute(
                f"select {', '.join(wanted)} from {sealed.table} where {beyond}({stale})"
                f" order by id limit {sealed.batch or BATCH}",
                [] if after is None else [after],
            )
            found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if not found:
            return
        yield found
        after = found[-1]["id"]


def _write(sealed: Sealed, rows: list[dict[str, Any]], done: Done) -> int:
    """Replace what still stands as it was read; how many rows did."""
    anew, keys = [], cipher()
    for row in rows:
        try:
            anew.append((row, _anew(sealed, row, keys)))
        except CipherError as error:
            done.refused[row["id"]] = str(error)
    if not anew:
        return 0
    try:
        with transaction.atomic():
            return _replace(sealed, anew)
    except IntegrityError as error:  # two rows of one number: which is which is for people to say
        if len(anew) > 1:
            return sum(_write(sealed, [row], done) for row, _new in anew)
        done.refused[anew[0][0]["id"]] = str(error).split("\n")[0]
    except OperationalError:  # somebody waited for us and we for them: the next pass comes by again
        if connection.connection is None or connection.connection.closed:
            raise
    return 0


def _replace(sealed: Sealed, rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> int:
    kept = [*sealed.places, *sealed.needs]
    types = {**dict.fromkeys(sealed.places, "bytea"), **sealed.follows}
    columns: list[tuple[str, str, list[Any]]] = [("id", sealed.key_type, [row["id"] for row, _new in rows])]
    columns += [(f"old_{name}", _kept_type(sealed, name), [row[name] for row, _new in rows]) for name in kept]
    columns += [(f"new_{name}", kind, [new[name] for _row, new in rows]) for name, kind in types.items()]
    table, given = sealed.table, ", ".join(name for name, _kind, _values in columns)
    arrays = ", ".join(f"%s::{kind}[]" for _name, kind, _values in columns)
    stands = {name: sealed.blob(f"t.{name}") if name in sealed.places else f"t.{name}" for name in kept}
    same = " and ".join(f"{now} is not distinct from v.old_{name}" for name, now in stands.items())
    change = ", ".join(f"{name} = {_cell(sealed, name)}" for name in types)
    sql = (
        f"with v as (select * from unnest({arrays}) v({given})),"
        f" free as (select id from {table} where id = any(%s::{sealed.key_type}[]) order by id for update skip locked)"
        f" update {table} t set {change}"
        f" from v join free on free.id = v.id where t.id = v.id and {same}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(values for _name, _kind, values in columns), columns[0][2]])
        return int(cursor.rowcount)


def _cell(sealed: Sealed, name: str) -> str:
    return sealed.cell(f"v.new_{name}") if name in sealed.places else f"v.new_{name}"


def _kept_type(sealed: Sealed, name: str) -> str:
    return "bytea" if name in sealed.places else sealed.follows.get(name, "text")


def _anew(sealed: Sealed, row: Mapping[str, Any], keys: Cipher) -> dict[str, Any]:
    """Every value of the row under the current key, with what follows from it."""
    bound = sealed.row_of(row["id"])
    plain = {
        name: None if row[name] is None else keys.open(row[name], place=place, row=bound)
        for name, place in sealed.places.items()
    }
    blobs = {
        name: None if text is None else keys.seal(text, place=sealed.places[name], row=bound)
        for name, text in plain.items()
    }
    follows = sealed.compute({**{name: row[name] for name in sealed.needs}, **plain})
    return {**blobs, **{name: follows[name] for name in sealed.follows}}
