"""Months of visits: they begin on the first and close by calendar. Who was reached counts, whatever the hour."""

from datetime import date, timedelta

STANDS_OUT_FROM = 20  # day of the month from which a missing must-visit stands out (facts.md row 31)
REACHED = ("met", "phone")  # outcomes that reach a household; the others are complete records too


def first_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)


def month_before(first: date, count: int = 1) -> date:
    """The first day of the month `count` months before."""
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def months_before(day: date, count: int) -> date:
    """The same day so many months before, or the last of that month."""
    first = month_before(first_of(day), count)
    return min(first + timedelta(days=day.day - 1), last_of(first))


def half_year_before(day: date) -> date:
    """Who was not reached since is due."""
    return months_before(day, 6)


def last_of(first: date) -> date:
    """The last day of a month."""
    return next_month(first) - timedelta(days=1)


def judged_on(first: date, today: date) -> date:
    """The day whose must-visit list holds for a month: its last, or today while it runs."""
    return min(last_of(first), today)


def stands_out(first: date, today: date) -> bool:
    """Whether missing must-visits of the month are pressing: from the 20th, and ever after."""
    return today >= first.replace(day=STANDS_OUT_FROM)
