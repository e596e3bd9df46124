"""A sheet that is a table: its header, its columns, and which of its rows are data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from yimen.exchange.rules.labels import meaning
from yimen.exchange.rules.sections import NOWHERE, Section, is_heading, section_of
from yimen.exchange.rules.sheets import BLANK, Cell, Row, Sheet, Span, shown
from yimen.exchange.rules.words import half_width, pattern, plain, words_of

_SHORT = 60  # characters within which a row says that it is a sum or a signature
_DRAWN = "-\u2014\u2013_=~*\u00b7\u2026\u2500\u25cf\u2605"  # lines around a text that parts a list
_LONG = 16  # characters of a text that explains something
_POINT = re.compile(
    r"[(\uff08]?(\w{1,3})[)\uff09.\uff0e\u3001][^\W\d_]{4}"
)  # of a list of notes: its number, then words


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; `index` counts from 0 in the sheet, `above` is the group header over it or ""."""

    index: int
    label: str
    above: str = ""


@dataclass(frozen=True)
class Table:
    """A table in a sheet. Titles above the header, help text beside and below it are not part of it.

    `title` is what stands above the header. `legends` gives, by column index, the words for coded values as the sheet
    itself explains them ("1001" is the owner). `placed` gives the two columns behind the others that hold the building
    and the stairwell named by the sheet (`section`) or by rows of their own. Where rows name several people, there is
    a table for each: `part` is how the header calls the person, `own` are their columns, `beside` those of the others,
    `related` gives the column behind the others with the relation to the head that the header says.
    """

    sheet: Sheet
    header_rows: tuple[int, ...]  # numbers as the spreadsheet counts, one or two; empty when there is no header
    columns: tuple[Column, ...]
    title: str = ""
    legends: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    section: Section = NOWHERE
    placed: tuple[int, int] | None = None
    part: str = ""
    own: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()
    related: tuple[int, str] | None = None

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.sheet.name

    @property
    def title_of_part(self) -> str:
        """The sheet's name, with the person of its rows that the table is of."""
        return f"{self.name} {self.part}".strip()

    def rows(self) -> Iterator[Row]:
        """The rows of data below the header; a merged cell counts for every row it spans."""
        for row, is_data in self.judged():
            if is_data:
                yield row

    def judged(self) -> Iterator[tuple[Row, bool]]:
        """Every row below the header that holds something in the table's columns, and whether it is data.

        Sums, signatures, help and repeated headers are not.
        """
        last = self.header_rows[-1] if self.header_rows else 0
        made = (*(self.placed or ()), self.related[0] if self.related else -1)
        indexes = [column.index for column in self.columns if column.index not in made]
        width, section = max(indexes) + 1, self.section
        down = _Down(self.sheet.merges, last, width)
        labels = {column.index: plain(column.label) for column in self.columns}
        for row in self.sheet.rows:
            if row.number <= last:
                continue
            held = [index for index in indexes if row.cell(index).value is not None]
            filled = down.fill(row)
            if not held or _is_blank(row, held):
                continue
            if named := section_here(row, held, labels):
                section = named.within(section)
            if self.own and not self._names(row):
                continue
            is_data = named is None and not _is_aside(row, held, labels)
            filled = self._with_relation(filled) if self.related else filled
            yield (self._with_section(filled, section) if self.placed else filled), is_data

    def _names(self, row: Row) -> bool:
        """Whether a row says something of the table's person, or of nobody at all."""
        if any(row.cell(index).value is not None for index in self.own):
            return True
        return bool(self.beside) and all(row.cell(index).value is None for index in self.beside)

    def _with_relation(self, row: Row) -> Row:
        assert self.related is not None
        at, word = self.related
        cells = [*row.cells[:at], *[BLANK] * (at - len(row.cells))]
        return Row(row.number, (*cells, Cell(word)))

    def _with_section(self, row: Row, section: Section) -> Row:
        assert self.placed is not None
        cells = [*row.cells[: self.placed[0]], *[BLANK] * (self.placed[0] - len(row.cells))]
        return Row(row.number, (*cells, *(Cell(text or None) for text in section)))


