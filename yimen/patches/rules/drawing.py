"""Dividing a community into patches (包干片区) of about 300 households: one officer each.

How many patches there are follows from the target; each is to hold the even share, in one piece on the ground, round,
and with its share of vulnerable households. The even share within ten percent comes first, then shape. ADR 24 says
what was compared. The same stairwells give the same patches, in whatever order they come.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from yimen.patches.rules.balance import Division, Measure, Web, spread, total, web_of
from yimen.patches.rules.ground import Ground, Id, Stairwell, ground_of
from yimen.patches.rules.halving import halved
from yimen.patches.rules.keeping import taken_over
from yimen.patches.rules.mending import recut_pairs, settle
from yimen.patches.rules.parting import parted
from yimen.patches.rules.reasons import Reason, Why, reasons_of, whole_reasons
from yimen.patches.rules.regrouping import regroup

BAND = 0.1  # round the even share: what is promised
_CHOICES = 2  # numbers of patches that are tried where the first leaves somebody outside the band

__all__ = ["BAND", "Drawing", "Patch", "Reason", "Stairwell", "Why", "draw"]


@dataclass(frozen=True, slots=True)
class Patch:
    """One officer's stairwells, in order of compound, building and number.

    `spread` is how far its households lie from their middle, in metres (root of the mean square); None where nobody
    has put a stairwell of it on the map.
    """

    number: int
    stairwells: tuple[Id, ...]
    households: int
    vulnerable: int
    is_connected: bool
    spread: float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Patches by number; the even share in households (of all but single stairwells over the maximum); and why any
    patch, or the whole, is not as it should be."""

    patches: tuple[Patch, ...]
    share: float
    reasons: tuple[Reason, ...]


def draw(
    stairwells: Iterable[Stairwell],
    *,
    target: int,
    tolerance: float,
    most: int | None = None,
    keep: Mapping[Id, int] | None = None,
) -> Drawing:
    """Divide the stairwells of a community.

    `target` households a patch, and by which part of it the even share may differ (0.2: 240 to 360 for 300); no patch
    has more than `most` (unsaid, the upper end of that) unless a single stairwell has. `keep` maps stairwells to the
    number of the patch they are in: then as few households as possible change officer, numbers stay, and new patches
    get the next ones. ValueError when the same id comes twice, households are negative, or a bound makes no sense.
    """
    ground = ground_of(stairwells)
    _check(ground.stairwells, target, tolerance, most)
    if not ground.stairwells:
        return Drawing((), 0.0, (Reason(Why.NO_STAIRWELLS),))
    bounds = _Bounds(target, tolerance, most or math.floor(target * (1 + tolerance)))
    web = web_of(ground)
    if keep:
        division, numbers = _redrawn(ground, web, bounds, keep)
    else:
        division = _best(ground, web, bounds)
        numbers = _numbered(division)
    return _drawing(ground, division, numbers)


@dataclass(frozen=True, slots=True)
class _Bounds:
    target: int
    tolerance: float
    most: int

    def counts(self, web: Web) -> list[int]:
        """How many patches there may be, the even share nearest to the target first.

        A stairwell that is over the maximum alone is a patch of its own, and not counted in the share of the others.
        """
        rest = [sums[0] for sums in web.sums if 0 < sums[0] <= self.most]
        alone = sum(sums[0] > self.most for sums in web.sums)
        if not rest:
            return [max(1, alone)]
        low = math.ceil(sum(rest) / min(self.most, self.target * (1 + self.tolerance)))
        high = math.floor(sum(rest) / (self.target * (1 - self.tolerance))) if self.tolerance < 1 else low
        found = {min(count, len(rest)) for count in range(low, max(low, high) + 1)}
        nearest = sorted(found, key=lambda count: (abs(math.log(sum(rest) / count / self.target)), count))
        return [alone + count for count in nearest]

    def choices(self, web: Web) -> list[int]:
        """Those worth trying: the nearest to the target, and the one whose share is a multiple of most stairwells."""
        counts = self.counts(web)
        sizes = sorted(sums[0] for sums in web.sums if sums[0])
        if not sizes:
            return counts[:1]
        half = sum(sizes) / 2
        usual = next(size for size, below in zip(sizes, accumulate(sizes), strict=True) if below >= half)
        parts = {count: sum(sizes) / count / usual for count in counts}
        fitting = min(counts, key=lambda count: abs(parts[count] - round(parts[count])) / parts[count])
        return list(dict.fromkeys((*counts[:_CHOICES], fitting)))


