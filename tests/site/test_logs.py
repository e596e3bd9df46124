"""A log line names no person by number, whatever an error carried with it."""

import logging
from io import StringIO
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings

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


def test_every_handler_writes_such_lines() -> None:
    logging_: Any = settings.LOGGING
    assert {handler["formatter"] for handler in logging_["handlers"].values()} == {"line"}
    assert logging_["formatters"]["line"]["()"] == "yimen.site.logs.Line"
