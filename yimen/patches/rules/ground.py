"""The ground of a community as a graph: its stairwells as points in metres, and which of them are neighbours.

A building is known by its middle. Slabs in China look south, so their stairwells are set out along it from west to
east in order of number, never further than half way to the next building. Neighbours are the stairwells of a building
in order, and those with nobody in between: no third stairwell lies in the circle over the two (Gabriel graph; K. R.
Gabriel and R. R. Sokal 1969), without links longer than a street is wide where another way leads round. The graph is
always in one piece, for it holds the shortest tree over all points.
"""

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import shapely

Id = UUID | int | str
Point = tuple[float, float]
METRES = 111_195.0  # of a degree of a great circle, on a sphere of 6,371 km
_PITCH = 16.0  # metres from stairwell to stairwell in a slab, where nothing else stands near
_ROOM = 0.8  # of the way to the next building that two slabs may fill together
_STREET = 150.0  # metres: a link as long as this needs no excuse
_DETOUR = 2.0  # a longer one may be so many times the longest link without which its ends would be cut off
_FLAT = 1e-9


class Stairwell(NamedTuple):
    """单元: one door of a building to the street, with the households behind it.

    Degrees are CGCS2000 or WGS 84 and are the building's; None where nobody has put it on the map. `number` is the one
    within the building, as on its plate.
    """

    id: Id
    building: Id
    compound: Id
    number: str
    longitude: float | None
    latitude: float | None
    households: int
    vulnerable: int


@dataclass(frozen=True, slots=True)
class Ground:
    """Stairwells in order of compound, building and number; `points` in metres, `links` to neighbours, both by place in
    that order. `placed` is false where a point was lent by the building before or after in order. `middle` is the
    place in degrees from which metres are counted."""

    stairwells: Sequence[Stairwell]
    points: Sequence[Point]
    links: Sequence[Sequence[int]]
    placed: Sequence[bool]
    middle: Point = (0.0, 0.0)


def ground_of(stairwells: Iterable[Stairwell]) -> Ground:
    """The same ground, whatever order the stairwells come in."""
    ordered = sorted(stairwells, key=_order)
    placed = [_is_place(one.longitude, one.latitude) for one in ordered]
    slabs = _slabs(_middles(ordered, placed))
    points = _set_out(slabs, len(ordered))
    edges = _gabriel(points) if len(points) > 2 else set()
    edges |= {(a, b) for slab in slabs.values() for a, b in pairwise(slab)}
    return Ground(ordered, points, _pruned(points, edges), placed, _middle(_known(ordered, placed)))


def metres_of(middle: Point, degrees: Point) -> Point:
    """Metres east and north of a middle."""
    across = METRES * math.cos(math.radians(middle[1]))
    return (degrees[0] - middle[0]) * across, (degrees[1] - middle[1]) * METRES


def degrees_of(middle: Point, metres: Point) -> Point:
    """Longitude and latitude of a point in metres from a middle."""
    across = METRES * math.cos(math.radians(middle[1]))
    return middle[0] + metres[0] / across, middle[1] + metres[1] / METRES


def reached(start: int, links: Sequence[Sequence[int]], within: set[int]) -> set[int]:
    """What can be walked to from `start` without leaving `within`."""
    seen, ahead = {start}, [start]
    while ahead and len(seen) < len(within):
        for other in links[ahead.pop()]:
            if other in within and other not in seen:
                seen.add(other)
                ahead.append(other)
    return seen


def pieces(links: Sequence[Sequence[int]], within: Iterable[int]) -> list[set[int]]:
    """The connected pieces of a set, in order of their first member."""
    left, found = set(within), []
    for start in sorted(left):
        if start in left:
            found.append(reached(start, links, left))
            left -= found[-1]
    return found


def _order(one: Stairwell) -> tuple[object, ...]:
    return _key(one.compound), _key(one.building), _spoken(one.number), _key(one.id)


def _key(value: Id) -> tuple[int, int, tuple[tuple[int, str], ...]]:
    if isinstance(value, str):
        return 2, 0, _spoken(value)
    return (0, value, ()) if isinstance(value, int) else (1, value.int, ())


