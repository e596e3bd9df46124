"""Outlines as a file gives them (GeoJSON), judged before anything is written. The reference system is never guessed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, radians
from typing import Any

from yimen.core.errors import N_, RuleBroken
from yimen.core.ground import Point, from_bd09, from_gcj02, metres_between

Ring = list[Point]
Polygon = list[Ring]
Box = tuple[float, float, float, float]  # west, south, east, north

REFERENCES: dict[str, Callable[[Point], Point]] = {
    "EPSG:4490": lambda place: place,  # CGCS2000 in degrees
    "EPSG:4326": lambda place: place,  # WGS 84 in degrees
    "GCJ-02": from_gcj02,
    "BD-09": from_bd09,
}
_NEAR = 0.1  # degrees round the city within which an outline may lie
_TOUCH = 3.0  # metres by which neighbours may run over each other
_DEGREE = 111_195.0  # metres

_UNSAID = N_(
    "The file does not say in which reference system it was measured. Say it: EPSG:4490 or EPSG:4326 for unshifted "
    "degrees, GCJ-02 for Amap and Tencent, BD-09 for Baidu."
)
_OTHER = N_("The reference system %(said)s is not read here. Save the file in EPSG:4490 and try again.")
_DIFFERS = N_("The file says %(said)s, and you said %(chosen)s. Find out which is right before anything is loaded.")
_NO_FILE = N_("This is no GeoJSON with features. Choose the file that holds the outlines.")

NOT_AN_AREA = N_("This is a point or a line. An outline is an area.")
NO_CODE = N_("No division code stands in this feature. Give each feature its code.")
TWICE = N_("This division is in the file twice. Join its parts into one feature.")
METRES = N_("These are metres, not degrees. Save the file in EPSG:4490 and try again.")
SWAPPED = N_("Latitude stands before longitude here. Swap them and try again.")
ELSEWHERE = N_(
    "This lies outside the city. Perhaps the coordinates are shifted (GCJ-02, BD-09) or swapped: find out which."
)
TOO_FEW = N_("A ring has fewer than three corners. Draw it again.")
CROSSES = N_("The outline crosses itself near %(where)s. Untie it there.")
OVERLAPS = N_("This outline runs over that of %(other)s. Correct one of the two.")
HOLES = N_("It has %(count)s holes; what stands in them belongs to whoever covers them.")
PARTS = N_("It has %(count)s parts.")
CLOSED = N_("A ring was open and has been closed.")


@dataclass(slots=True)
class Judged:
    """One outline in CGCS2000 degrees. With a `problem` it is not loaded; `notes` are only told."""

    code: str
    polygons: list[Polygon] = field(default_factory=list)
    problem: tuple[str, Mapping[str, str]] | None = None
    notes: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    @property
    def square_km(self) -> float:
        """Its area, holes taken out."""
        return sum(
            _square_km(ring) * (-1 if place else 1) for rings in self.polygons for place, ring in enumerate(rings)
        )


def reference_of(collection: Any, chosen: str = "") -> str:
    """In which system a file was measured: what it says, else what somebody says. RuleBroken when neither does, when
    they differ, and for a system that is not read."""
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise RuleBroken(_NO_FILE)
    said = _declared(collection)
    if said and said not in REFERENCES:
        raise RuleBroken(_OTHER, said=said)
    if chosen and chosen not in REFERENCES:
        raise RuleBroken(_OTHER, said=chosen)
    if said and chosen and said != chosen:
        raise RuleBroken(_DIFFERS, said=said, chosen=chosen)
    if not (said or chosen):
        raise RuleBroken(_UNSAID)
    return said or chosen


def _declared(collection: Mapping[str, Any]) -> str:
    """The `crs` of GeoJSON's first edition, which most programs still write; "" when there is none."""
    crs = collection.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name.endswith("CRS84"):
        return "EPSG:4326"
    found = re.search(r"EPSG:+(?:[0-9.]*:)?([0-9]{4,6})$", name)
    return f"EPSG:{found[1]}" if found else name[:60]


def judge(collection: Mapping[str, Any], reference: str, *, city: Box | None) -> list[Judged]:
    """Every feature of a file, in its order; `city` is where the outlines should lie, None while nobody knows."""
    found: list[Judged] = []
    seen: set[str] = set()
    for feature in collection["features"]:
        one = _judged(feature if isinstance(feature, dict) else {}, REFERENCES[reference], city)
        if one.code and one.code in seen:
            one.problem = (TWICE, {})
        seen.add(one.code)
        found.append(one)
    _look_for_overlaps([one for one in found if one.problem is None])
    return found


