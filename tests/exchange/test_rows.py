"""Rows of whole files: records, what repeats, what sheets say of one another, and that every row is accounted for."""

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.shapes import N1, N2, N3, sheet
from yimen.core.doors import Door
from yimen.exchange.reading import read
from yimen.exchange.rules.cells import Context, State
from yimen.exchange.rules.header import find_tables
from yimen.exchange.rules.mapping import Plan, propose, with_fields
from yimen.exchange.rules.rows import (
    BuildingRecord,
    Choices,
    DwellingRecord,
    HouseholdRecord,
    Parsed,
    ResidentRecord,
    TraitRecord,
    parse,
)
from yimen.exchange.rules.sheets import Sheet, Workbook

NO_NUMBER = "The identity number is missing, so the person is found by name, birth date and door only."
BACKWARDS = "The end lies before the beginning. Compare both with the document."
NO_DOOR = "The row names no whole door. Add building and room, such as 3-502."
GONE = "The row says that this person has died or moved away. Leave it out, or give the date of death."
TODAY = Context(date(2026, 11, 23))
HEADER = ["姓名", "性别", "身份证号", "出生日期", "年龄", "电话", "社区", "楼栋", "房号"]


def plan_of(*sheets: Sheet) -> Plan:
    tables, _ = find_tables(Workbook(sheets))
    return propose(tables)


def rows_of(*rows: list[object], header: list[object] | None = None, choices: Choices | None = None) -> list[Parsed]:
    return list(parse(plan_of(sheet([header or [*HEADER], *rows])), TODAY, choices))


def sentences(row: Parsed) -> set[tuple[str, str, str]]:
    return {
        (
            one.field,
            str(one.verdict.state),
            one.verdict.message % one.verdict.params if one.verdict.params else one.verdict.message,
        )
        for one in row.findings
    }


def person(name: str, number: str, *, community: str = "甲社区", room: str = "502", **other: object) -> list[object]:
    return [name, other.get("sex"), number, other.get("birth"), other.get("age"), "13812345671", community, "3", room]


def test_a_row_becomes_a_resident_with_a_place() -> None:
    (row,) = rows_of(person("王建国", N1, sex="男", birth="1980-01-01", age=46))
    assert row.state is State.OK
    (record,) = row.records
    assert isinstance(record, ResidentRecord)
    assert (record.name, record.number, record.sex, record.birth_on) == ("王建国", N1, "1", date(1980, 1, 1))
    assert (record.place.community, record.place.door) == ("甲社区", Door("3", "", "502"))


def test_sex_and_birth_are_held_against_the_number() -> None:
    (row,) = rows_of(person("王建国", N1, sex="女", birth="1981-01-01", age=20))
    assert row.state is State.FIXABLE
    assert sentences(row) == {
        ("sex", "fixable", "The identity number says another sex. Compare both with the card."),
        ("birth_on", "fixable", "The identity number says 1980-01-01. Compare both with the card."),
        ("age", "noted", "The age does not fit the birth date (1980-01-01). The birth date is taken."),
    }
    accepted = Choices(frozenset({("sex", "from_number"), ("birth_on", "from_number")}))
    (again,) = rows_of(person("王建国", N1, sex="女", birth="1981-01-01"), choices=accepted)
    assert again.state is State.OK
    (record,) = again.records
    assert isinstance(record, ResidentRecord)
    assert (record.sex, record.birth_on) == ("1", date(1980, 1, 1))


@pytest.mark.parametrize("said", ["1980年1月", "1980.01", 1980, "80-1-1"])
def test_a_date_that_says_less_than_the_number_is_no_matter(said: object) -> None:
    (row,) = rows_of(person("王建国", N1, birth=said))
    assert row.state is State.OK


def test_a_cell_typed_again_takes_the_place_of_the_file() -> None:
    wrong = person("王建国", N1[:17] + "9")
    (refused,) = rows_of(wrong)
    assert refused.state is State.REFUSED
    assert refused.records == ()
    (row,) = rows_of(wrong, choices=Choices(typed={(0, 2, "id_number"): N1}))
    assert row.state is State.OK


def test_a_cell_that_does_not_matter_is_left_out_and_the_row_stays() -> None:
    (row,) = rows_of([*person("王建国", N1)[:5], "1381234567", "甲社区", "3", "502"])
    assert row.state is State.NOTED
    (record,) = row.records
    assert isinstance(record, ResidentRecord)
    assert record.phone == ""


