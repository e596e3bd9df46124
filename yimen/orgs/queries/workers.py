"""Who works in a station, and what each of them can do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
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
    return workers_below(division_code, at=at).get(division_code, [])


def workers_below(prefix: str, *, at: datetime) -> dict[str, list[Worker]]:
    """The people of every station under a division today, by the station's code, its head first."""
    today = local(at).date()
    seats: dict[str, dict[UUID, list[access.SeatHeld]]] = defaultdict(lambda: defaultdict(list))
    for seat in access.seats_held(prefix, first=today, last=today, roles=STATION_ROLES):
        seats[seat.division_code][seat.account_id].append(seat)
    return {
        code: sorted(starmap(_worker, people.items()), key=lambda worker: (not worker.is_head, worker.name))
        for code, people in seats.items()
    }


def _worker(account_id: UUID, held: Sequence[access.SeatHeld]) -> Worker:
    return Worker(
        account_id,
        held[0].account_ref,
        held[0].name,
        any(seat.role is Role.HEAD for seat in held),
        {post: seat.side for post in post_codes() for seat in held if seat.post == post},
    )


def grades(people: Iterable[Worker]) -> dict[tuple[UUID, str], str]:
    """What people can do: (person, matter code) → "alone" or "helped"; not yet = no entry."""
    ids = {worker.account_id for worker in people}
    rows = Skill.objects.filter(account_id__in=ids).values_list("account_id", "item_code", "grade")
    return {(account_id, code): grade for account_id, code, grade in rows}


def grade_of(account_id: UUID, item_code: str) -> str:
    """What one person can do of one matter: "alone", "helped" or ""."""
    found = Skill.objects.filter(account_id=account_id, item_code=item_code).values_list("grade", flat=True).first()
    return found or ""
