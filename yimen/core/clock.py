"""What time it is. Only doors ask; actions and rules are told."""

import os
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

FIRST_YEAR, LAST_YEAR = 1900, 2200  # that anybody writes

# The demo shifts the clock by whole days so that its fixed reference date is always "today".
_SHIFT = timedelta(days=int(os.environ.get("YIMEN_CLOCK_SHIFT_DAYS", "0")))


def now() -> datetime:
    """The present moment, aware, in local time."""
    return datetime.now(LOCAL) + _SHIFT


def today() -> date:
    """The present local date."""
    return now().date()


def day_of(text: str) -> date:
    """The day that somebody wrote, such as 2026-11-23. ValueError when it is none, or when its year is a slip of the
    hand: before 1900 or after 2200, where counting on would leave the calendar."""
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def local(moment: datetime) -> datetime:
    """The same moment in local time."""
    return moment.astimezone(LOCAL)
