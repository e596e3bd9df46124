"""The tower view: who lives where in few words, for those who work here, and nothing that is nobody's business."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.registry.town import AT, Town
from yimen.core.errors import NotAllowed, NotFound
from yimen.geo.queries.towers import tower_page
from yimen.registry import actions
from yimen.registry.models import Building, Resident
from yimen.registry.queries.towers import buildings_of
from yimen.trail.models import Entry

pytestmark = pytest.mark.django_db


def ref_of(number: str, community: str = cast.COMMUNITY) -> str:
    return str(Building.objects.get(division_code=community, number=number).ref)


def test_a_station_lists_its_buildings_with_doors_and_people(town: Town) -> None:
    rows = {row.number: row for row in buildings_of(cast.actor("window"), cast.COMMUNITY)}
    assert list(rows) == ["3", "12"]
    assert (rows["3"].doors, rows["3"].households, rows["3"].residents) == (12, 2, 4)
    assert (rows["3"].stairwells, rows["3"].floors) == (2, 6)
    with pytest.raises(NotFound):
        buildings_of(cast.actor("window"), cast.SIBLING)


def test_a_cell_says_surname_number_and_marks(town: Town) -> None:
    page = tower_page(cast.actor("window"), ref_of("3"), at=AT)
    door = page.door("2-502")
    assert door is not None
    assert (door.surname, door.people) == ("张", 2)
    assert {"own", "old"} <= door.kinds  # he turned 80 this month
    assert page.counts["empty"] == 10
    assert (page.doors, page.households) == (12, 2)
    one = tower_page(cast.actor("window"), ref_of("12"), at=AT).door("1-302")
    assert one is not None
    assert one.surname == "买买提"


def test_marks_come_from_open_traits(town: Town) -> None:
    ref = town.people["仇英"].ref
    for kind in ("is_dibao", "has_severe_mental_disorder", "in_community_correction"):
        actions.set_trait(
            cast.actor("head"),
            ref=ref,
            kind=kind,
            value="true",
            source="CIV",
            evidence="matched",
            on=AT.date(),
            note="",
            at=AT,
        )
    door = tower_page(cast.actor("window"), ref_of("3"), at=AT).door("1-101")
    assert door is not None
    assert list(door.marks) == ["low"]
    assert door.kinds <= {"own", "low", "calm", "fresh", "aging", "stale"}


def test_protected_and_dead_residents_are_not_there(town: Town) -> None:
    Resident.objects.filter(name="张国富").update(is_protected=True)
    Resident.objects.filter(name="单雄信").update(died_on=AT.date())
    page = tower_page(cast.actor("head"), ref_of("3"), at=AT)
    first, second = page.door("2-502"), page.door("1-101")
    assert first is not None
    assert second is not None
    assert (first.surname, first.people) == ("王", 1)
    assert (second.surname, second.people) == ("仇", 1)


def test_opening_a_building_is_on_record_as_a_read(town: Town) -> None:
    tower_page(cast.actor("window"), ref_of("3"), at=AT)
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.subject_kind, entry.is_read) == ("building.read", "building", True)


def test_the_building_next_door_is_no_building_of_ours(town: Town) -> None:
    for username in ("sibling", "nextstreet"):
        with pytest.raises(NotFound):
            tower_page(cast.actor(username), ref_of("3"), at=AT)
    for username in ("district", "city", "dept", "sysadmin"):
        with pytest.raises(NotAllowed):
            tower_page(cast.actor(username), ref_of("3"), at=AT)


def test_the_page_is_one_table_that_works_without_a_script(town: Town) -> None:
    client = cast.client_for("window")
    text = client.get(f"/buildings/{ref_of('3')}").content.decode()
    assert text.count("<table") == 1
    assert text.count('class="door') >= 12
    assert 'scope="row"' in text
    assert 'scope="colgroup"' in text
    assert "张国富" not in text  # a surname is enough
    opened = client.get(f"/buildings/{ref_of('3')}?door={town.door('3-2-502')}").content.decode()
    assert "张国富" in opened
    assert 'aria-current="true"' in opened
    jumped = client.get(f"/buildings/{ref_of('3')}?jump=2-502").content.decode()
    assert "张国富" in jumped
    missed = client.get(f"/buildings/{ref_of('3')}?jump=9-999").content.decode()
    assert "9-999" in missed


def test_a_door_of_another_place_is_not_opened_beside_a_tower(town: Town) -> None:
    client = cast.client_for("window")
    other = town.door("3-2-502", cast.SIBLING)
    assert client.get(f"/buildings/{ref_of('3')}?door={other}").status_code == 404


def test_neighbours_follow_by_number(town: Town) -> None:
    tower = tower_page(cast.actor("window"), ref_of("3"), at=AT).tower
    assert (tower.before, tower.after) == ("", ref_of("12"))


def test_a_tower_asks_little_of_the_database(town: Town) -> None:
    client = cast.client_for("window")
    client.get("/buildings")
    with CaptureQueriesContext(connection) as caught:
        client.get(f"/buildings/{ref_of('3')}?door={town.door('3-2-502')}")
    asked = [one["sql"] for one in caught if not re.match(r"(SAVEPOINT|RELEASE|BEGIN|COMMIT)", one["sql"])]
    assert len(asked) <= 15


def test_a_street_chooses_a_station_first(town: Town) -> None:
    client: Client = cast.client_for("street")
    assert cast.COMMUNITY in client.get("/buildings").content.decode()
    assert "12" in client.get(f"/buildings?within={cast.COMMUNITY}").content.decode()
    assert client.get(f"/buildings?within={cast.NEXT_COMMUNITY}").status_code == 404
