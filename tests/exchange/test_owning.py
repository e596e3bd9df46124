"""Owners are no residents of what they let or leave empty, and identity numbers come from where they stand."""

import pytest

from tests.exchange.shapes import N1, N2, sheet
from tests.exchange.test_rows import TODAY, plan_of, rows_of, sentences
from yimen.exchange.rules.cells import State
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.rows import DwellingRecord, Parsed, ResidentRecord, parse
from yimen.exchange.rules.sheets import Span
from yimen.exchange.rules.tableplan import TablePlan


def residents(rows: list[Parsed]) -> list[tuple[str, str]]:
    return [(one.name, one.number) for row in rows for one in row.records if isinstance(one, ResidentRecord)]


NOT_HERE = "The dwelling is let or empty, so its owner is not taken for somebody who lives there."


@pytest.mark.parametrize("label", ["产权人", "房主", "业主姓名", "产权人姓名"])
@pytest.mark.parametrize("said", ["空置", "出租", "已出租", "空关户", "自住", "未出租", "部分出租", ""])
def test_the_owner_of_a_let_or_empty_dwelling_does_not_live_there(label: str, said: str) -> None:
    header: list[object] = [label, "身份证号", "民族", "楼栋", "房号", "房屋状态"]
    (row,) = rows_of(["王建国", N1, "汉", "3", "502", said], header=header)
    elsewhere = said in ("空置", "出租", "已出租", "空关户") or label == "房主"
    assert residents([row]) == ([] if elsewhere else [("王建国", N1)])
    assert row.state is not State.REFUSED
    if label != "房主":  # that header alone says it
        assert (("", "noted", NOT_HERE) in sentences(row)) == elsewhere


def test_an_owner_lives_where_another_row_puts_the_owner() -> None:
    header: list[object] = ["业主姓名", "身份证号", "楼栋", "房号", "是否出租", "民族"]
    found = rows_of(["王建国", N1, "3", "502", "是", "汉"], ["王建国", N1, "3", "503", "否", "汉"], header=header)
    assert residents(found) == [("王建国", N1)]
    assert found[1].state is State.OK or not [said for said in sentences(found[1]) if "already" in said[2]]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["产权人", "身份证号", "实际居住人", "身份证号", "门牌号"], ["王建国", N1, "李秀英", N2, "3-502"]),
        (["实际居住人", "身份证号", "产权人", "身份证号", "门牌号"], ["李秀英", N2, "王建国", N1, "3-502"]),
        (["产权人", "居住人姓名", "身份证号", "门牌号"], ["王建国", "李秀英", N2, "3-502"]),
        (["姓名", "产权人", "身份证号", "门牌号"], ["李秀英", "王建国", N2, "3-502"]),
        (["业主姓名", "业主身份证号", "租客姓名", "租客身份证号", "门牌号"], ["王建国", N1, "李秀英", N2, "3-502"]),
        (["产权人", "产权人身份证号", "户主姓名", "身份证号", "门牌号"], ["王建国", N1, "李秀英", N2, "3-502"]),
    ],
)
def test_an_owner_beside_somebody_else_is_no_resident(header: list[object], row: list[object]) -> None:
    assert residents(rows_of(row, header=header)) == [("李秀英", N2)]


def test_a_disability_certificate_gives_the_number_where_no_other_column_does() -> None:
    header: list[object] = ["姓名", "残疾人证号", "残疾等级", "门牌号"]
    (row,) = rows_of(["王建国", f"{N1}42", "二级", "3-502"], header=header)
    assert residents([row]) == [("王建国", N1)]
    assert row.state is State.FIXABLE
    (other,) = rows_of(["王建国", f"{N2}42", "二级", "3-502", N1], header=[*header, "身份证号"])
    assert residents([other]) == [("王建国", N1)]