def test_one_number_for_two_people_refuses_both() -> None:
    first, second = rows_of(person("王建国", N1), person("李秀英", N1, room="503"))
    assert first.state is second.state is State.REFUSED
    sentence = "Row {} gives this number to somebody else. Compare both with the card."
    assert sentences(first) == {("id_number", "refused", sentence.format(3))}
    assert sentences(second) == {("id_number", "refused", sentence.format(2))}


def test_a_person_in_two_communities_refuses_both() -> None:
    first, second = rows_of(person("王建国", N1), person("王建国", N1, community="乙社区"))
    assert first.state is second.state is State.REFUSED
    said = "Row 3 puts this person into another community. Keep the row where the person lives."
    assert sentences(first) == {("", "refused", said)}


def test_the_same_person_again_is_taken_once() -> None:
    first, second = rows_of(person("王建国", N1), person("王建国", N1))
    assert [len(row.records) for row in (first, second)] == [1, 0]
    assert sentences(second) == {("", "noted", "Row 2 names this person already; the record is taken once.")}


def test_what_is_missing_is_said() -> None:
    (row,) = rows_of(["王建国", None, None, None, None, None, "甲社区", "3", "502"])
    assert row.state is State.NOTED
    assert sentences(row) == {
        (
            "id_number",
            "noted",
            "The identity number is missing, so the person is found by name, birth date and door only.",
        ),
        ("phone", "noted", "The phone is missing. Ask for it at the next visit."),
    }
    (row,) = rows_of([None, None, N1, None, None, None, "甲社区", "3", "502"])
    assert sentences(row) >= {("", "refused", "The name is missing. Add it, or delete the row.")}


def test_a_child_needs_no_phone() -> None:
    child = person("王小明", N3)
    child[5] = None
    assert rows_of([*child[:2], N3.replace("2010", "2010"), *child[3:]])[0].state is not State.REFUSED


def test_a_death_before_the_birth_is_left_out() -> None:
    (row,) = rows_of(["王建国", N1, "1979-01-01"], header=["姓名", "身份证号", "死亡日期"])
    assert sentences(row) == {
        ("died_on", "refused", "The date of death lies before the birth. Compare both with the document.")
    }


def test_a_trait_that_ends_before_it_begins_is_left_open() -> None:
    (row,) = rows_of(
        ["王建国", N1, "低保", "2024-01-01", "2023-01-01"],
        header=["姓名", "身份证号", "救助类别", "批准日期", "停保日期"],
    )
    assert (
        "trait_to_on",
        "refused",
        "The end lies before the beginning. Compare both with the document.",
    ) in sentences(row)
    (record,) = row.records
    assert isinstance(record, TraitRecord)
    assert (record.kind, record.from_on, record.to_on) == ("is_dibao", date(2024, 1, 1), None)


def test_a_row_without_any_trait_is_refused_in_a_roster_of_traits() -> None:
    (row,) = rows_of(["王建国", N1, "否", "否"], header=["姓名", "身份证号", "是否低保", "是否残疾"])
    said = "The row names no trait. Say yes in one of its columns, or delete the row."
    assert sentences(row) == {("", "refused", said)}


def test_a_house_without_people_is_a_dwelling() -> None:
    (row,) = rows_of(["空置", None, "3", "502", 89.5], header=["业主姓名", "身份证号", "楼栋", "房号", "建筑面积"])
    assert [type(record) for record in row.records] == [DwellingRecord]


@pytest.mark.parametrize(
    ("header", "row", "sentence"),
    [
        (
            ["楼栋", "房号", "建筑面积"],
            ["3", None, 89],
            "The row names no whole door. Add building and room, such as 3-502.",
        ),
        (["楼栋", "总层数"], [None, 6], "The row names no building. Add its number."),
        (
            ["户号", "户主姓名", "家庭人口", "住址"],
            [None, None, 3, "广瑞一村3-502"],
            "The row names neither the household's number nor its head. Add one of them.",
        ),
    ],
)
def test_a_row_that_does_not_say_what_it_is_about_is_refused(
    header: list[object], row: list[object], sentence: str
) -> None:
    (judged,) = rows_of(row, header=header)
    assert ("", "refused", sentence) in sentences(judged)


