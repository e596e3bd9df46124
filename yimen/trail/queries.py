"""Read what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from yimen.trail.models import Entry


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry as pages show it."""

    id: int
    at: datetime
    verb: str
    actor_name: str
    role: str
    seat: str
    division_code: str
    changes: object
    note: str
    is_read: bool


def entries_about(
    kind: str, ids: Sequence[UUID | str], *, limit: int = 100, before: int | None = None
) -> list[TrailRow]:
    """Entries about any of the subjects, newest first, older than the entry `before`."""
    rows = Entry.objects.filter(subject_kind=kind, subject_id__in=[str(one) for one in ids])
    if before is not None:
        rows = rows.filter(id__lt=before)
    names = ("id", "at", "verb", "actor_name", "role", "seat", "division_code", "changes", "note", "is_read")
    return [TrailRow(*row) for row in rows.order_by("-id").values_list(*names)[:limit]]


def times_done(account_id: UUID, verb: str, *, since: Sequence[datetime]) -> tuple[int, ...]:
    """How often an account did a verb since each of these moments."""
    counts = ", ".join("count(*) filter (where at > %s)" for _one in since)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {counts} from trail_entry where account_id = %s and verb = %s and at > %s",
            (*since, account_id, verb, min(since)),
        )
        row = cursor.fetchone()
    assert row is not None
    return tuple(row)
