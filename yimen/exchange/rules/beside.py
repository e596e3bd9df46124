"""Tells what is written beside a table, to explain it, from columns of it."""

from collections.abc import Iterable, Sequence
from itertools import islice

from yimen.exchange.rules.cells.tidy import said, tidy
from yimen.exchange.rules.fields import fields
from yimen.exchange.rules.labels import REST, meaning
from yimen.exchange.rules.likeness import fits, likeness_of
from yimen.exchange.rules.sheets import Cell, Row
from yimen.exchange.rules.table import Column

_WIDEST = 3  # columns of help
_ENOUGH = 60  # cells below a label that tell what stands there


def is_help(block: Sequence[Column], below: Iterable[Row]) -> bool:
    """Whether a block of columns parted from the table by an empty one only explains it.

    Below a column's label stand values such as it names. Below a label in help stand the next labels, sentences, or
    nothing at all. `below`: the rows under the header.
    """
    known = {
        column.index: found.field
        for column in block
        if (found := meaning(column.label, column.above)) and found.field not in REST
    }
    cells: dict[int, list[Cell]] = {index: [] for index in known}
    held = (
        (index, cell)
        for row in below
        if len(row.cells) > block[0].index
        for index in known
        if tidy(said(cell := row.cell(index)))
    )
    for index, cell in islice(held, _ENOUGH):
        cells[index].append(cell)
    return not any(values and not _explains(known[index], values) for index, values in cells.items())


def _explains(name: str, cells: Sequence[Cell]) -> bool:
    """Whether what stands below a label is help: what can be no value of the field, or labels where any text could."""
    if not fits(name, cells, likeness_of(cells)):
        return True
    return fields()[name].type == "text" and _are_labels(name, cells)


def without_help(columns: tuple[Column, ...], below: Sequence[Row]) -> tuple[Column, ...]:
    """The columns without help that stands right beside the last of them, without an empty column between."""
    for place in range(max(2, len(columns) - _WIDEST), len(columns)):
        column = columns[place]
        cells = [cell for row in below if tidy(said(cell := row.cell(column.index)))]
        found = meaning(column.label, column.above)
        if found and cells and _are_labels(found.field, cells) and not fits(found.field, cells, likeness_of(cells)):
            return columns[:place]
    return columns


def _are_labels(name: str, cells: Sequence[Cell]) -> bool:
    found = (meaning(tidy(said(cell))) for cell in cells)
    return sum(one is not None and one.certainty > 0.9 and one.field != name for one in found) * 2 > len(cells)
