"""Workbooks, by calamine."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from yimen.exchange.reading.lines import number_cell
from yimen.exchange.reading.output import Output
from yimen.exchange.rules.sheets import BLANK, Cell, Row, Span

_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zones


def read_binary(path: Path, output: Output) -> None:
    """Every sheet of an old or new workbook."""
    workbook = CalamineWorkbook.from_path(str(path))
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
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001
        return Cell(moment, _serial(moment))
    if isinstance(value, time | timedelta):
        return Cell(str(value))
    return Cell(str(value))


def _serial(value: datetime) -> str:
    return f"{(value - _ZERO) / timedelta(days=1):g}"
