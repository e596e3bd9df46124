"""How compounds lie on the ground: blocks of rows that look south, the higher the further apart; villages in hamlets.

A building's place is its middle. Stairwells count along the slab from its western end, buildings row by row from the
south-western corner of their compound.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from yimen.demo.ground import Ground, Point, ground_of, outline_of
from yimen.demo.stream import Stream
from yimen.registry.rules.rows import BuildingRow

_STOREY = 2.9  # metres
_VILLAGE_FLOORS = 2
_HAMLET = 5.0  # times as wide as deep: houses line a creek
_SQUEEZE = 0.85  # of everything, until all fit


class Plot(NamedTuple):
    """A building to be placed: metres along and across its slab, and two numbers from -1 to 1 that push it a little."""

    row: BuildingRow
    length: float
    depth: float
    push: Point


class Spacing(NamedTuple):
    """Metres between slabs in a row, between rows, and from the block's edge to the middle of the road."""

    beside: float
    behind: float
    margin: float
    loose: float  # how far a building may be pushed


def depth_of(floors: int) -> float:
    """Metres across a slab of so many floors."""
    return 11.0 if floors <= 6 else 14.0 if floors <= 11 else 16.0 if floors <= 18 else 22.0


def length_of(floors: int, doors: int, area: float) -> float:
    """Metres along one stairwell with so many doors of `area` m² on a landing."""
    return doors * area * 1.15 / depth_of(floors)


def lay_out(code: str, compounds: Sequence[Sequence[Plot]], stream: Stream) -> None:
    """Give every building of a community its place, none on another's and all inside the outline."""
    turn, centre = math.radians(stream.uniform(-9, 9)), [(stream.random(), stream.random()) for _ in compounds]
    squeeze, rings = 1.0, outline_of(code)
    while True:
        ground = ground_of(rings, turn=turn, cell=10.0 * squeeze)
        layer = _Layer(ground, squeeze)
        if all(layer.compound(plots, layer.near(plots, at)) for plots, at in zip(compounds, centre, strict=True)):
            return
        squeeze *= _SQUEEZE


class _Layer:
    def __init__(self, ground: Ground, squeeze: float) -> None:
        self.ground = ground
        self.squeeze = squeeze
        self.middle = ground.middle()

    def near(self, plots: Sequence[Plot], at: Point) -> Point:
        """Where a compound would like to lie: a hamlet anywhere, others round the middle."""
        if not plots or plots[0].row.floors > _VILLAGE_FLOORS:
            return self.middle
        rows = len(self.ground.free)
        columns = max(row.bit_length() for row in self.ground.free)
        return at[0] * columns, at[1] * rows

    def compound(self, plots: Sequence[Plot], near: Point) -> bool:
        """Place a compound in one block, or in parts where no block is free; False when there is no room."""
        if not plots:
            return True
        spacing, is_hamlet = self.spacing(plots[0].row.floors), plots[0].row.floors <= _VILLAGE_FLOORS
        long = max(plot.length for plot in plots) * self.squeeze + spacing.beside
        deep = plots[0].depth * self.squeeze + spacing.behind
        for columns in _shapes(len(plots), long, deep, _HAMLET if is_hamlet else 1.0):
            rows = math.ceil(len(plots) / columns)
            width = columns * long - spacing.beside + 2 * spacing.margin
            height = rows * deep - spacing.behind + 2 * spacing.margin
            if (corner := self.ground.take(width, height, near)) is not None:
                self._stand(plots, columns, (corner[0] + spacing.margin, corner[1] + spacing.margin), (long, deep))
                return True
        half = len(plots) // 2
        return half > 0 and self.compound(plots[:half], near) and self.compound(plots[half:], near)

    def _stand(self, plots: Sequence[Plot], columns: int, corner: Point, pitch: Point) -> None:
        spacing = self.spacing(plots[0].row.floors)
        for place, plot in enumerate(plots):
            row, column = divmod(place, columns)
            east = corner[0] + column * pitch[0] + (pitch[0] - spacing.beside) / 2 + plot.push[0] * spacing.loose
            north = corner[1] + row * pitch[1] + (pitch[1] - spacing.behind) / 2 + plot.push[1] * spacing.loose
            plot.row.longitude, plot.row.latitude = self.ground.frame.degrees((east, north))

    def spacing(self, floors: int) -> Spacing:
        """By height: rows stand apart as far as low winter sun asks, at least nearly."""
        if floors <= _VILLAGE_FLOORS:
            found = Spacing(beside=14.0, behind=16.0, margin=25.0, loose=6.0)
        else:
            height = floors * _STOREY
            behind = min(60.0, min(height, 17.4) * 1.15 + max(0.0, height - 17.4) * 0.7)
            found = Spacing(beside=7.0 + floors / 3, behind=behind, margin=8.0, loose=0.8)
        return Spacing(*(metres * self.squeeze for metres in found))


def _shapes(count: int, long: float, deep: float, stretch: float) -> list[int]:
    """Columns to try: first the block that is `stretch` times as wide as it is deep, or nearly."""
    best = max(1, min(count, round(math.sqrt(stretch * count * deep / long))))
    return list(dict.fromkeys((best, max(1, best - 1), min(count, best + 1), min(count, best * 2), max(1, best // 2))))
