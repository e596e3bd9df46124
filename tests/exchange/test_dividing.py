"""Sheets in which several tables stand, and what a sheet, a title or a row of its own says of the rows below."""

from collections.abc import Sequence
from datetime import date

import pytest

from tests.exchange.shapes import N1, N2, N3, sheet
from yimen.exchange.rules.cells import Context, State
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.header import find_tables
from yimen.exchange.rules.mapping import Plan, propose
from yimen.exchange.rules.plans import chosen_plan, kept_plan
from yimen.exchange.rules.rows import ResidentRecord, parse
from yimen.exchange.rules.sections import is_heading, section_of
from yimen.exchange.rules.sheets import Sheet, Workbook

TODAY = Context(date(2026, 11, 23))
PEOPLE = [["姓名", "身份证号", "室号"], ["王建国", N1, "502"], ["李秀英", N2, "1-503"]]


def plan_of(*sheets: Sheet) -> Plan:
    tables, _notes = find_tables(Workbook(sheets))
    return propose(tables)


def people(plan: Plan) -> list[tuple[str, str]]:
    """Name and door of everybody, row by row."""
    return [
        (record.name, record.place.door.key if record.place.door else "")
        for row in parse(plan, TODAY)
        for record in row.records
        if isinstance(record, ResidentRecord)
    ]


def test_a_sheet_named_after_a_building_gives_its_doors_their_building() -> None:
    plan = plan_of(sheet(PEOPLE, name="3号楼"), sheet(PEOPLE, name="12幢"))
    assert people(plan) == [
        ("王建国", "3-502"),
        ("李秀英", "3-1-503"),
        ("王建国", "12-502"),
        ("李秀英", "12-1-503"),
    ]


def test_a_title_names_the_building_where_the_sheet_does_not() -> None:
    assert people(plan_of(sheet([["广瑞一村3号楼住户信息"], *PEOPLE])))[0] == ("王建国", "3-502")


def test_rows_of_their_own_name_building_and_stairwell_for_those_below() -> None:
    rows: list[list[object]] = [
        ["姓名", "身份证号", "室号"],
        ["3号楼1单元"],
        ["王建国", N1, "502"],
        ["2单元（共8户）"],
        ["李秀英", N2, "503"],
        ["4幢"],
        ["王小明", N3, "101"],
    ]
    plan = plan_of(sheet(rows))
    assert people(plan) == [("王建国", "3-1-502"), ("李秀英", "3-2-503"), ("王小明", "4-101")]


def test_the_sheet_has_no_say_where_the_rows_name_the_building() -> None:
    rows = [["姓名", "身份证号", "楼栋", "室号"], ["王建国", N1, "5", "502"]]
    assert people(plan_of(sheet(rows, name="3号楼"))) == [("王建国", "5-502")]


def test_a_second_table_below_is_read_under_its_own_header() -> None:
    rows: list[list[object]] = [
        ["一、户籍人口"],
        ["姓名", "身份证号", "楼室号", "与户主关系"],
        ["王建国", N1, "3-502", "户主"],
        [None],
        ["二、流动人口"],
        ["姓名", "身份证号", "暂住地址", "房东姓名", "房东电话"],
        ["李秀英", N2, "广瑞一村3-503", "王建国", "13812345671"],
    ]
    plan = plan_of(sheet(rows))
    assert [table.table.header_rows for table in plan.tables] == [(2,), (6,)]
    assert people(plan) == [("王建国", "3-502"), ("李秀英", "3-503")]
    assert all(row.state is not State.REFUSED for row in parse(plan, TODAY))


@pytest.mark.parametrize("between", [[None], []], ids=["with a gap", "without"])
def test_a_table_beside_another_is_read_too(between: Sequence[None]) -> None:
    labels = ["姓名", "身份证号", "楼室号"]
    rows = [[*labels, *between, *labels], ["王建国", N1, "3-502", *between, "李秀英", N2, "3-503"]]
    assert people(plan_of(sheet(rows))) == [("王建国", "3-502"), ("李秀英", "3-503")]


HELP = [
    ["说明", "请一定看下面说明"],
    ["性别", "男，女"],
    ["联系电话", "11位手机号"],
    ["与户主关系", "户主、配偶、子、女等"],
]


