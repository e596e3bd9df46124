"""The ground of a community: its outline as a grid of small cells, of which those wholly inside may be built on.

Metres in a frame of the community's own, turned so that its rows of buildings look nearly south. Rows of cells are
whole numbers, a bit for each cell: a block of any size is looked for in a few operations a row.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from yimen.orgs.actions.loading import shipped_outlines

_NORTH = 110_950.0  # metres of a degree of latitude, and of longitude at the equator: good enough within a few km
_EAST = 111_320.0
_ROWS_MOST = 150

Point = tuple[float, float]
Ring = Sequence[Point]


@cache
def _outlines() -> dict[str, list[Ring]]:
    return {code: [*rings] for code, rings in shipped_outlines() if len(code) == 12}


def outline_of(code: str) -> list[Ring]:
    """The rings of a community's outline, (longitude, latitude); a point inside is within an odd number of them."""
    return _outlines()[code]


@dataclass(slots=True)
class Frame:
    """Metres east and north of a middle, turned by a small angle; and back to degrees."""

    longitude: float
    latitude: float
    turn: float  # radians

    def metres(self, point: Point) -> Point:
        """Degrees into metres of this frame."""
        east = (point[0] - self.longitude) * self._east()
        north = (point[1] - self.latitude) * _NORTH
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        return east * cos + north * sin, north * cos - east * sin

    def degrees(self, point: Point) -> Point:
        """Metres of this frame into degrees, six digits: a tenth of a metre."""
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        east, north = point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos
        return round(self.longitude + east / self._east(), 6), round(self.latitude + north / _NORTH, 6)

    def _east(self) -> float:
        return _EAST * math.cos(math.radians(self.latitude))


@dataclass(slots=True)
class Ground:
    """Free cells; `cell` is their side in metres, (left, bottom) the corner of the first."""

    frame: Frame
    cell: float
    left: float
    bottom: float
    free: list[int] = field(default_factory=list)

    def middle(self) -> Point:
        """Column and row in the middle of what is free."""
        count = sum(row.bit_count() for row in self.free) or 1
        half, seen = count / 2, 0
        for place, row in enumerate(self.free):
            seen += row.bit_count()
            if seen >= half:
                return (_middle_bit(row), float(place))
        return (0.0, 0.0)

    def take(self, width: float, height: float, near: Point) -> Point | None:
        """Take the free block of so many metres that lies nearest to a column and row; its corner in metres of the
        frame, None where there is no room."""
        columns, rows = math.ceil(width / self.cell), math.ceil(height / self.cell)
        found = _nearest(_corners(self.free, columns, rows), near[0] - columns / 2, near[1] - rows / 2)
        if found is None:
            return None
        column, row = found
        taken = ~(((1 << columns) - 1) << column)
        for place in range(row, row + rows):
            self.free[place] &= taken
        return self.left + column * self.cell, self.bottom + row * self.cell


def ground_of(rings: Sequence[Ring], *, turn: float, cell: float) -> Ground:
    """The ground within an outline; cells of at least `cell` metres, larger where the outline is wide."""
    points = [point for ring in rings for point in ring]
    east, north = [x for x, _ in points], [y for _, y in points]
    frame = Frame((min(east) + max(east)) / 2, (min(north) + max(north)) / 2, turn)
    turned = [[frame.metres(point) for point in ring] for ring in rings]
    xs, ys = [x for ring in turned for x, _ in ring], [y for ring in turned for _, y in ring]
    cell = max(cell, (max(ys) - min(ys)) / _ROWS_MOST)
    made = Ground(frame, cell, min(xs), min(ys))
    edges = [(*a, *b) if a[1] <= b[1] else (*b, *a) for ring in turned for a, b in _sides(ring)]
    made.free = [_band(edges, made, place) for place in range(math.ceil((max(ys) - made.bottom) / cell))]
    return made


def _sides(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _band(edges: Sequence[tuple[float, float, float, float]], ground: Ground, place: int) -> int:
    """The cells of a row that no edge touches and that lie inside."""
    low = ground.bottom + place * ground.cell
    high, middle = low + ground.cell, low + ground.cell / 2
    touched, crossings = 0, []
    for x0, y0, x1, y1 in edges:  # each goes up
        if y0 > high or y1 < low:
            continue
        slope = (x1 - x0) / (y1 - y0) if y1 > y0 else 0.0
        a, b = (x0 + slope * (max(y0, low) - y0), x0 + slope * (min(y1, high) - y0)) if slope else (x0, x1)
        first, last = int((min(a, b) - ground.left) / ground.cell), int((max(a, b) - ground.left) / ground.cell)
        touched |= ((1 << (last - first + 1)) - 1) << first
        if y0 <= middle < y1:
            crossings.append(x0 + slope * (middle - y0))
    crossings.sort()
    inside = 0
    for a, b in zip(crossings[::2], crossings[1::2], strict=True):
        first, last = int((a - ground.left) / ground.cell), int((b - ground.left) / ground.cell)
        inside |= ((1 << (last - first + 1)) - 1) << first
    return inside & ~touched


def _corners(free: Sequence[int], columns: int, rows: int) -> list[int]:
    """Where the south-west corner of a block may lie: a bit stays when all cells of the block are free."""
    wide = [_narrowed(row, columns) for row in free]
    have = 1
    while have < rows:
        step = min(have, rows - have)
        wide = [row & above for row, above in zip(wide, wide[step:], strict=False)]
        have += step
    return wide


def _narrowed(row: int, columns: int) -> int:
    have = 1
    while row and have < columns:
        step = min(have, columns - have)
        row &= row >> step
        have += step
    return row


def _nearest(corners: Sequence[int], column: float, row: float) -> tuple[int, int] | None:
    """The bit nearest to a place."""
    best, found, pivot = math.inf, None, max(0, round(column))
    for place, bits in enumerate(corners):
        off = (place - row) ** 2
        if not bits or off >= best:
            continue
        right, left = bits >> pivot, bits & ((1 << pivot) - 1)
        for at in ((pivot + _lowest(right),) if right else ()) + ((left.bit_length() - 1,) if left else ()):
            if (distance := off + (at - column) ** 2) < best:
                best, found = distance, (at, place)
    return found


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _middle_bit(row: int) -> float:
    half, seen = row.bit_count() / 2, 0
    for place in range(row.bit_length()):
        seen += row >> place & 1
        if seen >= half:
            return float(place)
    return 0.0
