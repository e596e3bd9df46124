"""Sheets that are forms: labels with their values beside them, and perhaps a list of the household below."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from yimen.exchange.rules.dividing import Part
from yimen.exchange.rules.families import SHARED, as_person
from yimen.exchange.rules.labels import meaning
from yimen.exchange.rules.sheets import BLANK, Cell, Row, Sheet, shown
from yimen.exchange.rules.table import Column, Table
from yimen.exchange.rules.words import codes_of, plain, synonyms, word_of

_SEARCHED = 200  # rows of a sheet in which forms may stand
_LEAST, _ROWS = 4, 3  # labels of a form, and rows over which they stand
_NAMES, _NUMBERS = ("name", "head_name"), ("id_number", "head_number")
_ABREAST = 3  # labels side by side that only a header has more of
_ENDS = 10_000_000


@dataclass(slots=True)
class _Card:
    """One form: labels and values by field, from which row to which, and the header of a list below it."""

    first: int
    values: dict[str, tuple[str, Cell]] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    header: int = 0
    last: int = _ENDS

    @property
    def is_whole(self) -> bool:
        """Whether enough of what it says stands beside labels; above a list, with the number of whom it is about."""
        is_told = self.header and self.is_named and any(self._holds(name) for name in _NUMBERS)
        return len(self.values) >= _LEAST and len(self.rows) >= (_ROWS - 1 if is_told else _ROWS)

    @property
    def is_named(self) -> bool:
        """Whether it says of whom it speaks."""
        return any(self._holds(name) for name in _NAMES)

    def _holds(self, name: str) -> bool:
        return name in self.values and self.values[name][1].value is not None


def cards_of(sheet: Sheet, find: Callable[[Sheet], Table | None]) -> list[Table] | None:
    """A table of one row for each form of a sheet, and one for the list below it; None for a sheet that is no form.

    `find` finds the table of a sheet. A form that names nobody brings nothing.
    """
    cards = list(_cards(sheet))
    if not cards or not all(card.is_whole for card in cards):
        return None
    if any(card.header and not card.is_named for card in cards):
        return None  # who made a list, and where, stands above it
    tables = []
    for card in cards:
        if not card.is_named:
            continue
        tables.append(_table(sheet, card))
        if card.header and (members := find(replace(sheet, rows=Part(sheet.rows, card.header, card.last)))):
            tables.append(_with_home(members, card))
    return tables


def _cards(sheet: Sheet) -> Iterator[_Card]:
    """The forms from above; nothing when a header stands before any of them."""
    card: _Card | None = None
    for row in islice(sheet.rows, _SEARCHED):
        pairs = list(_pairs(row))
        valued = [name for name, _label, cell in pairs if cell.value is not None]
        if len(pairs) > 2 and (not valued or _is_header(row)):
            if card is None:
                return
            card.header = card.header or row.number
            continue
        if not valued or not _begins(row) or (card and card.header and not set(valued) & set(_NAMES)):
            continue
        if card is None or (card.rows and any(name in card.values for name in valued if name in _NAMES)):
            if card:
                card.last = row.number - 1
                yield card
            card = _Card(row.number)
        card.rows.add(row.number)
        for name, label, cell in pairs:
            card.values.setdefault(name, (label, cell))
    if card:
        yield card


def _is_header(row: Row) -> bool:
    """Whether more than three labels stand side by side; help beside them may look like the value of the last."""
    run = longest = 0
    for cell in row.cells:
        run = run + 1 if cell.value is not None and _field(shown(cell)) else 0
        longest = max(longest, run)
    return longest > _ABREAST and not any(_is_said("relation", cell) for cell in row.cells)


def _begins(row: Row) -> bool:
    """Whether the first thing that stands in a row is a label."""
    first = next((shown(cell) for cell in row.cells if cell.value is not None), "")
    return bool(_field(first))


def _pairs(row: Row) -> Iterator[tuple[str, str, Cell]]:
    """Field, label and value of each label of a row; an empty cell where none stands beside it."""
    held = [cell for cell in row.cells if cell.value is not None]
    place = 0
    while place < len(held):
        label = shown(held[place])
        name = _field(label)
        after = held[place + 1] if place + 1 < len(held) else BLANK
        is_value = after.value is not None and (not _field(shown(after)) or _is_said(name, after))
        if name:
            yield name, label, after if is_value else BLANK
        place += 2 if name and is_value else 1


def _field(text: str) -> str:
    found = meaning(text) if len(text) <= 20 else None
    return found.field if found and found.certainty > 0.9 else ""


def _is_said(name: str, cell: Cell) -> bool:
    """Whether a word that is also a label is a value: the head of a household is a relation too."""
    return name == "relation" and plain(shown(cell)) in codes_of("kinship_gbt4761")


def _table(sheet: Sheet, card: _Card) -> Table:
    """The form as one row under its labels."""
    columns = [Column(index, label) for index, (label, _cell) in enumerate(card.values.values())]
    cells = [cell for _label, cell in card.values.values()]
    if "name" not in card.values:
        columns = [as_person(column) for column in columns]
        if "relation" not in card.values:
            columns.append(Column(len(columns), synonyms("relation")[0]))
            cells.append(Cell(word_of("head")))
    rows = [Row(card.first, tuple(cells))]
    return Table(Sheet(sheet.name, sheet.hidden, rows, (), 1), (), tuple(columns))


def _with_home(members: Table, card: _Card) -> Table:
    """The list below a form, with what the form says of door and household."""
    held = {_field(column.label) for column in members.columns}
    said = [(label, cell) for name, (label, cell) in card.values.items() if name in SHARED and name not in held]
    width = max(column.index for column in members.columns) + 1
    added = tuple(Column(width + place, label) for place, (label, _cell) in enumerate(said))
    rows = [_longer(row, width, [cell for _label, cell in said]) for row in members.rows()]
    sheet = Sheet(members.sheet.name, members.sheet.hidden, rows, (), len(rows))
    return Table(sheet, members.header_rows, (*members.columns, *added), part=word_of("member"))


def _longer(row: Row, width: int, cells: Sequence[Cell]) -> Row:
    own = [*row.cells[:width], *[BLANK] * (width - len(row.cells))]
    return Row(row.number, (*own, *cells))