def linked() -> list[Sheet]:
    """The shape of a property management's import: buildings, owners and rooms that name one another."""
    return [
        sheet([["楼栋号", "单元编号", "总层数"], [1, 1, 33], [1, 2, 33]], name="楼栋单元"),
        sheet(
            [
                ["编号", "业主名称", "性别", "年龄", "手机号", "身份证号", "业主类型", "业主编号"],
                [1, "王建国", "男", 46, 18999999999, N1, 1001, 1],
                [2, "李秀英", "女", 41, 13812345672, N2, 1001, 2],
                [None] * 9 + ["业主类型", "1001 业主\n1002 家庭成员\n1003 房屋租客"],
            ],
            name="业主信息",
        ),
        sheet([["费用编号", "费用类型", "计费单价"], [1, "物业费", 1.3]], name="费用设置"),
        sheet(
            [
                ["房屋编号", "楼栋编号", "单元编号", "房屋楼层", "建筑面积", "业主编号", "租金"],
                [1011, 1, 1, 1, 94.56, 1, 0],
                [1012, 1, 1, 1, 94.56, 9, 0],
                [1013, 7, 1, 1, 94.56, 2, 0],
            ],
            name="房屋信息",
        ),
    ]


def test_a_sheet_of_family_members_neither_hides_the_owners_nor_becomes_one() -> None:
    rooms = sheet(
        [["栋号", "单元号", "房间号", "建筑面积", "业主编号"], [3, 1, "502", 89.5, "Y1"], [3, 1, "503", 75, "Y2"]]
    )
    family = sheet([["业主编号", "姓名", "与业主关系", "身份证号"], ["Y1", "王小明", "儿子", N3]], name="家庭成员")
    owners = sheet(
        [
            ["业主编号", "业主姓名", "联系方式", "身份证号"],
            ["Y1", "王建国", 13812345671, N1],
            ["Y2", "李秀英", 13812345672, N2],
        ],
        name="业主",
    )
    judged = list(parse(plan_of(rooms, family, owners), TODAY))
    dwellings = [record for row in judged for record in row.records if isinstance(record, DwellingRecord)]
    assert [home.owner_name for home in dwellings] == ["王建国", "李秀英"]
    assert not [row for row in judged if row.table == 0 and row.findings]


def test_linked_sheets_are_joined() -> None:
    plan = plan_of(*linked())
    assert [(table.table.name, table.kind) for table in plan.tables] == [
        ("楼栋单元", "buildings"),
        ("业主信息", "residents"),
        ("房屋信息", "dwellings"),
    ]
    assert [note.params["sheet"] for note in plan.notes] == ["费用设置"]
    rows = list(parse(plan, TODAY))
    by_table = {table: [row for row in rows if row.table == table] for table in range(3)}
    (owner,) = by_table[1][0].records
    assert isinstance(owner, ResidentRecord)
    assert (owner.place.door, owner.relation, owner.residence_type) == (Door("1", "1", "1011"), "02", "01")
    (room,) = by_table[2][0].records
    assert isinstance(room, DwellingRecord)
    assert (room.owner_name, room.owner_number) == ("王建国", N1)
    assert sentences(by_table[2][1]) == {
        ("owner_key", "noted", "The sheet 业主信息 holds no 9. Compare it with the number there.")
    }
    assert sentences(by_table[2][2]) == {
        ("building", "noted", "The sheet 楼栋单元 holds no building 7. Compare it with the number there.")
    }
    (building,) = by_table[0][0].records
    assert isinstance(building, BuildingRecord)


def test_residents_take_the_door_of_their_household() -> None:
    plan = plan_of(
        sheet([["户号", "户主姓名", "家庭人口", "住址"], ["001", "王建国", 2, "广瑞一村3-502"]], name="户"),
        sheet([["户号", "姓名", "身份证号", "与户主关系"], ["001", "李秀英", N2, "妻"]], name="人"),
    )
    records = [record for row in parse(plan, TODAY) for record in row.records]
    household, resident = records
    assert isinstance(household, HouseholdRecord)
    assert isinstance(resident, ResidentRecord)
    assert resident.place == household.place


def test_family_written_below_its_head_is_offered_the_same_door() -> None:
    header: list[object] = ["户号", "姓名", "与户主关系", "身份证号", "家庭住址"]
    rows: list[list[object]] = [
        ["001", "王建国", "户主", N1, "广瑞一村3-502"],
        [None, "李秀英", "妻", N2, None],
        [None, "赵明", "户主", N3, None],
    ]
    _, wife, stranger = rows_of(*rows, header=header)
    assert {(one.field, one.verdict.fix, one.verdict.value) for one in wife.findings} == {
        ("household_number", "from_above", "001"),
        ("address", "from_above", "广瑞一村3-502"),
    }
    assert all(one.verdict.fix != "from_above" for one in stranger.findings)
    (record,) = wife.records
    assert isinstance(record, ResidentRecord)
    assert record.place.door == Door("3", "", "502")


