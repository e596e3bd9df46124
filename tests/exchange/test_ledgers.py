"""Ledgers as communities keep them: who made the list stands above the header, who left has a date, words are short."""

import pytest

from tests.exchange.shapes import N1, N2, sheet
from tests.exchange.test_rows import TODAY, plan_of
from yimen.exchange.rules.cells import State
from yimen.exchange.rules.header import find_table
from yimen.exchange.rules.rows import Parsed, ResidentRecord, TraitRecord, parse
from yimen.exchange.rules.sheets import Span

LABELS: list[object] = ["序号", "户主姓名", "家庭住址", "保障人口", "家庭成员姓名", "与户主关系", "身份证号码", "备注"]


@pytest.mark.parametrize(
    "above",
    [
        ["填报单位：广瑞一村社区居委会", None, None, None, None, None, "填报日期：2026年11月"],
        ["制表单位 广瑞一村社区居委会", None, None, None, None, None, "2026年11月"],
        ["社区（盖章）：", None, None, None, None, None, "时间:2026.11"],
    ],
)
def test_who_made_a_list_is_no_part_of_its_header_though_merged_over_it(above: list[object]) -> None:
    rows: list[list[object]] = [
        ["广瑞一村社区城市低保对象台账（2026年）"],
        above,
        LABELS,
        [1, "王建国", "12幢2单元302室", 2, "王建国", "本人", N1, ""],
        [None, None, None, None, "李秀英", "妻子", N2, ""],
    ]
    ledger = sheet(rows, merges=[Span(2, 2, 0, 5)])
    table = find_table(ledger)
    assert table is not None
    assert table.header_rows == (3,)
    assert {column.above for column in table.columns} == {""}
    records = [one for row in read(rows, Span(2, 2, 0, 5)) for one in row.records]
    assert {one.name for one in records if isinstance(one, ResidentRecord | TraitRecord)} == {"王建国", "李秀英"}


def read(rows: list[list[object]], *merges: Span) -> list[Parsed]:
    return list(parse(plan_of(sheet(rows, merges=list(merges))), TODAY, None))


COMERS: list[object] = ["姓名", "身份证号", "现住址", "来锡日期", "离锡日期"]


@pytest.mark.parametrize(
    ("came", "left", "is_here"),
    [
        ("2024.3", "2025.6", False),
        ("2024-03-01", "2025年6月1日", False),
        ("", "2025-06-01", False),
        ("2024-03-01", "", True),
        ("2024-03-01", "至今", True),
        ("2026-01-01", "2025-06-01", True),  # came back
        ("2024-03-01", "2099-12-31", True),  # means to leave
    ],
)
def test_who_left_is_not_brought_in_as_living_here(came: str, left: str, is_here: bool) -> None:
    (row,) = read([COMERS, ["王建国", N1, "3-502", came, left]])
    assert (row.state is not State.REFUSED) is is_here
    assert not [one for one in row.findings if one.field == "left_on" and one.verdict.state is State.FIXABLE]


def test_the_place_in_the_household_is_known_beside_the_word_for_its_head() -> None:
    header: list[object] = ["户号", "家庭住址", "户主/成员", "姓名", "身份证号"]
    head, wife = read([header, [1, "12幢2单元304", "户主", "王建国", N1], [None, None, "配偶", "李秀英", N2]])
    relations = [one.relation for row in (head, wife) for one in row.records if isinstance(one, ResidentRecord)]
    assert relations == ["02", "10"]
    assert {one.verdict.fix for one in wife.findings} == {"from_above"}


def test_short_words_for_peoples_and_levels_are_known() -> None:
    header: list[object] = ["姓名", "身份证号", "民族", "残疾等级", "住址", "与户主关系"]
    (row,) = read([header, ["王建国", N1, "维", "二", "3-502", "户主"]])
    assert row.state is not State.REFUSED
    assert [one.ethnic for one in row.records if isinstance(one, ResidentRecord)] == ["05"]
    assert [one.value for one in row.records if isinstance(one, TraitRecord) and one.kind == "disability_level"] == [2]
