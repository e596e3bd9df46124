"""What waits for this person now: offers, the pool, what only they can decide."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from yimen.cases.queries.lists import Row, Wanted, totalled_list, work_list
from yimen.cases.queries.scope import known_sql
from yimen.cases.rules import Waiting
from yimen.core.actor import Actor, Role


class Offered(NamedTuple):
    """A case somebody offers me."""

    number: str
    version_id: UUID
    from_name: str
    reason: str
    at: datetime


class Request(NamedTuple):
    """An extension that waits for an answer."""

    number: str
    version_id: UUID
    division_code: str
    days: int
    reason: str
    by_name: str
    at: datetime
    due_at: datetime | None
    promised_days: int
    total: int  # of all that wait


def offered_to(actor: Actor) -> list[Offered]:
    """Cases offered to me and not yet answered, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_OFFERED, (actor.account_id,))
        return [Offered(*row) for row in cursor.fetchall()]


_OFFERED = """
select c.number, c.version_id, a.name, o.reason, o.at
from cases_handover o join cases_case c on c.id = o.case_id join access_account a on a.id = o.from_account_id
where o.to_account_id = %s and o.state = 'offered' and c.closed_at is null order by o.at limit 20
"""


def pool(actor: Actor, *, at: datetime, limit: int = 10) -> list[Row]:
    """Cases of my station that nobody has claimed, soonest due first."""
    return work_list(actor, Wanted(view="claim"), at=at, limit=limit)[0]


def extensions_asked(actor: Actor, *, at: datetime, limit: int = 20) -> list[Request]:
    """Extensions this office answers, soonest due first."""
    if actor.role is not Role.STREET:
        return []
    known, values = known_sql(actor, at=at)
    sql = f"""
        select c.number, c.version_id, c.division_code, e.days, e.reason, a.name, e.asked_at, c.due_at, c.promised_days,
               count(*) over ()::int
        from cases_extension e join cases_case c on c.id = e.case_id join access_account a on a.id = e.asked_by_id
        where e.state = 'asked' and c.closed_at is null and {known} order by c.due_at, c.id limit {limit}
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Request(*row) for row in cursor.fetchall()]


def on_my_desk(actor: Actor, *, at: datetime, limit: int = 15) -> tuple[list[Row], int]:
    """Cases sent up to this very office, soonest due first, and how many there are, counted up to COUNTED."""
    return totalled_list(actor, Wanted(view="sent_up", desk=actor.reach), at=at, limit=limit)


def late_by_cause(actor: Actor, *, at: datetime) -> list[tuple[str, int]]:
    """How many overdue cases wait for whom, most first."""
    known, values = known_sql(actor, at=at)
    sql = (
        f"select c.waiting_for, count(*) from cases_case c where c.closed_at is null and c.due_at < %(at)s and {known}"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} group by c.waiting_for", values)
        found = dict(cursor.fetchall())
    return sorted(((cause, found[cause]) for cause in Waiting if cause in found), key=lambda one: -one[1])


class Unfinished(NamedTuple):
    """An intake that was begun and not submitted."""

    ref: str
    resident: str | None
    updated_at: datetime
    expires_at: datetime
    total: int  # of all that are begun


def drafts_of(actor: Actor, *, at: datetime) -> list[Unfinished]:
    """My intakes in progress, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAFTS, (actor.account_id, at))
        return [Unfinished(*row) for row in cursor.fetchall()]


_DRAFTS = """
select d.ref, r.name, d.updated_at, d.expires_at, count(*) over ()::int
from cases_draft d left join registry_resident r on r.id = d.resident_id
where d.account_id = %s and d.submitted_at is null and d.expires_at > %s order by d.updated_at desc limit 8
"""
