"""Reading what was written down about one thing."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from yimen.core.database import reaching
from yimen.core.reach import EVERYWHERE
from yimen.trail.models import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One verb that happened to a thing, as its page tells it."""

    at: datetime
    verb: str
    actor_name: str
    role: str
    seat: str
    acting_for_name: str
    changes: dict[str, object] | list[str]
    note: str


_FIELDS = ("at", "verb", "actor_name", "role", "seat", "acting_for_name", "changes", "note")


def lines_of(kind: str, subject_id: UUID | str, *, limit: int = 200) -> list[Line]:
    """What happened to a thing, newest first; reads are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, (kind, str(subject_id), limit))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [Line(*(*row[:6], json.loads(row[6]), row[7])) for row in rows]


# On every page of a case: without the ORM.
_LINES = """
select at, verb, actor_name, role, seat, acting_for_name, changes::text, note
from trail_entry where subject_kind = %s and subject_id = %s and not is_read order by id desc limit %s
"""


# The same inside another statement, as JSON text for `told`: {kind} and {subject} are SQL of text.
LINES = """
(select json_agg(json_build_array(at, verb, actor_name, role, seat, acting_for_name, changes, note) order by e.id desc)
 from (select * from trail_entry where subject_kind = {kind} and subject_id = {subject} and not is_read
       order by id desc limit 200) e)::text
"""


def told(lines: str | None) -> list[Line]:
    """The lines that `LINES` gave."""
    return [Line(datetime.fromisoformat(at), *rest) for at, *rest in json.loads(lines or "[]")]


def last_change(kind: str, subject_id: UUID | str) -> Line | None:
    """The latest thing that happened to it."""
    return next(iter(lines_of(kind, subject_id, limit=1)), None)


def last_of(kind: str, subject_id: UUID | str, verb: str) -> Line | None:
    """The latest time this verb happened to it."""
    rows = Entry.objects.filter(subject_kind=kind, subject_id=str(subject_id), verb=verb)
    row = rows.order_by("-id").values_list(*_FIELDS).first()
    return Line(*row) if row else None


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry about a subject, reads included, with its number for paging."""

    id: int
    at: datetime
    verb: str
    actor_name: str
    role: str
    seat: str
    division_code: str
    note: str
    is_read: bool


def seen_of(kind: str, ids: Sequence[UUID | str], *, limit: int = 100, before: int | None = None) -> list[Seen]:
    """Everything about any of the subjects, reads included, newest first, older than the entry `before`: also what was
    done where a resident lived before. The caller has opened the subjects within reach."""
    rows = Entry.objects.filter(subject_kind=kind, subject_id__in=[str(one) for one in ids])
    if before is not None:
        rows = rows.filter(id__lt=before)
    names = ("id", "at", "verb", "actor_name", "role", "seat", "division_code", "note", "is_read")
    with reaching(EVERYWHERE):
        return [Seen(*row) for row in rows.order_by("-id").values_list(*names)[:limit]]


def times_done(account_id: UUID, *verbs: str, since: Sequence[datetime]) -> tuple[int, ...]:
    """How often an account did one of these verbs since each of these moments, in whichever of its seats."""
    counts = {f"since_{place}": Count("id", filter=Q(at__gt=moment)) for place, moment in enumerate(since)}
    rows = Entry.objects.filter(account_id=account_id, verb__in=verbs, at__gt=min(since))
    with reaching(EVERYWHERE):
        return tuple(rows.aggregate(**counts).values())


# Inside another statement: whether fewer residents than %(most_hour)s were opened since %(hour)s, and than %(most_day)s
# since %(midnight)s, by the account %(account)s in whichever of its seats above the stations.
OPENED_ABOVE = """
(select count(*) filter (where o > %(hour)s) < %(most_hour)s::int
    and count(*) filter (where o > %(midnight)s) < %(most_day)s::int
 from trail_opened_above(%(account)s::uuid, least(%(hour)s::timestamptz, %(midnight)s::timestamptz)) o)
"""


def latest_at() -> datetime | None:
    """When the last thing happened. Entries are numbered as they are written, which is nearly the order of time."""
    return max(Entry.objects.order_by("-id").values_list("at", flat=True)[:1000], default=None)


def subjects_since(kind: str, subject_ids: Sequence[UUID], verb: str, *, since: datetime) -> set[str]:
    """Which of these things the verb has happened to after a moment, as text ids."""
    rows = Entry.objects.filter(subject_kind=kind, subject_id__in=[str(one) for one in subject_ids], verb=verb)
    return set(rows.filter(at__gt=since).values_list("subject_id", flat=True))


def case_numbers(subject_ids: Collection[str]) -> dict[str, str]:
    """The numbers of cases as they were written down when the cases were taken in, by id."""
    rows = Entry.objects.filter(subject_kind="case", subject_id__in=subject_ids, verb="case.accept")
    return {
        one: str(changes["number"]) for one, changes in rows.values_list("subject_id", "changes") if "number" in changes
    }
