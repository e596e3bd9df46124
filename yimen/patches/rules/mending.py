"""Better by small steps: units along a border change sides, two change places, two patches are cut anew."""

import math
from collections.abc import Iterable, Iterator, Sequence

from yimen.patches.rules.balance import Division, Sums, added
from yimen.patches.rules.ground import Point

_LEAST = 1e-6
_WAYS = [(math.cos(math.pi * turn / 12), math.sin(math.pi * turn / 12)) for turn in range(12)]
_ROUNDS = 6
_TRIES = 12  # cuts of a pair that are walked to see whether both sides hang together


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
    for _round in range(_ROUNDS):
        pairs = [pair for pair in _borders(division) if pair[0] in dirty or pair[1] in dirty]
        dirty = set()
        for one, other in pairs:
            if _recut(division, points, one, other) or _exchange(division, one, other):
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


def _recut(division: Division, points: Sequence[Point], one: int, other: int) -> bool:
    units = sorted(division.members[one] | division.members[other])
    now = division.costs[one] + division.costs[other] - _LEAST
    whole = added(division.sums[one], division.sums[other])
    found = []
    for east, north in _WAYS:
        ordered = sorted(units, key=lambda unit: points[unit][0] * east + points[unit][1] * north)
        cuts = [(cost, prefix) for cost, prefix in _prefixes(division, ordered, whole) if cost < now]
        found += [(cost, ordered[:prefix]) for cost, prefix in sorted(cuts)[:_TRIES]]
    found.sort(key=lambda cut: cut[0])
    return any(_take(division, one, other, set(side), now - cost) for cost, side in found[:_TRIES])


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


def _prefixes(division: Division, ordered: Sequence[int], whole: Sums) -> Iterator[tuple[float, int]]:
    """What each cut near the middle costs."""
    sums, cost = division.web.sums, division.measure.cost
    low, high = 0.3 * whole[0], 0.7 * whole[0]
    a, b, c, d, e, f = 0, 0, 0, 0.0, 0.0, 0.0
    g, i, j, k, n, o = whole
    for place, unit in enumerate(ordered[:-1]):
        h, v, m, x, y, q = sums[unit]
        a, b, c, d, e, f = a + h, b + v, c + m, d + x, e + y, f + q
        if a < low:
            continue
        if a > high:
            return
        yield cost((a, b, c, d, e, f)) + cost((g - a, i - b, j - c, k - d, n - e, o - f)), place + 1


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
