"""Why this date: the reasons in words, and the days as the table shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.cases.rules import Clock, Line
from yimen.core.calendar import DayKind, DayLine
from yimen.core.formats import format_date

SHOWN = 140  # days in the table; a longer limit is told in words only
_KINDS = {
    DayKind.ACCEPTED: "start",
    DayKind.WORKING: "count",
    DayKind.MAKEUP: "count",
    DayKind.WEEKEND: "off",
    DayKind.HOLIDAY: "off",
    DayKind.PAUSED: "held",
    DayKind.DUE: "last",
}


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of the table."""

    on: date
    kind: str
    n: int
    today: bool
    why: str


def reasons(clock: Clock) -> list[str]:
    """One sentence for each event that made the date what it is."""
    return [_reason(line) for line in clock.lines]


def _reason(line: Line) -> str:
    language = get_language() or "zh-hans"
    params = {
        name: format_date(value, "day", language=language) if isinstance(value, date) else value
        for name, value in line.params.items()
    }
    return _(line.message) % params


def days(lines: Sequence[DayLine], today: date) -> list[Day]:
    """The day-by-day table; empty when it would be too long to read."""
    if len(lines) > SHOWN:
        return []
    why = {DayKind.MAKEUP: _("make-up working day"), DayKind.HOLIDAY: _("holiday")}
    return [Day(line.on, _KINDS[line.kind], line.number, line.on == today, why.get(line.kind, "")) for line in lines]
