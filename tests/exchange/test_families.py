"""Rows of whole families: every person in them is brought, and each counts as one."""

import pytest

from tests.exchange.shapes import N1, N2, N3, sheet
from tests.exchange.test_rows import TODAY, plan_of, rows_of, sentences
from yimen.exchange.rules.cells import State
from yimen.exchange.rules.rows import Parsed, ResidentRecord, parse
from yimen.exchange.rules.sheets import Sheet, Span

Told = tuple[str, str, str, str]
HEAD, WIFE, SON = (
    ("王建国", N1, "02", "3-502"),
    ("李秀英", N2, "12", "3-502"),
    ("王小明", N3, "20", "3-502"),
)


def read(one: Sheet) -> list[Parsed]:
    return list(parse(plan_of(one), TODAY))


def told(rows: list[Parsed]) -> list[Told]:
    """Name, number, relation and door of everybody who is brought."""
    return [
        (one.name, one.number, one.relation, one.place.door.key if one.place.door else "")
        for row in rows
        for one in row.records
        if isinstance(one, ResidentRecord)
    ]


WAYS: dict[str, tuple[list[list[object]], tuple[Span, ...]]] = {
    "numbers in front": (
        [
            [
                *("门牌号", "户主姓名", "户主身份证号", "联系电话"),
                *(f"成员{n}{what}" for n in (1, 2) for what in ("姓名", "身份证", "关系")),
            ],
            ["3-502", "王建国", N1, "13812345671", "李秀英", N2, "妻", "王小明", N3, "子"],
        ],
        (),
    ),
    "numbers behind": (
        [
            [
                "门牌号",
                "户主姓名",
                "身份证号",
                "成员姓名1",
                "成员身份证号1",
                "与户主关系1",
                "成员姓名2",
                "成员身份证号2",
                "与户主关系2",
            ],
            ["3-502", "王建国", N1, "李秀英", N2, "妻", "王小明", N3, "子"],
        ],
        (),
    ),
    "groups under merged cells, in Chinese numerals": (
        [
            ["序号", "门牌号", "户主", None, "家庭成员一", None, None, "家庭成员二", None, None],
            [None, None, "姓名", "身份证号", "姓名", "身份证号", "与户主关系", "姓名", "身份证号", "与户主关系"],
            [1, "3-502", "王建国", N1, "李秀英", N2, "妻", "王小明", N3, "子"],
        ],
        (Span(1, 2, 0, 0), Span(1, 2, 1, 1), Span(1, 1, 2, 3), Span(1, 1, 4, 6), Span(1, 1, 7, 9)),
    ),
    "the same labels again without numbers": (
        [
            ["门牌号", "户主姓名", "户主身份证号", "姓名", "身份证号", "与户主关系", "姓名", "身份证号", "与户主关系"],
            ["3-502", "王建国", N1, "李秀英", N2, "妻", "王小明", N3, "子"],
        ],
        (),
    ),
    "kin by their words": (
        [
            [
                "门牌号",
                "户主姓名",
                "户主身份证",
                "妻子姓名",
                "妻子身份证",
                "子女1姓名",
                "子女1身份证",
                "子女2姓名",
                "子女2身份证",
            ],
            ["3-502", "王建国", N1, "李秀英", N2, "王小明", N3, None, None],
        ],
        (),
    ),
    "people numbered from the first": (
        [
            ["门牌号", *(f"{what}{n}" for n in (1, 2, 3) for what in ("姓名", "身份证号", "与户主关系"))],
            ["3-502", "王建国", N1, "户主", "李秀英", N2, "妻", "王小明", N3, "子"],
        ],
        (),
    ),
}


@pytest.mark.parametrize(("rows", "merges"), WAYS.values(), ids=WAYS.keys())
def test_a_row_of_a_household_brings_everybody_it_names(rows: list[list[object]], merges: tuple[Span, ...]) -> None:
    found = read(sheet(rows, merges=merges))
    assert told(found) == [HEAD, WIFE, SON]
    assert [row.state for row in found if row.state is State.REFUSED] == []
    assert [row.number for row in found] == [len(rows)] * 3


def test_a_household_without_members_and_an_empty_home_count_once() -> None:
    rows: list[list[object]] = [*WAYS["numbers in front"][0], ["3-503", "赵明", N1, "13812345672"], ["3-504"]]
    assert [(row.table, row.number) for row in read(sheet(rows))] == [(0, 2), (0, 3), (0, 4), (1, 2), (2, 2)]


def test_who_stands_as_head_and_again_as_member_is_taken_once() -> None:
    rows = [*WAYS["numbers in front"][0]]
    rows[1] = [*rows[1][:7], "王建国", N1, "户主"]
    found = read(sheet(rows))
    assert told(found) == [HEAD, WIFE]
    assert ("", "noted", "Row 2 names this person already; the record is taken once.") in sentences(found[-1])


def test_one_number_for_two_people_of_a_household_refuses_both() -> None:
    rows = [*WAYS["numbers in front"][0]]
    rows[1] = [*rows[1][:8], N2, "子"]
    assert [row.state for row in read(sheet(rows))] == [State.OK, State.REFUSED, State.REFUSED]


