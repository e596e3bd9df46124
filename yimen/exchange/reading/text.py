"""Text files: comma, tab or semicolon between values, in the encodings that Chinese spreadsheets write."""

import codecs
import csv
import io
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from yimen.core.errors import N_
from yimen.core.files.confined import Refused
from yimen.exchange.reading.output import Output
from yimen.exchange.reading.refusals import BROKEN, NOT_A_WORKBOOK
from yimen.exchange.rules.sheets import BLANK, Cell, Row

_PIECE = 256 * 1024
_LINES = 50  # looked at to tell the delimiter
_DELIMITERS = ",\t;|"
_PAGE = N_("This is a web page with the name of a workbook. Open it in a spreadsheet program and save it as .xlsx.")
_QUOTE = N_("A quotation mark in line %(line)s has no partner. Delete it there, or save the roster as .xlsx.")
_ENCODING = N_("The text is neither UTF-8 nor GBK. Save the file again as .xlsx.")


def read_text(path: Path, output: Output) -> None:
    """The one sheet of a text file; what the file is called decides nothing of how it is read."""
    with path.open("rb") as file:
        head = file.read(_PIECE)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refused(_PAGE)
    output.encoding = _encoding(path, head)
    try:
        output.add(path.stem, _rows(path, output.encoding))
    except csv.Error:
        raise Refused(BROKEN) from None


def _encoding(path: Path, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in head or head.startswith((b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"Rar!", b"7z\xbc\xaf")):
        raise Refused(NOT_A_WORKBOOK)
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise Refused(_ENCODING)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with _opened(path, encoding) as file:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _opened(path: Path, encoding: str) -> BinaryIO:
    """The file where its text begins: some programs write the mark of UTF-8 before text in GBK."""
    file = path.open("rb")
    if encoding != "gb18030" or file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)
    return file


def _rows(path: Path, encoding: str) -> Iterator[Row]:
    with _opened(path, encoding) as raw, io.TextIOWrapper(raw, encoding, "replace", newline="") as file:
        lines = list(islice(file, _LINES))
    with _opened(path, encoding) as raw, io.TextIOWrapper(raw, encoding, "replace", newline="") as file:
        for number, values in enumerate(_records(file, _delimiter(lines)), 1):
            yield Row(number, tuple(map(_cell, values)))


def _records(file: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The values of each record. A quotation mark without its partner would swallow the rows below it unseen."""
    last: deque[str] = deque(maxlen=1)  # the line read last
    reader, before = csv.reader(_remembering(file, last), delimiter=delimiter, strict=True), 0
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            if reader.line_num - before > 1 or "end of data" in str(error):
                raise Refused(_QUOTE, line=str(before + 1)) from None
            again = csv.reader([last[0], ""], delimiter=delimiter)  # text behind a quoted value
            values = next(again)
            if again.line_num > 1:
                raise Refused(_QUOTE, line=str(before + 1)) from None
        if values is None:
            return
        before = reader.line_num
        yield values


def _remembering(file: Iterable[str], last: deque[str]) -> Iterator[str]:
    for line in file:
        last.append(line)
        yield line


def _delimiter(lines: list[str]) -> str:
    """What parts most lines into equally many values."""

    def weight(delimiter: str) -> tuple[int, int]:
        counts = Counter(count for line in lines if (count := line.count(delimiter)))
        count, times = counts.most_common(1)[0] if counts else (0, 0)
        return times, count

    return max(_DELIMITERS, key=weight)


def _cell(value: str) -> Cell:
    if value.startswith('="') and value.endswith('"'):  # how long numbers are kept whole in such files
        value = value[2:-1]
    return Cell(value) if value.strip() else BLANK
