"""What boards and cards show of a patch: which buildings, in few words, and where they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

COLUMNS, ROWS = 8, 6


def spans(numbers: Iterable[str], *, dash: str = "–", joint: str = "、") -> str:
    """Building numbers in few words: "12–16、18、乙". Runs of three or more are drawn together."""
    distinct = sorted(set(numbers), key=lambda one: (not one.isdigit(), int(one) if one.isdigit() else 0, one))
    parts: list[str] = []
    for is_number, group in groupby(distinct, key=lambda one: one.isdigit()):
        if not is_number:
            parts += group
            continue
        found = [int(one) for one in group]
        for _run, members in groupby(enumerate(found), key=lambda pair: pair[1] - pair[0]):
            run = [number for _place, number in members]
            parts += [f"{run[0]}{dash}{run[-1]}"] if len(run) > 2 else map(str, run)
    return joint.join(parts)


@dataclass(frozen=True, slots=True)
class Spot:
    """A building to draw: its number, where it stands (any unit, None where unknown), and whether it is the patch's."""

    key: str
    label: str
    x: float | None
    y: float | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A building in its cell: x and y from 0 to 1, the top left first."""

    key: str
    label: str
    x: float
    y: float
    is_own: bool


def plan_of(spots: Sequence[Spot]) -> tuple[Drawn, ...]:
    """A sketch of the ground around a patch: every building in a cell of its own, as near as can be to where it stands.

    Its own buildings first, then the nearest others while cells are left; without places, in the order given.
    """
    own = [one for one in spots if one.is_own][: COLUMNS * ROWS]
    placed = [(one.x, one.y) for one in own if one.x is not None and one.y is not None]
    if not placed:
        return tuple(_at(one, number) for number, one in enumerate(own))
    middle = sum(x for x, _y in placed) / len(placed), sum(y for _x, y in placed) / len(placed)
    others = [one for one in spots if not one.is_own and one.x is not None and one.y is not None]
    others.sort(key=lambda one: (_off(one, middle), one.key))
    shown = own + others[: max(0, min(len(own) + 8, COLUMNS * ROWS) - len(own))]
    return _in_cells(shown, middle)


def _off(spot: Spot, middle: tuple[float, float]) -> float:
    return ((spot.x or 0.0) - middle[0]) ** 2 + ((spot.y or 0.0) - middle[1]) ** 2


def _at(spot: Spot, cell: int) -> Drawn:
    row, column = divmod(cell, COLUMNS)
    return Drawn(spot.key, spot.label, column / COLUMNS, row / ROWS, spot.is_own)


def _in_cells(shown: Sequence[Spot], middle: tuple[float, float]) -> tuple[Drawn, ...]:
    known = [
        (one, one.x if one.x is not None else middle[0], one.y if one.y is not None else middle[1]) for one in shown
    ]
    left, top = min(x for _s, x, _y in known), max(y for _s, _x, y in known)
    wide = max(x for _s, x, _y in known) - left or 1.0
    high = top - min(y for _s, _x, y in known) or 1.0
    free = dict.fromkeys(range(COLUMNS * ROWS))
    drawn = []
    for spot, x, y in sorted(known, key=lambda one: (not one[0].is_own, -one[2], one[1], one[0].key)):
        column, row = (x - left) / wide * (COLUMNS - 1), (top - y) / high * (ROWS - 1)
        cell = min(free, key=lambda one: ((one % COLUMNS - column) ** 2 + (one // COLUMNS - row) ** 2, one))
        del free[cell]
        drawn.append(_at(spot, cell))
    return tuple(sorted(drawn, key=lambda one: (one.y, one.x)))
