"""Vector tiles (Mapbox Vector Tile 2.1), written by hand: points and polygons with names and whole numbers."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

EXTENT, MARGIN = 4096, 64  # units across a tile, and beyond its edge so that outlines join
DEEPEST = 18
Pixel = tuple[int, int]
Spot = tuple[float, float]
Spots = tuple[tuple[tuple[Spot, ...], ...], ...]  # polygons of rings, the outer one first
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of the web's square map (EPSG:3857). Its place is whole but for one moved under a shifted base map."""

    z: int
    x: float
    y: float

    @property
    def exists(self) -> bool:
        return 0 <= self.z <= DEEPEST and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, with the margin."""
        rim, side = MARGIN / EXTENT, 1 << self.z
        west, east = ((self.x + part) / side * 360 - 180 for part in (-rim, 1 + rim))
        north, south = (_latitude((self.y + part) / side) for part in (-rim, 1 + rim))
        return west, south, east, north

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place lies in this tile and no other of its zoom."""
        across, down = spot(longitude, latitude)
        side = 1 << self.z
        return 0 <= across * side - self.x < 1 and 0 <= down * side - self.y < 1

    def under(self, unshifted: Callable[[Spot], Spot]) -> "Tile":
        """The ground that a shifted base map shows in this tile. Moved as a whole, by the shift at its middle: the rest
        of the tile is off by at most a pixel or two of a screen."""
        side = 1 << self.z
        middle = ((self.x + 0.5) / side * 360 - 180, _latitude((self.y + 0.5) / side))
        (east, south), (to_east, to_south) = spot(*middle), spot(*unshifted(middle))
        return Tile(self.z, self.x + (to_east - east) * side, self.y + (to_south - south) * side)

    def pixels(self, ring: Iterable[Spot]) -> list[Pixel]:
        """Where spots lie in the tile, in its units, doubled ones once; outside it below 0 or above 4096."""
        scale, left, top = (1 << self.z) * EXTENT, self.x * EXTENT, self.y * EXTENT
        found: list[Pixel] = []
        for across, down in ring:
            here = (round(across * scale - left), round(down * scale - top))
            if not found or here != found[-1]:
                found.append(here)
        return found


def spot(longitude: float, latitude: float) -> Spot:
    """A place on the world's square map, both from 0 to 1, from the north-west."""
    angle = math.radians(max(-85.05, min(85.05, latitude)))
    return (longitude + 180) / 360, (1 - math.asinh(math.tan(angle)) / math.pi) / 2


def spots(polygons: Iterable[Sequence[Ring]]) -> Spots:
    """Polygons of longitude and latitude on the square map, so that each tile only scales them."""
    return tuple(tuple(tuple(spot(place[0], place[1]) for place in ring) for ring in rings) for rings in polygons)


def _latitude(down: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))


@dataclass(frozen=True, slots=True)
class Feature:
    """Something on the map. `parts` are one list of pixels for a point, or the rings of polygons, outer ones clockwise
    on the screen."""

    is_area: bool
    parts: Sequence[Sequence[Pixel]]
    tags: Mapping[str, str | int]


def point(tile: Tile, longitude: float, latitude: float, tags: Mapping[str, str | int]) -> Feature:
    """A place with its tags."""
    return Feature(False, [tile.pixels([spot(longitude, latitude)])], tags)


def area(tile: Tile, polygons: Spots, tags: Mapping[str, str | int]) -> Feature | None:
    """Polygons cut to the tile; None when nothing of them lies in it."""
    parts = []
    for rings in polygons:
        for number, ring in enumerate(rings):
            cut = _cut(tile.pixels(ring))
            if len(cut) > 2 and (turned := _turned(cut, outer=number == 0)):
                parts.append(turned)
            elif number == 0:
                break  # a hole without its outside is no hole
    return Feature(True, parts, tags) if parts else None


def _cut(ring: list[Pixel]) -> list[Pixel]:
    """What of a ring lies within the tile and its margin (Sutherland and Hodgman), doubled corners left out."""
    low, high = -MARGIN, EXTENT + MARGIN
    for axis, edge, sign in ((0, low, 1), (0, high, -1), (1, low, 1), (1, high, -1)):
        if not ring:
            break
        ring = _cut_at(ring, axis, edge, sign)
    return [here for before, here in pairwise([ring[-1], *ring]) if here != before] if ring else []


def _cut_at(ring: list[Pixel], axis: int, edge: int, sign: int) -> list[Pixel]:
    kept = []
    before = ring[-1]
    for here in ring:
        is_in, was_in = (here[axis] - edge) * sign >= 0, (before[axis] - edge) * sign >= 0
        if is_in != was_in:
            share = (edge - before[axis]) / (here[axis] - before[axis])
            across = round(before[1 - axis] + share * (here[1 - axis] - before[1 - axis]))
            kept.append((edge, across) if axis == 0 else (across, edge))
        if is_in:
            kept.append(here)
        before = here
    return kept


def _turned(ring: list[Pixel], *, outer: bool) -> list[Pixel]:
    """The ring in its right sense; empty when it has no area left."""
    twice = sum(one[0] * other[1] - other[0] * one[1] for one, other in pairwise([*ring, ring[0]]))
    if twice == 0:
        return []
    return ring if (twice > 0) == outer else ring[::-1]


def encoded(layers: Mapping[str, Sequence[Feature]]) -> bytes:
    """A tile of these layers; b"" when all are empty."""
    return b"".join(_field(3, _layer(name, features)) for name, features in layers.items() if features)


def _layer(name: str, features: Sequence[Feature]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[str | int, int] = {}
    body = [_field(1, name.encode())]
    for feature in features:
        tags = b"".join(
            _varint(keys.setdefault(key, len(keys))) + _varint(values.setdefault(value, len(values)))
            for key, value in feature.tags.items()
        )
        kind = _varint(3 << 3) + _varint(3 if feature.is_area else 1)
        body.append(_field(2, _field(2, tags) + kind + _field(4, _drawn(feature))))
    body += [_field(3, key.encode()) for key in keys]
    body += [_field(4, _value(value)) for value in values]
    return b"".join(body) + _varint(5 << 3) + _varint(EXTENT) + _varint(15 << 3) + _varint(2)


def _value(value: str | int) -> bytes:
    return _field(1, value.encode()) if isinstance(value, str) else _varint(5 << 3) + _varint(value)


def _drawn(feature: Feature) -> bytes:
    """Move to the first corner, draw to the others, close."""
    said, x, y = bytearray(), 0, 0
    for part in feature.parts:
        said += _varint(1 | 1 << 3)
        for number, (to_x, to_y) in enumerate(part):
            if number == 1:
                said += _varint(2 | (len(part) - 1) << 3)
            said += _varint(_zigzag(to_x - x)) + _varint(_zigzag(to_y - y))
            x, y = to_x, to_y
        if feature.is_area:
            said += _varint(7 | 1 << 3)
    return bytes(said)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    said = bytearray()
    while number > 0x7F:
        said.append(number & 0x7F | 0x80)
        number >>= 7
    said.append(number)
    return bytes(said)


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


FEW = 5


def counted(number: int) -> str:
    """A number of people or households as a map and its table say it, "55,028"; "<5" for a few, who could be told
    apart."""
    return "<5" if 0 < number < FEW else f"{number:,}"
