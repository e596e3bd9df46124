"""Public figures: what each community took, finished on time, is late with, and how it was rated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yimen.cases.queries import resident
from yimen.cases.queries.resident import Counters
from yimen.cases.rules.figures import SMALL, hide_levels
from yimen.core.clock import local
from yimen.orgs import queries as orgs
from yimen.portal.kept import Kept

SPAN = timedelta(days=365)
HIDDEN = "*"  # a small number, or one that would give a small one away

_kept: Kept[str, tuple[datetime, list[Counters]]] = Kept(60)


@dataclass(frozen=True, slots=True)
class Line:
    """One community (or the whole street) as shown; `HIDDEN` stands for a number that is not."""

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
    since, street = local(at - SPAN).date(), code[:9]
    taken_at, rows = _kept.get(street, lambda: (at, resident.counters(street, from_on=since, at=at)))
    whole = Counters(
        street,
        sum(row.taken for row in rows),
        sum(row.closed for row in rows),
        sum(row.on_time for row in rows),
        sum(row.overdue for row in rows),
        _added(rows),
    )
    lines = _lines(whole, rows)
    first = next((line for line in lines if line.code == code), None) or _line(Counters(code, 0, 0, 0, 0, (0,) * 5))
    below = tuple(lines[1:]) if code == street else ()
    return Figures(code, orgs.division_name(code), first, below, since, taken_at)


def _added(rows: list[Counters]) -> tuple[int, int, int, int, int]:
    first, second, third, fourth, fifth = (sum(row.ratings[place] for row in rows) for place in range(5))
    return first, second, third, fourth, fifth


def _lines(whole: Counters, rows: Sequence[Counters]) -> list[Line]:
    """The street and its communities; each count is hidden where the other lines would give a small one away."""
    return [_line(whole), *(_line(row, whole, rows, place) for place, row in enumerate(rows))]


def _line(row: Counters, whole: Counters | None = None, rows: Sequence[Counters] = (), place: int = 0) -> Line:
    counts = {
        name: hide_levels(measure(whole or row), [([measure(each) for each in rows], place)] if whole else [])
        for name, measure in _MEASURES.items()
    }
    ratings = [counts[name] for name in _MEASURES if name.startswith("rated")]
    # A share of all beside the numbers that are shown would tell those that are not.
    content = _percent(sum(row.ratings[:3]), sum(row.ratings)) if None not in ratings else ""
    return Line(
        row.division_code,
        orgs.division_name(row.division_code),
        shown(counts["taken"]),
        _percent(row.on_time, row.closed),
        shown(counts["overdue"]),
        tuple(shown(count) for count in ratings),
        content,
    )


_MEASURES: dict[str, Callable[[Counters], int]] = {
    "taken": lambda row: row.taken,
    "overdue": lambda row: row.overdue,
    "rated_5": lambda row: row.ratings[0],
    "rated_4": lambda row: row.ratings[1],
    "rated_3": lambda row: row.ratings[2],
    "rated_2": lambda row: row.ratings[3],
    "rated_1": lambda row: row.ratings[4],
}


def shown(count: int | None) -> str:
    """A number as the public sees it."""
    return HIDDEN if count is None else f"{count:,}"


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%" if whole >= SMALL else ""