LEDGER: list[list[object]] = [
    ["房屋台账"],
    ["小区", "楼栋", "房号", "建筑面积", "是否出租", "是否自住", "产权人", None],
    [None, None, None, None, None, None, "姓名", "电话"],
    ["广瑞一村", "3", "502", 89.5, "否", "是", "王建国", "13812345671"],
    ["广瑞一村", "3", "503", 76, "是", "否", "李秀英", "13812345672"],
]


def ledger(rows: list[list[object]], *, owner: int) -> tuple[TablePlan, list[Parsed]]:
    """A ledger whose header takes two rows; `owner`: the first of the two columns under its last group."""
    plan = plan_of(sheet(rows, merges=[Span(2, 2, owner, owner + 1)]))
    (table,) = plan.tables
    return table, list(parse(plan, TODAY, None))


def test_a_ledger_of_dwellings_with_owners_under_a_group_lists_no_residents() -> None:
    table, rows = ledger(LEDGER, owner=6)
    assert table.kind is Kind.DWELLINGS
    dwellings = [one for row in rows for one in row.records]
    assert [(one.owner_name, one.owner_phone, one.rented) for one in dwellings if isinstance(one, DwellingRecord)] == [
        ("王建国", "13812345671", False),
        ("李秀英", "13812345672", True),
    ]
    assert len(dwellings) == len(rows) == 2
    assert {row.state for row in rows} == {State.OK}


@pytest.mark.parametrize(
    ("told", "kind"),
    [("身份证号", "residents"), ("出生日期", "residents"), ("与户主关系", "residents"), ("备注", "dwellings")],
)
def test_a_number_a_birth_or_a_relation_makes_owners_residents(told: str, kind: str) -> None:
    said = {"身份证号": [N1, N2], "出生日期": ["1980-01-01", "1985-02-03"], "与户主关系": ["户主", "户主"]}
    cells = said.get(told, [None, None])
    rows = [LEDGER[0], [*LEDGER[1], told], [*LEDGER[2], None]]
    rows += [[*row, cell] for row, cell in zip(LEDGER[3:], cells, strict=True)]
    assert ledger(rows, owner=6)[0].kind == kind


def test_tenants_of_a_ledger_who_cannot_be_found_are_named_and_the_dwellings_taken() -> None:
    header: list[object] = ["楼栋", "房号", "面积", "出租", "自住", "产权人姓名", "产权人电话", "租户姓名", "租户电话"]
    own: list[object] = ["3", "502", 89, None, "√", "王建国", "13812345671", None, None]
    let: list[object] = ["3", "503", 89, "√", None, "李秀英", "13812345672", "孙明", "13812345673"]
    plan = plan_of(sheet([header, own, let]))
    rows = list(parse(plan, TODAY, None))
    assert plan.tables[0].kind is Kind.DWELLINGS
    assert [(one.owner_name, one.rented) for row in rows for one in row.records if isinstance(one, DwellingRecord)] == [
        ("王建国", None),
        ("李秀英", True),
    ]
    assert [note.params["columns"] for note in plan.notes] == ["租户姓名"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (["门牌号", "建筑面积", "房屋用途", "姓名", "电话"], "dwellings"),
        (["房屋坐落", "产权人", "电话", "建筑面积"], "dwellings"),
        (["地址", "产权人", "性别", "电话", "建筑面积"], "dwellings"),
        (["门牌号", "建筑面积", "姓名", "电话"], "residents"),
        (["门牌号", "建筑面积", "房屋用途", "承租人姓名", "电话"], "residents"),
        (["门牌号", "建筑面积", "房屋用途", "姓名", "年龄"], "residents"),
    ],
)
def test_names_beside_facts_of_dwellings_are_owners_where_nothing_tells_a_person(
    header: list[object], kind: str
) -> None:
    said = {
        "门牌号": "3-502",
        "房屋坐落": "3-502",
        "地址": "广瑞一村3-502",
        "建筑面积": 89.5,
        "房屋用途": "住宅",
        "性别": "男",
        "年龄": 46,
    }
    row = [said.get(str(label), "13812345671" if label == "电话" else "王建国") for label in header]
    (table,) = plan_of(sheet([header, row])).tables
    assert table.kind == kind
