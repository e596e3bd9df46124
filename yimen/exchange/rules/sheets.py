"""Sheets of typed cells, as a file holds them and before anybody has judged them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

Value = str | int | Decimal | datetime | bool | None


class Cell(NamedTuple):
    """One cell. Numbers are int or Decimal, dates datetime (midnight without a time of day), empty cells None.

    `text` is a number or a serial date as the file wrote it ("3.2E+17", "43831"), "" for everything else: so a number
    that a spreadsheet has shortened is told apart from one that was typed. `is_formula`: the value was computed.
    """

    value: Value
    text: str = ""
    is_formula: bool = False


BLANK = Cell(None)
UNRESOLVED = "=\u2026"  # stands for a formula whose result the file does not carry


class Row(NamedTuple):
    """A row that holds something; `number` as the spreadsheet counts, from 1. Trailing empty cells are cut off."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, index: int) -> Cell:
        """The cell of a column counted from 0; an empty one beyond the end."""
        return self.cells[index] if index < len(self.cells) else BLANK


class Span(NamedTuple):
    """A merged block, ends included; rows count from 1, columns from 0."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


class Sentence(NamedTuple):
    """Something to tell the person: an English msgid and its parameters."""

    message: str
    params: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Sheet:
    """One sheet. `rows` may be gone through again and again and skips empty rows; nothing of it is kept in memory."""

    name: str
    hidden: bool
    rows: Iterable[Row]
    merges: tuple[Span, ...] = ()
    row_count: int = 0  # rows that hold something


@dataclass(frozen=True)
class Workbook:
    """What was read of a file; `notes` is what the person should know of it (hidden sheets, formulas, macros …)."""

    sheets: tuple[Sheet, ...]
    notes: tuple[Sentence, ...] = ()
    encoding: str = field(default="")  # of a text file


def shown(cell: Cell) -> str:
    """The cell as a person reads it, for previews and for reading text out of typed values."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, Decimal):
        return cell.text if "E" in cell.text.upper() else format(value, "f")
    return str(value)
