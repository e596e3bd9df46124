"""One sheet of a workbook, streamed: memory for a few thousand rows, whatever the sheet claims to hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yimen.exchange.reading.lines import number_cell
from yimen.exchange.reading.output import Limits, too_wide
from yimen.exchange.reading.parts import Parts, unescaped
from yimen.exchange.rules.sheets import BLANK, UNRESOLVED, Cell, Row, Span

EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - spreadsheets know no zones
_LAST_SERIAL = 2_958_466  # the year 10000
_MOST_MERGES = 50_000
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")


@dataclass(frozen=True, slots=True)
class Book:
    """What all sheets share."""

    strings: list[str]
    dates: frozenset[int]
    starts_1904: bool


class SheetReader:
    """Reads one sheet; `merges` and the numbers of formulas, of those without a result, and of hidden rows are known
    once all rows were taken."""

    def __init__(self, book: Book, limits: Limits, name: str) -> None:
        self.book, self.limits, self.name = book, limits, name
        self.merges: list[Span] = []
        self.formulas = self.unresolved = self.hidden_rows = 0
        self._done: list[Row] = []
        self._cells: dict[int, Cell] = {}
        self._number = 0
        self._last_column = -1
        self._type = self._style = ""
        self._column = 0
        self._text: list[str] | None = None
        self._value = ""
        self._has_value = self._has_formula = self._aside = False
        self._columns: dict[str, int] = {}
        self._dates = frozenset(map(str, book.dates))

    def rows(self, parts: Parts, target: str) -> Iterator[Row]:
        """Rows that hold something, in the file's order."""
        for _ in parts.parse(target, self._start, self._end, self._said):
            yield from self._done
            self._done.clear()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "v" or tag == "t":
            self._text = None if self._aside else []
        elif tag == "f":
            self._has_formula = True
        elif tag == "row":
            said = attributes.get("r", "")
            self._number = int(said) if said.isdigit() and len(said) < 8 else self._number + 1
            self._last_column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.hidden_rows += 1
        elif tag == "rPh":
            self._aside = True
        elif tag == "mergeCell" and len(self.merges) < _MOST_MERGES:
            self._merge(attributes.get("ref", ""))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "").rstrip("0123456789")
        if letters:
            column = self._columns.get(letters)
            if column is None:
                column = self._columns.setdefault(letters, column_of(letters))
        else:
            column = self._last_column + 1
        self._column = self._last_column = column
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._value = ""
        self._has_value = self._has_formula = False

    def _said(self, piece: str) -> None:
        if self._text is not None:
            self._text.append(piece)

    def _end(self, tag: str) -> None:
        if tag == "v" or tag == "t":
            if self._text is not None:
                self._value += "".join(self._text)[: self.limits.cell_length]
                self._has_value = True
            self._text = None
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            if self._cells:
                width = max(self._cells) + 1
                self._done.append(Row(self._number, tuple(self._cells.get(at, BLANK) for at in range(width))))
                self._cells.clear()
        elif tag == "rPh":
            self._aside = False

    def _end_cell(self) -> None:
        if not self._has_value and not self._has_formula:
            return
        kind = self._type
        cell = self._numeric(self._value.strip()) if kind == "n" else self._worded(kind, self._value)
        if self._has_formula:
            self.formulas += 1
            is_open = cell.value is None and not (kind == "str" and self._has_value)  # else the result is no text
            self.unresolved += is_open
            cell = Cell(UNRESOLVED if is_open else cell.value, cell.text, True)
        if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
            return
        if self._column >= self.limits.columns:
            raise too_wide(self.limits)
        self._cells[self._column] = cell

    def _worded(self, kind: str, value: str) -> Cell:
        if kind == "s":
            at = int(value) if value.isdigit() else -1
            return Cell(self.book.strings[at]) if 0 <= at < len(self.book.strings) else BLANK
        if kind == "b":
            return Cell(value.strip() == "1")
        if kind == "d":
            return _iso(value.strip())
        return Cell(unescaped(value)) if value else BLANK

    def _numeric(self, text: str) -> Cell:
        cell = number_cell(text) if text else BLANK
        if self._style in self._dates and cell.text:
            return _dated(cell, self.book.starts_1904)
        return cell

    def _merge(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference)
        if found and found[3]:
            self.merges.append(
                Span(int(found[2]), int(found[4]), column_of(found[1]), min(column_of(found[3]), self.limits.columns))
            )


def column_of(letters: str) -> int:
    """A is 0, XFD is 16,383."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def _dated(cell: Cell, starts_1904: bool) -> Cell:
    value: Any = cell.value
    if not 1 <= value < _LAST_SERIAL:
        return cell  # a time of day, or nothing that could be a date
    moment = (_EPOCH_1904 if starts_1904 else EPOCH) + timedelta(days=float(value))
    return Cell(moment.replace(microsecond=0), cell.text)


def _iso(text: str) -> Cell:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return Cell(text) if text else BLANK
    return Cell(moment, f"{(moment - EPOCH) / timedelta(days=1):g}")