class _Down:
    """Carries the value of a vertically merged cell to the rows it spans."""

    def __init__(self, merges: tuple[Span, ...], after: int, width: int) -> None:
        self.spans = sorted(
            span
            for span in merges
            if span.last_row > span.first_row > after
            and span.first_column < width
            and span.last_column - span.first_column < 3
        )
        self.next = 0
        self.open: list[tuple[Span, Cell]] = []

    def fill(self, row: Row) -> Row:
        """The row with what its merged cells hold above."""
        while self.next < len(self.spans) and self.spans[self.next].first_row <= row.number:
            span = self.spans[self.next]
            if span.first_row == row.number:
                self.open.append((span, row.cell(span.first_column)))
            self.next += 1
        if not self.open:
            return row
        self.open = [(span, cell) for span, cell in self.open if span.last_row >= row.number]
        cells = list(row.cells)
        for span, cell in self.open:
            cells.extend([BLANK] * (span.first_column + 1 - len(cells)))
            if cells[span.first_column].value is None:
                cells[span.first_column] = cell
        return Row(row.number, tuple(cells))


def _is_blank(row: Row, held: list[int]) -> bool:
    return all(not shown(row.cell(index)).strip() for index in held)


def section_here(row: Row, held: list[int], labels: Mapping[int, str]) -> Section | None:
    """The section that a row of one cell names; None for every other row."""
    if len(labels) < 3 or len({shown(row.cell(index)).strip() for index in held}) > 1:
        return None
    if len(held) == 1 and _is_place(labels[held[0]]):
        return None  # a door without anything else
    return section_of(shown(row.cell(held[0])))


def _is_place(label: str) -> bool:
    found = meaning(label)
    return found is not None and found.field in ("building", "unit", "room", "door", "address", "compound")


def _is_aside(row: Row, held: list[int], labels: Mapping[int, str]) -> bool:
    """Whether a row is a sum, a signature, an explanation, or the header once more."""
    first = shown(row.cell(held[0])).replace(" ", "").replace("\u3000", "").strip(_DRAWN)
    if _is_header_again(row, held, labels):
        return True
    start = plain(first.split(":")[0].split("\uff1a")[0]) if len(first) < _SHORT or len(held) == 1 else ""
    if start in words_of("sums") and start == plain(first):
        return True
    if len(labels) > 2 and all(_is_signed(shown(row.cell(index))) for index in held):
        return True
    if start in words_of("not_data"):
        return len(held) * 2 <= len(labels) or len(labels) < 4 or start != plain(first)
    if len(held) > 2 and is_heading(first) and len({shown(row.cell(index)).strip() for index in held}) == 1:
        return True
    if len(held) == 1 and len(labels) > 2:
        return (
            len(first) >= _LONG
            or _is_point(first)
            or is_heading(first)
            or plain(first).startswith(tuple(words_of("not_data")))
        )
    return False


def _is_signed(text: str) -> bool:
    """Whether a cell only says who made the list, or when."""
    return pattern("signed").fullmatch(half_width(text).replace(" ", "")) is not None


def _is_point(text: str) -> bool:
    """Whether a text is one of several numbered notes; Chinese numerals count."""
    found = _POINT.match(text)
    return found is not None and found[1].isnumeric()


def _is_header_again(row: Row, held: list[int], labels: Mapping[int, str]) -> bool:
    """Whether most cells repeat the labels of their columns; the first two tell in most rows."""
    if len(held) < 2 or not any(plain(shown(row.cell(index))) == labels[index] for index in held[:2]):
        return False
    return sum(plain(shown(row.cell(index))) == labels[index] for index in held) * 2 > len(held)
