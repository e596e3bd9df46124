"""Outlines as a file gives them (GeoJSON), judged before anything is written. The reference system is never guessed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, radians
from typing import Any

from yimen.core.errors import N_, RuleBroken
from yimen.core.ground import Point
from yimen.geo.rules.naming import columns_of, where_told
from yimen.geo.rules.references import METRIC, REFERENCES, are_degrees, corner_said
from yimen.geo.rules.shapes import Polygons, mended, overlapping, share_outside

Ring = list[Point]
Polygon = list[Ring]
Box = tuple[float, float, float, float]  # west, south, east, north
Problem = tuple[str, Mapping[str, str]]  # a sentence and its values

_NEAR = 0.1  # degrees round the city within which an outline may lie
_OUTSIDE = 0.02  # of its ground that an outline may lie beyond its parent's
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
NO_CODE_AMONG = N_("None of its columns (%(columns)s) is read as a code or a name. Give each feature its code.")
NO_SUCH_NAME = N_("No division of yours, or more than one, is called %(name)s (column %(column)s). Give it its code.")
STRANGE = N_("The division %(code)s is not one of yours. Take it out of the file, or ask the level above.")
TWICE = N_("This division is in the file twice. Join its parts into one feature.")
METRES = N_("These are metres, not degrees (%(where)s). Choose the system in metres that it was measured in.")
DEGREES = N_("These are degrees, not metres (%(where)s). Choose the system in degrees that it was measured in.")
SWAPPED = N_("Latitude stands before longitude here (%(where)s). Swap them and try again.")
ELSEWHERE = N_(
    "This lies outside the city (%(where)s). Perhaps the coordinates are shifted (GCJ-02, BD-09) or swapped: find out "
    "which."
)
TOO_FEW = N_("A ring has fewer than three corners. Draw it again.")
CROSSES = N_("The outline crosses itself near %(where)s. Untie it there.")
MENDED = N_("It crossed itself near %(where)s and has been mended.")
OUTSIDE = N_("%(share)s %% of it lies outside %(parent)s. Correct it, or bring in the outline of that division first.")
OVERLAPS = N_("This outline runs over that of %(other)s. Correct one of the two.")
HOLES = N_("It has %(count)s holes; what stands in them belongs to whoever covers them.")
PARTS = N_("It has %(count)s parts.")
CLOSED = N_("A ring was open and has been closed.")


@dataclass(slots=True)
class Judged:
    """One outline in CGCS2000 degrees. With a `problem` it is not loaded; `notes` are only told."""

    code: str
    polygons: list[Polygon] = field(default_factory=list)
    problem: Problem | None = None
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


def judge(
    collection: Mapping[str, Any],
    reference: str,
    *,
    city: Box | None,
    parents: Mapping[str, Polygons] | None = None,
    code_of: Callable[[Mapping[str, Any]], str] | None = None,
) -> list[Judged]:
    """Every feature of a file, in its order; `city` is where the outlines should lie, None while nobody knows.
    `parents` are outlines by code that are in force and not in the file; `code_of` finds a feature's division where
    it is not its id or `code`."""
    found: list[Judged] = []
    seen: set[str] = set()
    for feature in collection["features"]:
        one = _judged(feature if isinstance(feature, dict) else {}, reference, city, code_of or code_in)
        if one.code and one.code in seen:
            one.problem = (TWICE, {})
        seen.add(one.code)
        found.append(one)
    _look_for_overlaps([one for one in found if one.problem is None])
    own = {one.code: one.polygons for one in found if one.problem is None}
    for one in found:
        _look_outside(one, {**(parents or {}), **own})
    return found


def code_in(feature: Mapping[str, Any]) -> str:
    """The division a feature names as its id or code; "" when it names none."""
    properties = feature.get("properties") if isinstance(feature.get("properties"), dict) else {}
    return str(feature.get("id") or (properties or {}).get("code") or "")[:15]


def _judged(
    feature: Mapping[str, Any], reference: str, city: Box | None, code_of: Callable[[Mapping[str, Any]], str]
) -> Judged:
    one, unshifted = Judged(code_of(feature)), REFERENCES[reference]
    try:
        polygons = _polygons(feature.get("geometry"))
    except (TypeError, ValueError, KeyError, IndexError):
        polygons = []
    places = [place for rings in polygons for ring in rings for place in ring]
    if not one.code:
        one.problem = _uncoded(feature)
    elif not places:
        one.problem = (NOT_AN_AREA, {})
    elif problem := not_in(reference, places):
        one.problem = problem
    else:
        one.polygons = [[_closed(one, [unshifted(place) for place in ring]) for ring in rings] for rings in polygons]
        one.problem = _wrong_shape(one) or outside_city(_box(one), city)
        _tell(one)
    return one


def _polygons(geometry: Any) -> list[Polygon]:
    kind, corners = geometry["type"], geometry.get("coordinates")
    parts = {"Polygon": [corners], "MultiPolygon": corners}.get(kind, [])
    return [[[(float(place[0]), float(place[1])) for place in ring] for ring in rings] for rings in parts]


def _uncoded(feature: Mapping[str, Any]) -> Problem:
    """What to say of a feature whose division was not found, quoting what it has instead."""
    column, name = where_told(feature, "name")
    if name:
        return NO_SUCH_NAME, {"name": name, "column": column}
    columns = columns_of(feature)
    return (NO_CODE_AMONG, {"columns": ", ".join(columns)}) if columns else (NO_CODE, {})


def not_in(reference: str, places: Iterable[Point]) -> Problem | None:
    """The problem of corners that a system cannot have: metres for degrees, degrees for metres, or latitude first."""
    for place in places:
        said = {"where": corner_said(place)}
        if are_degrees(place) == (reference in METRIC):
            return (DEGREES if reference in METRIC else METRES), said
        if reference not in METRIC and 3 <= place[0] <= 54 and 73 <= place[1] <= 136:
            return SWAPPED, said
    return None


def _closed(one: Judged, ring: Ring) -> Ring:
    if ring and ring[0] != ring[-1]:
        one.notes.append((CLOSED, {}))
        return [*ring, ring[0]]
    return ring


def _wrong_shape(one: Judged) -> Problem | None:
    for rings in one.polygons:
        for ring in rings:
            if len(set(ring)) < 3:
                return TOO_FEW, {}
    crossings = [where for rings in one.polygons for ring in rings if (where := crossing(ring))]
    if not crossings:
        return None
    said = {"where": f"{crossings[0][0]:.5f}, {crossings[0][1]:.5f}"}
    put_right = mended(one.polygons)
    if put_right is None:
        return CROSSES, said
    one.polygons = put_right
    one.notes.append((MENDED, said))
    return None


def _look_outside(one: Judged, known: Mapping[str, Polygons]) -> None:
    """Whether an outline keeps within the nearest division above it that has one."""
    above = next(
        (one.code[:digits] for digits in (9, 6, 4) if digits < len(one.code) and one.code[:digits] in known), ""
    )
    if one.problem is None and above:
        share = share_outside(one.polygons, known[above])
        if share > _OUTSIDE:
            one.problem = OUTSIDE, {"share": f"{share:.0%}".rstrip("%"), "parent": above}


def outside_city(box: Box, city: Box | None) -> Problem | None:
    """The problem of what does not lie in or near the city."""
    if city is None:
        return None
    west, south, east, north = box
    inside = (
        west >= city[0] - _NEAR and east <= city[2] + _NEAR and south >= city[1] - _NEAR and north <= city[3] + _NEAR
    )
    return None if inside else (ELSEWHERE, {"where": corner_said((west, south))})


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
    """Outlines of one level that run over each other. Neighbours share borders; those may touch."""
    for level in sorted({len(one.code) for one in outlines}):
        own = [one for one in outlines if len(one.code) == level]
        for left, right in overlapping([one.polygons for one in own]):
            if own[left].problem is None and own[right].problem is None:
                own[right].problem = OVERLAPS, {"other": own[left].code}


def _box(one: Judged) -> Box:
    xs = [place[0] for rings in one.polygons for place in rings[0]]
    ys = [place[1] for rings in one.polygons for place in rings[0]]
    return min(xs), min(ys), max(xs), max(ys)


def _square_km(ring: Ring) -> float:
    wide = cos(radians(ring[0][1])) * _DEGREE
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([(x - ring[0][0], y - ring[0][1]) for x, y in ring]))
    return abs(twice) / 2 * wide * _DEGREE / 1e6
