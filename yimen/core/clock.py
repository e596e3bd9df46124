"""What time it is. Only doors ask; actions and rules are told."""

import os
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

# The demo shifts the clock by whole days so that its fixed reference date is always "today".
_SHIFT = timedelta(days=int(os.environ.get("YIMEN_CLOCK_SHIFT_DAYS", "0")))


def now() -> datetime:
    """The present moment, aware, in local time."""
    return datetime.now(LOCAL) + _SHIFT


def today() -> date:
    """The present local date."""
    return now().date()


def local(moment: datetime) -> datetime:
    """The same moment in local time."""
    return moment.astimezone(LOCAL)
