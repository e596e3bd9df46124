"""Reference systems a file may be measured in, and the sign that it was measured in another than it says."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from statistics import median
from typing import Any

from pyproj import Transformer

from yimen.core.ground import Point, from_bd09, from_gcj02, metres_between, to_bd09, to_gcj02


@cache
def _way(code: str) -> Transformer:
    return Transformer.from_crs(code, "EPSG:4490", always_xy=True)


def _from_metres(code: str) -> Callable[[Point], Point]:
    def degrees(place: Point) -> Point:
        x, y = _way(code).transform(*place)
        return float(x), float(y)

    return degrees


def _same(place: Point) -> Point:
    return place


# CGCS2000 in Gauss-Krüger zones of three degrees; 40 and 39 stand before the metres where the code says so.
METRIC = ("EPSG:4549", "EPSG:4528", "EPSG:4548", "EPSG:4527")
REFERENCES: dict[str, Callable[[Point], Point]] = {
    "EPSG:4490": _same,  # CGCS2000 in degrees
    "EPSG:4326": _same,  # WGS 84 in degrees
    "GCJ-02": from_gcj02,
    "BD-09": from_bd09,
    **{code: _from_metres(code) for code in METRIC},
}
_RAW: dict[str, Callable[[Point], Point]] = {"GCJ-02": to_gcj02, "BD-09": to_bd09}
SHIFTED = ("GCJ-02", "BD-09")  # systems of public base maps
_FAR, _NEARER = 60.0, 3.0  # metres that are no drawing error; how many times nearer the other system must be


def are_degrees(corner: Sequence[Any]) -> bool:
    """Whether a corner can be degrees, in either order; metres of China are numbers of six digits and more."""
    return all(isinstance(part, int | float) and abs(part) <= 180 for part in corner[:2])


def corner_said(corner: Sequence[Any]) -> str:
    """A corner as a sentence quotes it."""
    return ", ".join(
        f"{part:.6g}" if isinstance(part, float) and abs(part) < 1000 else _whole(part) for part in corner[:2]
    )


def _whole(part: Any) -> str:
    return f"{part:.2f}".removesuffix(".00") if isinstance(part, float) else str(part)[:24]


def likelier(places: Sequence[tuple[Point, Point]], reference: str) -> str:
    """The system in which a file more likely was measured, "" when its own fits: of pairs of a place as read and where
    it stands so far. Nothing is decided by it; somebody is asked."""
    if not places:
        return ""
    off = median(metres_between(read, known) for read, known in places)
    if off <= _FAR:
        return ""
    own = reference if reference in _RAW else "EPSG:4490"
    raw = [_RAW.get(own, _same)(read) for read, _known in places]
    best, best_off = "", off
    for other in ("EPSG:4490", *SHIFTED):
        if other != own:
            way = REFERENCES[other]
            away = median(metres_between(way(one), known) for one, (_r, known) in zip(raw, places, strict=True))
            if away < best_off:
                best, best_off = other, away
    return best if best_off * _NEARER < off else ""


def inside_most(inside: Mapping[str, float], reference: str) -> str:
    """The same where places stand nowhere yet: by the share of them that lies in its community, by system."""
    best = max(inside, key=lambda one: (inside[one], one == reference), default=reference)
    own = inside.get(reference, 0.0)
    return best if best != reference and inside[best] > 0.9 and own < 0.5 else ""
