"""The ground: coordinates as China publishes them, and metres on it.

Kept everywhere: CGCS2000 (EPSG:4490) in degrees, longitude first; it differs from WGS 84 by centimetres, which no map
here shows. Public base maps are shifted: GCJ-02 (the published "Mars" algorithm, used by Amap, Tencent and most
consumer maps) by up to 700 m, BD-09 (Baidu) by some more. They are undone and done only at the edge: on the way in
from a file, and on the way out to a base map that is shifted.
"""

import math
from collections.abc import Callable

Point = tuple[float, float]  # longitude, latitude in degrees

CHINA = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north; the South China Sea included
_A, _EE = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, which the shift is computed on
_BD = math.pi * 3000 / 180
_EARTH = 6371008.8  # metres, mean radius
_ENOUGH = 1e-9  # degrees, a tenth of a millimetre


def in_china(point: Point) -> bool:
    """Whether a point lies in the box around China; elsewhere nothing is shifted."""
    west, south, east, north = CHINA
    return west <= point[0] <= east and south <= point[1] <= north


def to_gcj02(point: Point) -> Point:
    """CGCS2000 to GCJ-02. Outside China the point itself."""
    return _shifted(point) if in_china(point) else point


def from_gcj02(point: Point) -> Point:
    """GCJ-02 to CGCS2000, to a millimetre. Outside China the point itself."""
    return _undone(_shifted, point) if in_china(point) else point


def to_bd09(point: Point) -> Point:
    """CGCS2000 to BD-09."""
    return _bd_of_gcj(to_gcj02(point)) if in_china(point) else point


def from_bd09(point: Point) -> Point:
    """BD-09 to CGCS2000, to a millimetre."""
    return from_gcj02(_undone(_bd_of_gcj, point)) if in_china(point) else point


def metres_between(one: Point, other: Point) -> float:
    """The distance of two points on a sphere; right to half a per cent."""
    x = math.radians(other[0] - one[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(x, math.radians(other[1] - one[1])) * _EARTH


def _undone(shift: Callable[[Point], Point], point: Point) -> Point:
    """The point that is shifted onto this one. The shift changes slowly, so a few steps find it."""
    x, y = point
    for _ in range(10):
        there = shift((x, y))
        off_x, off_y = there[0] - point[0], there[1] - point[1]
        x, y = x - off_x, y - off_y
        if abs(off_x) < _ENOUGH and abs(off_y) < _ENOUGH:
            break
    return x, y


def _shifted(point: Point) -> Point:
    x, y = point[0] - 105, point[1] - 35
    angle = math.radians(point[1])
    magic = 1 - _EE * math.sin(angle) ** 2
    north = _northward(x, y) * 180 / (_A * (1 - _EE) / (magic * math.sqrt(magic)) * math.pi)
    east = _eastward(x, y) * 180 / (_A / math.sqrt(magic) * math.cos(angle) * math.pi)
    return point[0] + east, point[1] + north


def _northward(x: float, y: float) -> float:
    """Metres."""
    plain = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return plain + _waves(x) + _waved(y, ((20, 1), (40, 1 / 3))) + _waved(y, ((160, 1 / 12), (320, 1 / 30)))


def _eastward(x: float, y: float) -> float:
    """Metres."""
    plain = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return plain + _waves(x) + _waved(x, ((20, 1), (40, 1 / 3))) + _waved(x, ((150, 1 / 12), (300, 1 / 30)))


def _waves(x: float) -> float:
    return _waved(x, ((20, 6), (20, 2)))


def _waved(value: float, parts: tuple[tuple[float, float], ...]) -> float:
    return sum(height * math.sin(value * math.pi * pace) for height, pace in parts) * 2 / 3


def _bd_of_gcj(point: Point) -> Point:
    x, y = point
    far = math.hypot(x, y) + 0.00002 * math.sin(y * _BD)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * _BD)
    return far * math.cos(angle) + 0.0065, far * math.sin(angle) + 0.006