def test_kind_and_level_of_a_disability_may_stand_in_one_cell() -> None:
    (row,) = rows_of(["王建国", N1, "肢体三级"], header=["姓名", "身份证号", "残疾类别/等级"])
    traits = {(one.kind, one.value) for one in row.records if isinstance(one, TraitRecord)}
    assert traits == {("disability_type", "肢体残疾"), ("disability_level", 3)}


def test_the_label_of_the_name_may_tell_that_it_is_staff() -> None:
    (table,) = plan_of(sheet([["所属社区", "网格员姓名", "联系电话"], ["广瑞一村", "王建国", "13812345671"]])).tables
    assert table.kind == "staff"


def test_a_person_may_map_columns_otherwise() -> None:
    plan = plan_of(sheet([["姓名", "电话", "备注"], ["王建国", "13812345671", "低保"]]))
    (table,) = plan.tables
    changed = with_fields(table, table.kind, {0: "name", 2: "trait_kind"})
    (row,) = parse(plan.having(0, changed), TODAY)
    assert [type(record) for record in row.records] == [ResidentRecord, TraitRecord]


cells = (
    st.none() | st.text(max_size=12) | st.integers(0, 10**12) | st.sampled_from([N1, N2, "男", "广瑞一村3-502", "3"])
)


@settings(max_examples=60)
@given(st.lists(st.lists(cells, min_size=len(HEADER), max_size=len(HEADER)), max_size=12))
def test_every_row_of_data_is_accounted_for_once(rows: list[list[object]]) -> None:
    plan = plan_of(sheet([[*HEADER], *rows]))
    for place, table in enumerate(plan.tables):
        data = [row.number for row in table.table.rows()]
        judged = [row for row in parse(plan, TODAY) if row.table == place]
        assert [row.number for row in judged] == data
        counted = Counter(row.state for row in judged)
        assert sum(counted.values()) == len(data)
        assert all(row.records == () for row in judged if row.state is State.REFUSED)
        aside = [row.number for row, is_data in table.table.judged() if not is_data]
        assert set(data).isdisjoint(aside)


REAL = Path(os.environ.get("YIMEN_REAL_ROSTERS") or Path(__file__).resolve().parents[3] / "shared" / "real")
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real workbooks are not beside this repository")


def judged_file(path: Path) -> tuple[Plan, list[Parsed]]:
    with read(path, name=path.name) as workbook:
        tables, _ = find_tables(workbook)
        plan = propose(tables)
        return plan, list(parse(plan, TODAY))


@needs_real
def test_the_real_flat_roster_is_understood() -> None:
    plan, rows = judged_file(REAL / "property_roster_flat.xlsx")
    (table,) = plan.tables
    fields = {column.label: table.guesses[column.index].field for column in table.table.columns}
    assert table.kind == "residents"
    assert fields["楼号"] == "building"
    assert fields["业主名称"] == "name"
    assert fields["身份证号"] == "id_number"
    (row,) = rows
    assert row.state is State.REFUSED
    said = "The last character does not match the rest of the number. Compare digits 17 and 18 with the card."
    assert sentences(row) == {("id_number", "refused", said)}


@needs_real
def test_the_real_linked_roster_is_understood() -> None:
    plan, rows = judged_file(REAL / "property_roster_linked_sheets.xlsx")
    assert [(table.table.name, table.kind) for table in plan.tables] == [
        ("楼栋单元", "buildings"),
        ("业主信息", "residents"),
        ("房屋信息", "dwellings"),
    ]
    assert Counter((row.table, row.state) for row in rows) == {
        (0, State.OK): 26,
        (1, State.REFUSED): 5,
        (2, State.OK): 5,
        (2, State.NOTED): 3,
    }


def test_a_roster_of_the_same_shape_that_we_wrote_is_understood_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "linked.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for one in linked():
        page = book.add_worksheet(one.name)
        for row in one.rows:
            for column, cell in enumerate(row.cells):
                if cell.value is not None:
                    page.write(row.number - 1, column, cell.value)
    book.close()
    _, rows = judged_file(path)
    assert Counter((row.table, row.state) for row in rows) == {
        (0, State.OK): 2,
        (1, State.FIXABLE): 1,
        (1, State.OK): 1,
        (2, State.OK): 1,
        (2, State.NOTED): 2,
    }


