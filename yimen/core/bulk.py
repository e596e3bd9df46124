"""Rows into tables by COPY, as text: the quickest way in for a hundred million rows from Python.

A table with few rows is written by `write`, which knows how to write each type; the biggest ones put their lines
together themselves from `plain`, `DAYS`, `moment`, `given` and the text of their values: a third of the time.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

_encode = json.JSONEncoder(ensure_ascii=False).encode
NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def plain(text: str) -> str:
    """Any text as a field; nearly all stay as they are."""
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


class _Days(dict[date | None, str]):
    """Each day as a field; written out once, for the rows of a city share a few thousand days."""

    def __missing__(self, day: date | None) -> str:
        text = self[day] = str(day)
        return text


DAYS = _Days({None: NULL})


class _Zones(dict[timedelta | None, str]):
    """What a moment ends with, by its distance from UTC."""

    def __missing__(self, offset: timedelta | None) -> str:
        zone = None if offset is None else timezone(offset)
        text = self[offset] = datetime(1970, 1, 1, tzinfo=zone).isoformat()[19:]
        return text


_ZONES = _Zones()
_TWO_DIGITS = tuple(f"{number:02}" for number in range(60))


def moment(at: datetime) -> str:
    """A moment; whole seconds, as a city has them, in half the time that `str` takes."""
    if at.microsecond:
        return str(at)
    hour, minute, second = _TWO_DIGITS[at.hour], _TWO_DIGITS[at.minute], _TWO_DIGITS[at.second]
    return f"{DAYS[at.date()]} {hour}:{minute}:{second}{_ZONES[at.utcoffset()]}"


def given(value: object) -> str:
    """A number or id that may be missing."""
    return NULL if value is None else str(value)


def sealed(blob: bytes | None) -> str:
    """A bytea field."""
    return NULL if blob is None else "\\\\x" + blob.hex()


def jsonb(value: object) -> str:
    """A JSON field."""
    return plain(_encode(value))


def array(words: Sequence[str]) -> str:
    """A text[] field of words without blanks, quotes, commas, braces or backslashes."""
    if "null" in words:  # a word like another, if it stands in quotes
        words = ['"null"' if word == "null" else word for word in words]
    return "{" + ",".join(words) + "}"


class _Forms(dict[type, Callable[[Any], str]]):
    """How a value of each type is written; an enumeration of strings is a string, an id of whatever make an id."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        if not issubclass(kind, str | UUID):
            raise TypeError(f"{kind.__name__} has no form in a COPY; give its text.")
        form = self[kind] = self[UUID] if issubclass(kind, UUID) else lambda value: plain(str(value))
        return form


_FORMS = _Forms(
    {
        str: plain,
        int: str,
        bool: lambda value: "t" if value else "f",
        float: repr,
        type(None): lambda value: NULL,
        UUID: lambda value: value.hex,
        date: DAYS.__getitem__,
        datetime: moment,
        Decimal: str,
        bytes: sealed,
        dict: jsonb,
        list: jsonb,
        tuple: jsonb,
    }
)


def line(values: Iterable[Any]) -> str:
    """A row as its line: each value by its type; lists and dicts are JSON."""
    return "\t".join([_FORMS[type(value)](value) for value in values]) + "\n"


def write(table: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """COPY rows, in the order of the columns."""
    write_lines(table, columns, map(line, rows))


def write_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY lines put together by the caller, each with its line feed."""
    text = "".join(lines)
    if text:
        with connection.cursor() as cursor, cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
            copy.write(text)
