"""Outlines as shapes in metres: what runs over what, what lies outside, and what of a crooked one can be mended."""

from collections.abc import Iterable, Sequence
from math import cos, radians

import shapely
from shapely.geometry.base import BaseGeometry

from yimen.core.ground import Point

Polygons = Sequence[Sequence[Sequence[Sequence[float]]]]  # of rings of longitude and latitude, the outer one first
TOUCH = 3.0  # metres by which neighbours may run over each other
_DEGREE = 111_195.0  # metres
_KEPT = 0.99  # of its ground a mended outline must still have
_SLIVER = 1.0  # square metres, not worth a word


def shape_of(polygons: Polygons, latitude: float) -> BaseGeometry:
    """One shape in metres, true near a latitude."""
    wide = cos(radians(latitude)) * _DEGREE
    parts = []
    for rings in polygons:
        outer, *holes = ([(place[0] * wide, place[1] * _DEGREE) for place in ring] for ring in rings)
        parts.append(shapely.Polygon(outer, holes))
    return shapely.MultiPolygon(parts) if len(parts) != 1 else parts[0]


def latitude_of(polygons: Polygons) -> float:
    """Where an outline is measured: its first corner."""
    return polygons[0][0][0][1]


def mended(polygons: Polygons) -> list[list[list[Point]]] | None:
    """An outline that crossed itself, put right; None when that would change what it means."""
    latitude = latitude_of(polygons)
    before = shape_of(polygons, latitude)
    parts = [
        part for part in shapely.get_parts(shapely.make_valid(before)) if part.geom_type == "Polygon" and part.area
    ]
    large = sorted((part for part in parts if part.area > _SLIVER), key=lambda part: -part.area)
    whole = sum(part.area for part in parts)
    kept = large[: len(polygons)]
    if not kept or sum(part.area for part in kept) < _KEPT * whole:
        return None
    return [[_degrees(ring.coords, latitude) for ring in (part.exterior, *part.interiors)] for part in kept]


def _degrees(coords: Iterable[Sequence[float]], latitude: float) -> list[Point]:
    wide = cos(radians(latitude)) * _DEGREE
    return [(place[0] / wide, place[1] / _DEGREE) for place in coords]


def share_outside(polygons: Polygons, parent: Polygons) -> float:
    """How much of an outline lies beyond another, from 0 to 1; a border that touches counts as within."""
    latitude = latitude_of(polygons)
    one, around = shape_of(polygons, latitude), shapely.make_valid(shape_of(parent, latitude))
    return float(one.difference(around.buffer(TOUCH)).area / one.area) if one.area else 0.0


def overlapping(outlines: Sequence[Polygons]) -> list[tuple[int, int]]:
    """Pairs, by place, of which one runs over the other by more than a border's width."""
    if len(outlines) < 2:
        return []
    latitude = latitude_of(outlines[0])
    shrunk = [shapely.make_valid(shape_of(one, latitude)).buffer(-TOUCH / 2) for one in outlines]
    left, right = shapely.STRtree(shrunk).query(shrunk, predicate="intersects")
    return sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b)


def middle_of(polygons: Polygons) -> Point:
    """The centre of an outline's ground."""
    latitude = latitude_of(polygons)
    centre = shapely.make_valid(shape_of(polygons, latitude)).centroid
    [place] = _degrees([(centre.x, centre.y)], latitude)
    return place


def within(place: Point, polygons: Polygons) -> bool:
    """Whether a place lies in an outline or on its border."""
    latitude = place[1]
    wide = cos(radians(latitude)) * _DEGREE
    spot = shapely.Point(place[0] * wide, place[1] * _DEGREE)
    return bool(shapely.make_valid(shape_of(polygons, latitude)).buffer(TOUCH).intersects(spot))
