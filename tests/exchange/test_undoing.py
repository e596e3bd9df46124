"""Undo leaves the community as it was, row for row, though the worker has followed the roster meanwhile."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from tests.cast import COMMUNITY, actor
from tests.exchange.bringing import accepted, applied, name, previewed, shown, worked
from tests.patches.conftest import begin
from tests.registry.town import AT, Town, build_town, number_of
from yimen.core.actor import SYSTEM
from yimen.exchange import actions
from yimen.exchange.actions.applying import apply_batch, run_of
from yimen.exchange.models import Import
from yimen.registry.models import Building, Dwelling, Resident
from yimen.trail import outbox
from yimen.trail.models import Entry
from yimen.visits.actions.finding_vulnerable import find_in_community
from yimen.visits.actions.marking import mark
from yimen.visits.models import VulnerableHousehold

HEADER = "姓名,身份证号,电话,门牌号,残疾等级"
# Everything a roster may touch; a resident's edition and the changes of values are history.
TABLES = {
    **dict.fromkeys(
        ("compound", "building", "stairwell", "dwelling", "household", "householdmember", "residence", "trait"), "t"
    ),
    "duplicate": "t",
    "resident": "to_jsonb(t) - '{version,provenance,phone,phone_hash,phone_tail4,id_number,id_hash}'::text[]",
}
LATER = AT + timedelta(days=3)
FACTS = "门牌号,建筑面积,是否出租"


@pytest.fixture
def town(db: None) -> Town:
    """A community in two patches, whose list of must-visit households stands since a month."""
    made = build_town()
    begin()
    find_in_community(SYSTEM, division_code=COMMUNITY, at=AT - timedelta(days=30))
    settle(AT)
    return made


def settle(at: Any) -> None:
    """The worker delivers what was recorded."""
    while outbox.deliver(at=at):
        continue


def everything() -> dict[str, list[str]]:
    """All rows of the register, of patches and of the must-visit list."""
    found = {}
    with connection.cursor() as cursor:
        for table, what in (
            *((f"registry_{table}", what) for table, what in TABLES.items()),
            ("patches_placement", "t"),
            ("visits_vulnerablehousehold", "t"),
        ):
            cursor.execute(f"select ({what})::text from {table} t order by 1")
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def old(order: int) -> str:
    """A number of somebody over eighty."""
    return number_of(date(1930, 1, 1) + timedelta(days=order), 11)


def young(order: int) -> str:
    return number_of(date(1990, 1, 1) + timedelta(days=order), 11)


def rows(town: Town) -> list[str]:
    """Old and disabled people behind new doors and behind known ones, somebody who moves, and perhaps a duplicate."""
    moved, twin = town.people["王秀英"], town.people["单雄信"]
    new = [
        f"{name(at)},{(young, old)[at % 2](at)},1540001{at:04},77-{1 + at % 2}-{101 + at // 2},{'二级' * (at % 3 > 0)}"
        for at in range(12)
    ]
    return [
        *new,
        f"{name(20)},{old(20)},15400010020,12-2-301,",
        f"{name(21)},{young(21)},15400010021,3-2-502,一级",
        f"王秀英,{moved.number},{moved.phone},77-1-101,",
        f"单雄信,{twin.number},15400019999,3-1-101,一级",
        f"单雄信,{number_of(date(1980, 11, 9), 5)},15400000003,3-1-101,",
    ]


def brought_in(town: Town) -> Import:
    made = previewed(*rows(town), header=HEADER)
    assert made.counts["refused"] == 0, shown(made, "refused")
    accepted(made)
    made = applied(made)
    assert (made.state, made.counts["refused"]) == ("applied", 0), shown(made, "refused")
    settle(AT)
    return made


def undone(made: Import, at: Any) -> Import:
    actions.undo(actor("head"), ref=made.ref, at=at)
    made = worked(made, at)
    settle(at)
    return made


@pytest.mark.parametrize("at", [AT, LATER], ids=["the same day", "three days later"])
def test_after_undo_the_community_is_as_it_was_row_for_row(town: Town, at: Any) -> None:
    before = everything()
    made = brought_in(town)
    assert VulnerableHousehold.objects.filter(dwelling__door__startswith="77-").count() > 5
    made = undone(made, at)
    assert (made.state, made.stays) == ("undone", 0), shown(made, "stays")
    assert everything() == before
    assert Entry.objects.filter(verb="resident.import").exists()


def test_a_door_that_somebody_marked_since_stays_with_its_stairwell_and_is_named(town: Town) -> None:
    made = brought_in(town)
    door = Dwelling.objects.get(door="77-1-101")
    mark(actor("head"), dwelling_ref=door.ref, reason="独居", until=AT.date() + timedelta(days=30), at=AT)
    made = undone(made, LATER)
    assert not Resident.objects.filter(source="import").exists()
    assert list(Dwelling.objects.filter(door__startswith="77-").values_list("door", flat=True)) == ["77-1-101"]
    assert VulnerableHousehold.objects.get(dwelling=door).is_marked
    assert made.stays == 3  # the door, its stairwell, its building
    assert sum(len(row.stays) for row in shown(made, "stays")) == 3


def test_a_door_of_which_a_later_roster_says_more_stays_with_what_it_said(town: Town) -> None:
    before = everything()
    made = brought_in(town)
    later = applied(previewed("77-1-101,88.5,是", "77-1-102,,", header=FACTS))
    assert (later.counts["changed"], later.counts["refused"]) == (1, 0)
    made = undone(made, LATER)
    assert list(Dwelling.objects.filter(door__startswith="77-").values_list("door", "area", "is_rented")) == [
        ("77-1-101", Decimal("88.50"), True)
    ]
    assert made.stays == 3  # the door, its stairwell, its building
    assert undone(later, LATER).stays == 0
    assert Dwelling.objects.get(door="77-1-101").area is None
    assert not Resident.objects.filter(source="import").exists()
    assert everything()["registry_resident"] == before["registry_resident"]


def upon(*orders: int) -> Import:
    """A later roster puts people on doors that the first one made."""
    people = [f"{name(30 + at)},{young(30 + at)},1540002{at:04},77-{1 + at % 2}-{101 + at // 2},二级" for at in orders]
    made = applied(previewed(*people, header=HEADER))
    assert made.counts["new"] == len(orders), shown(made, "refused")
    settle(AT)
    return made


@pytest.mark.parametrize("is_first_first", [True, False], ids=["the first one first", "the later one first"])
def test_two_rosters_undone_in_any_order_leave_the_community_as_it_was(
    town: Town, monkeypatch: pytest.MonkeyPatch, is_first_first: bool
) -> None:
    monkeypatch.setattr("yimen.exchange.actions.applying.BATCH", 4)
    monkeypatch.setattr("yimen.exchange.actions.undoing.BATCH", 3)
    before = everything()
    first = brought_in(town)
    corrected = f"{name(0)},{young(0)},15400029999,77-1-101,三级"  # a person whom the first one brought
    moved = f"{name(2)},{young(2)},15400010002,3-2-502,"
    later = upon(0, 1, 2, 3)
    third = applied(previewed(corrected, moved, header=HEADER))
    assert third.counts["changed"] == 2, shown(third, "refused")
    higher = applied(previewed("77-1-901,88.5,是", "77-1-1501,70,", "77-1-103,60,是", header=FACTS))
    assert (higher.counts["new"], higher.counts["changed"]) == (2, 1), shown(higher, "refused")
    settle(AT)
    order = [first, later, third, higher] if is_first_first else [higher, third, later, first]
    left = [undone(made, LATER + timedelta(hours=12 * turn)).stays for turn, made in enumerate(order)]
    assert (left[0] > 0) is is_first_first
    for made in (higher, third, later, first):  # the worker goes on with what they had to leave
        worked(made, LATER + timedelta(days=2))
    settle(LATER + timedelta(days=2))
    for made in order:
        made.refresh_from_db()
        assert (made.state, made.stays, shown(made, "stays")) == ("undone", 0, [])
    assert everything() == before


def test_what_a_clerk_did_since_stays_when_the_later_roster_is_undone_too(town: Town) -> None:
    first = brought_in(town)
    later = upon(0, 1, 2, 3)
    door = Dwelling.objects.get(door="77-1-102")
    mark(actor("head"), dwelling_ref=door.ref, reason="独居", until=AT.date() + timedelta(days=30), at=AT)
    assert undone(first, LATER).stays > 3
    assert undone(later, LATER).stays == 0
    first = worked(first, LATER)
    assert (first.state, first.stays) == ("undone", 3)  # the door, its stairwell, its building
    assert list(Dwelling.objects.filter(door__startswith="77-").values_list("door", flat=True)) == ["77-1-102"]
    assert not Resident.objects.filter(source="import").exists()


def test_a_building_that_a_roster_adds_is_as_high_as_its_highest_door(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yimen.exchange.actions.applying.BATCH", 3)
    before = everything()
    doors = ("201", "1801", "301", "402", "2703", "101", "3101", "102")
    made = previewed(*(f"{name(at)},{young(at)},1540001{at:04},77-1-{door}," for at, door in enumerate(doors)))
    accepted(made)
    actions.apply(actor("head"), ref=made.ref, at=AT)
    assert apply_batch(made.id, run_of(made), AT)  # and the worker is killed; another goes on
    assert Building.objects.get(number="77").floors == 18
    made = worked(made)
    assert Building.objects.get(number="77").floors == 31
    later = applied(previewed("77-1-3203,88.5,是", "77-1-3301,,", header=FACTS))
    assert Building.objects.get(number="77").floors == 33
    assert undone(later, LATER).stays == 0
    assert Building.objects.get(number="77").floors == 31
    assert undone(made, LATER).stays == 0
    assert everything() == before


@pytest.mark.parametrize("is_first_first", [True, False], ids=["the first one first", "the later one first"])
def test_traits_that_a_later_roster_gave_hold_whom_the_first_one_brought_until_they_are_undone(
    town: Town, is_first_first: bool
) -> None:
    before = everything()
    first = brought_in(town)
    traits = applied(previewed(*(f"{name(at)},{young(at)},低保" for at in (0, 2, 4)), header="姓名,身份证号,特征"))
    assert traits.counts["changed"] == 3, shown(traits, "refused")
    settle(AT)
    order = [first, traits] if is_first_first else [traits, first]
    left = undone(order[0], AT).stays
    assert (left >= 3) is is_first_first
    assert Resident.objects.filter(name=name(0)).exists()
    assert undone(order[1], AT).state == "undone"
    worked(first, AT)
    settle(AT)
    for made in order:
        made.refresh_from_db()
        assert (made.state, made.stays, shown(made, "stays")) == ("undone", 0, [])
    assert everything() == before
