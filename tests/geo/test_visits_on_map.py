"""Visits on the tower, on the list of buildings and on the map: for those whose patch it is, and never more than
counts on a map."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.geo.conftest import HERE
from tests.geo.test_tiles import decoded, ours, tile_at
from tests.patches.conftest import begin, name
from tests.registry.town import AT, Town
from tests.visits.conftest import record_visit
from yimen.geo.queries.maps import map_page
from yimen.geo.queries.tiles import tile_of
from yimen.geo.queries.towers import tower_page
from yimen.patches.models import Patch
from yimen.registry.models import Building, Dwelling
from yimen.visits.models import VulnerableHousehold
from yimen.visits.queries.buildings import visits_by_building

pytestmark = pytest.mark.django_db


def building(number: str) -> str:
    return str(Building.objects.get(division_code=cast.COMMUNITY, number=number).ref)


@pytest.fixture
def walked(placed: Town) -> list[Patch]:
    """Building 12 is patch 1 of the window, building 3 patch 2 of her colleague. 3-2-502 is a must-visit and was not
    reached this month; 3-1-101 was."""
    made = begin()
    name(made[0], "window")
    name(made[1], "window2")
    door = Dwelling.objects.get(division_code=cast.COMMUNITY, door="3-2-502")
    VulnerableHousehold.objects.create(
        division_code=cast.COMMUNITY, dwelling=door, groups=["old"], from_on=AT.date().replace(day=1)
    )
    record_visit("3-1-101", who="window2")
    return made


def kinds(username: str, number: str, door: str) -> frozenset[str]:
    found = tower_page(cast.actor(username), building(number), at=AT).door(door)
    assert found is not None
    return found.kinds


def test_the_officer_sees_who_must_be_visited_and_who_was(walked: list[Patch]) -> None:
    for username in ("window2", "head", "street"):
        assert "must" in kinds(username, "3", "2-502")
        assert "seen" in kinds(username, "3", "1-101")
    found = tower_page(cast.actor("head"), building("3"), at=AT)
    assert found.counts["must"] == found.counts["seen"] == 1
    door = found.door("2-502")
    assert door is not None
    assert "visit" in door.marks
    assert {patch.number for patch in found.patches.values()} == {2}


def test_an_officer_of_another_patch_sees_only_how_the_building_stands(walked: list[Patch]) -> None:
    found = tower_page(cast.actor("window"), building("3"), at=AT)
    assert found.hidden == {"1", "2"}
    assert not found.visits
    assert (found.doors, found.households) == (12, 2)
    for _floor, row in found.grid.rows:
        for door in row:
            assert door is None or (door.surname, door.people, door.marks, door.kinds) == ("", 0, (), frozenset())
    body = cast.client_for("window").get(f"/buildings/{building('3')}").content.decode()
    assert "张" not in body.partition("<tbody>")[2].partition("</tbody>")[0]
    assert not tower_page(cast.actor("window"), building("12"), at=AT).hidden


def test_without_patches_a_building_is_as_it_was(placed: Town) -> None:
    found = tower_page(cast.actor("window"), building("3"), at=AT)
    assert [*found.hidden, *found.visits, *found.patches] == []


def test_a_household_not_reached_for_half_a_year_is_due(walked: list[Patch]) -> None:
    rows = visits_by_building(cast.COMMUNITY, day=AT.date())
    first = rows[building("3")]
    assert (first.households, first.reached, first.due, first.must, first.must_open) == (2, 1, 1, 1, 1)
    assert first.state == "must"
    assert rows[building("12")].state == "due"
    record_visit("12-1-301", who="window")
    record_visit("3-2-502", who="window2", outcome="not_home")
    rows = visits_by_building(cast.COMMUNITY, day=AT.date())
    assert rows[building("12")].reached == 1
    assert rows[building("3")].must_open == 1  # nobody was at home
    record_visit("3-2-502", who="window2", outcome="phone")
    assert visits_by_building(cast.COMMUNITY, day=AT.date())[building("3")].state == "seen"


def test_lists_count_open_must_visits(walked: list[Patch]) -> None:
    client = cast.client_for("window")
    assert "1/1" in client.get("/buildings").content.decode()
    page = client.get("/map").content.decode()
    assert "第 2 片区" in page
    found = map_page(cast.actor("head"), cast.COMMUNITY, at=AT)
    assert [(one.patch.number, one.households, one.must, one.must_open) for one in found.patches] == [
        (1, 2, 0, 0),
        (2, 2, 1, 1),
    ]


def test_patches_are_drawn_with_their_number_and_nothing_of_their_officer(walked: list[Patch]) -> None:
    found = ours("window", "patches", 14)
    assert {str(one["name"]) for one in found} == {"第 1 片区", "第 2 片区"}
    assert {key for one in found for key in one} == {"patch", "code", "name", "shade"}
    assert not ours("window", "patches", 12)
    assert {str(one["code"])[:12] for one in ours("street", "patches", 14)} == {cast.COMMUNITY}


def test_a_publication_changes_the_tile_and_nothing_else_does(walked: list[Patch]) -> None:
    client, tile = cast.client_for("window"), tile_at((HERE[0] + 0.005, HERE[1] + 0.005), 14)
    address = f"/tiles/patches/{tile.z}/{tile.x}/{tile.y}.mvt"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    Building.objects.filter(ref=building("3")).update(longitude=HERE[0] + 0.003)
    assert client.get(address)["ETag"] != tag


def test_visits_are_told_as_counts_close_by_and_few_as_few(walked: list[Patch]) -> None:
    found = {str(one["name"]): one for one in ours("head", "visits", 16)}
    assert found["3 号楼"]["state"] == "must"
    assert {found["3 号楼"][key] for key in ("households", "reached", "due", "must", "must_open")} == {"<5"}
    assert {key for one in found.values() for key in one} == {
        *("ref", "name", "place", "state", "households", "reached", "due", "must", "must_open")
    }
    assert not ours("head", "visits", 14)
    assert not ours("city", "visits", 16)


def test_no_tile_of_patches_or_visits_names_anybody(walked: list[Patch], placed: Town) -> None:
    names = [one.name for one in placed.people.values()] + [cast.actor(who).name for who in ("window", "window2")]
    for layer in ("patches", "visits"):
        tile = tile_at((HERE[0] + 0.005, HERE[1] + 0.005), 15)
        body = tile_of(cast.actor("head"), layer, tile, on=AT.date())
        assert decoded(body)
        assert not [one for one in names if one.encode() in body]


def test_the_pages_ask_little_of_the_database(walked: list[Patch]) -> None:
    client = cast.client_for("head")
    for address in ("/buildings", "/map", f"/buildings/{building('3')}"):
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        assert len([one for one in caught if one["sql"].lstrip()[:6].lower() in ("select", "with h")]) <= 15
