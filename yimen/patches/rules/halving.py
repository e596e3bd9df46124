"""The first division: halves of halves, each cut straight across in the direction that keeps both round and even."""

import math
from collections.abc import Iterator, Sequence

from yimen.patches.rules.balance import Measure, Web, spread, total
from yimen.patches.rules.ground import Point, pieces

_WAYS = [(math.cos(math.pi * turn / 8), math.sin(math.pi * turn / 8)) for turn in range(8)]
_UNEVEN = 30.0  # what the square of a half's fault counts beside its shape


def halved(web: Web, points: Sequence[Point], units: Sequence[int], count: int, measure: Measure) -> list[list[int]]:
    """`count` connected parts of a connected set, nearly even. There must be as many units."""
    if count == 1:
        return [list(units)]
    one, other, few = _cut(web, points, units, count, measure)
    return halved(web, points, one, few, measure) + halved(web, points, other, count - few, measure)


def _cut(
    web: Web, points: Sequence[Point], units: Sequence[int], count: int, measure: Measure
) -> tuple[list[int], list[int], int]:
    counts = count // 2, count - count // 2
    best, found = math.inf, None
    for one, other in _cuts(web, points, units, counts):
        if len(one) < counts[0] or len(other) < counts[1]:
            continue
        a, b = total([web.sums[unit] for unit in one]), total([web.sums[unit] for unit in other])
        whole = a[0] + b[0]
        off = (a[0] - whole * counts[0] / sum(counts)) / measure.share
        cost = _UNEVEN * off * off + (spread(a) / counts[0] + spread(b) / counts[1]) / measure.disc
        if cost < best:
            best, found = cost, (one, other)
    if found is None:  # a star has no halves: the last met on a walk goes, and the rest stays in one piece
        *rest, last = _walk(web, units[0], set(units))[0]
        return [last], sorted(rest), 1
    return *found, counts[0]


def _cuts(
    web: Web, points: Sequence[Point], units: Sequence[int], counts: tuple[int, int]
) -> Iterator[tuple[list[int], list[int]]]:
    """Straight cuts, and cuts of a tree where the ground is too ragged for them."""
    within = set(units)
    whole = sum(web.sums[unit][0] for unit in units)
    for first in dict.fromkeys(counts):
        for east, north in _WAYS:
            ordered = sorted(units, key=lambda unit: (points[unit][0] * east + points[unit][1] * north, unit))
            prefix = _prefix(web, ordered, whole * first / sum(counts))
            halves = _mended(web, set(ordered[:prefix]), within)
            yield halves if first == counts[0] else halves[::-1]
    yield from _branches(web, units, counts)


def _prefix(web: Web, ordered: Sequence[int], wanted: float) -> int:
    """How many of the first come nearest to the households wanted; at least one, and not all."""
    reached_now = 0.0
    for place, unit in enumerate(ordered[:-1]):
        after = reached_now + web.sums[unit][0]
        if after >= wanted:
            return max(1, place if wanted - reached_now < after - wanted else place + 1)
        reached_now = after
    return len(ordered) - 1


def _mended(web: Web, side: set[int], within: set[int]) -> tuple[list[int], list[int]]:
    """Both sides in one piece: whatever hangs loose on one goes to the other."""
    side = max(pieces(web.links, side), key=len)
    rest = max(pieces(web.links, within - side), key=len)
    return sorted(within - rest), sorted(rest)


def _branches(web: Web, units: Sequence[int], counts: tuple[int, int]) -> Iterator[tuple[list[int], list[int]]]:
    """The two branches of a walk through all that are nearest to the households wanted, either way round."""
    within = set(units)
    ordered, parents = _walk(web, units[0], within)
    below, sizes = {unit: web.sums[unit][0] for unit in units}, dict.fromkeys(units, 1)
    for unit in reversed(ordered[1:]):
        below[parents[unit]] += below[unit]
        sizes[parents[unit]] += sizes[unit]
    for first in dict.fromkeys(counts):
        wanted = below[ordered[0]] * first / sum(counts)
        fit = [unit for unit in ordered[1:] if sizes[unit] >= first and len(units) - sizes[unit] >= sum(counts) - first]
        if fit:
            root = min(fit, key=lambda unit: (abs(below[unit] - wanted), unit))
            branch = _branch(root, ordered, parents)
            halves = sorted(branch), sorted(within - branch)
            yield halves if first == counts[0] else halves[::-1]


def _walk(web: Web, start: int, within: set[int]) -> tuple[list[int], dict[int, int]]:
    ordered, parents = [start], {start: start}
    for unit in ordered:
        for other in web.links[unit]:
            if other in within and other not in parents:
                parents[other] = unit
                ordered.append(other)
    return ordered, parents


def _branch(root: int, ordered: Sequence[int], parents: dict[int, int]) -> set[int]:
    branch = {root}
    for unit in ordered:
        if parents[unit] in branch and unit != ordered[0]:
            branch.add(unit)
    return branch
