"""Workbooks of before 2007, by calamine. What it needs in memory is held by the limit of the process."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from yimen.core.files.confined import Refused
from yimen.exchange.reading.lines import number_cell
from yimen.exchange.reading.output import Output
from yimen.exchange.reading.refusals import BROKEN, MACROS, NOT_A_WORKBOOK, PROTECTED
from yimen.exchange.reading.sheet import EPOCH
from yimen.exchange.rules.sheets import BLANK, Cell, Row, Span


def read_binary(path: Path, output: Output) -> None:
    """Every sheet of an old workbook."""
    _check_streams(path)
    try:
        _read(CalamineWorkbook.from_path(str(path), load_tables=False), output)
    except PasswordError:
        raise Refused(PROTECTED) from None
    except (CalamineError, OSError, ValueError):
        raise Refused(BROKEN) from None


def _check_streams(path: Path) -> None:
    """Refuse by the names of streams, which stand in the file in UTF-16."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as held:
        if held.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise Refused(PROTECTED)
        if held.find("_VBA_PROJECT".encode("utf-16-le")) >= 0:
            raise Refused(MACROS)
        if all(held.find(name.encode("utf-16-le")) < 0 for name in ("Workbook", "Book")):
            raise Refused(NOT_A_WORKBOOK)


def _read(workbook: CalamineWorkbook, output: Output) -> None:
    for meta in workbook.sheets_metadata:
        sheet = workbook.get_sheet_by_name(meta.name)
        output.add(meta.name, _rows(sheet), hidden=meta.visible != SheetVisibleEnum.Visible, merges=_merges(sheet))


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    if sheet.start is None:
        return
    for number, values in enumerate(sheet.iter_rows(), 1):
        yield Row(number, tuple(map(_cell, values)))


def _merges(sheet: CalamineSheet) -> list[Span]:
    return [Span(a[0] + 1, b[0] + 1, a[1], b[1]) for a, b in sheet.merged_cell_ranges or []]


def _cell(value: Any) -> Cell:
    if value == "":
        return BLANK
    if isinstance(value, bool | str):
        return Cell(value)
    if isinstance(value, int | float):
        return number_cell(repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value))
    return _dated(value)


def _dated(value: Any) -> Cell:
    if isinstance(value, datetime):
        return Cell(value, _serial(value))
    if isinstance(value, date):
        moment = datetime.combine(value, time())
        return Cell(moment, _serial(moment))
    if isinstance(value, time | timedelta):
        return Cell(str(value))
    return Cell(str(value))


def _serial(value: datetime) -> str:
    return f"{(value - EPOCH) / timedelta(days=1):g}"
