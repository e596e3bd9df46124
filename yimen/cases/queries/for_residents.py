"""What cases add to the page of a resident: lines of the timeline, the open matters, the latest contact."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from yimen.cases.queries.due import due_of
from yimen.cases.queries.lookup import Found, cases_of_resident
from yimen.cases.queries.scope import own_sql
from yimen.cases.queries.words import matter_name, outcome_name
from yimen.core.actor import Actor
from yimen.registry.queries.sources import Contact, Panel, TimelineRow

PANEL = "cases/of_resident.html"


def timeline(actor: Actor, ids: Sequence[UUID], at: datetime) -> list[TimelineRow]:
    """When each case was taken in and how it ended."""
    rows = []
    for found in cases_of_resident(actor, ids, at=at):
        title, href = matter_name(found.version_id), f"/cases/{found.number}"
        who = found.owner or found.first_asked
        rows.append(
            TimelineRow(found.accepted_at, _("Taken in: %(title)s") % {"title": title}, who, found.number, href=href)
        )
        if found.closed_at is not None:
            words = _("%(title)s: %(outcome)s") % {"title": title, "outcome": outcome_name(found.outcome)}
            rows.append(TimelineRow(found.closed_at, words, who, found.number, href=href))
    return rows


def open_matters(actor: Actor, ids: Sequence[UUID], at: datetime) -> Panel | None:
    """The cases still in hand, with their deadlines."""
    found = [one for one in cases_of_resident(actor, ids, at=at) if one.closed_at is None]
    if not found:
        return None
    rows = [(one, matter_name(one.version_id), _due(one, at)) for one in found]
    return Panel(PANEL, {"open_cases": rows})


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
