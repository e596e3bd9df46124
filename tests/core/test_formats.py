"""How dates, numbers and money are written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yimen.core import formats

MOMENT = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)  # 14:05 in Wuxi
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("style", "chinese", "english"),
    [
        ("long", "2026年11月23日（周一）", "23 Nov 2026"),
        ("day", "11月23日（周一）", "Mon 23 Nov"),
        ("plain", "2026年11月23日", "23 Nov 2026"),
        ("iso", "2026-11-23", "2026-11-23"),
    ],
)
def test_a_day_is_written_for_its_place(style: str, chinese: str, english: str) -> None:
    assert formats.format_date(MOMENT, style, language="zh-hans") == chinese
    assert formats.format_date(MOMENT, style, language="en") == english


def test_a_moment_late_in_the_utc_evening_is_the_next_day_in_wuxi() -> None:
    evening = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert formats.format_datetime(evening, language="zh-hans") == "2026年11月24日（周二）00:30"
    assert formats.format_datetime(evening, language="en") == "24 Nov 2026 00:30"
    assert formats.format_datetime(evening, "iso", language="zh-hans") == "2026-11-24 00:30"


def test_lists_drop_the_year_only_while_it_is_the_present_one() -> None:
    assert formats.format_short(MOMENT, language="zh-hans", today=TODAY) == "11-23 14:05"
    assert formats.format_short(MOMENT, language="en", today=TODAY) == "23 Nov 14:05"
    assert formats.format_short(MOMENT, language="zh-hans", today=date(2027, 1, 1)) == "2026-11-23"


def test_a_birth_date_has_no_time_and_never_shifts() -> None:
    born = date(1946, 11, 9)
    assert formats.format_short(born, language="zh-hans", today=TODAY) == "1946-11-09"
    assert formats.format_short(date(2026, 11, 9), language="zh-hans", today=TODAY) == "11-09"
    assert formats.format_date(born, "iso", language="en") == "1946-11-09"


def test_every_weekday_has_its_word() -> None:
    week = [date(2026, 11, 23 + offset) for offset in range(7)]
    assert "".join(formats.weekday(day, "narrow", language="zh-hans") for day in week) == "一二三四五六日"
    assert [formats.weekday(day, language="en") for day in week][::6] == ["Mon", "Sun"]
    assert formats.weekday(week[0], language="zh-hans") == "周一"


def test_numbers_and_money_are_grouped() -> None:
    assert formats.format_number(149000) == "149,000"
    assert formats.format_money(Decimal("38420.6")) == "¥38,420.60"
    assert formats.format_money(-5) == "-¥5.00"


def test_numbers_of_people_are_grouped_only_when_they_have_the_shape() -> None:
    assert formats.format_phone("13800000000") == "138 0000 0000"
    assert formats.format_phone("0510 0000 0120") == "0510 0000 0120"
    assert formats.format_identity("320299194611094012") == "320299 19461109 4012"
    assert formats.format_identity("H1234567") == "H1234567"


def test_nothing_is_written_for_nothing() -> None:
    assert formats.format_date(None, language="en") == ""
    assert formats.format_datetime(None, language="en") == ""
    assert formats.format_short(None, language="en", today=TODAY) == ""
    assert formats.format_number(None) == formats.format_money(None) == formats.format_time(None) == ""


def test_filters_ask_for_the_language_at_each_use() -> None:
    language = "zh-hans"
    written = formats.filters(lambda: language, lambda: TODAY)
    assert written["format_date"](MOMENT, "day") == "11月23日（周一）"
    assert written["format_short"](MOMENT) == "11-23 14:05"
    language = "en"
    assert written["format_date"](MOMENT, "day") == "Mon 23 Nov"
    assert written["weekday"](MOMENT) == "Mon"
    assert written["format_number"](12345) == "12,345"
