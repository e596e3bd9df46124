"""Rows as COPY text."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection

from yimen.core import bulk
from yimen.core.clock import LOCAL
from yimen.core.names import name_columns, search_keys, sort_key

ROW = (
    UUID("01a20781-72f5-76a6-8f10-be5cd9cb4fa4"),
    "tab\tand\nline\r and \\N back\\slash",
    None,
    True,
    -7,
    2.5,
    date(2026, 11, 23),
    datetime(2026, 11, 23, 0, 30, tzinfo=LOCAL),
    Decimal("12.50"),
    b"\x00\\\xff",
    {"text": 'quotes " and \\ and\nlines'},
)


@pytest.mark.django_db
def test_what_is_written_is_what_was_given() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table kept (a uuid, b text, c text, d boolean, e int, f float, g date, h timestamptz, "
            "i numeric, j bytea, k jsonb) on commit drop"
        )
        bulk.write("kept", tuple("abcdefghijk"), [ROW, ROW])
        cursor.execute("select a, b, c, d, e, f, g, h, i, j, k->>'text' from kept")
        found = cursor.fetchall()
    assert found == [(*ROW[:-1], 'quotes " and \\ and\nlines')] * 2


@pytest.mark.django_db
def test_a_word_null_stays_a_word() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table kept (words text[]) on commit drop")
        bulk.write_lines("kept", ("words",), [bulk.array(search_keys("Null")) + "\n"])
        cursor.execute("select words from kept")
        assert cursor.fetchone() == (search_keys("Null"),)


@pytest.mark.parametrize("zone", [None, LOCAL, UTC, timezone(-timedelta(hours=3, minutes=30))])
@pytest.mark.parametrize("microsecond", [0, 7])
def test_a_moment_is_written_as_python_writes_it(zone: tzinfo | None, microsecond: int) -> None:
    for at in (datetime(2026, 11, 3, 9, 5, 0, microsecond, zone), datetime(1985, 7, 1, 23, 59, 59, microsecond, zone)):
        assert bulk.moment(at) == str(at)


def test_a_thing_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        bulk.line([object()])


@pytest.mark.parametrize(
    "name", ["张国富", "单雄信", "欧阳娜娜", "Anna Müller", "古丽努尔·艾山", "㐂", "单", "尉迟恭", ""]
)
def test_both_columns_of_a_name_are_those_made_one_by_one(name: str) -> None:
    assert name_columns(name) == (sort_key(name), search_keys(name))
