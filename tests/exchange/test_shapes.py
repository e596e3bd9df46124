"""Headers found and columns understood, over rosters of many shapes."""

from datetime import date

import pytest

from tests.exchange.shapes import N1, SHAPES, Shape, sheet
from yimen.exchange.rules.cells import Context, State
from yimen.exchange.rules.header import Table, find_table, find_tables
from yimen.exchange.rules.mapping import fingerprint, propose
from yimen.exchange.rules.rows import parse
from yimen.exchange.rules.sheets import Span, Workbook

TODAY = Context(date(2026, 11, 23))
every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())


def table_of(shape: Shape) -> Table:
    table = find_table(sheet(shape.rows, name=shape.name, merges=shape.merges))
    assert table is not None
    return table


@every_shape
def test_the_header_is_found_and_the_rows_below_it_are_data(shape: Shape) -> None:
    table = table_of(shape)
    assert table.header_rows == shape.header
    assert tuple(row.number for row in table.rows()) == shape.data


@every_shape
def test_columns_and_kind_are_proposed_as_a_person_would_map_them(shape: Shape) -> None:
    table = table_of(shape)
    (plan,) = propose([table]).tables
    assert (plan.kind, plan.trait) == (shape.kind, shape.trait)
    found = {column.index: plan.guesses[column.index].field for column in table.columns if column.index in plan.guesses}
    by_label = {column.label: found.get(column.index) for column in table.columns}
    assert {label: by_label.get(label) for label in shape.fields} == shape.fields
    assert {index: found.get(index) for index in shape.by_index} == shape.by_index


@every_shape
def test_no_row_of_a_sound_roster_is_refused(shape: Shape) -> None:
    judged = list(parse(propose([table_of(shape)]), TODAY))
    assert len(judged) == len(shape.data)
    assert [row for row in judged if row.state is State.REFUSED or not row.records] == []


@every_shape
def test_a_remembered_mapping_wins_whatever_the_order_of_columns(shape: Shape) -> None:
    table = table_of(shape)
    (plan,) = propose([table]).tables
    kept = plan.remembered()
    chosen = dict.fromkeys(kept.fields, "note")
    known = {fingerprint(table): type(kept)(kept.kind, chosen)}
    (again,) = propose([table], remembered=known).tables
    assert {guess.why for guess in again.guesses.values()} <= {"remembered"}
    assert {guess.field for guess in again.guesses.values()} <= {"note"}


def test_hidden_sheets_are_not_read_and_named() -> None:
    rows = [["姓名", "电话"], ["王建国", "13812345671"]]
    book = Workbook((sheet(rows, name="花名册"), sheet(rows, name="旧", hidden=True)))
    tables, notes = find_tables(book)
    assert [table.name for table in tables] == ["花名册"]
    assert [note.params for note in notes] == [{"sheet": "旧"}]


def test_a_sheet_without_any_table_is_named() -> None:
    tables, notes = find_tables(Workbook((sheet([["关于开展人口普查工作的通知"], ["各社区："]], name="通知"),)))
    assert not tables
    assert [note.params for note in notes] == [{"sheet": "通知"}]


def test_help_text_beside_the_data_is_no_column_and_explains_the_codes() -> None:
    table = find_table(
        sheet(
            [
                ["姓名", "电话", "业主类型", None, None, "说明", "请看下面"],
                ["王建国", 13812345671, 7, None, None, "业主类型", "7 业主\n8 家庭成员\n9 租客"],
                ["李秀英", 13812345672, 9, None, None, "姓名", "真实姓名"],
            ]
        )
    )
    assert table is not None
    assert [column.label for column in table.columns] == ["姓名", "电话", "业主类型"]
    assert table.legends == {2: {"7": "业主", "8": "家庭成员", "9": "租客"}}
    records = [row.records[0] for row in parse(propose([table]), TODAY)]
    assert [(record.relation, record.kind) for record in records] == [("02", ""), ("", "living")]  # type: ignore[union-attr]  # records of one kind


def test_a_merged_title_over_the_whole_width_is_no_header() -> None:
    table = find_table(
        sheet(
            [["姓名电话地址登记表", None, None], ["姓名", "电话", "地址"], ["王建国", "13812345671", "广瑞一村3-502"]],
            merges=[Span(1, 1, 0, 2)],
        )
    )
    assert table is not None
    assert table.header_rows == (2,)
    assert table.title == "姓名电话地址登记表"


def test_what_is_called_a_room_may_hold_whole_doors() -> None:
    rows = [["姓名", "身份证号", "门牌"], *([f"王{at}", N1, f"广瑞一村{at}号102室"] for at in range(1, 4))]
    (one,) = propose(find_tables(Workbook((sheet(rows),)))[0]).tables
    assert one.guesses[2].field == "door"
