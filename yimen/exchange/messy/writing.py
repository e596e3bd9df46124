"""Writes messy rosters: .xlsx with everything, .csv in GBK as spreadsheets export it."""

import csv
import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from yimen.core.errors import N_, RuleBroken
from yimen.exchange.messy.rosters import KINDS, Formula, MessySheet, key_of, make

_LAST_ROW = 1_048_575
_FORMS = (".xlsx", ".csv")


def write_messy(path: Path, *, kind: str, rows: int, seed: int, communities: Sequence[str] = ()) -> Path:
    """Write a roster and, beside it, the key to its faults; returns the key's path. Its people live in `communities`,
    without any in that of the demonstration's head."""
    if path.suffix not in _FORMS:
        raise RuleBroken(N_("A messy roster is written as .xlsx or .csv. Choose one of the two."))
    if kind not in KINDS or (kind == "linked" and path.suffix == ".csv"):
        raise RuleBroken(N_("There is no roster of this kind in this form. Choose another."))
    sheets = make(kind, rows, seed, typed=path.suffix == ".xlsx", communities=communities)
    (_write_book if path.suffix == ".xlsx" else _write_text)(path, sheets)
    if path.suffix == ".csv":
        sheets[0].name = path.stem
    key = key_path(path)
    key.write_text(json.dumps(key_of(sheets, kind, seed, communities), ensure_ascii=False), encoding="utf-8")
    return key


def key_path(path: Path) -> Path:
    """Where the key of a roster lies."""
    return path.with_name(f"{path.name}.key.json")


def _write_text(path: Path, sheets: Sequence[MessySheet]) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        for row in sheets[0].rows:
            writer.writerow(["" if cell is None else cell for cell in row])


def _write_book(path: Path, sheets: Sequence[MessySheet]) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - the same file from the same seed
    centred = book.add_format({"align": "center", "bold": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide()
        else:
            page.activate()
            page.set_first_sheet()
        merged = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
        for number, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                if end := merged.get((number, column)):
                    page.merge_range(number, column, *end, str(cell), centred)
                elif cell is not None:
                    _write_cell(page, number, column, cell)
        if sheet.has_tail:  # what a spreadsheet keeps of somebody who once formatted whole columns
            page.write_string(_LAST_ROW, 0, " ")
    book.close()


def _write_cell(page: Any, row: int, column: int, cell: object) -> None:
    if isinstance(cell, Formula):
        page.write_formula(row, column, cell.text, None, cell.value)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell)
    else:
        page.write_string(row, column, str(cell))
