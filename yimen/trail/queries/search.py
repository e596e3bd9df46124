"""The trail, read by people: newest first, page by page."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.core.database import PLANNED_ANEW, reaching
from yimen.core.reach import EVERYWHERE

PAGE = 50
EXPORT_LIMIT = 20_000
_CHUNK = 500
_CITY = 4  # digits of a city's code
_LAST = "~"  # sorts after every digit in collation "C"
_FEW = 12  # accounts whose entries are read one account after the other
_SLACK = timedelta(days=1)  # how much later than the time it tells an entry may have got its number


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; `last` is exclusive, `reads` None = reads of persons and acts alike. `person` is what somebody
    typed, `accounts` whom it means. `subject` is a kind of things or the id of one, `thing` the kind and id that a
    number means which is no id."""

    prefix: str = ""
    account_id: UUID | None = None
    person: str = ""
    accounts: tuple[UUID, ...] = ()
    verb: str = ""
    subject: str = ""
    thing: tuple[str, str] | None = None
    first: datetime | None = None
    last: datetime | None = None
    reads: bool | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as it was written."""

    id: int
    at: datetime
    verb: str
    account_id: UUID | None
    actor_name: str
    role: str
    seat: str
    acting_for_name: str
    division_code: str
    subject_kind: str
    subject_id: str
    changes: Any
    note: str
    request_id: str
    address: str
    is_read: bool


def entries(wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> list[EntryRow]:
    """The newest entries that fit, older than `before`."""
    return _read(*_question(wanted), before, limit)


def every(wanted: Wanted, *, limit: int) -> Iterator[EntryRow]:
    """All entries that fit, newest first, read in chunks; at most `limit`."""
    question = _question(wanted)
    before, left = None, limit
    while left:
        found = _read(*question, before, min(_CHUNK, left))
        if not found:
            return
        yield from found
        before, left = found[-1].id, left - len(found)


_COLUMNS = ", ".join(f"{name}::text" if name == "changes" else name for name in EntryRow.__dataclass_fields__)
_CHANGES = tuple(EntryRow.__dataclass_fields__).index("changes")


def _read(ways: list[str], values: dict[str, Any], before: int | None, limit: int) -> list[EntryRow]:
    """Each way is read along its own index, newest first, and no further than the page goes."""
    older = "" if before is None else " and id < %(before)s"
    parts = [f"(select * from trail_entry where {way}{older} order by id desc limit {limit:d})" for way in ways]
    sql = f"{PLANNED_ANEW} select {_COLUMNS} from ({' union all '.join(parts)}) e order by id desc limit {limit:d}"
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"before": before})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    told = [[*row[:_CHANGES], json.loads(row[_CHANGES]), *row[_CHANGES + 1 :]] for row in rows]
    return [EntryRow(*row) for row in told]


def _question(wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """The conditions that lead to the entries, of which an entry fits one and no other, and their values."""
    values: dict[str, Any] = {"accounts": list(wanted.accounts)}
    parts = _of_division(wanted.prefix, values)
    for clause, value in (
        ("account_id = %(account)s", wanted.account_id),
        ("verb = %(verb)s", wanted.verb),
        ("is_read = %(reads)s", wanted.reads),
        ("at >= %(first)s", wanted.first),
        ("at < %(last)s", wanted.last),
    ):
        if value not in (None, ""):
            parts.append(clause)
            values[clause.split("%(")[1][:-2]] = value
    parts += _numbers(wanted, values)
    if wanted.thing:
        parts.append("subject_kind = %(kind)s and subject_id = %(thing)s")
        values["kind"], values["thing"] = wanted.thing
    elif wanted.subject:
        parts.append(_subject(wanted.subject, values))
    return [" and ".join([*parts, way]) for way in _persons(wanted, values)], values


def _of_division(prefix: str, values: dict[str, Any]) -> list[str]:
    """Entries of a division and those below; whoever reads a whole city reads what concerns the installation too, such
    as that a key was rotated or a backup restored."""
    if not prefix:
        return []
    values |= {"prefix": prefix, "beyond": prefix + _LAST}
    within = "division_code >= %(prefix)s and division_code < %(beyond)s"
    return [f"({within} or division_code = '')" if len(prefix) <= _CITY else within]


def _persons(wanted: Wanted, values: dict[str, Any]) -> list[str]:
    """What somebody did, and what others did for them."""
    if not wanted.person:
        return ["true"]
    if len(wanted.accounts) > _FEW:
        return ["(account_id = any(%(accounts)s) or acting_for = any(%(accounts)s))"]
    ways = []
    for place, account in enumerate(wanted.accounts):
        values[f"account_{place}"] = account
        ways.append(f"account_id = %(account_{place})s")
        ways.append(f"acting_for = %(account_{place})s and (account_id = any(%(accounts)s)) is not true")
    return ways or ["false"]


_KINDS = """
with recursive kinds as (
  (select subject_kind kind from trail_entry order by subject_kind limit 1)
  union all
  select (select subject_kind from trail_entry where subject_kind > kind order by subject_kind limit 1)
  from kinds where kind is not null
)
select array_agg(kind) filter (where kind is not null) from kinds
"""


def _subject(subject: str, values: dict[str, Any]) -> str:
    """A kind that is in the trail, or the id of a thing: the index knows an id only with its kind."""
    with reaching(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(_KINDS)
        kinds = cursor.fetchone()[0] or []
    values["subject"] = subject
    if subject in kinds:
        return "subject_kind = %(subject)s"
    values["kinds"] = kinds
    return "subject_kind = any(%(kinds)s) and subject_id = %(subject)s"


# The number at which the trail reaches a moment, by halving: no entry before `low` or at it is of later, and the first
# entry from `high` on is not of earlier.
_NUMBER = """
with recursive halving (low, high) as (
  select (select id from trail_entry order by id limit 1) - 1, (select id from trail_entry order by id desc limit 1) + 1
  union all
  select case when is_after then low else id end, case when is_after then middle else high end
  from halving
  cross join lateral (select low + (high - low) / 2 as middle) m
  cross join lateral (
    select id, id is null or at >= %(moment)s as is_after
    from (values (1)) one left join lateral (
      select id, at from trail_entry where id >= middle and id < high order by id limit 1) e on true) found
  where high - low > 1
)
select low, high from halving order by high - low limit 1
"""


def _numbers(wanted: Wanted, values: dict[str, Any]) -> list[str]:
    """The days that are asked for as numbers of entries, which lie nearly in the order of time. Whoever took a number
    before a moment tells no later time; whoever took it a day after, no earlier one: the times themselves decide what
    fits, the numbers only where to look."""
    parts = []
    if wanted.first and (found := _number_at(wanted.first - _SLACK)):
        parts.append("id > %(low)s")
        values["low"] = found[0]
    if wanted.last and (found := _number_at(wanted.last + _SLACK)):
        parts.append("id < %(high)s")
        values["high"] = found[1]
    return parts


def _number_at(moment: datetime) -> tuple[int, int] | None:
    with reaching(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(_NUMBER, {"moment": moment})
        low, high = cursor.fetchone()
    return None if low is None else (low, high)
