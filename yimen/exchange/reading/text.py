"""Text files: comma, tab or semicolon between values, in the encodings that Chinese spreadsheets write."""

import csv
from collections.abc import Iterator
from pathlib import Path

from yimen.core.errors import N_
from yimen.exchange.reading.output import Output
from yimen.exchange.reading.refusals import Refused
from yimen.exchange.rules.sheets import BLANK, Cell, Row

_SAMPLE = 64 * 1024


def read_text(path: Path, output: Output) -> None:
    """The one sheet of a text file."""
    output.encoding = _encoding(path)
    output.add(path.stem, _rows(path, output.encoding))


def _encoding(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Refused(N_("The text is neither UTF-8 nor GBK. Save the file again as .xlsx."))


def _rows(path: Path, encoding: str) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
        file.seek(0)
        delimiter = max(",\t;", key=sample.count)
        reader = csv.reader(file, delimiter=delimiter)
        for number, values in enumerate(reader, 1):
            yield Row(number, tuple(Cell(value) if value.strip() else BLANK for value in values))
