"""What each patch looks like on a map: the ground that lies nearer to its stairwells than to any other's.

The cells of all stairwells (Voronoi) leave no gap and do not overlap; a patch is the union of its own, cut off where
the community ends, or `_REACH` metres beyond its stairwells where nobody has drawn that.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from yimen.patches.rules.ground import Ground, Id, Stairwell, degrees_of, ground_of, metres_of

Rings = tuple[tuple[tuple[float, float], ...], ...]  # the outer one first, degrees
_REACH = 60.0  # metres
_PLAIN = 0.5  # metres by which a border may be drawn straighter


def outlines_of(
    stairwells: Iterable[Stairwell], patches: Mapping[Id, int], within: Sequence[Any] = ()
) -> dict[int, tuple[Rings, ...]]:
    """The polygons of each patch by number, in the degrees of its stairwells.

    `patches` says the number of each stairwell; one that is in none leaves a hole. `within` are the polygons of the
    community (rings of longitude and latitude), mended first where they cross themselves; stairwells beyond them keep
    the ground around them. A patch without a stairwell on the map has no outline.
    """
    ground = ground_of(stairwells)
    if not any(ground.placed):
        return {}
    mine: dict[int, list[BaseGeometry]] = {}
    shown = set()
    for one, is_placed, cell in zip(ground.stairwells, ground.placed, _cells(ground, within), strict=True):
        number = patches.get(one.id)
        if number is not None:
            mine.setdefault(number, []).append(cell)
            shown |= {number} if is_placed else set()
    return {number: _polygons(ground, mine[number]) for number in sorted(shown)}


def _cells(ground: Ground, within: Sequence[Any]) -> list[BaseGeometry]:
    """The ground of each stairwell, in metres."""
    points = shapely.points(ground.points)
    reach = shapely.union_all(shapely.buffer(points, _REACH, quad_segs=4))
    if within:
        inside = shapely.make_valid(shapely.union_all([_polygon(ground, rings) for rings in within]))
        lost = points[~shapely.intersects(inside, points)]
        reach = shapely.union_all([inside, *shapely.buffer(lost, _REACH, quad_segs=4)])
    if len(set(ground.points)) == 1:
        return [reach, *[shapely.Polygon()] * (len(points) - 1)]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=reach))
    tree = shapely.STRtree(cells)
    owner = [int(tree.nearest(point)) for point in points]
    cut = shapely.intersection(cells[owner], reach)
    return [
        cell if owner.index(own) == place else shapely.Polygon()
        for place, (own, cell) in enumerate(zip(owner, cut, strict=True))
    ]


def _polygon(ground: Ground, rings: Sequence[Sequence[Sequence[float]]]) -> BaseGeometry:
    outer, *holes = ([metres_of(ground.middle, (place[0], place[1])) for place in ring] for ring in rings)
    return shapely.make_valid(shapely.Polygon(outer, holes))


def _polygons(ground: Ground, cells: Sequence[BaseGeometry]) -> tuple[Rings, ...]:
    shape = shapely.simplify(shapely.union_all(list(cells)), _PLAIN)
    return tuple(
        tuple(
            tuple(degrees_of(ground.middle, (x, y)) for x, y in ring.coords) for ring in (one.exterior, *one.interiors)
        )
        for one in shapely.get_parts(shape)
        if one.geom_type == "Polygon" and not one.is_empty
    )
