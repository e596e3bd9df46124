"""Dates as people and spreadsheets write them."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal

from yimen.core.errors import N_
from yimen.core.identity import OLDEST_YEARS, age_on
from yimen.exchange.rules.cells.tidy import tidy
from yimen.exchange.rules.cells.verdicts import Context, Verdict, fixable, ok, refused
from yimen.exchange.rules.sheets import Cell
from yimen.exchange.rules.words import numeral_table, pattern, words_of

PAST = frozenset({"birth_on", "died_on"})  # cannot lie ahead of today
_EPOCH = date(1899, 12, 30)
_SERIALS = range(367, 73_051)  # 1901 to 2099
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")

_NO_DATE = N_("%(text)s is not a real date. Write it such as 2026-11-23.")
_SHORT_YEAR = N_("The year of %(text)s has two digits. Write all four, such as 1985-03-02.")
_NO_DAY = N_("The day is missing in %(text)s. Write the whole date, such as 1985-03-02.")
_EITHER_WAY = N_("%(text)s can be read in two ways. Write the year first, such as 2026-11-23.")
_AHEAD = N_("This date lies in the future. Compare it with the document.")
_LONG_AGO = N_("This date is more than 150 years ago. Compare it with the document.")


def clean_date(cell: Cell, raw: str, context: Context, name: str) -> Verdict:
    """A date, kept as "2026-11-23"."""
    text = tidy(raw)
    if isinstance(cell.value, datetime):
        found, fix = cell.value.date(), ""
    elif text in words_of("open_end"):
        return ok("", raw)
    elif (serial := _serial(cell, text)) is not None:
        found, fix = serial, "serial_date"
    else:
        read = _read(text)
        if isinstance(read, str):
            month = _whole_month(text, name) if read == _NO_DAY else ""
            return fixable(month, raw, "whole_month") if month else refused(raw, read, text=raw[:20])
        found, fix = read, "" if raw == read.isoformat() else "date_form"
    if name in PAST and found > context.today:
        return refused(raw, _AHEAD)
    if name == "birth_on" and age_on(found, context.today) > OLDEST_YEARS:
        return refused(raw, _LONG_AGO)
    return fixable(found.isoformat(), raw, fix) if fix else ok(found.isoformat(), raw)


_MONTHLY = frozenset({"trait_from_on", "hired_on", "from_on"})  # begin with the month where only that is said
_ENDING = frozenset({"trait_to_on", "left_on"})  # and these end with it


def _whole_month(text: str, name: str) -> str:
    """The first day of a month that begins something, the last of one that ends it; "" where a month will not do."""
    said = partial(text)
    if said is None or not said[1] or name not in _MONTHLY | _ENDING:
        return ""
    year, month = said
    day = monthrange(year, month)[1] if name in _ENDING else 1
    return date(year, month, day).isoformat()


def _serial(cell: Cell, text: str) -> date | None:
    """The date of a number of days since 1900, as spreadsheets count them; years and months are left alone."""
    if isinstance(cell.value, Decimal):
        days = int(cell.value)
        return _EPOCH + timedelta(days) if days in _SERIALS and days > 9_999 else None
    if re.fullmatch(r"[1-9][0-9]{4}(?:\.0+)?", text) and (days := int(float(text))) in _SERIALS:
        return _EPOCH + timedelta(days)
    return None


def _read(text: str) -> date | str:
    """The date of a text, or the msgid that says why there is none."""
    text = _without_han(text)
    if found := pattern("date").fullmatch(text):
        year, month, day = found.groups()
        return _SHORT_YEAR if len(year) == 2 else _date(year, month, day)
    if found := _EIGHT.fullmatch(text):
        return _date(*found.groups())
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(*found.groups())
    if pattern("short_month").fullmatch(text):
        return _SHORT_YEAR
    return _NO_DAY if partial(text) else _NO_DATE


def _year_last(one: str, two: str, year: str) -> date | str:
    if int(one) == int(two):
        return _date(year, one, two)
    if int(one) > 12:
        return _date(year, two, one)
    return _date(year, one, two) if int(two) > 12 else _EITHER_WAY


def _date(year: str, month: str, day: str) -> date | str:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return _NO_DATE


def partial(raw: str) -> tuple[int, int] | None:
    """Year and month of a date without a day (month 0: only the year); None for anything else.

    A number such as 1985.1 may have been 1985.10, so its month is not told: (1985, 0).
    """
    text = _without_han(tidy(raw))
    if found := pattern("year").fullmatch(text):
        year, month = int(found[1]), 0
    elif found := pattern("month").fullmatch(text):
        year, month = int(found[1]), 0 if re.fullmatch(r"[0-9]{4}\.1", text) else int(found[2])
    else:
        return None
    return (year, month) if 1860 < year < 2100 and month < 13 else None


def _without_han(text: str) -> str:
    """Han numerals of a written date as digits: the tenth month, the twenty-first."""
    digits = numeral_table()
    if pattern("numeral").search(text) is None:
        return text

    def tens(found: re.Match[str]) -> str:
        return (found[1].translate(digits) or "1") + (found[2].translate(digits) or "0")

    return pattern("tens").sub(tens, text).translate(digits)


def agrees(raw: str, birth: date) -> bool:
    """Whether a date that says less than the day or the year, or the year last, may be this one."""
    if said := partial(raw):
        return said[0] == birth.year and said[1] in (0, birth.month)
    text = _without_han(tidy(raw))
    if found := _YEAR_LAST.fullmatch(text):
        return int(found[3]) == birth.year and {int(found[1]), int(found[2])} == {birth.month, birth.day}
    if found := pattern("short_month").fullmatch(text):
        return (int(found[1]), int(found[2])) == (birth.year % 100, birth.month)
    found = pattern("date").fullmatch(text)
    if found is None or len(found[1]) != 2:
        return False
    return (int(found[1]), int(found[2]), int(found[3])) == (birth.year % 100, birth.month, birth.day)
