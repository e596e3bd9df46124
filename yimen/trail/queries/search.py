"""The trail, read by people: newest first, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yimen.trail.models import Entry

PAGE = 50
EXPORT_LIMIT = 20_000
_CHUNK = 500
_LAST = "~"  # sorts after every digit in collation "C"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; `last` is exclusive, `reads` None = reads of persons and acts alike. `person` is what somebody
    typed, `accounts` whom it means."""

    prefix: str = ""
    account_id: UUID | None = None
    person: str = ""
    accounts: tuple[UUID, ...] = ()
    verb: str = ""
    subject: str = ""
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


_COLUMNS = tuple(EntryRow.__dataclass_fields__)


def entries(wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> list[EntryRow]:
    """The newest entries that fit, older than `before`."""
    rows = _matching(wanted)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [EntryRow(*row) for row in rows.order_by("-id").values_list(*_COLUMNS)[:limit]]


def every(wanted: Wanted, *, limit: int) -> Iterator[EntryRow]:
    """All entries that fit, newest first, read in chunks; at most `limit`."""
    before, left = None, limit
    while left:
        found = entries(wanted, before=before, limit=min(_CHUNK, left))
        if not found:
            return
        yield from found
        before, left = found[-1].id, left - len(found)


def _matching(wanted: Wanted) -> QuerySet[Entry]:
    exact = {"account_id": wanted.account_id, "verb": wanted.verb, "is_read": wanted.reads}
    rows = Entry.objects.filter(**{name: value for name, value in exact.items() if value not in (None, "")})
    if wanted.prefix:
        rows = rows.filter(division_code__gte=wanted.prefix, division_code__lt=wanted.prefix + _LAST)
    if wanted.person:
        rows = rows.filter(Q(account_id__in=wanted.accounts) | Q(acting_for__in=wanted.accounts))
    if wanted.subject:
        rows = rows.filter(Q(subject_kind=wanted.subject) | Q(subject_id=wanted.subject))
    if wanted.first:
        rows = rows.filter(at__gte=wanted.first)
    if wanted.last:
        rows = rows.filter(at__lt=wanted.last)
    return rows
