"""Public figures: what each community took, finished on time, is late with, and how it was rated."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yimen.cases.queries import resident
from yimen.cases.queries.resident import Counters
from yimen.core.clock import local
from yimen.orgs import queries as orgs
from yimen.portal.kept import Kept

SPAN = timedelta(days=365)
FEW = 5  # smaller numbers are not shown, so that nobody is told apart

_kept: Kept[str, tuple[datetime, list[Counters]]] = Kept(60)


@dataclass(frozen=True, slots=True)
class Line:
    """One community (or the whole street) as shown; "<5" stands for one to four."""

    code: str
    name: str
    taken: str
    on_time: str  # percent of those closed, "" where there are too few
    overdue: str
    ratings: tuple[str, ...]  # five levels, best first
    content: str  # percent of ratings in the best three levels, "" where there are too few


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a street with its communities, or of one community alone."""

    code: str
    name: str
    whole: Line
    communities: tuple[Line, ...]
    since: date
    at: datetime


def figures(code: str, *, at: datetime) -> Figures | None:
    """The figures of a street or a community over the last twelve months, at most a minute old."""
    if orgs.division(code) is None:
        return None
    since = at - SPAN
    taken_at, rows = _kept.get(code, lambda: (at, resident.counters(code, since=since, at=at)))
    whole = Counters(
        code,
        sum(row.taken for row in rows),
        sum(row.closed for row in rows),
        sum(row.on_time for row in rows),
        sum(row.overdue for row in rows),
        _added(rows),
    )
    names = tuple(_line(row) for row in rows) if len(code) < 12 else ()
    return Figures(code, orgs.division_name(code), _line(whole), names, local(since).date(), taken_at)


def _added(rows: list[Counters]) -> tuple[int, int, int, int, int]:
    first, second, third, fourth, fifth = (sum(row.ratings[place] for row in rows) for place in range(5))
    return first, second, third, fourth, fifth


def _line(row: Counters) -> Line:
    rated = sum(row.ratings)
    return Line(
        row.division_code,
        orgs.division_name(row.division_code),
        shown(row.taken),
        _percent(row.on_time, row.closed),
        shown(row.overdue),
        tuple(shown(count) for count in row.ratings),
        _percent(sum(row.ratings[:3]), rated),
    )


def shown(count: int) -> str:
    """A number as the public sees it."""
    return f"<{FEW}" if 0 < count < FEW else f"{count:,}"


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%" if whole >= FEW else ""
