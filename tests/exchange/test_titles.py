"""What a title gives to everybody below it, and what it leaves to the rows."""

import pytest

from tests.exchange.shapes import N1, N2, sheet
from tests.exchange.test_rows import TODAY, plan_of
from yimen.exchange.rules.rows import BuildingRecord, ResidentRecord, TraitRecord, parse

HEADER: list[object] = ["姓名", "身份证号", "人员类别"]


def kinds_of(title: str, *said: str) -> list[set[str]]:
    """The kinds of traits that rows of a roster under a title give to their people."""
    people = [["王建国", N1], ["李秀英", N2]]
    rows: list[list[object]] = [[*person, kind] for person, kind in zip(people, said, strict=False)]
    parsed = parse(plan_of(sheet([[title], HEADER, *rows])), TODAY, None)
    return [{one.kind for one in row.records if isinstance(one, TraitRecord)} for row in parsed]


def test_a_title_of_several_groups_gives_none_to_everybody() -> None:
    assert kinds_of("2026年第三季度低保、残疾人员名单", "低保", "残疾") == [
        {"is_dibao"},
        {"has_disability_certificate"},
    ]


@pytest.mark.parametrize("title", ["残疾人员名单", "残疾人（残联）花名册"])
def test_a_title_of_one_group_gives_it_to_everybody(title: str) -> None:
    assert kinds_of(title, "低保", "残疾") == [
        {"is_dibao", "has_disability_certificate"},
        {"has_disability_certificate"},
    ]


def test_a_longer_word_of_a_title_hides_the_shorter_within_it() -> None:
    assert kinds_of("低保边缘家庭名单", "低收入", "低收入") == [{"is_low_income_any"}] * 2


@pytest.mark.parametrize("text", ["广瑞一村户籍", "广瑞一村户籍人口花名册", "春江花园小区常住人口信息表"])
@pytest.mark.parametrize("cells", [1, 5])
def test_a_row_that_says_whose_list_follows_is_no_compound_and_nobody(text: str, cells: int) -> None:
    header: list[object] = ["小区", "楼栋", "房号", "姓名", "身份证号"]
    title: list[object] = [text] * cells
    rows: list[list[object]] = [header, title, [None, "3", "502", "王建国", N1], [None, "3", "503", "李秀英", N2]]
    found = list(parse(plan_of(sheet(rows)), TODAY, None))
    places = [one.place for row in found for one in row.records if isinstance(one, ResidentRecord)]
    assert [(place.compound, place.door.key) for place in places if place.door] == [("", "3-502"), ("", "3-503")]
    assert len(found) == 2
    buildings: list[list[object]] = [["小区", "总层数", "户数"], [text], ["广瑞一村", 6, 36]]
    (row,) = parse(plan_of(sheet(buildings)), TODAY, None)
    assert [one.place.compound for one in row.records if isinstance(one, BuildingRecord)] == ["广瑞一村"]


def test_families_in_one_cell_are_seen_whatever_their_surnames() -> None:
    header: list[object] = ["户主", "户主身份证号", "门牌", "家庭成员"]
    rows: list[list[object]] = [
        ["钱宏梓", N1, "3-502", f"妻：陶华文 {N2}；子：尤明燕"],
        ["陶萍文", N2, "3-503", "配偶 倪东建\n女儿 陶燕伟"],
    ]
    (table,) = plan_of(sheet([header, *rows])).tables
    assert {"name", "members"} <= {guess.field for guess in table.guesses.values()}
