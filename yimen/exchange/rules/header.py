"""Finds the tables in a workbook: which rows are the header, which columns belong to it, where the data begins."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from yimen.core.errors import N_
from yimen.exchange.rules.beside import is_help, without_help
from yimen.exchange.rules.cards import cards_of
from yimen.exchange.rules.dividing import Part, is_header, look_through, parts_of, side_by_side
from yimen.exchange.rules.families import Share, shares_of
from yimen.exchange.rules.labels import REST, meaning
from yimen.exchange.rules.legends import legends_of
from yimen.exchange.rules.likeness import likeness_of
from yimen.exchange.rules.sections import NOWHERE, Section, section_of
from yimen.exchange.rules.sheets import Cell, Row, Sentence, Sheet, Workbook, shown
from yimen.exchange.rules.table import Column, Table
from yimen.exchange.rules.words import half_width, plain, synonyms, words_of

__all__ = ["Column", "Table", "find_table", "find_tables"]

SEARCHED = 60  # rows from the top in which a header may stand
_LAST_ROW = 10_000_000
_LONGEST = 40  # characters of a header; longer texts explain something


def find_tables(workbook: Workbook) -> tuple[tuple[Table, ...], tuple[Sentence, ...]]:
    """The tables of all visible sheets, and what was passed over."""
    found, notes, forms = [], list(workbook.notes), []
    for sheet in workbook.sheets:
        if sheet.hidden:
            notes.append(Sentence(_HIDDEN, {"sheet": sheet.name}))
        elif (cards := cards_of(sheet, find_table)) is not None:
            found.extend(cards)
            if cards:
                forms.append(sheet.name)
            else:
                notes.append(Sentence(_NAMELESS, {"sheet": sheet.name}))
        elif tables := _tables_of(sheet):
            found.extend(tables)
        elif sheet.row_count:
            notes.append(Sentence(_NO_TABLE, {"sheet": sheet.name}))
    if forms:
        notes.append(Sentence(_FORMS, {"sheets": str(len(forms)), "sheet": forms[0]}))
    return tuple(found), tuple(notes)


def _tables_of(sheet: Sheet) -> list[Table]:
    """Every table of a sheet: those below one another and those side by side, each with the building it is of."""
    table = find_table(sheet)
    if table is None:
        return []
    seen = look_through(table)
    tables = _one_below_another(sheet, seen.starts) if seen.starts else [table]
    return [_with_place(part, seen.has_sections) for one in tables for part in _abreast(one)]


def _one_below_another(sheet: Sheet, starts: Sequence[int]) -> list[Table]:
    """The tables under headers of their own. The same header once more, with other help beside it, begins none."""
    parts = [find_table(part) for part in parts_of(sheet, starts)]
    begun = [
        start
        for start, before, part in zip(starts, parts, parts[1:], strict=False)
        if not (before and part and before.columns == part.columns)
    ]
    if len(begun) < len(starts):
        parts = [find_table(part) for part in parts_of(sheet, begun)]
    return [part for part in parts if part]


def _abreast(table: Table) -> list[Table]:
    """The tables that stand side by side in one, else one for each person whom its rows name."""
    blocks = side_by_side(table.columns)
    if len(blocks) > 1:
        return [
            replace(table, columns=columns, legends={} if place else table.legends)
            for place, columns in enumerate(blocks)
        ]
    return [_of_one(table, share) for share in shares_of(table.columns)] or [table]


def _of_one(table: Table, share: Share) -> Table:
    columns, related = share.columns, None
    if share.relation:
        related = (max(column.index for column in table.columns) + 1, share.relation)
        columns = (*columns, Column(related[0], synonyms("relation")[0]))
    return replace(table, columns=columns, part=share.part, own=share.own, beside=share.beside, related=related)


def _with_place(table: Table, has_sections: bool) -> Table:
    """The table with columns for the building and stairwell that its sheet, its title or rows of their own name."""
    held = {found.field for column in table.columns if (found := meaning(column.label, column.above))}
    named = section_of(table.name) or _titled(table.title)
    if not (has_sections or named) or not held & _ROOMS or held & _BUILDINGS:
        return table
    first = max(column.index for column in table.columns) + 1
    words = (synonyms("building")[0], synonyms("unit")[0])
    added = tuple(Column(first + place, word) for place, word in enumerate(words))
    columns = (*table.columns, *(added if "unit" not in held else added[:1]))
    return replace(table, columns=columns, section=named or NOWHERE, placed=(first, first + 1))


_ROOMS = frozenset({"room", "door"})
_BUILDINGS = frozenset({"building", "address"})


def _titled(title: str) -> Section | None:
    """The building that one of the words of a title names; None when none does, or several."""
    found = {section for word in title.split() if (section := section_of(word)) and section.building}
    return found.pop() if len(found) == 1 else None


def find_table(sheet: Sheet) -> Table | None:
    """The table of a sheet; None when no row looks like a header."""
    top = [_spread(row, sheet) for row in islice(sheet.rows, SEARCHED)]
    scored = [(_score(row), -place) for place, row in enumerate(top)]
    if not scored:
        return None
    best = max(scored)
    if best[0] < 2:
        return _by_content(sheet, top)
    place = next((above for above in range(-best[1] - 1) if is_header(top[above])), -best[1])
    first, last = _with_neighbours(top, place)
    columns = without_help(_columns(top[first : last + 1], sheet.rows), top[last + 1 :])
    header = tuple(row.number for row in top[first : last + 1])
    said = (shown(cell) for row in top[:first] for cell in row.cells if isinstance(cell.value, str))
    title = " ".join(dict.fromkeys(said))
    table = Table(sheet, header, columns, title[:300])
    return replace(table, legends=legends_of(table)) if columns else None


def _by_content(sheet: Sheet, top: Sequence[Row]) -> Table | None:
    """A table whose header tells nothing, or that has none, but whose columns look like people."""
    width = max((len(row.cells) for row in top), default=0)
    looks = {
        index: likeness_of(
            [row.cell(index) for row in top if row.cell(index).value is not None][1:]
            or [row.cell(index) for row in top]
        )
        for index in range(min(width, 60))
    }
    telling = {index: look for index, look in looks.items() if look in _TELLING}
    if len(telling) < 2 or not _TELLING_MOST & set(telling.values()):
        return None
    first = next(
        place for place, row in enumerate(top) if any(likeness_of([row.cell(at)]) == telling[at] for at in telling)
    )
    labels = dict(_labels(top[first - 1])) if first and top[first - 1].number + 1 == top[first].number else {}
    header = (top[first - 1].number,) if len(labels) > 1 else ()
    columns = tuple(Column(index, labels.get(index, "") if header else "") for index in range(width))
    return Table(sheet, header or ((top[first].number - 1,) if first else ()), columns)


_TELLING = frozenset({"id_number", "phone", "name", "door"})
_TELLING_MOST = frozenset({"id_number", "phone"})


def _spread(row: Row, sheet: Sheet) -> Row:
    """The row with merged headers written into every column they span, as a reader sees them."""
    cells = list(row.cells)
    for span in sheet.merges:
        if span.first_row == row.number and span.first_column < len(cells) and span.last_column < 300:
            cells.extend([Cell(None)] * (span.last_column + 1 - len(cells)))
            for index in range(span.first_column + 1, span.last_column + 1):
                if cells[index].value is None:
                    cells[index] = cells[span.first_column]
    return Row(row.number, tuple(cells))


def _labels(row: Row) -> Iterator[tuple[int, str]]:
    for index, cell in enumerate(row.cells):
        if isinstance(cell.value, str) and (label := " ".join(cell.value.split())):
            yield index, label


def _score(row: Row) -> float:
    """How much a row looks like a header: by the columns that stand together, since help may stand beside them."""
    runs: list[list[tuple[int, str]]] = []
    for index, label in _labels(row):
        if runs and index - runs[-1][-1][0] < 2:
            runs[-1].append((index, label))
        else:
            runs.append([(index, label)])
    return max((_score_of(row, run) for run in runs), default=0)


def _score_of(row: Row, run: Sequence[tuple[int, str]]) -> float:
    """Different known fields, less what can be no header."""
    labels = {label for _, label in run}
    known = {label: found for label in labels if len(label) <= _LONGEST and (found := meaning(label))}
    if len(labels) < 2 or len(known) * 4 < len(labels):
        return 0
    exact = {found.field for found in known.values() if found.certainty > 0.9}
    loose = {found.field for found in known.values()} - exact
    rest = sum(found.field in REST for found in known.values())
    near = row.cells[run[0][0] : run[-1][0] + 2]
    values = sum(cell.value is not None and not isinstance(cell.value, str) for cell in near)
    return len(exact - REST) + 0.5 * len(loose - REST) + 0.7 * rest - values


def _with_neighbours(top: Sequence[Row], place: int) -> tuple[int, int]:
    """First and last row of a header of one or two rows."""
    if place + 1 < len(top) and _is_second(top[place], top[place + 1]):
        return place, place + 1
    if place and top[place - 1].number + 1 == top[place].number and _is_first(top[place - 1], top[place]):
        return place - 1, place
    return place, place


def _is_second(upper: Row, lower: Row) -> bool:
    """Whether the lower row divides the groups of the upper one, and holds nothing that is data."""
    if lower.number != upper.number + 1 or any(
        cell.value is not None and not isinstance(cell.value, str) for cell in lower.cells
    ):
        return False
    above, below = dict(_labels(upper)), dict(_labels(lower))
    if not below or len(below) < 2:
        return False
    known = sum(
        (found := meaning(label, above.get(index, ""))) is not None and found.certainty > 0.9
        for index, label in below.items()
    )
    repeated = {label for label in above.values() if list(above.values()).count(label) > 1}
    divided = sum(above.get(index, "") in repeated or index not in above for index in below)
    translated = len(above) > 2 and all(label.isascii() for label in above.values())
    return known * 2 >= len(below) and (divided * 2 >= len(below) or translated)


def _is_first(upper: Row, lower: Row) -> bool:
    """Whether the upper row groups or completes the labels of the lower one."""
    above, below = {index: label for index, label in _labels(upper) if not _is_imprint(label)}, dict(_labels(lower))
    if any(cell.value is not None and not isinstance(cell.value, str) for cell in upper.cells) or len(above) < 2:
        return False
    if len(set(above.values())) < 2 or any(len(label) > _LONGEST for label in above.values()):
        return False
    completes = sum(index not in below and meaning(label) is not None for index, label in above.items())
    groups = {label for label in above.values() if list(above.values()).count(label) > 1}
    translated = all(label.isascii() for label in above.values()) and len(above) * 2 >= len(below)
    return completes > 0 or len(groups) > 0 or translated


def _is_imprint(label: str) -> bool:
    """Whether a text says who made a list, or when: it often stands, merged, between title and header."""
    half = half_width(label)
    return ":" in half or plain(half).startswith(tuple(word for word in words_of("not_data") if len(word) > 3))


def _columns(header: Sequence[Row], rows: Iterable[Row]) -> tuple[Column, ...]:
    upper, lower = dict(_labels(header[0])), dict(_labels(header[-1]))
    found = []
    for index in sorted(upper.keys() | lower.keys()):
        label = lower.get(index) or upper[index]
        above = upper.get(index, "") if len(header) > 1 and index in lower else ""
        found.append(Column(index, label[: _LONGEST * 2], "" if above == label else above))
    return _main_block(tuple(found), Part(rows, header[-1].number + 1, _LAST_ROW))


def _main_block(columns: tuple[Column, ...], below: Iterable[Row]) -> tuple[Column, ...]:
    """The columns that stand together; a block further right only when it says something new of its own, and holds it.

    `below`: the rows under the header.
    """
    blocks: list[list[Column]] = []
    for column in columns:
        if blocks and column.index - blocks[-1][-1].index < 2:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    fields = [{found.field for one in block if (found := meaning(one.label, one.above))} - REST for block in blocks]
    if not fields:
        return ()
    main = max(range(len(blocks)), key=lambda place: len(fields[place]))
    kept = [
        block
        for place, block in enumerate(blocks)
        if place == main
        or (fields[place] and not fields[place] & fields[main] and _is_short(block) and not is_help(block, below))
        or _words(block) == _words(blocks[main])
    ]
    return tuple(column for block in kept for column in block)


def _words(block: list[Column]) -> list[str]:
    return [plain(column.label) for column in block]


def _is_short(block: list[Column]) -> bool:
    return all(len(plain(column.label)) <= 12 for column in block)


_HIDDEN = N_("The sheet %(sheet)s is hidden and was not read. Show it in the file if it belongs to the roster.")
_NAMELESS = N_("The sheet %(sheet)s is a form that names nobody, so nothing of it was read.")
_FORMS = N_(
    "Sheets that are forms, with labels beside their values: %(sheets)s (%(sheet)s and so on). Each form was read as "
    "the row of one person, and a list below it as the rest of the household."
)
_NO_TABLE = N_("No header was found in the sheet %(sheet)s. Give each column a name in one row above the data.")
