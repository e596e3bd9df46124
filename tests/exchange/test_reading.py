"""Files from outside, read in a child process: what cells say, and how the file wrote it."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.books import book, row, text_cell
from tests.exchange.books import sheet as written
from tests.exchange.old_books import write_old
from tests.exchange.shapes import N3
from yimen.exchange.reading import read
from yimen.exchange.reading.formats import is_date
from yimen.exchange.reading.lines import decode, encode, number_cell
from yimen.exchange.rules.cells import Context
from yimen.exchange.rules.header import find_tables
from yimen.exchange.rules.mapping import propose
from yimen.exchange.rules.rows import parse
from yimen.exchange.rules.sheets import Cell, Row, Span


def rows_of(path: Path) -> list[list[object]]:
    with read(path, name=path.name) as workbook:
        return [[cell.value for cell in row.cells] for row in workbook.sheets[0].rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_text_file_is_read_in_every_encoding_a_spreadsheet_writes(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(f'姓名{delimiter}电话\n张国富{delimiter}="13812345678"\n'.encode(encoding))
    assert rows_of(path) == [["姓名", "电话"], ["张国富", "13812345678"]]


def test_the_mark_of_utf8_before_text_in_gbk_does_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "姓名,电话\n张国富,13812345678\n".encode("gbk"))
    assert rows_of(path) == [["姓名", "电话"], ["张国富", "13812345678"]]


def test_a_workbook_says_dates_numbers_formulas_and_merges(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("花名册")
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        page.merge_range(0, 0, 0, 3, "标题")
        page.write_row(1, 0, ["王建国", 13812345671, 94.56, True])
        page.write_datetime(2, 0, datetime.fromisoformat("1980-01-02"), day)
        page.write_number(2, 1, 320299198001011232)
        page.write_number(2, 2, 29221)
        page.write_formula(3, 0, "=1+1", None, 2)
        page.write_formula(3, 1, '="a"&"b"', None, "ab")
        page.write_rich_string(3, 2, "广瑞", book.add_format({"bold": True}), "一村")
        book.add_worksheet("旧").hide()
    with read(path, name="a.xlsx") as workbook:
        first, second = workbook.sheets
        rows = list(first.rows)
        assert list(first.rows) == rows
    assert (first.name, first.hidden, second.hidden) == ("花名册", False, True)
    assert first.merges == (Span(1, 1, 0, 3),)
    assert [cell.value for cell in rows[1].cells] == ["王建国", 13812345671, Decimal("94.56"), True]
    assert rows[2].cell(0) == Cell(datetime.fromisoformat("1980-01-02"), "29222")
    assert "E+17" in rows[2].cell(1).text
    assert rows[2].cell(2) == Cell(29221, "29221")
    assert rows[3].cell(0) == Cell(2, "2", True)
    assert rows[3].cell(1) == Cell("ab", "", True)
    assert rows[3].cell(2).value == "广瑞一村"
    assert [note.message for note in workbook.notes] == ["The workbook holds formulas; their last results were taken."]


def test_a_formula_without_a_result_is_told_in_words_and_an_empty_result_is_empty(tmp_path: Path) -> None:
    cells = [
        row(
            1, text_cell("A1", "姓名"), text_cell("B1", "身份证号"), text_cell("C1", "门牌号"), text_cell("D1", "备注")
        ),
        row(2, text_cell("A2", "王建国"), '<c r="B2"><f>Sheet2!A1</f><v/></c>', text_cell("C2", "3-502")),
        row(3, text_cell("A3", "李秀英"), '<c r="B3"><f>Sheet2!A2</f></c>', text_cell("C3", "3-503")),
        row(4, text_cell("A4", "王小明"), text_cell("B4", N3), '<c r="D4" t="str"><f>IF(1,"")</f><v></v></c>'),
    ]
    path = book(tmp_path / "a.xlsx", written(*cells))
    with read(path, name="a.xlsx") as workbook:
        (sheet,) = workbook.sheets
        assert [len(one.cells) for one in sheet.rows] == [4, 3, 3, 2]
        tables, _notes = find_tables(workbook)
        rows = list(parse(propose(tables), Context(date(2026, 11, 23)), None))
    wrong = [one.verdict for found in rows for one in found.findings if one.field == "id_number"]
    assert [str(one.state) for one in wrong] == ["refused", "refused"]
    assert {one.raw for one in wrong} == {""}
    assert wrong[0].message.startswith("The cell holds a formula, and the file does not carry its result.")
    (note,) = [one for one in workbook.notes if "without their results" in one.message]
    assert dict(note.params) == {"sheet": "花名册", "cells": "2"}


def test_a_workbook_of_before_2007_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["姓名", "身份证号", "电话"],
        ["王建国", 3.20299198001011e17, 13812345671],
        [None, None, None],
        ["李秀英"],
    ]
    path = write_old(tmp_path / "a.xls", [("花名册", False, rows), ("旧", True, [["x", "y"]])])
    with read(path, name="a.xls") as workbook:
        first, second = workbook.sheets
        read_rows = list(first.rows)
    assert (first.name, second.hidden) == ("花名册", True)
    assert [row.number for row in read_rows] == [1, 2, 4]
    assert [cell.value for cell in read_rows[0].cells] == ["姓名", "身份证号", "电话"]
    assert read_rows[1].cell(2) == Cell(13812345671, "13812345671")
    assert "e+17" in read_rows[1].cell(1).text


@pytest.mark.parametrize("code", ["yyyy-mm-dd", "m/d/yy", 'yyyy"年"m"月"', "[$-804]yyyy/m/d;@", "[h]:mm:ss", "mmm"])
def test_formats_of_dates_are_known(code: str) -> None:
    assert is_date(code)


@pytest.mark.parametrize("code", ["General", "0.00", "@", '0"天"', "[Red]#,##0", '"d"0', "0.00E+00", "[$¥-804]#,##0"])
def test_other_formats_are_no_dates(code: str) -> None:
    assert not is_date(code)


values = (
    st.none()
    | st.booleans()
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
    | st.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01"))
)


@given(st.integers(1, 1_048_576), st.lists(values), st.lists(st.integers(-(10**20), 10**20) | st.floats(-1e20, 1e20)))
def test_rows_travel_unchanged(number: int, plain: list[object], numbers: list[int | float]) -> None:
    cells = [Cell(value, "1" if isinstance(value, datetime) else "") for value in plain]  # type: ignore[arg-type]  # cells of a made-up kind on purpose
    cells += [number_cell(repr(each)) for each in numbers]
    row = Row(number, (*cells, Cell("=", "", True)))
    line = encode(row.number, row.cells)
    assert "\n" not in line
    assert decode(line) == row


@given(st.integers(0, 10**15 - 1))
def test_whole_numbers_are_kept_whole(value: int) -> None:
    assert number_cell(str(value)) == Cell(value, str(value))
    assert number_cell(f"{value}.0").value == value