def _judged(feature: Mapping[str, Any], unshifted: Callable[[Point], Point], city: Box | None) -> Judged:
    properties = feature.get("properties") if isinstance(feature.get("properties"), dict) else {}
    one = Judged(str(feature.get("id") or (properties or {}).get("code") or "")[:15])
    try:
        polygons = _polygons(feature.get("geometry"))
    except (TypeError, ValueError, KeyError, IndexError):
        polygons = []
    places = [place for rings in polygons for ring in rings for place in ring]
    if not one.code:
        one.problem = (NO_CODE, {})
    elif not places:
        one.problem = (NOT_AN_AREA, {})
    elif problem := _where_it_is_not(places):
        one.problem = (problem, {})
    else:
        one.polygons = [[_closed(one, [unshifted(place) for place in ring]) for ring in rings] for rings in polygons]
        one.problem = _wrong_shape(one) or _outside(one, city)
        _tell(one)
    return one


def _polygons(geometry: Any) -> list[Polygon]:
    kind, corners = geometry["type"], geometry.get("coordinates")
    parts = {"Polygon": [corners], "MultiPolygon": corners}.get(kind, [])
    return [[[(float(place[0]), float(place[1])) for place in ring] for ring in rings] for rings in parts]


def _where_it_is_not(places: Iterable[Point]) -> str:
    """Coordinates that cannot be degrees of longitude and latitude of China; "" when they can."""
    for x, y in places:
        if abs(x) > 180 or abs(y) > 180:
            return METRES
        if 3 <= x <= 54 and 73 <= y <= 136:
            return SWAPPED
    return ""


def _closed(one: Judged, ring: Ring) -> Ring:
    if ring and ring[0] != ring[-1]:
        one.notes.append((CLOSED, {}))
        return [*ring, ring[0]]
    return ring


def _wrong_shape(one: Judged) -> tuple[str, Mapping[str, str]] | None:
    for rings in one.polygons:
        for ring in rings:
            if len(set(ring)) < 3:
                return TOO_FEW, {}
            if where := crossing(ring):
                return CROSSES, {"where": f"{where[0]:.5f}, {where[1]:.5f}"}
    return None


def _outside(one: Judged, city: Box | None) -> tuple[str, Mapping[str, str]] | None:
    if city is None:
        return None
    west, south, east, north = _box(one)
    inside = (
        west >= city[0] - _NEAR and east <= city[2] + _NEAR and south >= city[1] - _NEAR and north <= city[3] + _NEAR
    )
    return None if inside else (ELSEWHERE, {})


def _tell(one: Judged) -> None:
    if holes := sum(len(rings) - 1 for rings in one.polygons):
        one.notes.append((HOLES, {"count": str(holes)}))
    if len(one.polygons) > 1:
        one.notes.append((PARTS, {"count": str(len(one.polygons))}))


def crossing(ring: Ring) -> Point | None:
    """Where a ring crosses itself, or None. Edges that only meet at a corner do not cross."""
    edges = sorted(
        ((min(a[0], b[0]), max(a[0], b[0]), a, b) for a, b in pairwise(ring) if a != b), key=lambda edge: edge[0]
    )
    for place, (_low, high, a, b) in enumerate(edges):
        for low, _high, c, d in edges[place + 1 :]:
            if low > high:
                break
            if _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0:
                return a
    return None


def _turn(a: Point, b: Point, c: Point) -> float:
    """Above zero when c lies left of the way from a to b, zero on it."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _look_for_overlaps(outlines: Sequence[Judged]) -> None:
    """Outlines of one level with a corner well inside another. Neighbours share borders; those may touch."""
    boxes = [_box(one) for one in outlines]
    for place, one in enumerate(outlines):
        for other_place, other in enumerate(outlines):
            apart = (
                place == other_place or len(one.code) != len(other.code) or not _meet(boxes[place], boxes[other_place])
            )
            if not apart and other.problem is None and _runs_into(one, other):
                one.problem = (OVERLAPS, {"other": other.code})
                break


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _runs_into(one: Judged, other: Judged) -> bool:
    return any(
        _inside(corner, other) and all(_far_from(corner, edge) for edge in _edges(other))
        for rings in one.polygons
        for corner in rings[0][:-1]
    )


def _edges(one: Judged) -> Iterator[tuple[Point, Point]]:
    return (edge for rings in one.polygons for ring in rings for edge in pairwise(ring))


def _inside(place: Point, one: Judged) -> bool:
    x, y = place
    odd = False
    for (x1, y1), (x2, y2) in _edges(one):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            odd = not odd
    return odd


def _far_from(place: Point, edge: tuple[Point, Point]) -> bool:
    (x1, y1), (x2, y2) = edge
    along = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = (
        0.0 if not along else max(0.0, min(1.0, ((place[0] - x1) * (x2 - x1) + (place[1] - y1) * (y2 - y1)) / along))
    )
    return metres_between(place, (x1 + share * (x2 - x1), y1 + share * (y2 - y1))) > _TOUCH


def _box(one: Judged) -> Box:
    xs = [place[0] for rings in one.polygons for place in rings[0]]
    ys = [place[1] for rings in one.polygons for place in rings[0]]
    return min(xs), min(ys), max(xs), max(ys)


def _square_km(ring: Ring) -> float:
    wide = cos(radians(ring[0][1])) * _DEGREE
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([(x - ring[0][0], y - ring[0][1]) for x, y in ring]))
    return abs(twice) / 2 * wide * _DEGREE / 1e6
