"""Who works in a station, and what each of them can do."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yimen.access import queries as access
from yimen.core.actor import Role
from yimen.core.clock import local
from yimen.orgs.models import Skill
from yimen.orgs.queries.cover import STATION_ROLES
from yimen.orgs.queries.names import post_codes


@dataclass(frozen=True, slots=True)
class Worker:
    """One person of a station with all their seats there: `posts` maps a post to its side."""

    account_id: UUID
    ref: str
    name: str
    is_head: bool
    posts: Mapping[str, str]


def workers(division_code: str, *, at: datetime) -> list[Worker]:
    """The people of one station today, the head first."""
    today = local(at).date()
    seats: dict[UUID, list[access.SeatHeld]] = defaultdict(list)
    for seat in access.seats_held(division_code, first=today, last=today, roles=STATION_ROLES):
        if seat.division_code == division_code:
            seats[seat.account_id].append(seat)
    found = [
        Worker(
            account_id,
            held[0].account_ref,
            held[0].name,
            any(seat.role is Role.HEAD for seat in held),
            {post: seat.side for post in post_codes() for seat in held if seat.post == post},
        )
        for account_id, held in seats.items()
    ]
    return sorted(found, key=lambda worker: (not worker.is_head, worker.name))


def grades(division_code: str, *, at: datetime) -> dict[tuple[UUID, str], str]:
    """What the people of a station can do: (person, matter code) → "alone" or "helped"; not yet = no entry."""
    people = [worker.account_id for worker in workers(division_code, at=at)]
    rows = Skill.objects.filter(account_id__in=people).values_list("account_id", "item_code", "grade")
    return {(account_id, code): grade for account_id, code, grade in rows}


def grade_of(account_id: UUID, item_code: str) -> str:
    """What one person can do of one matter: "alone", "helped" or ""."""
    found = Skill.objects.filter(account_id=account_id, item_code=item_code).values_list("grade", flat=True).first()
    return found or ""
