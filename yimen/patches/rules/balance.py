"""A division being made: which patch each stairwell lies in, what each patch holds, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yimen.patches.rules.ground import Ground, reached

_OUTSIDE = 60.0  # what leaving the band costs, for each part of the even share
_OVER = 200.0  # what going over the maximum costs beside it
_EDGE = 0.01  # how far within the band to stay
_VULNERABLE = 0.5  # for the square of what a patch is off its share of vulnerable households

Sums = tuple[int, int, int, float, float, float]  # households, vulnerable, mass, mass x, mass y, mass (x² + y²)
NOTHING: Sums = (0, 0, 0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Web:
    """What each stairwell weighs, and its neighbours. One without households weighs one: it too has a place."""

    sums: Sequence[Sums]
    links: Sequence[Sequence[int]]


def web_of(ground: Ground) -> Web:
    """The ground as sums that can be added up."""
    sums: list[Sums] = []
    for stairwell, (x, y) in zip(ground.stairwells, ground.points, strict=True):
        mass = max(1, stairwell.households)
        sums.append((stairwell.households, stairwell.vulnerable, mass, mass * x, mass * y, mass * (x * x + y * y)))
    return Web(sums, ground.links)


def added(one: Sums, other: Sums) -> Sums:
    """Both together."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a + g, b + h, c + i, d + j, e + k, f + m


def total(parts: Sequence[Sums]) -> Sums:
    """All together."""
    whole = NOTHING
    for part in parts:
        whole = added(whole, part)
    return whole


def spread(sums: Sums) -> float:
    """Mass times the mean squared distance from the middle."""
    _, _, mass, x, y, square = sums
    return max(0.0, square - (x * x + y * y) / mass) if mass else 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What a patch costs.

    `share` is the even share in households and `weak` that of vulnerable ones; `disc` the spread of one fair patch, in
    household metres squared; `band` and `most` the bounds. `evenness`, `roundness` and `loyalty` (to the officer one
    has) say what counts beside the bounds.
    """

    share: float
    weak: float
    disc: float
    band: float
    most: float
    evenness: float = 25.0
    roundness: float = 1.0
    loyalty: float = 0.0

    def cost(self, sums: Sums) -> float:
        """Of one patch."""
        h, v, m, x, y, q = sums
        off = abs(h - self.share) / self.share
        cost = self.evenness * off * off
        if m:
            cost += self.roundness * (q - (x * x + y * y) / m) / self.disc
        if off > self.band - _EDGE:
            cost += _OUTSIDE * (off - self.band + _EDGE)
        if h > self.most:
            cost += _OVER * (h - self.most) / self.share
        if self.weak:
            less = (v - self.weak) / self.weak
            cost += _VULNERABLE * less * less
        return cost

    def costs(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of many patches at once, none of them empty; the first axis holds the sums."""
        h, v, m, x, y, q = sums
        off = np.abs(h - self.share) / self.share
        costs: NDArray[np.float64] = self.evenness * off * off + self.roundness * (q - (x * x + y * y) / m) / self.disc
        costs += _OUTSIDE * np.maximum(off - self.band + _EDGE, 0)
        costs += _OVER * np.maximum(h - self.most, 0) / self.share
        if self.weak:
            less = (v - self.weak) / self.weak
            costs += _VULNERABLE * less * less
        return costs


class Division:
    """`part` of each stairwell by place; `members`, `sums` and `costs` of each part. `kept` is the part each was in."""

    def __init__(self, web: Web, part: Sequence[int], measure: Measure, kept: Sequence[int] | None = None) -> None:
        self.web, self.measure, self.kept = web, measure, kept
        self.restore(part)

    def restore(self, part: Sequence[int]) -> None:
        """All as given."""
        web, measure = self.web, self.measure
        self.part = list(part)
        self.members: list[set[int]] = [set() for _ in range(max(self.part) + 1)]
        for unit, its in enumerate(self.part):
            self.members[its].add(unit)
        self.sums = [total([web.sums[unit] for unit in sorted(its)]) for its in self.members]
        self.costs = [measure.cost(sums) for sums in self.sums]

    def gain(self, unit: int, to: int) -> float:
        """What moving a stairwell saves; negative when it costs."""
        source = self.part[unit]
        h, v, m, x, y, q = self.web.sums[unit]
        a, b, c, d, e, f = self.sums[source]
        g, i, j, k, n, o = self.sums[to]
        cost = self.measure.cost
        saved = self.costs[source] + self.costs[to]
        saved -= cost((a - h, b - v, c - m, d - x, e - y, f - q)) + cost((g + h, i + v, j + m, k + x, n + y, o + q))
        return saved - self.estranged(unit, to) if self.kept else saved

    def estranged(self, unit: int, to: int) -> float:
        """What it costs that other people answer for these households; negative when the old ones do again."""
        if not self.kept:
            return 0.0
        was = self.kept[unit]
        mass = self.web.sums[unit][2]
        return self.measure.loyalty * mass / self.measure.share * ((self.part[unit] == was) - (to == was))

    def may_leave(self, unit: int) -> bool:
        """Whether its patch stays in one piece, and does not vanish."""
        mine = self.members[self.part[unit]]
        near = [other for other in self.web.links[unit] if other in mine]
        if len(near) < 2:
            return len(mine) > 1
        wanted, seen, ahead = set(near[1:]), {unit, near[0]}, [near[0]]
        links = self.web.links
        while ahead:
            for other in links[ahead.pop()]:
                if other in mine and other not in seen:
                    wanted.discard(other)
                    if not wanted:
                        return True
                    seen.add(other)
                    ahead.append(other)
        return False

    def is_whole(self, units: set[int]) -> bool:
        """Whether these stairwells hang together."""
        return len(reached(min(units), self.web.links, units)) == len(units)

    def move(self, unit: int, to: int) -> None:
        """Give a stairwell to another patch, whether that is wise or not."""
        source = self.part[unit]
        self.members[source].discard(unit)
        self.members[to].add(unit)
        self.part[unit] = to
        h, v, m, x, y, q = self.web.sums[unit]
        self.sums[source] = added(self.sums[source], (-h, -v, -m, -x, -y, -q))
        self.sums[to] = added(self.sums[to], (h, v, m, x, y, q))
        self.costs[source] = self.measure.cost(self.sums[source])
        self.costs[to] = self.measure.cost(self.sums[to])

    def is_off(self, part: int) -> bool:
        """Whether a patch lies outside the band round the even share."""
        return abs(self.sums[part][0] - self.measure.share) > self.measure.band * self.measure.share

    def is_outside(self, part: int) -> bool:
        """Whether it does, or has more than it may."""
        return self.is_off(part) or self.sums[part][0] > self.measure.most

    def outside(self) -> list[int]:
        """The patches that do."""
        return [part for part in range(len(self.members)) if self.is_outside(part)]

    def crowded(self) -> list[int]:
        """The patches that have more than a patch may, though no single stairwell of theirs holds it all."""
        most, weights = self.measure.most, self.web.sums
        return [
            part
            for part, (sums, its) in enumerate(zip(self.sums, self.members, strict=True))
            if sums[0] > most and sums[0] > max(weights[unit][0] for unit in its)
        ]
