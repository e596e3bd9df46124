"""A log line names no person by number, whatever an error carried with it."""

import logging
from io import StringIO
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings

from yimen.site.logs import without_numbers

NUMBER, OLD, PHONE = "11010519491231002X", "110105491231002", "13812345678"


@pytest.fixture
def written() -> StringIO:
    """What a logger of the product's own configuration writes."""
    lines = StringIO()
    configured = {**settings.LOGGING, "root": {"handlers": [], "level": "WARNING"}}
    dictConfig(configured)
    made = logging.StreamHandler(lines)
    logging_: Any = settings.LOGGING
    line = logging_["formatters"]["line"]
    module, _dot, name = line["()"].rpartition(".")
    made.setFormatter(getattr(__import__(module, fromlist=[name]), name)(line["format"]))
    log = logging.getLogger("yimen.test")
    log.addHandler(made)
    log.propagate = False
    return lines


def test_no_number_of_a_person_reaches_a_line(written: StringIO) -> None:
    log = logging.getLogger("yimen.test")
    log.warning("refused %s at 320213025001", NUMBER)
    log.warning(f"old {OLD}, phone={PHONE}, request 4f1c2b3a99887766")  # as a careless line would
    try:
        raise ValueError(f"duplicate key (phone)=({PHONE})")
    except ValueError:
        log.exception("broke")
    said = written.getvalue()
    for number in (NUMBER, OLD, PHONE):
        assert number not in said
    assert said.count("[number withheld]") == 4
    assert "320213025001" in said
    assert "4f1c2b3a99887766" in said


@pytest.mark.parametrize(
    "number",
    [
        *("138 1234 5678", "138-1234-5678", "138\u30001234\u30005678", "\uff11\uff13\uff18" + "\uff15" * 8),
        *("110105 19491231 002X", "110105-19491231-0021", "1101 0519 4912 3100 2x", "110105 491231 002"),
        *("6222 0211 0301 9988 776", "6222021103019988776", "\uff11" * 17 + "\uff38"),
    ],
)
def test_no_number_is_let_through_for_how_it_is_written(number: str) -> None:
    assert without_numbers(f"called {number}, then left") == "called [number withheld], then left"


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-28 16:37:27,030", "320213025001", "LX26-1124-040592", "trail head 21 2278db75d903", "512.5 ms"),
        *("0197e1a2-5b3c-7d4e-8f90-112233445566", "3,000 of 8,800,000 rows", "127.0.0.1:8770"),
    ],
)
def test_what_is_no_number_of_a_person_stays(text: str) -> None:
    assert without_numbers(text) == text


def test_a_row_that_the_database_quotes_stays_out_of_the_log() -> None:
    said = (
        'null value in column "kind" violates not-null constraint\n'
        "DETAIL:  Failing row contains (7, Zhang Guofu,\nRoom 402, null).\nCONTEXT:  SQL function f"
    )
    assert "Zhang" not in without_numbers(said)
    assert "Room" not in without_numbers(said)
    assert without_numbers(said).endswith("CONTEXT:  SQL function f")
    assert "Wang" not in without_numbers('bad date\nCONTEXT:  COPY registry_resident, line 3, column name: "Wang"')


def test_every_handler_writes_such_lines() -> None:
    logging_: Any = settings.LOGGING
    assert {handler["formatter"] for handler in logging_["handlers"].values()} == {"line"}
    assert logging_["formatters"]["line"]["()"] == "yimen.site.logs.Line"
