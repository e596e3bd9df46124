"""A building as a grid: whatever its rooms are called, every door has one place, and floors stand one above another."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.geo.rules.towers import age_of, drawn, find_door, grid_of


@dataclass(frozen=True)
class Door:
    unit: str
    floor: int
    room: str


def test_floors_stand_from_the_top_and_doors_by_stairwell() -> None:
    doors = [Door(unit, floor, f"{floor}0{place}") for unit in ("10", "2") for floor in (1, 2, 12) for place in (1, 2)]
    grid = grid_of(doors)
    assert [unit.number for unit in grid.units] == ["2", "10"]
    assert [list(unit.places) for unit in grid.units] == [["01", "02"], ["01", "02"]]
    assert [floor for floor, _row in grid.rows] == [12, 2, 1]
    assert grid.rows[0][1][2] == Door("10", 12, "1201")
    assert grid.edges == {2}


def test_a_landing_with_fewer_doors_leaves_a_gap() -> None:
    grid = grid_of([Door("1", 1, "101"), Door("1", 1, "102"), Door("1", 2, "202")])
    assert [door and door.room for door in grid.rows[0][1]] == [None, "202"]


def test_two_doors_of_one_place_stand_side_by_side() -> None:
    grid = grid_of([Door("1", 1, "A"), Door("1", 1, "A"), Door("1", 2, "A")])
    assert [list(unit.places) for unit in grid.units] == [["A", "A (2)"]]


DOORS = st.lists(
    st.builds(
        Door,
        unit=st.sampled_from(["1", "2", "12", "A"]),
        floor=st.integers(-2, 40),
        room=st.text("0123456789AB室", min_size=1, max_size=5),
    ),
    max_size=60,
)


@given(DOORS)
def test_every_door_has_exactly_one_place(doors: list[Door]) -> None:
    grid = grid_of(doors)
    placed = [door for _floor, row in grid.rows for door in row if door]
    assert sorted(map(repr, placed)) == sorted(map(repr, doors))
    assert all(len(row) == grid.columns for _floor, row in grid.rows)
    assert all(door.floor == floor for floor, row in grid.rows for door in row if door)


def test_a_door_is_found_as_people_write_it() -> None:
    doors = [Door("1", 12, "1203"), Door("2", 12, "1203"), Door("1", 1, "101")]
    assert find_door(doors, "2-1203") == doors[1]
    assert find_door(doors, "12-2-1203") == doors[1]
    assert find_door(doors, "101") == doors[2]
    assert find_door(doors, "1203") is None  # two have it: name the stairwell
    assert find_door(doors, "") is None


def test_at_most_three_marks_are_drawn_and_never_one_that_is_nobodys_business() -> None:
    assert drawn({"dis", "old", "alone", "low"}) == ["alone", "old", "low"]
    assert drawn({"in_community_correction", "has_severe_mental_disorder"}) == []


@pytest.mark.parametrize(
    ("days", "said"), [(0, "fresh"), (183, "fresh"), (184, "aging"), (366, "aging"), (367, "stale")]
)
def test_a_record_ages(days: int, said: str) -> None:
    today = date(2026, 11, 16)
    assert age_of(today - timedelta(days=days), today) == said
    assert age_of(None, today) == ""
