"""How dates, numbers and money are written, in Chinese and in English. Pure: the language is an argument.

Dates are ISO 8601 (GB/T 7408) in tables, in words in sentences; always 24 hours, local time (Asia/Shanghai).
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from yimen.core import clock

_ENGLISH = "en"
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Day = date | datetime


def _english(language: str) -> bool:
    return language.lower().startswith(_ENGLISH)


def _day(value: Day) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def _time(value: Day) -> str:
    return clock.local(value).strftime("%H:%M") if isinstance(value, datetime) else ""


def weekday(value: Day, style: str = "short", *, language: str) -> str:
    """The weekday: short "周一" / "Mon"; narrow "一" / "Mo" for calendar heads."""
    index = _day(value).weekday()
    if _english(language):
        return _WEEKDAYS_EN[index][: 2 if style == "narrow" else 3]
    return ("" if style == "narrow" else "周") + _WEEKDAYS_ZH[index]


def format_date(value: Day | None, style: str = "long", *, language: str) -> str:
    """A day. Nothing for None.

    long  2026年11月23日（周一）   23 Nov 2026
    day   11月24日（周二）         Tue 24 Nov       promises of the current year
    plain 2026年11月23日           23 Nov 2026      without the weekday
    iso   2026-11-23               2026-11-23       tables, exports, birth dates
    """
    if value is None:
        return ""
    on = _day(value)
    if style == "iso":
        return on.isoformat()
    if _english(language):
        words = f"{on.day} {_MONTHS_EN[on.month - 1]}"
        return f"{weekday(on, language=language)} {words}" if style == "day" else f"{words} {on.year}"
    words = f"{on.month}月{on.day}日"
    if style != "day":
        words = f"{on.year}年{words}"
    return words if style == "plain" else f"{words}（{weekday(on, language=language)}）"


def format_datetime(value: datetime | None, style: str = "long", *, language: str) -> str:
    """A moment: "2026年11月23日（周一）14:05" / "23 Nov 2026 14:05"; styles as in `format_date`."""
    if value is None:
        return ""
    gap = " " if _english(language) or style in ("iso", "plain") else ""
    return f"{format_date(value, style, language=language)}{gap}{_time(value)}"


def format_short(value: Day | None, *, language: str, today: date) -> str:
    """For lists: "11-23 14:05" in the current year, "2025-11-23" in any other. Days have no time."""
    if value is None:
        return ""
    on = _day(value)
    if on.year != today.year:
        return on.isoformat()
    words = f"{on.day} {_MONTHS_EN[on.month - 1]}" if _english(language) else f"{on:%m-%d}"
    return f"{words} {_time(value)}".rstrip()


def format_time(value: datetime | None, style: str = "minutes") -> str:
    """The local time of day: minutes "14:05", seconds "14:05:09"."""
    if value is None:
        return ""
    return f"{clock.local(value):%H:%M:%S}" if style == "seconds" else _time(value)


def format_number(value: int | float | Decimal | None) -> str:
    """Thousands parted by commas: "12,345"."""
    return "" if value is None else f"{value:,}"


def format_money(value: int | float | Decimal | None) -> str:
    """Yuan with two decimals: "¥1,234.50"; a minus sign stands before the symbol."""
    if value is None:
        return ""
    amount = Decimal(str(value)).quantize(Decimal("0.01"))
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,}"


def format_phone(value: str) -> str:
    """A mobile number grouped 3-4-4; anything else is left as it is."""
    return f"{value[:3]} {value[3:7]} {value[7:]}" if len(value) == 11 and value.startswith("1") else value


def format_identity(value: str) -> str:
    """An 18-digit identity number grouped 6-8-4; anything else is left as it is."""
    return f"{value[:6]} {value[6:14]} {value[14:]}" if len(value) == 18 else value


def sentences(parts: Iterable[str], *, language: str) -> str:
    """Whole sentences one after the other: a space between English ones, none between Chinese ones."""
    return (" " if _english(language) else "").join(parts)


def filters(language: Callable[[], str], today: Callable[[], date]) -> dict[str, Callable[..., Any]]:
    """The template filters by name, asking for the reader's language and the day at each use."""

    def spoken(function: Callable[..., str]) -> Callable[..., str]:
        def call(value: Any, *args: Any) -> str:
            return function(value, *args, language=language())

        return call

    @lru_cache(maxsize=4000)
    def short_on(value: Day | None, language: str, day: date) -> str:
        return format_short(value, language=language, today=day)

    def short(value: Day | None) -> str:
        return short_on(value, language(), today())

    plain = (format_time, format_number, format_money, format_phone, format_identity)
    return {
        **{function.__name__: spoken(function) for function in (weekday, format_date, format_datetime, sentences)},
        "format_short": short,
        **{function.__name__: partial(function) for function in plain},
    }
