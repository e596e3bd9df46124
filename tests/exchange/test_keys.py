"""Sheets that name one another's rows by numbers of their own, and rooms that say more or less than themselves."""

import pytest

from tests.exchange.shapes import N1, N2, sheet
from tests.exchange.test_rows import TODAY, plan_of, rows_of, sentences
from yimen.core.doors import Door
from yimen.exchange.rules.mapping import Plan
from yimen.exchange.rules.rows import DwellingRecord, HouseholdRecord, Parsed, ResidentRecord, parse

BUILDINGS: list[list[object]] = [["楼栋编号", "楼栋名称", "层数"], ["LD001", "1号楼", 6], ["LD002", "2号楼", 6]]
DWELLINGS: list[list[object]] = [
    ["房屋编号", "楼栋编号", "单元", "房号", "建筑面积"],
    ["FW0001", "LD001", 1, 101, 80],
    ["FW0002", "LD001", 1, 102, 81],
    ["FW0003", "LD002", 2, 101, 82],
]
PEOPLE: list[list[object]] = [
    ["人员编号", "姓名", "身份证号", "房屋编号", "与户主关系"],
    ["RY01", "王建国", N1, "FW0001", "户主"],
    ["RY02", "李秀英", N2, "FW0003", "户主"],
]
HOUSEHOLDS: list[list[object]] = [
    ["户编号", "户主姓名", "户主身份证号", "所属房屋"],
    ["H001", "王建国", N1, "FW0001"],
    ["H002", "李秀英", N2, "FW0009"],
]
BARE: list[list[list[object]]] = [
    [["ID", "楼名", "层数"], [1, "1号楼", 6], [2, "2号楼", 6]],
    [["ID", "楼ID", "单元", "门牌号"], [10, 1, 1, 101], [11, 1, 1, 102], [12, 2, 2, 101]],
    [["姓名", "身份证号", "房ID"], ["王建国", N1, 10], ["李秀英", N2, 12]],
]


def fields_of(plan: Plan) -> list[list[str]]:
    return [[guess.field for guess in table.guesses.values()] for table in plan.tables]


def doors(rows: list[Parsed]) -> list[Door | None]:
    kinds = (DwellingRecord, HouseholdRecord, ResidentRecord)
    return [one.place.door for row in rows for one in row.records if isinstance(one, kinds)]


@pytest.mark.parametrize("turned", [False, True])
def test_codes_of_buildings_and_dwellings_are_followed_through_every_sheet(turned: bool) -> None:
    sheets = [sheet(cells, name=str(at)) for at, cells in enumerate((BUILDINGS, DWELLINGS, PEOPLE, HOUSEHOLDS))]
    plan = plan_of(*(sheets[::-1] if turned else sheets))
    by_kind = {str(table.kind): [guess.field for guess in table.guesses.values()] for table in plan.tables}
    assert by_kind["buildings"] == ["building_key", "building", "floors"]
    assert by_kind["dwellings"] == ["dwelling_key", "building_key", "unit", "room", "area"]
    assert by_kind["residents"][3] == by_kind["households"][3] == "dwelling_key"
    rows = list(parse(plan, TODAY))
    people = [one for row in rows for one in row.records if isinstance(one, ResidentRecord)]
    assert [one.place.door for one in people] == [Door("1", "1", "101"), Door("2", "2", "101")]
    dangling = [said for row in rows for said in sentences(row) if "FW0009" in said[2]]
    assert dangling == [
        ("dwelling_key", "noted", "The sheet 1 holds no dwelling FW0009. Compare it with the number there.")
    ]


def test_bare_numbers_are_keys_where_their_headers_say_so() -> None:
    plan = plan_of(*(sheet(cells, name=str(at)) for at, cells in enumerate(BARE)))
    assert fields_of(plan)[1:] == [
        ["dwelling_key", "building_key", "unit", "room"],
        ["name", "id_number", "dwelling_key"],
    ]
    assert doors(list(parse(plan, TODAY)))[3:] == [Door("1", "1", "101"), Door("2", "2", "101")]


def test_numbers_that_are_the_names_themselves_are_no_keys() -> None:
    dwellings: list[list[object]] = [["房屋编号", "楼栋编号", "单元", "建筑面积"], [101, 1, 1, 80], [102, 1, 1, 81]]
    people: list[list[object]] = [["编号", "姓名", "身份证号", "楼栋编号", "房屋编号"], [101, "王建国", N1, 1, 102]]
    plan = plan_of(sheet(dwellings, name="房"), sheet(people, name="人"))
    assert fields_of(plan)[0] == ["room", "building", "unit", "area"]
    assert doors(list(parse(plan, TODAY)))[-1] == Door("1", "", "102")


HEADER: list[object] = ["姓名", "身份证号", "楼栋", "房号"]


def test_what_stands_before_a_room_is_read_alike_in_every_row() -> None:
    stairwells = rows_of(["王建国", N1, "1", "1-101"], ["李秀英", N2, "3", "1-101"], header=HEADER)
    assert doors(stairwells) == [Door("1", "1", "101"), Door("3", "1", "101")]
    buildings = rows_of(["王建国", N1, "1", "1-101"], ["李秀英", N2, "3", "3-101"], header=HEADER)
    assert doors(buildings) == [Door("1", "", "101"), Door("3", "", "101")]
    (row,) = rows_of(["王建国", N1, "1", "2", "2-101"], header=["姓名", "身份证号", "楼栋", "单元", "房号"])
    assert doors([row]) == [Door("1", "2", "101")]


def test_a_building_and_stairwell_left_blank_below_are_proposed_from_the_row_above() -> None:
    header: list[object] = ["楼栋", "单元", "房号", "姓名", "身份证号"]
    rows = rows_of(
        ["1", "2", "101", "王建国", N1],
        [None, None, "102", "李秀英", N2],
        ["2", None, "103", "赵明", ""],
        header=header,
    )
    assert doors(rows) == [Door("1", "2", "101"), Door("1", "2", "102"), Door("2", "", "103")]
    said = "Taken from the row above, which names it"
    assert {("building", "fixable", said), ("unit", "fixable", said)} <= sentences(rows[1])
    assert not any(field == "unit" for field, _state, _words in sentences(rows[2]))


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *(("之妻", "12"), ("之夫", "11"), ("之子", "20"), ("之女", "30"), ("之父", "51"), ("之母", "52")),
        *(
            ("户主之妻", "12"),
            ("户主的长子", "22"),
            ("户主之媳", "38"),
            ("妻之母", "56"),
            ("长子之妻", "38"),
            ("弟之妻", ""),
        ),
    ],
)
def test_kin_is_understood_as_registers_of_households_write_it(word: str, code: str) -> None:
    (row,) = rows_of(["王建国", N1, "3-502", word], header=["姓名", "身份证号", "门牌号", "与户主关系"])
    (person,) = row.records
    assert isinstance(person, ResidentRecord)
    assert person.relation == code


def test_a_column_of_who_lives_here_permanently_is_understood() -> None:
    header: list[object] = ["姓名", "身份证号", "门牌号", "是否常住"]
    here, away = rows_of(["王建国", N1, "3-502", "是"], ["李秀英", N2, "3-502", "否"], header=header)
    assert not [said for said in sentences(here) if said[0] == "settled"]
    assert [said[1] for said in sentences(away) if said[0] == "settled"] == ["noted"]
    rows = rows_of(["王建国", N1, "3-502", "常住"], ["李秀英", N2, "3-502", "流动"], header=header)
    assert [one.kind for row in rows for one in row.records if isinstance(one, ResidentRecord)] == ["both", "living"]
