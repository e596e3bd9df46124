"""Entries and seals as they stand in the database, for the sealer, the verifier and the auditor's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yimen.trail.models import Verification
from yimen.trail.rules import BEGIN, LINES, Batch, Fault

_COLUMNS = "number, (extract(epoch from at) * 1000000)::bigint, form, rows, after_turn, after_id, last_turn, last_id"
_SEALS = f"select {_COLUMNS}, digest, previous, signature from trail_seal"
_CHUNK = 500
WAITING_SHOWN = 10_000  # waiting entries are counted up to here


def last_seal() -> Batch | None:
    """The newest seal."""
    return next(_seals(f"{_SEALS} order by number desc limit 1", ()), None)


def seal(number: int) -> Batch | None:
    """The seal of this number."""
    return next(_seals(f"{_SEALS} where number = %s", (number,)), None)


def seals(first: int = 1) -> Iterator[Batch]:
    """All seals from a number on, in order, read in chunks."""
    after = first - 1
    while found := list(_seals(f"{_SEALS} where number > %s order by number limit {_CHUNK}", (after,))):
        yield from found
        after = found[-1].number


def _seals(sql: str, values: tuple[int, ...]) -> Iterator[Batch]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    for number, at, form, count, after_turn, after_id, last_turn, last_id, *rest in rows:
        digest, previous, signature = (bytes(one) for one in rest)
        yield Batch(number, at, form, count, (after_turn, after_id), (last_turn, last_id), digest, previous, signature)


def final_turn() -> int:
    """Every entry of a lower turn is final: its transaction and all older ones have ended."""
    with connection.cursor() as cursor:
        cursor.execute('select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + "offset" from trail_numbering')
        return int(cursor.fetchone()[0])


def lines_until(after: tuple[int, int], turn: int, form: int, limit: int) -> list[bytes]:
    """Lines of the oldest entries after a key and below a turn."""
    return _lines(f"(turn, id) > {_key(after)} and turn < {turn:d}", form, f"limit {limit:d}")


def lines_of_batch(batch: Batch) -> bytes:
    """Lines of the entries between the bounds of a seal."""
    return b"".join(_lines(f"(turn, id) > {_key(batch.after)} and (turn, id) <= {_key(batch.last)}", batch.form, ""))


def _key(key: tuple[int, int]) -> str:
    return f"('{key[0]:d}'::bigint, '{key[1]:d}'::bigint)"


def _lines(where: str, form: int, limit: str) -> list[bytes]:
    sql = f"copy (select {LINES[form]} from trail_entry where {where} order by turn, id {limit}) to stdout"
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        return [bytes(line) for line in copy]


_AHEAD = """
select exists (select from trail_entry where turn >= (
    select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + "offset" from trail_numbering
)) or exists (select from trail_entry where turn is null)
"""
_GUARDS = """
select count(*) from pg_trigger
where tgenabled in ('O', 'A') and tgfoid = 'trail_refuse'::regproc
  and tgrelid in ('trail_entry'::regclass, 'trail_seal'::regclass)
"""


def whole_trail_faults() -> Iterator[Fault]:
    """What no batch tells: entries from a transaction that never was, and guards that were taken off."""
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD)
        if cursor.fetchone()[0]:
            yield Fault(0, "row_ahead")
        cursor.execute(_GUARDS)
        if cursor.fetchone()[0] != 4:
            yield Fault(0, "guard_off")


@dataclass(frozen=True, slots=True)
class SealState:
    """How far the trail is sealed. `waiting` counts up to WAITING_SHOWN; `verified` is the last walk, done or not."""

    number: int
    sealed_at: datetime | None
    rows: int
    waiting: int
    oldest_waiting: datetime | None
    verified: "Walk | None"


@dataclass(frozen=True, slots=True)
class Walk:
    """One verification; `ended_at` is None while it waits or runs."""

    asked_at: datetime
    asked_by: str
    ended_at: datetime | None
    seals: int
    rows: int
    seconds: float
    faults: list[Fault]


_WAITING = f"""
select count(*), min(at) from (
  select at from trail_entry where (turn, id) > (%s::bigint, %s::bigint) order by turn, id limit {WAITING_SHOWN}
) waiting
"""


def seal_state() -> SealState:
    """For the auditor's page and for `yimen check`."""
    last = last_seal()
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, last.last if last else (BEGIN, BEGIN))
        waiting, oldest = cursor.fetchone()
    number, sealed_at, rows = (last.number, last.sealed_at, last.rows) if last else (0, None, 0)
    return SealState(number, sealed_at, rows, waiting, oldest, last_walk())


def last_walk() -> Walk | None:
    """The newest verification."""
    row = Verification.objects.order_by("-asked_at").first()
    if row is None:
        return None
    faults = [Fault(number, kind) for number, kind in row.faults]
    return Walk(row.asked_at, row.asked_by, row.ended_at, row.seals, row.rows, row.seconds, faults)
