"""Norms of a station, and who covers whom: questions without a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

SIDES = ("A", "B")


def workers_needed(households: int, per_worker: int) -> int:
    """How many workers the norm asks for: at 300 each, 2,400 households need 8, 2,401 need 9.

    That a part counts as a whole is ours [proposed].
    """
    return -(-households // per_worker)


def hall_is_large_enough(area: Decimal, least: Decimal) -> bool:
    """Whether the hall meets the norm in square metres: at 50, 49.9 fails and 50 passes."""
    return area >= least


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, the end not included; None = it goes on."""

    from_at: datetime
    to_at: datetime | None


def first_gap(present: Iterable[Span], start: datetime, end: datetime) -> Span | None:
    """The first stretch of start..end in which none of the present spans runs, or None when somebody always is there.

    A gap that reaches `end` has no end of its own.
    """
    reached = start
    for span in sorted(present, key=lambda span: span.from_at):
        if span.from_at > reached:
            return Span(reached, min(span.from_at, end)) if reached < end else None
        if span.to_at is None:
            return None
        reached = max(reached, span.to_at)
        if reached >= end:
            return None
    return Span(reached, None)


def without(here: Span, away: Iterable[Span]) -> list[Span]:
    """What is left of a stretch when other stretches are taken out of it."""
    left: list[Span] = []
    since: datetime | None = here.from_at
    for span in sorted(away, key=lambda span: span.from_at):
        if since is None:
            break
        if here.to_at is not None and span.from_at >= here.to_at:
            break
        if span.from_at > since:
            left.append(Span(since, span.from_at))
        since = None if span.to_at is None else max(since, span.to_at)
    if since is not None and (here.to_at is None or since < here.to_at):
        left.append(Span(since, here.to_at))
    return left
