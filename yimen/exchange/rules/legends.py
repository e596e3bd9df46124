"""What a sheet itself says its coded values mean, in help beside the data or in brackets in a header."""

import re
from collections.abc import Mapping
from itertools import islice

from yimen.exchange.rules.sheets import Row, shown
from yimen.exchange.rules.table import Table
from yimen.exchange.rules.words import half_width, pattern, plain

_READ = 80  # rows beside which help may stand
_BRACKET = re.compile(r"\((.*)\)")


def legends_of(table: Table) -> Mapping[int, Mapping[str, str]]:
    """Words by coded value, by column index."""
    found: dict[int, dict[str, str]] = {}
    by_label = {plain(column.label): column.index for column in table.columns}
    for column in table.columns:
        if inside := _BRACKET.search(half_width(column.label)):
            _take(found, column.index, inside[1], least=2)
    last = max((column.index for column in table.columns), default=0)
    for row in islice(table.sheet.rows, _READ):
        _beside(found, by_label, row, last)
    return {index: words for index, words in found.items() if len(words) > 1}


def _beside(found: dict[int, dict[str, str]], by_label: Mapping[str, int], row: Row, last: int) -> None:
    """Help to the right of the table: a column's label, and in the next cells what its values mean."""
    cells = [
        (index, shown(cell).strip()) for index, cell in enumerate(row.cells) if index > last and cell.value is not None
    ]
    for place, (_, text) in enumerate(cells[:-1]):
        if (index := by_label.get(plain(text))) is not None:
            _take(found, index, "\n".join(said for _, said in cells[place + 1 : place + 3]), least=1)


def _take(found: dict[int, dict[str, str]], index: int, text: str, *, least: int) -> None:
    text = half_width(text)
    pairs = [(code, word) for code, word in pattern("code_first").findall(text)]
    backward = [(code, word) for word, code in pattern("word_first").findall(text)]
    best = max(pairs, backward, key=len)
    if len(best) >= least:
        for code, word in best:
            found.setdefault(index, {}).setdefault(code, word.split("(")[0])
