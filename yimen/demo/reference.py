"""The one day the demo shows. Nothing in the generator asks the clock."""

from datetime import date, datetime, time, timedelta

from yimen.core.clock import LOCAL

REFERENCE = date(2026, 11, 23)  # a Monday
YEAR_AGO = date(2025, 11, 24)
TWO_YEARS_AGO = date(2024, 11, 25)  # the doors open; a quiet first year
# Everything that has happened happened before this moment, so the demo may be started at any hour of the day.
NOW = datetime.combine(REFERENCE, time(0, 30), tzinfo=LOCAL)


def moment(day: date, hour: int, minute: int, second: int = 0) -> datetime:
    """A local time of a day."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=LOCAL)


def days_before(day: date, count: int) -> date:
    """So many days earlier."""
    return day - timedelta(days=count)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
