"""Doors: every way of writing one leads to the same key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.core.doors import Door, door_label, parse_door


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("3-502", "3-502"),
        ("３－５０２", "3-502"),
        (" 3 - 502 ", "3-502"),
        ("3—502", "3-502"),
        ("3/502", "3-502"),
        ("03-0502", "3-502"),
        ("3号楼502室", "3-502"),
        ("3 号楼 502", "3-502"),
        ("三号楼502", "3-502"),
        ("3幢502", "3-502"),
        ("3#502", "3-502"),
        ("３＃５０２室", "3-502"),
        ("3号502室", "3-502"),
        ("3楼502", "3-502"),
        ("12栋301", "12-301"),
        ("十二栋301", "12-301"),
        ("二十栋301", "20-301"),
        ("二十三幢301", "23-301"),
        ("12栋-301", "12-301"),
        ("3号楼5室", "3-5"),
        ("三号楼五〇二", "3-502"),
        ("三号楼一单元五〇二", "3-1-502"),
        ("3号楼一单元五零二室", "3-1-502"),
        ("十二幢一五〇二", "12-1502"),
        ("3号门502", "3-502"),
        ("3号楼2号门502", "3-2-502"),
        ("3-2-502", "3-2-502"),
        ("3号楼2单元502室", "3-2-502"),
        ("3幢二单元502", "3-2-502"),
        ("3栋2-502", "3-2-502"),
        ("3-2单元502", "3-2-502"),
        ("3号楼乙单元502", None),
        ("A座1203", "A-1203"),
        ("a座1203室", "A-1203"),
        ("3A栋B单元1203B", "3A-B-1203B"),
        ("128幢2门3302", "128-2-3302"),
        ("", None),
        ("3", None),
        ("502", None),
        ("12栋", None),
        ("12号", None),
        ("3-5", None),
        ("2026-11-23", None),
        ("138-1234-6207", None),
        ("0510-85012345", None),
        ("3-502-1-1", None),
        ("广瑞一村12栋301", None),
        ("十十栋301", "十十-301"),
        ("-502", None),
        ("3--502", None),
    ],
)
def test_a_door_is_read_however_it_is_written(text: str, key: str | None) -> None:
    door = parse_door(text)
    assert (door.key if door else None) == key


@given(
    st.integers(1, 999),
    st.none() | st.integers(1, 99),
    st.integers(10, 9999),
    st.sampled_from(["-", "号楼", "幢", "栋", "座", "号", "#"]),
    st.sampled_from(["-", "单元", "门"]),
    st.sampled_from(["", "室", "房"]),
)
def test_every_way_of_writing_gives_the_parts_back(
    building: int, unit: int | None, room: int, after: str, between: str, end: str
) -> None:
    stairs = "" if unit is None else f"{unit}{between}"
    door = parse_door(f"{building}{after}{stairs}{room}{end}")
    assert door == Door(str(building), "" if unit is None else str(unit), str(room))
    assert parse_door(door.key) == door


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("3", "", "502"), "3-502"),
        (("3", "2", "502"), "3-2-502"),
        (("3号楼", "2单元", "502室"), "3-2-502"),
        (("３幢", "", "０５０２"), "3-502"),
        (("A座", "", "1203b"), "A-1203B"),
        (("三号楼", "一单元", "五〇二室"), "3-1-502"),
        (("十二幢", "", "一五〇二"), "12-1502"),
        (("3", "", ""), "3"),
        (("", "", ""), ""),
    ],
)
def test_the_key_is_the_same_however_the_parts_are_kept(parts: tuple[str, str, str], key: str) -> None:
    assert door_label(*parts) == key


@given(st.text(max_size=30) | st.text("0123456789-号楼栋单元室十三AB ", max_size=16))
def test_no_text_crashes_and_a_key_reads_back_as_itself(text: str) -> None:
    door = parse_door(text)
    if door is not None:
        assert door_label(door.building, door.unit, door.room) == door.key
    assert door_label(text, "", "") is not None


def test_a_long_text_is_no_door() -> None:
    assert parse_door("3-502" * 100_000) is None