@pytest.mark.parametrize(
    ("beside", "gap"), [(beside, gap) for beside in range(4) for gap in range(3) if gap or beside in (1, 2)]
)
def test_a_header_that_stands_again_beside_help_begins_no_table(beside: int, gap: int) -> None:
    labels = ["序号", "幢号", "房屋编码", "房东联系电话", "单元编号", "房主"]
    doors = [[str(turn), "1", f"{turn}02", "13812345671", "2", "王建国"] for turn in range(1, 7)]
    rows: list[list[object]] = [["房屋台账"]]
    rows += [[*row] for row in (labels, *doors[:beside], labels, *doors[beside:])]
    for turn, line in enumerate(HELP):
        rows[2 + turn] += [*[None] * gap, *line]
    plan = plan_of(sheet(rows))
    assert [(table.kind, len(table.guesses)) for table in plan.tables] == [(Kind.DWELLINGS, 6)]
    assert [row.state for row in parse(plan, TODAY)] == [State.OK] * 6


@pytest.mark.parametrize(("first", "gap"), [(1, 0), (2, 0), (1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2)])
def test_help_that_begins_beside_the_header_is_no_column(first: int, gap: int) -> None:
    rows: list[list[object]] = [[*row, *[None] * gap] for row in PEOPLE]
    for row, line in zip(rows, HELP[first:], strict=False):
        row += line
    plan = plan_of(sheet(rows, name="3号楼"))
    assert people(plan) == [("王建国", "3-502"), ("李秀英", "3-1-503")]
    assert all(row.state is State.OK for row in parse(plan, TODAY))


def test_a_column_parted_from_the_others_is_one_of_them_when_it_holds_values() -> None:
    more: list[list[str | None]] = [["与户主关系", "联系电话"], ["户主", None], [None, "13812345671"]]
    rows = [[*row, None, *beside] for row, beside in zip(PEOPLE, more, strict=True)]
    (table,) = plan_of(sheet(rows, name="3号楼")).tables
    assert {"relation", "phone"} <= {guess.field for guess in table.guesses.values()}


def test_words_in_cells_that_are_also_headers_begin_no_table() -> None:
    rows = [
        ["姓名", "身份证号", "楼室号", "业主类型", "与户主关系", "住房性质", "人员类别"],
        ["王建国", N1, "3-502", "业主", "户主", "出租", "低保"],
    ]
    assert len(plan_of(sheet(rows)).tables) == 1


def test_what_a_person_says_of_columns_holds_for_its_table_only() -> None:
    """Two sheets with the same header in another order have one fingerprint and not the same columns."""
    other = [[row[1], row[0], row[2]] for row in PEOPLE]
    plan = plan_of(sheet(PEOPLE, name="3号楼"), sheet(other, name="4号楼"))
    kept = kept_plan(plan, [])
    for table in kept["tables"]:
        table["chosen"] = True
    again = chosen_plan(plan, kept)
    assert [table.column_of("name") for table in again.tables] == [0, 1]


@pytest.mark.parametrize(
    ("text", "building", "unit"),
    [
        ("3号楼", "3", ""),
        ("３幢２单元", "3", "2"),
        ("三号楼一单元", "三", "一"),
        ("2单元（共12户）", "", "2"),
        ("广瑞一村3号楼", "3", ""),
        ("A座", "A", ""),
    ],
)
def test_sections_are_known(text: str, building: str, unit: str) -> None:
    assert section_of(text) == (building, unit)


@pytest.mark.parametrize("text", ["王建国", "Sheet1", "", "3-502", "居民", "3号楼502室", "2026年", "汇总"])
def test_other_texts_are_no_sections(text: str) -> None:
    assert section_of(text) is None


@pytest.mark.parametrize("text", ["第二居民小组", "二、流动人口", "社区（盖章）", "2026年10月31日", "第一网格：陈网格"])
def test_headings_and_footers_are_known(text: str) -> None:
    assert is_heading(text)


@pytest.mark.parametrize("text", ["王建国", "欧阳修文", "3-502", "13812345671", N1])
def test_what_may_be_data_is_no_heading(text: str) -> None:
    assert not is_heading(text)
