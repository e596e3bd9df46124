"""What is still to be done while a city is built: kept in the database, so that whoever starts again goes on there.

Each piece of work is one transaction with its mark, so a build killed at any moment has lost what was under way and
doubled nothing. Several processes take pieces at the same time. The schema goes when the city stands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

_BEGIN = """
create schema works;
create table works.plan (seed text not null, scale text not null, began timestamptz not null default clock_timestamp());
create table works.town (place int primary key, code text not null, done boolean not null default false,
  lived_in boolean not null default false);
create table works.task (
  stage int not null, place int not null, statement text not null, done boolean not null default false,
  primary key (stage, place)
);
"""
_NEXT_TOWN = "select place, code from works.town where not done order by place"
_NEXT_LIFE = "select place, code from works.town where not lived_in order by place"
_NEXT_TASK = "select place, statement from works.task where stage = %s and not done order by place"
_LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


@dataclass(frozen=True, slots=True)
class Works:
    """A build that was begun and has not ended."""

    seed: str
    scale: str


def at_leisure(memory_mb: int = 64) -> None:
    """For this transaction: the limits of a page do not hold for a build, which need not wait for the disk either."""
    with connection.cursor() as cursor:
        for limit in _LIMITS:
            cursor.execute(f"set local {limit} = 0")
        cursor.execute(f"set local maintenance_work_mem = '{memory_mb}MB'")
        cursor.execute("set local max_parallel_maintenance_workers = 0")  # we are several ourselves
        cursor.execute("set local synchronous_commit = off")


def under_way() -> Works | None:
    """The build of this database, None where there is none or it has ended."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('works.plan') is not null")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("select seed, scale from works.plan")
        return Works(*cursor.fetchone())


def begin(seed: str, scale: str, codes: Sequence[str]) -> None:
    """In the transaction that lays the ground: what is to be done."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN)
        cursor.execute("insert into works.plan (seed, scale) values (%s, %s)", (seed, scale))
        cursor.executemany("insert into works.town (place, code) values (%s, %s)", list(enumerate(codes)))


def plan_tasks(stage: int, statements: Sequence[str]) -> None:
    """Statements to be run once all towns stand, stage by stage; within a stage in any order, the long ones first."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into works.task (stage, place, statement) values (%s, %s, %s)",
            [(stage, place, statement) for place, statement in enumerate(statements)],
        )


def build_next(make: Callable[[str], None]) -> bool:
    """Take a town that nobody has, make it and mark it, all in one transaction; False when none is left."""
    return _next(_NEXT_TOWN, make, "update works.town set done = true where place = %s")


def live_next(live: Callable[[str], None]) -> bool:
    """The same, once all towns stand, for what happens in them."""
    return _next(_NEXT_LIFE, live, "update works.town set lived_in = true where place = %s")


def _next(which: str, make: Callable[[str], None], mark: str) -> bool:
    with transaction.atomic():
        at_leisure()
        with connection.cursor() as cursor:
            found = _take(cursor, which)
            if found is None:
                return False
            make(found[1])
            cursor.execute(mark, (found[0],))
    return True


def _take(cursor: CursorWrapper, which: str, *given: int) -> tuple[Any, ...] | None:
    """Lock a piece that nobody has. When all are taken, wait for one: of a process that was killed the database may
    hold it for a while, and then it is still to be done."""
    for how in ("for update skip locked", "for update"):
        cursor.execute(f"{which} limit 1 {how}", given)
        found: tuple[Any, ...] | None = cursor.fetchone()
        if found is not None:
            return found
    return None


def run_next(stage: int, memory_mb: int) -> bool:
    """Take a statement of a stage, run it and mark it, all in one transaction; False when none is left."""
    with transaction.atomic():
        at_leisure(memory_mb)
        with connection.cursor() as cursor:
            found = _take(cursor, _NEXT_TASK, stage)
            if found is None:
                return False
            cursor.execute(found[1])
            cursor.execute("update works.task set done = true where stage = %s and place = %s", (stage, found[0]))
    return True


def towns_done() -> dict[str, tuple[int, int]]:
    """By district: towns that stand, and all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select left(code, 6), count(*) filter (where done), count(*) from works.town group by 1 order by 1"
        )
        return {code: (done, every) for code, done, every in cursor.fetchall()}


def lives_lived() -> tuple[int, int]:
    """Towns whose people were visited, and all."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) filter (where lived_in), count(*) from works.town")
        lived, every = cursor.fetchone()
        return int(lived), int(every)


def tasks_done() -> tuple[int, int]:
    """Statements that were run, and all."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) filter (where done), count(*) from works.task")
        done, every = cursor.fetchone()
        return int(done), int(every)


def seconds() -> float:
    """Since the build was begun, however often it was killed in between."""
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from clock_timestamp() - began) from works.plan")
        return float(cursor.fetchone()[0])


def end() -> None:
    """In the transaction that says the city stands."""
    with connection.cursor() as cursor:
        cursor.execute("drop schema works cascade")
