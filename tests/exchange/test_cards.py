"""Sheets that are forms of one person or one household."""

import pytest

from tests.exchange.shapes import N1, N2, N3, sheet
from tests.exchange.test_families import HEAD, SON, WIFE, told
from tests.exchange.test_rows import TODAY
from yimen.exchange.rules.header import find_tables
from yimen.exchange.rules.mapping import propose
from yimen.exchange.rules.rows import Parsed, parse
from yimen.exchange.rules.sheets import Sheet, Span, Workbook

FORM: list[list[object]] = [
    ["住户登记表"],
    ["户主姓名", "王建国", "性别", "男"],
    ["身份证号", N1, "民族", "汉族"],
    ["门牌号", "3-502", "政治面貌", None, "文化程度", "本科"],
    ["联系电话", "13812345671", None, None],
]
LIST: list[list[object]] = [
    ["家庭成员情况"],
    ["姓名", "身份证号", "与户主关系"],
    ["李秀英", N2, "妻"],
    ["王小明", N3, "子"],
]


def read(*sheets: Sheet) -> tuple[list[Parsed], list[str]]:
    tables, notes = find_tables(Workbook(sheets))
    return list(parse(propose(tables), TODAY)), [note.params.get("sheets", note.message) for note in notes]


def test_a_form_is_read_as_the_row_of_one_person_and_said_to_be_one() -> None:
    rows, notes = read(sheet(FORM, name="一"), sheet([["户主姓名"], *FORM[2:]], name="二"))
    assert told(rows) == [HEAD]
    assert notes == ["The sheet %(sheet)s is a form that names nobody, so nothing of it was read.", "1"]


def test_the_list_below_a_form_is_the_rest_of_the_household() -> None:
    rows, notes = read(sheet([*FORM, *LIST]))
    assert told(rows) == [HEAD, WIFE, SON]
    assert [row.number for row in rows] == [2, 8, 9]
    assert notes == ["1"]


def test_a_short_form_with_a_number_leads_the_list_below_it() -> None:
    short: list[list[object]] = [["小区", "广瑞一村", "门牌号", "3-502"], ["户主姓名", "王建国", "身份证号", N1]]
    rows, notes = read(sheet([["居民家庭登记卡"], *short, *LIST]))
    assert [(one[0], one[3]) for one in told(rows)] == [("王建国", "3-502"), ("李秀英", "3-502"), ("王小明", "3-502")]
    assert notes == ["1"]


def test_help_beside_a_header_of_two_rows_makes_no_form_of_a_list() -> None:
    """What stands right of the last label is not its value where labels stand side by side."""
    rows: list[list[object]] = [
        ["常住人口登记表"],
        ["序号", "基本信息", None, None, "居住信息", "联系方式", "家庭情况", None, "备注", None, "填写说明"],
        [None, "姓名", "性别", "身份证号码", "门牌号", None, "与户主关系", "户主姓名", None, None, "1、号码为18位"],
        [1, "王建国", "男", N1, "3-502", "13812345671", "户主", "王建国", None, None, "2、写全名"],
        [2, "李秀英", "女", N2, "3-502", None, "妻", "王建国"],
        ["合计", 2],
    ]
    merges = [Span(2, 2, 1, 3), Span(2, 2, 6, 7)]
    found, notes = read(sheet(rows, merges=merges))
    assert [one[0] for one in told(found)] == ["王建国", "李秀英"]
    assert notes == []


def test_forms_below_one_another_are_several() -> None:
    other: list[list[object]] = [
        ["户主姓名", "赵明"],
        ["身份证号", N3],
        ["门牌号", "3-503"],
        ["联系电话", "13812345672"],
    ]
    rows, _notes = read(sheet([*FORM, *LIST[:3], *other]))
    assert [one[0] for one in told(rows)] == ["王建国", "李秀英", "赵明"]
    assert told(rows)[1][3] == "3-502"


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "性别", "身份证号", "与户主关系", "门牌号"], *[["王建国", "男", N1, "户主", "3-502"]] * 4],
        [["户主", "王建国"], ["门牌号", "3-502"]],
        [
            *(["社区", "广瑞一村"], ["街道", "广益街道", "电话", "0510-82345678"], ["小区", "广瑞一村"]),
            *(["姓名", "身份证号", "与户主关系", "门牌号"], ["王建国", N1, "户主", "3-502"]),
        ],
        [["填写说明"], ["姓名", "写全名"], ["姓名", "身份证号", "电话", "门牌号"], ["王建国", N1, None, "3-502"]],
    ],
)
def test_lists_are_no_forms(rows: list[list[object]]) -> None:
    """Also not those under a block that says who made them."""
    assert not [note for note in read(sheet(rows))[1] if note.isdigit() or "form" in note]
