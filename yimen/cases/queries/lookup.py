"""Cases asked for from elsewhere: by number, or by resident."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from yimen.access.check import may
from yimen.cases.models import Case
from yimen.cases.queries.scope import known_to, stands_in_for
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


_COLUMNS = (
    "number",
    "version_id",
    "resident_id",
    "resident__name",
    "state",
    "outcome",
    "accepted_at",
    "due_at",
    "closed_at",
    "promised_days",
    "is_provisional",
    "owner__name",
    "first_asked__name",
)


def cases_of_resident(actor: Actor, resident_ids: Sequence[UUID], *, at: datetime, limit: int = 50) -> list[Found]:
    """The cases of a resident (all ids a merge left behind) that this actor may know of, newest first."""
    if not may(actor, "case.list"):
        return []
    known = known_to(actor, standing=stands_in_for(actor, at=at))
    rows = Case.objects.filter(known, resident_id__in=list(resident_ids)).order_by("-accepted_at", "-id")
    return [Found(*row) for row in rows.values_list(*_COLUMNS)[:limit]]


def find_by_number(actor: Actor, prefix: str, *, at: datetime, limit: int = 8) -> list[Found]:
    """Cases whose number begins like this (or ends, when only its last digits were typed), newest first."""
    typed = normal_number(prefix)
    if not may(actor, "case.list") or len(typed) < 3:
        return []
    known = known_to(actor, standing=stands_in_for(actor, at=at))
    rows = Case.objects.filter(known)
    near = len(actor.reach) >= STREET  # the last digits alone are searched where that reads few rows
    ends = typed.isdigit() and near
    rows = rows.filter(number__endswith=typed) if ends else rows.filter(number__startswith=typed)
    return [Found(*row) for row in rows.order_by("-accepted_at").values_list(*_COLUMNS)[:limit]]
