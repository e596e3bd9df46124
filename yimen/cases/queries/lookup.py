"""Cases asked for from elsewhere: by number, or by resident."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yimen.access.check import may
from yimen.cases.queries.scope import known_sql
from yimen.cases.rules import normal_number
from yimen.core.actor import Actor

STREET = 9  # digits of a street's division code


class Found(NamedTuple):
    """A case as other pages list it."""

    number: str
    version_id: UUID
    resident_id: UUID
    resident_name: str
    state: str
    outcome: str
    accepted_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    promised_days: int
    is_provisional: bool
    owner: str | None
    first_asked: str
    division_code: str


# On every page of a resident and in every search: without the ORM.
_FOUND = """
select c.number, c.version_id, c.resident_id, r.name, c.state, c.outcome, c.accepted_at, c.due_at, c.closed_at,
       c.promised_days, c.is_provisional, o.name, f.name, c.division_code
from cases_case c
join registry_resident r on r.id = c.resident_id
join access_account f on f.id = c.first_asked_id
left join access_account o on o.id = c.owner_id
where {known} and {which} order by c.accepted_at desc, c.id desc limit {limit}
"""


def _found(actor: Actor, which: str, values: dict[str, Any], *, at: datetime, limit: int) -> list[Found]:
    known, more = known_sql(actor, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.format(known=known, which=which, limit=limit), {**more, **values})
        return [Found(*row) for row in cursor.fetchall()]


def cases_of_resident(actor: Actor, resident_ids: Sequence[UUID], *, at: datetime, limit: int = 50) -> list[Found]:
    """The cases of a resident (all ids a merge left behind) that this actor may know of, newest first."""
    if not may(actor, "case.list"):
        return []
    return _found(actor, "c.resident_id = any(%(ids)s)", {"ids": list(resident_ids)}, at=at, limit=limit)


def find_by_number(actor: Actor, prefix: str, *, at: datetime, limit: int = 8) -> list[Found]:
    """Cases whose number begins like this (or ends, when only its last digits were typed), newest first."""
    typed = normal_number(prefix)
    if not may(actor, "case.list") or len(typed) < 3:
        return []
    near = len(actor.reach) >= STREET  # the last digits alone are searched where that reads few rows
    if typed.isdigit() and near:
        which, values = "right(c.number, %(digits)s) = %(typed)s", {"typed": typed, "digits": len(typed)}
    else:  # by bytes, as the index is: a prefix held by LIKE is unknown to a prepared plan
        which, values = "c.number ~>=~ %(typed)s and c.number ~<~ (%(typed)s || '~')", {"typed": typed}
    return _found(actor, which, values, at=at, limit=limit)


def is_case_of(actor: Actor, resident_ids: Sequence[UUID], number: str, at: datetime) -> bool:
    """Whether this very number names a case of one of these residents that the actor may know of."""
    if not may(actor, "case.list"):
        return False
    which, values = "c.number = %(number)s and c.resident_id = any(%(ids)s)", {"number": normal_number(number)}
    return bool(_found(actor, which, values | {"ids": list(resident_ids)}, at=at, limit=1))


def thing_numbered(number: str) -> tuple[str, str] | None:
    """The kind and id under which the trail keeps the case of this very number."""
    with connection.cursor() as cursor:
        cursor.execute("select id from cases_case where number = %s", (normal_number(number),))
        row = cursor.fetchone()
    return ("case", str(row[0])) if row else None
