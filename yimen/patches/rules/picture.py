"""A community drawn for a page: stairwells as points, each patch as an outline round its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import shapely
from shapely import LinearRing, LineString, MultiPolygon, Point, Polygon

from yimen.patches.rules.ground import Stairwell, ground_of, pieces

WIDTH = 720.0  # of the picture, in its own units
_ROUND = 11.0  # metres round a stairwell that belong to it
_SHADES = 8
_FLATTEST = 0.3  # of its width a picture is high at least
_TALLEST = 1.1


@dataclass(frozen=True, slots=True)
class Dot:
    """A stairwell at its place in the picture."""

    id: UUID
    x: float
    y: float
    number: int | None
    households: int


@dataclass(frozen=True, slots=True)
class Lot:
    """A patch in the picture: the path of its outline, where its number stands, its shade (0 to 7), its pieces."""

    number: int
    path: str
    x: float
    y: float
    shade: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything in one box of `WIDTH` and `height`."""

    height: float
    radius: float
    dots: Sequence[Dot]
    lots: Sequence[Lot]


def picture_of(stairwells: Sequence[Stairwell], placed: Mapping[UUID, int]) -> Picture:
    """Stairwells with the number of their patch; one without a number is drawn, and lies in no outline."""
    ground = ground_of(stairwells)
    if not ground.points:
        return Picture(0, 0, (), ())
    xs, ys = [x for x, _ in ground.points], [y for _, y in ground.points]
    edge = 2 * _ROUND
    across, along = max(xs) - min(xs) + 2 * edge, max(ys) - min(ys) + 2 * edge
    scale = WIDTH / max(across, along / _TALLEST)
    height = max(along * scale, WIDTH * _FLATTEST)
    left = (WIDTH - across * scale) / 2 + (edge - min(xs)) * scale
    down = (height - along * scale) / 2 + (max(ys) + edge) * scale
    spots = [(round(left + x * scale, 1), round(down - y * scale, 1)) for x, y in ground.points]
    numbers = [placed.get(UUID(str(one.id))) for one in ground.stairwells]
    members: dict[int, list[int]] = {}
    for unit, number in enumerate(numbers):
        if number is not None:
            members.setdefault(number, []).append(unit)
    radius = max(3.0, min(7.0, _ROUND * 0.45 * scale))
    lots = [
        _lot(number, own, ground.links, spots, max(radius * 1.9, _ROUND * scale)) for number, own in members.items()
    ]
    dots = [
        Dot(UUID(str(one.id)), *spot, number, one.households)
        for one, spot, number in zip(ground.stairwells, spots, numbers, strict=True)
    ]
    return Picture(round(height, 1), round(radius, 1), dots, sorted(lots, key=lambda lot: lot.number))


def _lot(
    number: int,
    own: Sequence[int],
    links: Sequence[Sequence[int]],
    spots: Sequence[tuple[float, float]],
    away: float,
) -> Lot:
    inside = set(own)
    parts = [Point(spots[unit]).buffer(away, quad_segs=4) for unit in own]
    parts += [
        LineString([spots[unit], spots[other]]).buffer(away * 0.7, quad_segs=4)
        for unit in own
        for other in links[unit]
        if other in inside and unit < other
    ]
    shape = shapely.simplify(shapely.union_all(parts), 0.6)
    polygons = [shape] if isinstance(shape, Polygon) else list(shape.geoms) if isinstance(shape, MultiPolygon) else []
    largest = max(polygons, key=lambda one: one.area)
    middle = largest.representative_point()
    others = [Point(spot) for unit, spot in enumerate(spots) if unit not in inside]
    rings = [one.exterior for one in polygons] + [
        hole for one in polygons for hole in one.interiors if _holds(hole, others)
    ]
    path = "".join(_ring(ring.coords) for ring in rings)
    return Lot(number, path, round(middle.x, 1), round(middle.y, 1), number % _SHADES, len(pieces(links, own)))


def _holds(hole: LinearRing, others: Sequence[Point]) -> bool:
    """Whether somebody else's stairwell lies in a hole; a mere yard between rows is filled."""
    yard = Polygon(hole)
    return any(yard.contains(one) for one in others)


def _ring(coords: Sequence[tuple[float, ...]]) -> str:
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y, *_ in coords) + "Z"
