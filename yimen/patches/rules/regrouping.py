"""For patches still outside the band: three or four that lie together are divided afresh."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from yimen.patches.rules.balance import Division
from yimen.patches.rules.ground import Point
from yimen.patches.rules.halving import halved
from yimen.patches.rules.mending import recut_pairs, settle

_TRIES = 24  # of a drawing: where no stairwell fits, no number of tries helps


def regroup(division: Division, points: Sequence[Point]) -> None:
    """Divide groups round each patch outside the band afresh; what is no better is taken back."""
    left, tried = _TRIES, set[frozenset[int]]()
    while left and (group := next(_untried(division, tried), None)):
        tried.add(frozenset(group))
        left -= 1
        if _afresh(division, points, group):
            tried.clear()


def _untried(division: Division, tried: set[frozenset[int]]) -> Iterator[tuple[int, ...]]:
    for part in division.outside():
        yield from (group for group in _groups(division, part) if frozenset(group) not in tried)


def _groups(division: Division, part: int) -> Iterator[tuple[int, ...]]:
    near = _beside(division, part)
    further = sorted({other for one in near for other in _beside(division, one)} - {part, *near})
    for size in (2, 3):
        for others in combinations([*near, *further], size):
            if division.is_whole(_union(division, (part, *others))):
                yield part, *others


def _beside(division: Division, part: int) -> list[int]:
    near = {division.part[other] for unit in division.members[part] for other in division.web.links[unit]}
    return sorted(near - {part})


def _union(division: Division, group: Sequence[int]) -> set[int]:
    return set().union(*(division.members[part] for part in group))


def _afresh(division: Division, points: Sequence[Point], group: tuple[int, ...]) -> bool:
    units = sorted(_union(division, group))
    before, was, cost = list(division.part), len(division.outside()), sum(division.costs)
    for part, members in zip(group, halved(division.web, points, units, len(group), division.measure), strict=True):
        for unit in members:
            division.move(unit, part)
    settle(division, units)
    recut_pairs(division, points, set(group))
    if (len(division.outside()), sum(division.costs)) < (was, cost - 1e-6):
        return True
    division.restore(before)
    return False
