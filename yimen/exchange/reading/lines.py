"""How rows travel from the child to the parent: one line of JSON each, of bounded length, nothing executable.

A row is [number, cell, …]; a cell is null, a text, true or false, [text of a number], [text of a number, ISO date]
or {"=": cell} for the result of a formula.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from yimen.exchange.rules.sheets import BLANK, Cell, Row

_EXACT = 15  # digits a spreadsheet keeps of a number


def encode(number: int, cells: Sequence[Cell]) -> str:
    """A row as one line."""
    return json.dumps([number, *map(_encoded, cells)], ensure_ascii=False, separators=(",", ":"))


def _encoded(cell: Cell) -> Any:
    value = cell.value
    plain: Any = value
    if isinstance(value, datetime):
        plain = [cell.text, value.isoformat()]
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        plain = [cell.text]
    return {"=": plain} if cell.is_formula else plain


def decode(line: str) -> Row:
    """The row of a line."""
    number, *cells = json.loads(line)
    return Row(number, tuple(map(_decoded, cells)))


def _decoded(plain: Any) -> Cell:
    if plain is None:
        return BLANK
    if isinstance(plain, str | bool):
        return Cell(plain)
    if isinstance(plain, dict):
        return _decoded(plain["="])._replace(is_formula=True)
    if len(plain) > 1:
        return Cell(datetime.fromisoformat(plain[1]), plain[0])
    return number_cell(plain[0])


def number_cell(text: str) -> Cell:
    """The cell of a number as the file wrote it; what is no number is a text."""
    if text.isascii() and text.isdigit() and len(text) <= _EXACT:
        return Cell(int(text), text)
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Cell(text)
    if not value.is_finite() or not -400 < value.adjusted() < 400:
        return Cell(text)
    rounded = value if len(value.as_tuple().digits) <= _EXACT else _rounded(value)
    whole = rounded == rounded.to_integral_value() and rounded.adjusted() < _EXACT
    return Cell(int(rounded) if whole else rounded, text)


def _rounded(value: Decimal) -> Decimal:
    """94.560000000000002 is 94.56 to whoever typed it."""
    return Decimal(f"{value:.{_EXACT - 1}E}").normalize()


@dataclass(frozen=True)
class Lines:
    """The rows of one sheet, read from their file each time somebody goes through them."""

    path: Path

    def __iter__(self) -> Iterator[Row]:
        with self.path.open(encoding="utf-8") as file:
            yield from map(decode, file)
