"""Better by small steps: units along a border change sides, two change places, two patches are cut anew."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from yimen.patches.rules.balance import Division, Measure, Sums, added
from yimen.patches.rules.ground import Point

_LEAST = 1e-6
_EAST, _NORTH = np.array([(math.cos(math.pi * turn / 12), math.sin(math.pi * turn / 12)) for turn in range(12)]).T[
    ..., np.newaxis
]
_ROUNDS = 6
_TRIES = 12  # cuts of a pair that are walked to see whether both sides hang together

_Columns = NDArray[np.float64]  # east, north and the six sums, of one stairwell in each column


def settle(division: Division, units: Iterable[int]) -> None:
    """Move units along borders while it helps."""
    ahead = list(units)
    waiting = set(ahead)
    while ahead:
        again: list[int] = []
        for unit in ahead:
            waiting.discard(unit)
            if _step(division, unit):
                for other in (unit, *division.web.links[unit]):
                    if other not in waiting:
                        waiting.add(other)
                        again.append(other)
        ahead = again


def recut_pairs(division: Division, points: Sequence[Point], dirty: set[int]) -> None:
    """Cut neighbouring patches anew, two by two, wherever another straight cut is better; first those of `dirty`."""
    ground = np.column_stack((points, division.web.sums)).T
    for _round in range(_ROUNDS):
        pairs = [pair for pair in _borders(division) if pair[0] in dirty or pair[1] in dirty]
        dirty = set()
        for one, other in pairs:
            if _recut(division, ground, one, other) or _exchange(division, one, other):
                settle(division, sorted(division.members[one] | division.members[other]))
                dirty |= {one, other}
        if not dirty:
            return


def _step(division: Division, unit: int) -> bool:
    part, own = division.part, division.part[unit]
    others = {part[other] for other in division.web.links[unit]}
    others.discard(own)
    best, to = _LEAST, -1
    for other in sorted(others):
        saved = division.gain(unit, other)
        if saved > best:
            best, to = saved, other
    if to < 0 or not division.may_leave(unit):
        return False
    division.move(unit, to)
    return True


def _borders(division: Division) -> list[tuple[int, int]]:
    part = division.part
    found = {
        (part[unit], part[other])
        for unit, near in enumerate(division.web.links)
        for other in near
        if part[unit] < part[other]
    }
    return sorted(found)


def _recut(division: Division, ground: _Columns, one: int, other: int) -> bool:
    units = sorted(division.members[one] | division.members[other])
    now = division.costs[one] + division.costs[other] - _LEAST
    ordered, costs = _cuts(division.measure, ground[:, units], added(division.sums[one], division.sums[other]))
    better = np.flatnonzero(costs < now)
    for cut in better[np.argsort(costs.flat[better], kind="stable")][:_TRIES]:
        way, last = divmod(int(cut), costs.shape[1])
        side = {units[place] for place in ordered[way, : last + 1]}
        if _take(division, one, other, side, now - float(costs[way, last])):
            return True
    return False


def _cuts(measure: Measure, ground: _Columns, whole: Sums) -> tuple[NDArray[np.intp], _Columns]:
    """For each way, the places in order, and what a cut behind each but the last costs; one far from the middle is
    out of the question."""
    east, north, *_ = ground
    ordered = np.argsort(_EAST * east + _NORTH * north, axis=1, kind="stable")
    side = np.cumsum(ground[2:, ordered[:, :-1]], axis=2)
    rest = np.array(whole)[:, np.newaxis, np.newaxis] - side
    in_the_middle = (side[0] >= 0.3 * whole[0]) & (side[0] <= 0.7 * whole[0])
    return ordered, np.where(in_the_middle, measure.costs(side) + measure.costs(rest), np.inf)


def _take(division: Division, one: int, other: int, side: set[int], saved: float) -> bool:
    """Give `side` to the patch that has most of it, and the rest to the other; False where either is in pieces."""
    rest = (division.members[one] | division.members[other]) - side
    if not (division.is_whole(side) and division.is_whole(rest)):
        return False
    if len(side & division.members[one]) < len(side & division.members[other]):
        side, rest = rest, side
    moves = [(unit, one) for unit in sorted(side - division.members[one])]
    moves += [(unit, other) for unit in sorted(rest - division.members[other])]
    if saved <= sum(division.estranged(unit, to) for unit, to in moves):
        return False
    for unit, to in moves:
        division.move(unit, to)
    return True


def _exchange(division: Division, one: int, other: int) -> bool:
    """Two units of a border change places: for patches outside the band only, where single moves are too coarse."""
    if not (division.is_outside(one) or division.is_outside(other)):
        return False
    return any(_trade(division, unit, other) for unit in _facing(division, one, other))


def _trade(division: Division, unit: int, to: int) -> bool:
    """Move a unit, and the best one for it the other way; False, and all as before, where no pair helps."""
    source = division.part[unit]
    if not division.may_leave(unit):
        return False
    saved = division.gain(unit, to)
    division.move(unit, to)
    best, back = _LEAST, -1
    for mine in _facing(division, to, source):
        gain = saved + division.gain(mine, source)
        if mine != unit and gain > best and division.may_leave(mine):
            best, back = gain, mine
    division.move(*((unit, source) if back < 0 else (back, source)))
    return back >= 0


def _facing(division: Division, one: int, other: int) -> list[int]:
    """Units of a patch with a neighbour in another."""
    part, links = division.part, division.web.links
    return sorted(unit for unit in division.members[one] if any(part[near] == other for near in links[unit]))
