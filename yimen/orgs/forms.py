"""Read dates, times and numbers that people type."""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest

from yimen.core.clock import LOCAL, day_of
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import text

_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９：．－", "0123456789:.-")
_LARGEST = 10**12  # beyond it a number is a slip of the hand
_NO_DATE = N_("This is not a date. Write it like 2026-11-23.")


def read_date(request: HttpRequest, name: str) -> date | None:
    """A date, None when empty; 31 February is refused."""
    value = text(request, name, limit=40).translate(_HALF_WIDTH)
    try:
        return day_of(value) if value else None
    except ValueError:
        raise RuleBroken(_NO_DATE, field=name) from None


def read_moment(request: HttpRequest, name: str) -> datetime | None:
    """A local date and time such as 2026-11-23T10:00, None when empty."""
    value = text(request, name, limit=40).translate(_HALF_WIDTH)
    try:
        moment = datetime.fromisoformat(value) if value else None
        if moment is None:
            return None
        day_of(moment.date().isoformat())
        return moment.replace(tzinfo=LOCAL)
    except ValueError:
        raise RuleBroken(N_("This is not a date and time. Write it like 2026-11-23 10:00."), field=name) from None


def read_time(request: HttpRequest, name: str) -> time:
    """A time of day."""
    value = text(request, name, limit=20, required=True).translate(_HALF_WIDTH)
    try:
        found = time.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise RuleBroken(N_("This is not a time. Write it like 08:30."), field=name)
    return found


def read_decimal(request: HttpRequest, name: str) -> Decimal | None:
    """A number with at most one decimal, None when empty."""
    value = text(request, name, limit=20).translate(_HALF_WIDTH).replace(",", "")
    if not value:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise RuleBroken(N_("This is not a number. Write it like 52.5."), field=name)
    return number.quantize(Decimal("0.1"))


def read_dates(value: str, *, field: str) -> list[date]:
    """Every date in a pasted text or uploaded file, in order; words around them are left aside.

    Understands 2027-01-01, 2027/1/1, 2027.1.1 and 2027年1月1日. An impossible date is refused by name.
    """
    found = []
    for match in _DATE.finditer(value.translate(_HALF_WIDTH)):
        try:
            found.append(date(*map(int, match.groups())))
        except ValueError:
            raise RuleBroken(
                N_("%(day)s is no date. Check the day and the month."), field=field, day=match.group()
            ) from None
    return sorted(set(found))