def _spoken(text: str) -> tuple[tuple[int, str], ...]:
    """Numbers within a text count as numbers: 2 before 10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"[0-9]+|[^0-9]+", text))


def _is_place(longitude: float | None, latitude: float | None) -> bool:
    return longitude is not None and latitude is not None and abs(longitude) <= 180 and abs(latitude) <= 90


def _middles(stairwells: Sequence[Stairwell], placed: Sequence[bool]) -> list[Point]:
    """Metres east and north of the middle of the community; who has no place takes that of the nearest in order."""
    known = _known(stairwells, placed)
    if not known:
        return [(0.0, 0.0)] * len(stairwells)
    middle = _middle(known)
    found: list[Point | None] = []
    for one, is_in in zip(stairwells, placed, strict=True):
        east, north = metres_of(middle, (one.longitude or 0.0, one.latitude or 0.0))
        found.append((round(east, 1), round(north, 1)) if is_in else None)
    return _lent(stairwells, found)


def _known(stairwells: Sequence[Stairwell], placed: Sequence[bool]) -> list[Point]:
    return [(one.longitude or 0.0, one.latitude or 0.0) for one, is_in in zip(stairwells, placed, strict=True) if is_in]


def _middle(known: Sequence[Point]) -> Point:
    if not known:
        return 0.0, 0.0
    return statistics.median(x for x, _ in known), statistics.median(y for _, y in known)


def _lent(stairwells: Sequence[Stairwell], found: list[Point | None]) -> list[Point]:
    """The place of the one before, in the same building or compound if there is any, else of the one after."""
    if None not in found:
        return [point for point in found if point is not None]
    for same in ((lambda one: one.building), (lambda one: one.compound), (lambda one: None)):
        for order in (range(len(found)), range(len(found) - 1, -1, -1)):
            last: tuple[object, Point | None] = (None, None)
            for place in order:
                key = same(stairwells[place])
                if found[place] is not None:
                    last = key, found[place]
                elif last[1] is not None and last[0] == key:
                    found[place] = last[1]
    return [point for point in found if point is not None]


def _slabs(middles: Sequence[Point]) -> dict[Point, list[int]]:
    """Stairwells by the place they share. Buildings on one spot are taken for one long building, in order."""
    slabs: dict[Point, list[int]] = {}
    for place, middle in enumerate(middles):
        slabs.setdefault(middle, []).append(place)
    return slabs


def _set_out(slabs: dict[Point, list[int]], count: int) -> list[Point]:
    """Every stairwell at its own point along its slab."""
    spots = list(slabs)
    nearest = _nearest(spots)
    points: list[Point] = [(0.0, 0.0)] * count
    for (east, north), away in zip(spots, nearest, strict=True):
        members = slabs[east, north]
        pitch = min(_PITCH, away * _ROOM / len(members))
        first = east - pitch * (len(members) - 1) / 2
        for step, place in enumerate(members):
            points[place] = (first + pitch * step, north)
    return points


def _nearest(spots: Sequence[Point]) -> list[float]:
    """Metres from each spot to the next."""
    if len(spots) < 2:
        return [math.inf] * len(spots)
    nearest = [math.inf] * len(spots)
    for a, b in _triangles(spots):
        away = math.dist(spots[a], spots[b])
        nearest[a], nearest[b] = min(nearest[a], away), min(nearest[b], away)
    return nearest


def _triangles(points: Sequence[Point]) -> list[tuple[int, int]]:
    """The edges of the Delaunay triangulation, the lower place first; a chain for points on one line."""
    places = {point: place for place, point in enumerate(points)}
    lines = shapely.get_coordinates(shapely.delaunay_triangles(shapely.LineString(points), only_edges=True)).tolist()
    ends = [places[x, y] for x, y in lines]
    edges = {(min(a, b), max(a, b)) for a, b in zip(ends[::2], ends[1::2], strict=True)}
    if len(edges) < len(points) - 1:  # the triangulation gives up on points that are nearly on one line
        ordered = sorted(range(len(points)), key=lambda place: points[place])
        edges |= {(min(a, b), max(a, b)) for a, b in pairwise(ordered)}
    return sorted(edges)


def _gabriel(points: Sequence[Point]) -> set[tuple[int, int]]:
    """Pairs with no third point in, or on, the circle whose diameter they are."""
    edges = _triangles(points)
    near: list[set[int]] = [set() for _ in points]
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    return {(a, b) for a, b in edges if not any(_is_between(points, a, b, c) for c in near[a] & near[b])}


def _is_between(points: Sequence[Point], a: int, b: int, c: int) -> bool:
    (ax, ay), (bx, by), (cx, cy) = points[a], points[b], points[c]
    across = (ax - cx) * (bx - cx) + (ay - cy) * (by - cy)
    return across <= _FLAT * ((ax - bx) ** 2 + (ay - by) ** 2)


def _pruned(points: Sequence[Point], edges: set[tuple[int, int]]) -> list[list[int]]:
    """Neighbours of each point: every link of the shortest tree, and the others unless they are long."""
    long = sorted((math.dist(points[a], points[b]), a, b) for a, b in edges)
    tree = _Forest(len(points))
    longest = [0.0] * len(points)
    links: list[set[int]] = [set() for _ in points]
    in_order = ((math.dist(points[a], points[a + 1]), a, a + 1) for a in range(len(points) - 1))
    for away, a, b in [*long, *in_order]:  # the second only if a degenerate triangulation left somebody out
        if tree.join(a, b):
            longest[a], longest[b] = max(longest[a], away), max(longest[b], away)
            links[a].add(b)
            links[b].add(a)
    for away, a, b in long:
        if away <= max(_STREET, _DETOUR * min(longest[a], longest[b])):
            links[a].add(b)
            links[b].add(a)
    return [sorted(near) for near in links]


class _Forest:
    """Which points already hang together (union-find)."""

    def __init__(self, count: int) -> None:
        self.parents = list(range(count))

    def root(self, place: int) -> int:
        while self.parents[place] != place:
            self.parents[place] = self.parents[self.parents[place]]
            place = self.parents[place]
        return place

    def join(self, a: int, b: int) -> bool:
        """False when they hung together before."""
        one, other = self.root(a), self.root(b)
        self.parents[max(one, other)] = min(one, other)
        return one != other
