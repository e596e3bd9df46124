"""Vector tiles: what is put in comes out, at its place; they obey reach, tell no small number, and hold no person."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import cast
from tests.geo.conftest import HERE
from tests.registry.town import AT, Town
from yimen.core.errors import NotAllowed, NotFound
from yimen.core.ground import from_gcj02, to_gcj02
from yimen.geo.queries.tiles import tile_of
from yimen.geo.rules.tiles import EXTENT, MARGIN, Feature, Tile, area, counted, encoded, point, spot, spots

ON = AT.date()


def tile_at(place: tuple[float, float], z: int) -> Tile:
    across, down = spot(*place)
    return Tile(z, math.floor(across * 2**z), math.floor(down * 2**z))


def fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    """A message of protocol buffers, read from its definition and not from our writer."""
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = body[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(body):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        else:
            size = number()
            yield key >> 3, body[at : at + size]
            at += size


def numbers(body: bytes | int) -> list[int]:
    assert isinstance(body, bytes)
    found, value, shift = [], 0, 0
    for byte in body:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append(value)
            value = shift = 0
    return found


def decoded(body: bytes) -> dict[str, list[tuple[dict[str, str | int], list[list[tuple[int, int]]]]]]:
    layers = {}
    for _number, layer in fields(body):
        assert isinstance(layer, bytes)
        parts = list(fields(layer))
        keys = [value.decode() for number, value in parts if number == 3 and isinstance(value, bytes)]
        values: list[str | int] = []
        for number, value in parts:
            if number == 4 and isinstance(value, bytes):
                [(kind, held)] = fields(value)
                values.append(held.decode() if kind == 1 and isinstance(held, bytes) else held)  # type: ignore[arg-type]  # a number is one
        [name] = [value.decode() for number, value in parts if number == 1 and isinstance(value, bytes)]
        features = []
        for number, value in parts:
            if number == 2 and isinstance(value, bytes):
                told = dict(fields(value))
                tags = numbers(told[2])
                features.append(
                    ({keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}, drawn(numbers(told[4])))
                )
        layers[name] = features
    return layers


def drawn(orders: list[int]) -> list[list[tuple[int, int]]]:
    parts: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(orders):
        order, times = orders[at] & 7, orders[at] >> 3
        at += 1
        if order == 7:
            continue
        if order == 1:
            parts.append([])
        for _ in range(times):
            x += orders[at] >> 1 ^ -(orders[at] & 1)
            y += orders[at + 1] >> 1 ^ -(orders[at + 1] & 1)
            parts[-1].append((x, y))
            at += 2
    return parts


TAGS = st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=12), st.integers(0, 2**40)), max_size=4)


@given(
    st.lists(st.tuples(st.integers(-MARGIN, EXTENT + MARGIN), st.integers(-MARGIN, EXTENT + MARGIN), TAGS), max_size=20)
)
def test_points_come_out_as_they_were_put_in(given_: list[tuple[int, int, dict[str, str | int]]]) -> None:
    features = [Feature(False, [[(x, y)]], tags) for x, y, tags in given_]
    found = decoded(encoded({"spots": features})).get("spots", [])
    assert found == [(tags, [[(x, y)]]) for x, y, tags in given_]


@given(st.floats(119.5, 120.7), st.floats(31.1, 32.1), st.integers(7, 18))
def test_a_place_lies_in_its_tile_and_comes_back_to_its_degrees(longitude: float, latitude: float, z: int) -> None:
    tile = tile_at((longitude, latitude), z)
    [(x, y)] = point(tile, longitude, latitude, {}).parts[0]
    assert 0 <= x <= EXTENT
    assert 0 <= y <= EXTENT
    west, south, east, north = tile.box
    assert west < longitude < east
    assert south < latitude < north


def rings(side: float) -> list[list[list[float]]]:
    x, y = HERE
    outer = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    third = side / 3
    hole = [[x + third, y + third], [x + 2 * third, y + third], [x + 2 * third, y + 2 * third], [x + third, y + third]]
    return [outer, hole]


def signed(ring: list[tuple[int, int]]) -> int:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


@pytest.mark.parametrize("z", range(8, 18))
def test_an_area_is_cut_to_its_tile_its_outside_turns_right_and_its_hole_left(z: int) -> None:
    made = area(tile_at((HERE[0] + 0.001, HERE[1] + 0.001), z), spots([rings(0.05)]), {"code": "1"})
    assert made is not None
    for number, part in enumerate(made.parts):
        assert all(-MARGIN <= x <= EXTENT + MARGIN and -MARGIN <= y <= EXTENT + MARGIN for x, y in part)
        assert signed(list(part)) > 0 if number == 0 else signed(list(part)) < 0


def test_an_area_elsewhere_leaves_nothing() -> None:
    assert area(tile_at((121.5, 31.0), 12), spots([rings(0.05)]), {}) is None


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (2143, "2,143")])
def test_a_few_are_never_counted_out(number: int, said: str) -> None:
    assert counted(number) == said


def ours(
    username: str, layer: str, z: int, place: tuple[float, float] = (HERE[0] + 0.005, HERE[1] + 0.005)
) -> list[dict[str, str | int]]:
    found = decoded(tile_of(cast.actor(username), layer, tile_at(place, z), on=ON))
    return [tags for tags, _parts in found.get(layer, [])]


@pytest.mark.django_db
def test_a_station_sees_its_own_buildings_and_no_others(placed: Town) -> None:
    found = ours("window", "buildings", 14)
    assert sorted(str(one["name"]) for one in found) == ["12 号楼", "3 号楼"]
    assert {str(one["place"]) for one in found} == {"广瑞一村"}
    assert {str(one["households"]) for one in found} == {"<5"}
    assert {str(one["code"]) for one in ours("window", "divisions", 10)} == {cast.COMMUNITY}
    beside = (HERE[0] + 0.015, HERE[1] + 0.005)
    assert "广瑞二村" in {str(one["place"]) for one in ours("street", "buildings", 14, beside)}


@pytest.mark.django_db
def test_a_tile_out_of_reach_is_none_of_theirs(placed: Town) -> None:
    far = (HERE[0] + 0.5, HERE[1])
    for layer in ("divisions", "buildings"):
        with pytest.raises(NotFound):
            ours("window", layer, 14, far)
    with pytest.raises(NotFound):
        ours("window", "residents", 14)
    with pytest.raises(NotFound):
        tile_of(cast.actor("window"), "buildings", Tile(3, 9, 0), on=ON)
    with pytest.raises(NotAllowed):
        ours("sysadmin", "buildings", 14)


@pytest.mark.django_db
def test_district_and_city_see_counts_by_community_and_never_a_building(placed: Town) -> None:
    for username in ("district", "city"):
        for z in (10, 14, 16):
            found = ours(username, "buildings", z)
            assert all("ref" not in one for one in found)
    assert {str(one["households"]) for one in ours("city", "buildings", 14)} == {"<5"}
    assert all("ref" not in one for one in ours("window", "buildings", 12))


@pytest.mark.django_db
def test_no_tile_holds_anything_of_a_person(placed: Town) -> None:
    names = [one.name.encode() for one in placed.people.values()]
    for username in ("window", "head", "street", "district", "city"):
        for layer in ("divisions", "buildings"):
            for z in (9, 11, 13, 15):
                body = tile_of(cast.actor(username), layer, tile_at((HERE[0] + 0.005, HERE[1] + 0.005), z), on=ON)
                assert not [name for name in names if name in body]
                tags = {key for one in decoded(body).get(layer, []) for key in one[0]}
                assert tags <= {"ref", "name", "place", "households", "size", "code"}


@pytest.mark.django_db
def test_a_tile_is_sent_once_and_then_only_asked_about(placed: Town) -> None:
    client, tile = cast.client_for("window"), tile_at((HERE[0] + 0.005, HERE[1] + 0.005), 14)
    address = f"/tiles/buildings/{tile.z}/{tile.x}/{tile.y}.mvt"
    first = client.get(address)
    assert first.status_code == 200
    assert first.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/tiles/buildings/14/{tile.x + 40}/{tile.y}.mvt").status_code == 404


@pytest.mark.django_db
def test_the_map_page_carries_its_table(placed: Town) -> None:
    text = cast.client_for("window").get("/map").content.decode()
    assert "data-box=" in text
    assert text.count('href="/buildings/') >= 2
    wide = cast.client_for("street").get("/map").content.decode()
    assert f'href="/map?within={cast.COMMUNITY}"' in wide
    assert "&lt;5" in wide
    assert cast.client_for("window").get(f"/map?within={cast.SIBLING}").status_code == 404


@given(st.floats(119.5, 120.7), st.floats(31.1, 32.1), st.integers(9, 18))
def test_under_a_shifted_base_map_a_place_lies_where_the_base_map_shows_it(lon: float, lat: float, z: int) -> None:
    shown = to_gcj02((lon, lat))
    asked = tile_at(shown, z)
    [wanted] = point(asked, *shown, {}).parts[0]
    [found] = point(asked.under(from_gcj02), lon, lat, {}).parts[0]
    assert math.dist(found, wanted) <= 2 * EXTENT / 512  # two pixels of a screen


@pytest.mark.django_db
def test_a_shifted_tile_is_asked_for_by_name(placed: Town) -> None:
    shown = to_gcj02((HERE[0] + 0.005, HERE[1] + 0.005))
    tile, client = tile_at(shown, 16), cast.client_for("window")
    address = f"/tiles/buildings/{tile.z}/{tile.x}/{tile.y}.mvt"
    assert {str(tags["name"]) for tags, _parts in decoded(client.get(f"{address}?ground=GCJ-02").content)["buildings"]}
    assert client.get(f"{address}?ground=WGS84").status_code == 404