def test_the_owner_who_lets_to_numbered_tenants_does_not_live_there() -> None:
    header: list[object] = [
        "门牌号",
        "业主姓名",
        "业主电话",
        "租客1姓名",
        "租客1身份证号",
        "租客2姓名",
        "租客2身份证号",
    ]
    found = read(sheet([header, ["3-502", "王建国", "13812345671", "李秀英", N2, "王小明", N3]]))
    assert [one[:2] for one in told(found)] == [("李秀英", N2), ("王小明", N3)]


@pytest.mark.parametrize(
    "header",
    [
        ["姓名", "身份证号", "手机号1", "手机号2", "门牌号"],
        ["姓名", "身份证号", "紧急联系人1", "紧急联系人1电话", "紧急联系人2", "紧急联系人2电话", "门牌号"],
        ["妇女姓名", "身份证号", "丈夫姓名", "丈夫身份证号", "门牌号"],
        ["姓名", "身份证号", "父亲姓名", "父亲电话", "母亲姓名", "母亲电话", "门牌号"],
    ],
)
def test_other_numbers_and_other_kin_make_no_family(header: list[object]) -> None:
    assert len(plan_of(sheet([header, ["王建国", N1, *["13812345671"] * (len(header) - 2)]])).tables) == 1


SEVERAL = "Several people stand in one cell. Give each person a row of their own."
NOT_BROUGHT = "People named in one cell are not brought in: %s. Give each a row or columns of their own."


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("张三,李四", 2),
        ("张三\n李四", 2),
        ("张三 李四", 2),
        ("张三和李四", 2),
        ("张三(户主)、李四(妻)", 2),
        ("李四(妻)王五(子)赵六(父)", 3),
        ("户主:张三 妻:李四", 2),
        (f"李秀英{N2}，王小明{N3}", 2),
    ],
)
def test_several_people_in_one_cell_are_named_and_none_is_brought_by_half(text: str, people: int) -> None:
    (row,) = rows_of([text, N1, "3-502"], header=["姓名", "身份证号", "门牌号"])
    assert (row.records, row.state) == ((), State.REFUSED)
    assert ("name", "refused", SEVERAL) in sentences(row)
    header: list[object] = ["户主姓名", "户主身份证号", "门牌号", "家庭成员"]
    (row,) = rows_of(["王建国", N1, "3-502", text], header=header)
    assert told([row]) == [HEAD]
    assert ("members", "noted", NOT_BROUGHT % people) in sentences(row)


@pytest.mark.parametrize("column", ["家庭成员", "成员姓名"])
@pytest.mark.parametrize("others", [["李秀英", "陶华文"], [None, None], ["李秀英、陶华文", "无"]])
def test_a_head_without_family_is_brought_in_like_the_others(column: str, others: list[object]) -> None:
    header: list[object] = ["户主", "户主身份证号", "门牌号", column]
    people = [["王建国", N1, "3-502"], ["钱小芳", N2, "3-503"], ["孙明", N3, "3-504"]]
    rows = rows_of(*[[*person, family] for person, family in zip(people, [*others, "无"], strict=True)], header=header)
    assert told(rows)[-1][:2] == ("孙明", N3)
    if others[0]:
        assert [one[0] for one in told(rows)] == ["王建国", "钱小芳", "孙明"]


def test_an_empty_home_under_an_owner_s_name_is_nobody_s() -> None:
    header: list[object] = ["户主", "门牌号", "姓名", "身份证号"]
    rows: list[list[object]] = [["王建国", "3-502", "空置", None], ["李秀英", "3-503", "李秀英", N2]]
    assert [one[0] for one in told(rows_of(*rows, header=header))] == ["李秀英"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王 建国", "王建国"),
        ("欧阳 文静", "欧阳文静"),
        ("王建国（残疾）", "王建国"),
        ("王建国\n（户主）", "王建国"),
        ("王建国 户主", "王建国"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("张和平", "张和平"),
    ],
)
def test_one_name_with_blanks_or_a_remark_is_one_person(text: str, name: str) -> None:
    (row,) = rows_of([text, N1, "3-502"], header=["姓名", "身份证号", "门牌号"])
    assert [one[0] for one in told([row])] == [name]


@pytest.mark.parametrize(("number", "relation"), [(N3, "20"), (N2, "30")])
def test_a_child_is_a_son_or_a_daughter_as_the_number_says(number: str, relation: str) -> None:
    (row,) = rows_of(["王小明", number, "子女", "3-502"], header=["姓名", "身份证号", "与户主关系", "门牌号"])
    assert told([row])[0][2] == relation


def test_what_a_dwelling_is_used_for_is_no_kind_of_residence() -> None:
    header: list[object] = ["姓名", "身份证号", "居住情况", "门牌号"]
    own, let = rows_of(["王建国", N1, "自住", "3-502"], ["李秀英", N2, "出租", "3-503"], header=header)
    assert [type(one).__name__ for row in (own, let) for one in row.records] == [
        *("ResidentRecord", "DwellingRecord", "ResidentRecord")
    ]
    assert [one.kind for row in (own, let) for one in row.records if isinstance(one, ResidentRecord)] == ["", ""]
    mine, rented = rows_of(["王建国", N1, "自住", "3-502"], ["李秀英", N2, "租住", "3-503"], header=header)
    kinds = [one.residence_type for row in (mine, rented) for one in row.records if isinstance(one, ResidentRecord)]
    assert kinds == ["01", "02"]
