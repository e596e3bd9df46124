"""What a file would put on the map, as a picture: its outlines over those of today, or its buildings in their
communities. North is up; one unit is the same length both ways."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import shapely

from yimen.core.ground import Point
from yimen.geo.rules.shapes import Polygons

WIDTH, _TALLEST, _FLATTEST = 720.0, 1.1, 0.3  # of the picture, in its own units; its height in widths
_EDGE = 0.06  # of what is shown, left free round it
_FINEST = 0.6  # units below which a bend is not drawn
_MOST_CORNERS = 12_000  # in one picture
_MOST_SPOTS = 1_500
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Area:
    """An outline to draw; `name` stands on it."""

    name: str
    polygons: Polygons
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A building to draw, and where it stands so far."""

    name: str
    place: Point
    before: Point | None
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    west: float
    north: float
    across: float  # units of a degree of longitude
    along: float  # units of a degree of latitude
    height: float

    def point(self, place: Sequence[float]) -> Point:
        return (place[0] - self.west) * self.across, (self.north - place[1]) * self.along


def picture_of(areas: Sequence[Area], spots: Sequence[Spot], today: Iterable[Polygons]) -> dict[str, Any]:
    """The picture as its page draws it; {} when nothing has a place. What has a problem sets no frame unless all has:
    one outline in another country would leave the rest a dot."""
    before = list(today)
    frame = _frame(areas, spots, before)
    if frame is None:
        return {}
    corners = sum(len(ring) for one in (*before, *(area.polygons for area in areas)) for rings in one for ring in rings)
    fine = _FINEST * max(1, corners // _MOST_CORNERS)
    return {
        "height": round(frame.height, 1),
        "today": [path for one in before if (path := _path(one, frame, fine))],
        "areas": [_drawn(area, frame, fine, is_named=len(areas) <= _MOST_NAMES) for area in areas],
        "spots": [_spot(spot, frame) for spot in sorted(spots, key=lambda one: not one.is_wrong)[:_MOST_SPOTS]],
    }


def _frame(areas: Sequence[Area], spots: Sequence[Spot], today: Iterable[Polygons]) -> _Frame | None:
    sound = any(not area.is_wrong for area in areas) or any(not spot.is_wrong for spot in spots)
    places: list[Sequence[float]] = [
        place for area in areas if not (sound and area.is_wrong) for rings in area.polygons for place in rings[0]
    ]
    places += [spot.place for spot in spots if not (sound and spot.is_wrong)]
    if not places:
        return None
    places += _beside(areas, places) if sound else []
    if not areas:  # buildings are seen in the whole of their communities
        places += [place for one in today for rings in one for place in rings[0]]
    west, east = min(place[0] for place in places), max(place[0] for place in places)
    south, north = min(place[1] for place in places), max(place[1] for place in places)
    wide = cos(radians((south + north) / 2))
    across, along = max((east - west) * wide, 1e-3) * (1 + 2 * _EDGE), max(north - south, 1e-3) * (1 + 2 * _EDGE)
    scale = WIDTH / max(across, along / _TALLEST)
    height = max(along * scale, WIDTH * _FLATTEST)
    left = (west + east) / 2 - WIDTH / 2 / (scale * wide)
    top = (south + north) / 2 + height / 2 / scale
    return _Frame(left, top, scale * wide, scale, height)


def _beside(areas: Sequence[Area], places: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    """The corners of what has a problem and lies on or beside what has none, and is not so large that the rest would
    be a dot."""
    west, south, east, north = shapely.MultiPoint([place[:2] for place in places]).bounds
    wide, high = max(east - west, 1e-3), max(north - south, 1e-3)
    found: list[Sequence[float]] = []
    for area in areas:
        own = [place for rings in area.polygons for place in rings[0]] if area.is_wrong else []
        if own and all(
            west - wide <= x <= east + wide and south - high <= y <= north + high for x, y in (p[:2] for p in own)
        ):
            found += own
    return found


def _drawn(area: Area, frame: _Frame, fine: float, *, is_named: bool) -> dict[str, Any]:
    ring = [frame.point(place) for place in area.polygons[0][0]]
    middle = shapely.make_valid(shapely.Polygon(ring)).representative_point() if len(ring) > 3 else None
    spot = {"x": round(middle.x, 1), "y": round(middle.y, 1)} if middle is not None and not middle.is_empty else {}
    path = _path(area.polygons, frame, fine)
    return {"name": area.name, "wrong": area.is_wrong, "path": path} | (spot if is_named else {})


def _spot(spot: Spot, frame: _Frame) -> Mapping[str, Any]:
    x, y = frame.point(spot.place)
    found: dict[str, Any] = {"name": spot.name, "wrong": spot.is_wrong, "x": round(x, 1), "y": round(y, 1)}
    if spot.before is not None:
        found["from"] = [round(part, 1) for part in frame.point(spot.before)]
    return found


def _path(polygons: Polygons, frame: _Frame, fine: float) -> str:
    """The rings of an outline as the path of an SVG; those smaller than a dot are left out."""
    drawn = []
    for rings in polygons:
        for ring in rings:
            if len(ring) < 4:
                continue
            line = shapely.LinearRing([frame.point(place) for place in ring]).simplify(fine)
            west, south, east, north = line.bounds
            if max(east - west, north - south) >= 1:
                drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line.coords[:-1]) + "Z")
    return "".join(drawn)
