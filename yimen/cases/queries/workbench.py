"""What waits for this person now: offers, the pool, what only they can decide."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from yimen.cases.models import Draft, HandOver
from yimen.cases.queries.lists import Row, Wanted, work_list
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


def offered_to(actor: Actor) -> list[Offered]:
    """Cases offered to me and not yet answered, oldest first."""
    rows = HandOver.objects.filter(to_account_id=actor.account_id, state="offered", case__closed_at=None).order_by("at")
    columns = ("case__number", "case__version_id", "from_account__name", "reason", "at")
    return [Offered(*row) for row in rows.values_list(*columns)[:20]]


def pool(actor: Actor, *, at: datetime, limit: int = 10) -> list[Row]:
    """Cases of my station that nobody has claimed, soonest due first."""
    return work_list(actor, Wanted(view="claim"), at=at, limit=limit)[0]


def extensions_asked(actor: Actor, *, at: datetime, limit: int = 20) -> list[Request]:
    """Extensions this office answers, soonest due first."""
    if actor.role is not Role.STREET:
        return []
    known, values = known_sql(actor, at=at)
    sql = f"""
        select c.number, c.version_id, c.division_code, e.days, e.reason, a.name, e.asked_at, c.due_at, c.promised_days
        from cases_extension e join cases_case c on c.id = e.case_id join access_account a on a.id = e.asked_by_id
        where e.state = 'asked' and c.closed_at is null and {known} order by c.due_at, c.id limit {limit}
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Request(*row) for row in cursor.fetchall()]


def on_my_desk(actor: Actor, *, at: datetime, limit: int = 15) -> tuple[list[Row], bool]:
    """Cases sent up to this very office, soonest due first, and whether there are more."""
    return work_list(actor, Wanted(view="sent_up", desk=actor.reach), at=at, limit=limit)


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


def drafts_of(actor: Actor, *, at: datetime) -> list[Unfinished]:
    """My intakes in progress, newest first."""
    assert actor.account_id is not None
    rows = Draft.objects.filter(account_id=actor.account_id, submitted_at=None, expires_at__gt=at)
    columns = ("ref", "resident__name", "updated_at", "expires_at")
    return [Unfinished(*row) for row in rows.order_by("-updated_at").values_list(*columns)[:8]]
