"""Places of a division as a small picture: outlines in degrees laid into a box, the same for page and paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH = 720.0  # of the picture, in its own units
_TALLEST = 0.62  # of its width
_EDGE = 8.0
_FINEST = 1.2  # units: corners nearer than that to the one before are left out

Polygons = Sequence[Sequence[Sequence[Sequence[float]]]]


@dataclass(frozen=True, slots=True)
class Area:
    """One place: rings in the picture's units, where its name stands, and its shade (see `shade_of`)."""

    code: str
    rings: Sequence[Sequence[tuple[float, float]]]
    x: float
    y: float

    @property
    def path(self) -> str:
        """The rings as an SVG path."""
        return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in self.rings)


@dataclass(frozen=True, slots=True)
class Sketch:
    """All places in a box of `WIDTH` and `height`; nothing to draw where `areas` is empty."""

    height: float
    areas: Sequence[Area]


def sketch(shapes: Mapping[str, Polygons]) -> Sketch:
    """Lay outlines (longitude, latitude) into one picture, north up, in the order of their codes."""
    spots = [place for polygons in shapes.values() for rings in polygons for place in rings[0]]
    if not spots:
        return Sketch(0, ())
    west, east = min(x for x, *_ in spots), max(x for x, *_ in spots)
    south, north = min(y for _, y, *_ in spots), max(y for _, y, *_ in spots)
    narrow = cos(radians((south + north) / 2))
    across, along = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    room = WIDTH - 2 * _EDGE
    scale = min(room / across, (WIDTH * _TALLEST - 2 * _EDGE) / along)
    left = (WIDTH - across * scale) / 2

    def laid(place: Sequence[float]) -> tuple[float, float]:
        return round(left + (place[0] - west) * narrow * scale, 1), round(_EDGE + (north - place[1]) * scale, 1)

    areas = []
    for code in sorted(shapes):
        rings = [_thinned([laid(place) for place in ring]) for rings in shapes[code] for ring in rings]
        largest = max((_thinned([laid(place) for place in rings[0]]) for rings in shapes[code]), key=_extent)
        xs, ys = [x for x, _ in largest], [y for _, y in largest]
        areas.append(Area(code, rings, round((min(xs) + max(xs)) / 2, 1), round((min(ys) + max(ys)) / 2, 1)))
    return Sketch(round(along * scale + 2 * _EDGE, 1), areas)


def readable(areas: Sequence[Area], names: Mapping[str, str], *, size: float) -> dict[str, str]:
    """The names, by code, that stand on the picture beside each other: one that would run into an earlier one is left
    to the table. `size`: height of a letter in the picture's units, about its width too."""
    kept: dict[str, str] = {}
    taken: list[Area] = []
    for one in areas:
        reach = len(names[one.code]) * size / 2
        if all(
            abs(one.y - other.y) >= size or abs(one.x - other.x) >= reach + len(kept[other.code]) * size / 2
            for other in taken
        ):
            kept[one.code] = names[one.code]
            taken.append(one)
    return kept


def _thinned(ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept = [ring[0]]
    for x, y in ring[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _FINEST:
            kept.append((x, y))
    return kept


def _extent(ring: Sequence[tuple[float, float]]) -> float:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def shade_of(reached: int, of: int) -> int:
    """How dark a place is drawn: 0 nothing to reach, 1 under half, 2 half and more, 3 seven tenths and more, 4 nine
    tenths and more, 5 all."""
    if of == 0:
        return 0
    return 1 + sum(reached * whole >= of * part for part, whole in _STEPS)


_STEPS = ((1, 2), (7, 10), (9, 10), (1, 1))
