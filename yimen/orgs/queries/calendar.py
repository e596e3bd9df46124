"""The working calendar as loaded, and when a station closes."""

import time as clockwork
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection
from django.db.models import Count, Max

from yimen.core.calendar import CLOSING, WorkingCalendar, YearPlan
from yimen.orgs.models import CalendarYear

_CHECK_EVERY = 3.0  # seconds after which another process's load is noticed

_Stamp = tuple[int | None, int | None, datetime | None]
_kept: tuple[_Stamp, WorkingCalendar] | None = None
_checked = float("-inf")


@dataclass(frozen=True, slots=True)
class YearLoaded:
    """One year in force and where it came from."""

    year: int
    holidays: tuple[date, ...]
    makeup: tuple[date, ...]
    source: str
    loaded_at: datetime
    version: int


def working_calendar() -> WorkingCalendar:
    """The calendar of all loaded years. Kept in the process; a load here is seen at once, one elsewhere in seconds."""
    global _kept, _checked
    if _kept is not None and clockwork.monotonic() - _checked < _CHECK_EVERY:
        return _kept[1]
    found = CalendarYear.objects.aggregate(years=Count("pk"), version=Max("version"), at=Max("loaded_at"))
    stamp = (found["years"], found["version"], found["at"])
    if _kept is None or _kept[0] != stamp:
        plans = [
            YearPlan(row.year, frozenset(row.holidays), frozenset(row.makeup), row.source) for row in years_loaded()
        ]
        _kept = (stamp, WorkingCalendar(plans))
    _checked = clockwork.monotonic()
    return _kept[1]


def forget_calendar() -> None:
    """Ask the database again at the next question."""
    global _kept, _checked
    _kept, _checked = None, float("-inf")


def years_loaded() -> list[YearLoaded]:
    """The years in force, newest first."""
    return [
        YearLoaded(
            row.year,
            tuple(map(date.fromisoformat, row.holidays)),
            tuple(map(date.fromisoformat, row.makeup)),
            row.source,
            row.loaded_at,
            row.version,
        )
        for row in CalendarYear.objects.order_by("-year")
    ]


def closing_time(division_code: str) -> time:
    """When the station of a community closes; 17:00 where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("select closes_at from orgs_station where division_id = %s", (division_code,))
        row = cursor.fetchone()
    return row[0] if row else CLOSING