def _check(stairwells: Sequence[Stairwell], target: int, tolerance: float, most: int | None) -> None:
    if target < 1 or not tolerance >= 0 or (most is not None and most < 1):
        raise ValueError("The target and the maximum are at least one household, the tolerance is not negative.")
    if len({one.id for one in stairwells}) < len(stairwells):
        raise ValueError("The same stairwell comes twice.")
    if any(one.households < 0 or one.vulnerable < 0 for one in stairwells):
        raise ValueError("A stairwell has fewer than no households.")


def _measure(web: Web, count: int, most: int) -> Measure:
    """What is asked of each of `count` patches."""
    alone = [sums[0] for sums in web.sums if sums[0] > most]
    whole = total(web.sums)
    rest = (whole[0] - sum(alone)) / (count - len(alone)) if count > len(alone) else whole[0] / count
    disc = spread(whole) / count**2 or 1.0  # a disc cut into so many discs of the same area in sum
    return Measure(max(rest, 1.0), whole[1] / count, disc, BAND if rest else math.inf, most)


def _best(ground: Ground, web: Web, bounds: _Bounds) -> Division:
    """The first number of patches that leaves none outside the band, or else the one that leaves the fewest. All that
    the tolerance allows are tried while a patch is over the maximum; if one still is, it is parted."""
    found: list[Division] = []
    choices = bounds.choices(web)
    for count in dict.fromkeys((*choices, *bounds.counts(web))):
        if len(found) >= len(choices) and not all(one.crowded() for one in found):
            break
        found.append(_divided(ground, web, count, _measure(web, count, bounds.most)))
        if not found[-1].outside():
            break
    best = min(found, key=lambda one: (len(one.crowded()), len(one.outside())))
    return parted(best, ground.points, lambda count: _measure(web, count, bounds.most))


def _divided(ground: Ground, web: Web, count: int, measure: Measure) -> Division:
    everything = range(len(ground.points))
    part = [0] * len(ground.points)
    for its, members in enumerate(halved(web, ground.points, everything, count, measure)):
        for unit in members:
            part[unit] = its
    division = Division(web, part, measure)
    settle(division, everything)
    recut_pairs(division, ground.points, set(range(count)))
    regroup(division, ground.points)
    return division


def _numbered(division: Division) -> list[int]:
    """Numbers in order of each patch's first stairwell, from 1."""
    order = sorted(range(len(division.members)), key=lambda part: min(division.members[part]))
    return [order.index(part) + 1 for part in range(len(order))]


def _redrawn(ground: Ground, web: Web, bounds: _Bounds, keep: Mapping[Id, int]) -> tuple[Division, list[int]]:
    """What is in force, mended: nothing moves that need not."""
    old = [keep.get(one.id) for one in ground.stairwells]
    counts = bounds.counts(web)
    had = len({number for number in old if number is not None}) or counts[0]
    count = min(counts, key=lambda one: (abs(one - had), one))
    measure = _measure(web, count, bounds.most)
    part, kept, numbers = taken_over(ground, web, old, count, measure)
    division = Division(web, part, _loyal(measure), kept)
    if division.outside() or any(number is None for number in old):
        settle(division, range(len(part)))
        recut_pairs(division, ground.points, set(division.outside()))
        regroup(division, ground.points)
    division = parted(division, ground.points, lambda count: _loyal(_measure(web, count, bounds.most)))
    more = len(division.members) - len(numbers)
    return division, [*numbers, *range(max(numbers) + 1, max(numbers) + 1 + more)]


def _loyal(measure: Measure) -> Measure:
    """The same, where whoever has an officer is to keep them."""
    return replace(measure, weak=0.0, band=BAND, evenness=0.0, roundness=0.02, loyalty=3.0)


def _drawing(ground: Ground, division: Division, numbers: Sequence[int]) -> Drawing:
    order = sorted(range(len(numbers)), key=lambda part: numbers[part])
    patches = [_patch(ground, division, part, numbers[part]) for part in order]
    reasons = whole_reasons(ground) + reasons_of(ground, division, numbers)
    share = division.measure.share if any(patch.households for patch in patches) else 0.0
    return Drawing(tuple(patches), share, tuple(reasons))


def _patch(ground: Ground, division: Division, part: int, number: int) -> Patch:
    members = sorted(division.members[part])
    sums = division.sums[part]
    on_map = any(ground.placed[unit] for unit in members)
    return Patch(
        number=number,
        stairwells=tuple(ground.stairwells[unit].id for unit in members),
        households=sums[0],
        vulnerable=sums[1],
        is_connected=division.is_whole(division.members[part]),
        spread=round(math.sqrt(spread(sums) / sums[2]), 1) if on_map else None,
    )
