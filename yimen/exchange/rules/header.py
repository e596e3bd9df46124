"""Finds the tables in a workbook: which row is the header, which columns belong to it, where the data begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from yimen.core.errors import N_
from yimen.exchange.rules.sheets import Row, Sentence, Sheet, Workbook, shown
from yimen.exchange.rules.words import headers, plain

SEARCHED = 40  # rows from the top in which a header may stand


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; `index` counts from 0 in the sheet, `above` is the group header over it or ""."""

    index: int
    label: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that is a table. Titles above the header, help text beside and below it are not part of it."""

    sheet: Sheet
    header_rows: tuple[int, ...]  # numbers as the spreadsheet counts, one or two
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.sheet.name

    def rows(self) -> Iterator[Row]:
        """The rows of data, below the header."""
        last = self.header_rows[-1]
        indexes = [column.index for column in self.columns]
        for row in self.sheet.rows:
            if row.number > last and any(row.cell(index).value is not None for index in indexes):
                yield row


def find_tables(workbook: Workbook) -> tuple[tuple[Table, ...], tuple[Sentence, ...]]:
    """The tables of all visible sheets, and what was passed over."""
    found, notes = [], list(workbook.notes)
    for sheet in workbook.sheets:
        if sheet.hidden:
            notes.append(Sentence(_HIDDEN, {"sheet": sheet.name}))
        elif table := find_table(sheet):
            found.append(table)
        elif sheet.row_count:
            notes.append(Sentence(_NO_TABLE, {"sheet": sheet.name}))
    return tuple(found), tuple(notes)


def find_table(sheet: Sheet) -> Table | None:
    """The table of a sheet; None when no row looks like a header."""
    best: tuple[int, Row] | None = None
    for row in islice(sheet.rows, SEARCHED):
        score = sum(plain(shown(cell)) in headers() for cell in row.cells)
        if score >= 2 and (best is None or score > best[0]):
            best = score, row
    if best is None:
        return None
    row = best[1]
    columns = tuple(Column(index, shown(cell).strip()) for index, cell in enumerate(row.cells) if shown(cell).strip())
    return Table(sheet, (row.number,), columns)


_HIDDEN = N_("The sheet %(sheet)s is hidden and was not read. Show it in the file if it belongs to the roster.")
_NO_TABLE = N_("No header was found in the sheet %(sheet)s. Give each column a name in one row above the data.")
