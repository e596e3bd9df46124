"""What cases add to the page of a resident: lines of the timeline, the open matters, the latest contact."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.cases.queries.due import due_of
from yimen.cases.queries.lookup import Found, cases_of_resident
from yimen.cases.queries.scope import own_sql
from yimen.cases.queries.words import matter_name, outcome_name
from yimen.core.actor import Actor
from yimen.registry.queries.sources import Contact, Panel, TimelineRow, Told

PANEL = "cases/of_resident.html"


def told(actor: Actor, ids: Sequence[UUID], at: datetime) -> Told:
    """When each case was taken in and how it ended; and those still in hand, with their deadlines."""
    found = cases_of_resident(actor, ids, at=at)
    rows = []
    for one in found:
        title, href = matter_name(one.version_id), f"/cases/{one.number}"
        who = one.owner or one.first_asked
        rows.append(
            TimelineRow(one.accepted_at, _("Taken in: %(title)s") % {"title": title}, who, one.number, href=href)
        )
        if one.closed_at is not None:
            words = _("%(title)s: %(outcome)s") % {"title": title, "outcome": outcome_name(one.outcome)}
            rows.append(TimelineRow(one.closed_at, words, who, one.number, href=href))
    open_cases = [(one, matter_name(one.version_id), _due(one, at)) for one in found if one.closed_at is None]
    return Told(rows, Panel(PANEL, {"open_cases": open_cases}) if open_cases else None)


def _due(one: Found, at: datetime) -> object:
    return due_of(due_at=one.due_at, at=at, promised=one.promised_days, provisional=one.is_provisional)


def contacts(actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, Contact]:
    """When each resident last handed something in."""
    known, values = own_sql(actor)
    with connection.cursor() as cursor:
        cursor.execute(_LATEST + known + " group by c.resident_id", values | {"ids": list(ids)})
        return {resident: Contact(at, _("at the counter")) for resident, at in cursor.fetchall()}


# Asked by every search: without the ORM. By resident first, who has few cases; a community has thousands.
_LATEST = """
select c.resident_id, max(c.accepted_at) from cases_case c where c.resident_id = any(%(ids)s) and
"""


_OPEN = """
select c.resident_id, bool_or(c.due_at < %(at)s) from cases_case c
where c.resident_id = any(%(ids)s) and c.closed_at is null and
"""


def open_matters(actor: Actor, ids: Sequence[UUID], *, at: datetime) -> Mapping[UUID, bool]:
    """Of these residents those with an open case this actor may know of, and whether one of them is late."""
    if not ids or not may(actor, "case.list"):
        return {}
    known, values = own_sql(actor)
    with connection.cursor() as cursor:
        cursor.execute(f"{_OPEN} {known} group by c.resident_id", values | {"ids": list(ids), "at": at})
        return {resident: bool(is_late) for resident, is_late in cursor.fetchall()}
