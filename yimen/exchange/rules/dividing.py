"""Divides a sheet in which several tables stand: one below the other under headers of their own, or side by side."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from yimen.exchange.rules.labels import REST, meaning
from yimen.exchange.rules.sheets import Row, Sheet, shown
from yimen.exchange.rules.table import Column, Table, section_here
from yimen.exchange.rules.words import headers, plain

_LONGEST = 20  # characters of a label that is looked at within the data
_LEAST = 3  # known labels that make a row of the data a header
_PARTS = 20  # tables of one sheet


@dataclass(frozen=True)
class Part:
    """Some of a sheet's rows, by their numbers, ends included."""

    rows: Iterable[Row]
    first: int
    last: int

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            if row.number > self.last:
                return
            if row.number >= self.first:
                yield row


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands among a table's rows: where other tables begin, and whether rows name buildings."""

    starts: tuple[int, ...] = ()
    has_sections: bool = False


def look_through(table: Table) -> Seen:
    """Go once through the rows below a header."""
    last = table.header_rows[-1] if table.header_rows else 0
    labels = {column.index: plain(column.label) for column in table.columns}
    own, starts, has_sections, alone = set(labels.values()), [], False, 0
    for row in table.sheet.rows:
        if row.number <= last:
            continue
        held = [index for index, cell in enumerate(row.cells) if cell.value is not None]
        if not held:
            continue
        if is_header(row, own):
            starts.append(alone if alone == row.number - 1 else row.number)
        within = [index for index in held if index in labels]
        has_sections = has_sections or bool(within and section_here(row, within, labels))
        alone = row.number if len(held) == 1 else 0
    return Seen(tuple(starts[:_PARTS]), has_sections)


def is_header(row: Row, own: Set[str] = frozenset()) -> bool:
    """Whether a row is the header of another table than that of `own` labels, beyond doubt: hardly anything else."""
    held = [index for index, cell in enumerate(row.cells) if cell.value is not None]
    first = [plain(shown(row.cell(index))) for index in held[:4]]
    if sum(word in headers() for word in first) < min(2, len(held)) or len(held) < _LEAST:
        return False
    if any(not isinstance(row.cell(index).value, str) for index in held):
        return False
    words = {plain(shown(row.cell(index))) for index in held}
    known = {headers()[word][0] for word in words if len(word) <= _LONGEST and word in headers()} - REST
    repeated = len(words & own) * 2 > len(words) and len(words - own) < 2
    return len(known) >= _LEAST and len(known) * 3 >= len(words) * 2 and bool(known & _TELLING) and not repeated


_TELLING = frozenset({"name", "id_number", "owner_name", "room", "door", "address", "building", "phone"})


def parts_of(sheet: Sheet, starts: Sequence[int]) -> Iterator[Sheet]:
    """The sheet as one sheet for each table below another."""
    ends = [*(start - 1 for start in starts), 10_000_000]
    for place, (first, last) in enumerate(zip([0, *starts], ends, strict=True)):
        count = 0 if place else sheet.row_count
        yield Sheet(sheet.name, sheet.hidden, Part(sheet.rows, first, last), sheet.merges, count)


def side_by_side(columns: tuple[Column, ...]) -> tuple[tuple[Column, ...], ...]:
    """The columns of each table, where the same labels stand again further right; one tuple otherwise."""
    words = [(column.above, plain(column.label)) for column in columns]
    again = [place for place in range(1, len(words)) if words[place] == words[0]]
    if not again:
        return (columns,)
    width, told = again[0], {found.field for column in columns if (found := meaning(column.label, column.above))}
    blocks = [words[start : start + width] for start in (0, *again)]
    is_even = len(words) == width * len(blocks) and all(block == blocks[0] for block in blocks)
    if len(told - REST) < 2 or width < 2 or not is_even:
        return (columns,)
    return tuple(columns[start : start + width] for start in (0, *again))