def test_the_head_s_own_row_is_the_head_s_though_the_name_stands_in_another_column() -> None:
    header: list[object] = ["户主", "家庭成员", "关系", "身份证号", "楼室号"]
    rows: list[list[object]] = [["王建国", None, "户主", N1, "3-502"], [None, "李秀英", "妻", N2, None]]
    head, wife = rows_of(*rows, ["赵明", None, "子", N3, "3-502"], header=header)[:2]
    assert [(one.field, one.verdict.fix, one.verdict.value) for one in head.findings if one.verdict.fix] == [
        ("name", "head_named", "王建国")
    ]
    assert [record.name for row in (head, wife) for record in row.records if isinstance(record, ResidentRecord)] == [
        "王建国",
        "李秀英",
    ]
    son = rows_of(["赵明", None, "子", N3, "3-502"], header=header)[0]
    assert son.state is State.REFUSED  # of the family, and nobody says who


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("王建国（已故）", None),
        ("王建国", "已死亡"),
        ("王建国", "2024.3.1去世"),
        ("王建国", "已迁出"),
        ("王建国", "户口注销"),
    ],
)
def test_nobody_is_taken_as_living_whom_the_row_calls_dead_or_gone(name: str, note: str | None) -> None:
    (row,) = rows_of([name, N1, "3-502", note], header=["姓名", "身份证号", "楼室号", "备注"])
    assert (row.state, row.records) == (State.REFUSED, ())
    assert ("", "refused", GONE) in sentences(row)


@pytest.mark.parametrize("note", ["配偶已故", "丈夫去世", "租户搬走后空置", "独居", "房屋已注销抵押", None])
def test_remarks_about_others_refuse_nobody(note: str | None) -> None:
    (row,) = rows_of([("王建国"), N1, "3-502", note], header=["姓名", "身份证号", "楼室号", "备注"])
    assert row.state is not State.REFUSED


def test_the_dead_are_taken_with_their_date() -> None:
    (row,) = rows_of(
        ["王建国", N1, "3-502", "2024-03-01", "已死亡"], header=["姓名", "身份证号", "楼室号", "死亡日期", "备注"]
    )
    assert row.state is not State.REFUSED


def test_an_address_of_divisions_only_names_no_compound_and_a_floor_is_no_building() -> None:
    rows: list[list[object]] = [
        ["王建国", N1, "江苏省无锡市梁溪区广益街道广瑞一村社区3幢1单元502室"],
        ["李秀英", N2, "广瑞一村3号楼1单元5楼502"],
        ["王小明", N3, "广瑞一村3-502（租）"],
    ]
    places = [row.records[0].place for row in rows_of(*rows, header=["姓名", "身份证号", "家庭住址"])]  # type: ignore[union-attr]  # residents
    assert [(place.compound, place.door.key) for place in places if place.door] == [
        ("", "3-1-502"),
        ("广瑞一村", "3-1-502"),
        ("广瑞一村", "3-502"),
    ]


def test_who_signed_and_when_are_no_rows() -> None:
    rows: list[list[object]] = [
        ["王建国", N1, "3-502", None],
        ["主管：", None, "复核：", "制表：张三"],
        [None, None, None, "社区（盖章）"],
        [None, None, None, "2026年10月31日"],
        ["合计", "1", "1", "1"],
    ]
    assert [row.number for row in rows_of(*rows, header=["姓名", "身份证号", "楼室号", "备注"])] == [2]


def test_a_roster_of_everybody_with_a_column_of_traits_lists_residents() -> None:
    rows: list[list[object]] = [["王建国", N1, "广瑞一村3-502", None], ["李秀英", N2, "广瑞一村3-503", None]]
    plan = plan_of(
        sheet([["姓名", "身份证号", "详细地址", "人员类别"], *rows, ["王小明", N3, "广瑞一村3-503", "低保"]])
    )
    assert plan.tables[0].kind == "residents"


def test_a_kind_of_people_that_nobody_knows_refuses_no_resident() -> None:
    header: list[object] = ["姓名", "身份证号", "门牌号", "民族", "特征"]
    (row,) = rows_of(["王建国", N1, "3-502", "汉", "学雷锋"], header=header)
    assert row.state is State.NOTED
    assert [said[:2] for said in sentences(row)] == [("trait_kind", "refused")]


def test_a_word_for_kin_that_is_a_name_too_counts_as_one_beside_another() -> None:
    (row,) = rows_of(["孙子、王国强", N1, "3-502"], header=["姓名", "身份证号", "门牌号"])
    assert ("name", "refused") in {said[:2] for said in sentences(row)}
