"""The plan of a month: who is to be seen, in which order, and as which walk. Pure; `tests/visits/test_planning.py`.

Must-visit households come first, then open needs, then the longest unseen, until the month's goal is met. Who must be
seen, who has an open need, and who would be unseen for longer than the norm (`unseen_months`) before the next months
reach them is in the plan even above the goal: a patch of many must-visits forgets no need, and nobody waits longer
without a named reason (facts.md rows 29 to 31).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from uuid import UUID

from yimen.visits.rules.months import last_of, months_before


class Why(IntEnum):
    """Why a household is in the plan, most pressing first."""

    MUST = 0
    TOO_LONG = 1  # unseen for longer than the norm by the end of the month
    NEED = 2
    LONGEST = 3


@dataclass(frozen=True, slots=True)
class Household:
    """One door of a patch as the plan sees it. `seen_on`: last reached, None for never; `since_on`: since when the door
    is in a patch at all, from which a household never seen waits."""

    dwelling: UUID
    building: str
    stairwell: str
    floor: int
    room: str
    since_on: date
    seen_on: date | None = None
    is_must: bool = False
    has_need: bool = False
    has_gap: bool = False  # a named reason for this month: not walked to
    is_reached: bool = False  # in this month

    @property
    def waits_since(self) -> date:
        """The day from which this household waits."""
        return self.seen_on or self.since_on


@dataclass(frozen=True, slots=True)
class Due:
    """A household of the plan, and why."""

    household: Household
    why: Why


def plan(households: Iterable[Household], *, goal: int, first: date, unseen_months: int) -> list[Due]:
    """Who is still to be seen in the month that begins on `first`, most pressing first.

    Every must-visit household, everybody unseen for longer than `unseen_months` at its end and every open need, then
    the longest unseen until as many as `goal` are reached or planned. Households with a named reason, and those
    reached already, are left out.
    """
    everybody, since = list(households), months_before(last_of(first), unseen_months)
    reached = sum(one.is_reached for one in everybody)
    found = sorted((_due(one, since) for one in everybody if not (one.is_reached or one.has_gap)), key=_pressing)
    asked = [due for due in found if due.why < Why.LONGEST]
    more = [due for due in found if due.why is Why.LONGEST]
    return asked + more[: max(0, goal - reached - len(asked))]


def _due(one: Household, since: date) -> Due:
    if one.is_must:
        return Due(one, Why.MUST)
    if one.waits_since < since:
        return Due(one, Why.TOO_LONG)
    return Due(one, Why.NEED if one.has_need else Why.LONGEST)


def _pressing(due: Due) -> tuple[int, date, tuple[str, str, int, str], UUID]:
    one = due.household
    return due.why, one.waits_since, place_of(one), one.dwelling


def place_of(one: Household) -> tuple[str, str, int, str]:
    """Where a door comes in a walk: building, stairwell, the top floor first, then the doors of a floor."""
    return _natural(one.building), _natural(one.stairwell), -one.floor, _natural(one.room)


def _natural(text: str) -> str:
    """Numbers in order of size: 3 before 12."""
    return "".join(part.rjust(6, "0") if part.isdigit() else part for part in _parts(text))


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for char in text:
        if parts and parts[-1].isdigit() and char.isdigit():
            parts[-1] += char
        else:
            parts.append(char)
    return parts


@dataclass(frozen=True, slots=True)
class Stop:
    """One stairwell of a walk with its doors, from the top floor down."""

    building: str
    stairwell: str
    dues: tuple[Due, ...]


def walk(dues: Sequence[Due]) -> list[Stop]:
    """The plan as a walk: grouped by building and stairwell, buildings together, doors from the top floor down."""
    ordered = sorted(dues, key=lambda due: (*place_of(due.household), due.household.dwelling))
    groups: dict[tuple[str, str], list[Due]] = {}
    for due in ordered:
        groups.setdefault((due.household.building, due.household.stairwell), []).append(due)
    return [Stop(building, stairwell, tuple(group)) for (building, stairwell), group in groups.items()]
