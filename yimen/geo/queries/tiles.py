"""Layers of the map, tile by tile. No tile holds personal data; none holds anything out of reach."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.access.check import may, require
from yimen.core.actor import Actor, Role
from yimen.core.errors import NotFound
from yimen.geo.rules.tiles import Feature, Spots, Tile, area, counted, encoded, point, spots
from yimen.orgs import queries as orgs
from yimen.orgs.queries.outlines import Lying, box_of, outlines_in, polygons_of
from yimen.patches.queries.outlines import patch_outlines
from yimen.registry.queries.spots import buildings_in, communities_in
from yimen.visits.queries.buildings import visits_in_box

BUILDINGS_FROM = 13  # zoom; farther out households are told by community
COMMUNITIES_FROM, STREETS_FROM = 12, 10
PATCHES_FROM, VISITS_FROM = 14, 15
SHADES = 6  # in which patches are drawn, so that neighbours differ
_FAR = (Role.DISTRICT, Role.CITY)  # who see counts by community, never a building

_kept: dict[UUID, Spots] = {}  # corners of outlines, which never change
_MOST_KEPT = 5_000


def tile_of(actor: Actor, layer: str, tile: Tile, *, on: date) -> bytes:
    """One tile of a layer, b"" where nothing lies. NotFound for another layer, and where nothing is in reach."""
    require(actor, "map.read")
    draw = _LAYERS.get(layer)
    if draw is None or not tile.exists or not _touches(actor, tile, on):
        raise NotFound()
    return encoded({layer: draw(actor, tile, on)})


def _touches(actor: Actor, tile: Tile, on: date) -> bool:
    """Whether the tile and the actor's division have anything in common; yes while no outline says where that is."""
    box = box_of(actor.reach, on=on)
    if box is None:
        return True
    west, south, east, north = tile.box
    return box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south


def _divisions(actor: Actor, tile: Tile, on: date) -> list[Feature]:
    """Outlines: districts far out, streets nearer, communities near; never above the actor's own level."""
    level = "community" if tile.z >= COMMUNITIES_FROM else "street" if tile.z >= STREETS_FROM else "district"
    if len(actor.reach) > {"district": 6, "street": 9, "community": 12}[level]:
        level = "community" if len(actor.reach) >= 12 else "street"
    found = outlines_in(actor.reach, level, tile.box, on=on)
    shapes = _spots_of(found)
    features = []
    for one in found:
        tags: dict[str, str | int] = {"code": one.division_code, "name": orgs.division_name(one.division_code)}
        if shape := area(tile, shapes[one.id], tags):
            features.append(shape)
        if place := _middle(one, tile):
            features.append(point(tile, *place, tags))  # where its name stands, in one tile only
    return features


def _middle(one: Lying, tile: Tile) -> tuple[float, float] | None:
    """The middle of an outline's box when it lies in this tile."""
    longitude, latitude = (one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2
    return (longitude, latitude) if tile.holds(longitude, latitude) else None


def _spots_of(found: Sequence[Lying]) -> dict[UUID, Spots]:
    missing = [one.id for one in found if one.id not in _kept]
    if missing:
        if len(_kept) + len(missing) > _MOST_KEPT:
            _kept.clear()
            missing = [one.id for one in found]
        _kept.update((key, spots(polygons)) for key, polygons in polygons_of(missing).items())
    return {one.id: _kept[one.id] for one in found}


def _buildings(actor: Actor, tile: Tile, on: date) -> list[Feature]:
    """Near, buildings with their households; farther out, and for district and city, households by community."""
    if tile.z < BUILDINGS_FROM or actor.role in _FAR:
        return _by_community(actor, tile, on)
    return [
        point(
            tile,
            one.longitude,
            one.latitude,
            {
                "ref": one.ref,
                "name": _("Building %(number)s") % {"number": one.number},
                "place": one.compound,
                "households": counted(one.households) if one.residents >= 5 else counted(one.residents),
                "size": min(one.households, 200),
            },
        )
        for one in buildings_in(actor.reach, tile.box)
    ]


def _by_community(actor: Actor, tile: Tile, on: date) -> list[Feature]:
    features = []
    for one in outlines_in(actor.reach, "community", tile.box, on=on):
        if one.households and (place := _middle(one, tile)):
            tags: dict[str, str | int] = {"code": one.division_code, "name": orgs.division_name(one.division_code)}
            features.append(point(tile, *place, tags | {"households": counted(one.households)}))
    return features


def _patches(actor: Actor, tile: Tile, on: date) -> list[Feature]:
    """Near, the outline of each patch with its number; never who answers for it."""
    if tile.z < PATCHES_FROM or not may(actor, "patch.read"):
        return []
    communities: dict[str, UUID | None] = dict.fromkeys(communities_in(actor.reach, tile.box))
    communities |= {one.division_code: one.id for one in outlines_in(actor.reach, "community", tile.box, on=on)}
    features = []
    for one in patch_outlines(communities, on=on):
        tags: dict[str, str | int] = {
            "patch": one.ref,
            "code": one.code,
            "name": _("Patch %(number)s") % {"number": one.number},
            "shade": one.number % SHADES,
        }
        if shape := area(tile, spots(one.polygons), tags):
            features.append(shape)
        if tile.holds(*one.middle):
            features.append(point(tile, *one.middle, tags))
    return features


def _visits(actor: Actor, tile: Tile, on: date) -> list[Feature]:
    """Near, buildings with how many households were reached this month, are due, and must still be seen; a few as
    "<5". Nothing for district and city, who see coverage."""
    if tile.z < VISITS_FROM or actor.role in _FAR:
        return []
    features = []
    for one in visits_in_box(actor.reach, tile.box, day=on):
        counts = {name: counted(getattr(one, name)) for name in ("households", "reached", "due", "must", "must_open")}
        tags: dict[str, str | int] = {
            "ref": one.ref,
            "name": _("Building %(number)s") % {"number": one.number},
            "place": one.compound,
            "state": one.state,
        }
        features.append(point(tile, one.longitude or 0.0, one.latitude or 0.0, tags | counts))
    return features


_LAYERS: dict[str, Callable[[Actor, Tile, date], list[Feature]]] = {
    "divisions": _divisions,
    "buildings": _buildings,
    "patches": _patches,
    "visits": _visits,
}
