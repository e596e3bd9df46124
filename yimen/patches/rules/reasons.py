"""Why a patch is not as it should be, by name: pages put the names into words."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from heapq import heapify, heappop, heappush

from yimen.patches.rules.balance import Division
from yimen.patches.rules.ground import Ground, Id, pieces

_FAR = 500.0  # metres between neighbours that a patch may bridge without a word


class Why(StrEnum):
    """Of the whole community first, then of one patch. `figure` is what the comment counts."""

    NO_STAIRWELLS = "no_stairwells"  # nothing to divide
    NO_HOUSEHOLDS = "no_households"  # nobody lives behind its stairwells
    NO_COORDINATES = "no_coordinates"  # divided in the order of compounds, buildings and stairwells
    LENT_PLACE = "lent_place"  # stairwells off the map, taken to stand beside the one before them in order
    ONE_SPOT = "one_spot"  # buildings on the spot of another, taken for one long building
    OVER_ALONE = "over_alone"  # households of a single stairwell that has more than a patch may
    LARGE_STAIRWELL = "large_stairwell"  # households of the one stairwell that makes the patch too large
    LARGE_ELSEWHERE = "large_elsewhere"  # households of a stairwell elsewhere that takes more than an even share
    WHOLE_STAIRWELL = "whole_stairwell"  # households of the stairwell that would have to move and has no half
    NO_ROOM_BESIDE = "no_room_beside"  # households that the neighbouring patches have to spare, or room for
    HOLDS_TOGETHER = "holds_together"  # households of a stairwell that may not move: its patch would fall in pieces
    LONG_SHAPE = "long_shape"  # households of a stairwell that could move, but lies far from all the others
    FAR_APART = "far_apart"  # metres of open ground within the patch
    DISCONNECTED = "disconnected"  # pieces of the patch


@dataclass(frozen=True, slots=True)
class Reason:
    """A name with the patch (by number) and stairwell it is about, and the figure that belongs to it."""

    why: Why
    patch: int | None = None
    stairwell: Id | None = None
    figure: int | None = None


def whole_reasons(ground: Ground) -> list[Reason]:
    """What there is to say of the community."""
    found = []
    if not any(one.households for one in ground.stairwells):
        found.append(Reason(Why.NO_HOUSEHOLDS))
    lent = ground.placed.count(False)
    if lent == len(ground.placed):
        found.append(Reason(Why.NO_COORDINATES))
    elif lent:
        found.append(Reason(Why.LENT_PLACE, figure=lent))
    spots: dict[tuple[float | None, float | None], set[Id]] = {}
    for one, is_in in zip(ground.stairwells, ground.placed, strict=True):
        if is_in:
            spots.setdefault((one.longitude, one.latitude), set()).add(one.building)
    if shared := sum(len(buildings) - 1 for buildings in spots.values()):
        found.append(Reason(Why.ONE_SPOT, figure=shared))
    return found


def reasons_of(ground: Ground, division: Division, numbers: Sequence[int]) -> list[Reason]:
    """A word on every patch that is outside the band, over the maximum, in pieces, or wide apart; by number."""
    found: list[Reason] = []
    for part in sorted(range(len(numbers)), key=lambda part: numbers[part]):
        found += (replace(reason, patch=numbers[part]) for reason in _of_patch(ground, division, part))
    return found


def _of_patch(ground: Ground, division: Division, part: int) -> Iterator[Reason]:
    members = division.members[part]
    alone = [unit for unit in members if division.web.sums[unit][0] > division.measure.most]
    if alone:
        yield Reason(Why.OVER_ALONE, None, ground.stairwells[min(alone)].id, division.web.sums[min(alone)][0])
    if division.is_off(part) and not alone:
        why, unit, figure = _off(division, part)
        yield Reason(why, None, None if unit is None else ground.stairwells[unit].id, figure)
    if len(loose := pieces(division.web.links, members)) > 1:
        yield Reason(Why.DISCONNECTED, figure=len(loose))
    elif (gap := _gap(ground, members)) > _FAR:
        yield Reason(Why.FAR_APART, figure=round(gap))


def _off(division: Division, part: int) -> tuple[Why, int | None, int]:
    """Why a patch is outside the band, with the stairwell and the figure."""
    sums, measure = division.web.sums, division.measure
    share, high = measure.share, (1 + measure.band) * measure.share
    is_small = division.sums[part][0] < share
    largest = max(division.members[part] if not is_small else range(len(sums)), key=lambda unit: (sums[unit][0], -unit))
    if sums[largest][0] > high:
        return Why.LARGE_ELSEWHERE if is_small else Why.LARGE_STAIRWELL, largest, sums[largest][0]
    moves = [(unit, source, to) for unit, source, to in _moves(division, part, is_small) if sums[unit][0]]
    fit = [move for move in moves if _fits(division, *move)]
    loose = [unit for unit, _, _ in fit if division.may_leave(unit)]
    if loose or fit:
        unit = min(loose or [unit for unit, _, _ in fit])
        return Why.LONG_SHAPE if loose else Why.HOLDS_TOGETHER, unit, sums[unit][0]
    small = min(moves, key=lambda move: (sums[move[0]][0], move[0]), default=None)
    if small is None or sums[small[0]][0] > measure.band * share:
        unit = largest if small is None else small[0]
        return Why.WHOLE_STAIRWELL, unit, sums[unit][0]
    beside = {source if is_small else to for _, source, to in moves}
    room = [division.sums[other][0] - (1 - measure.band) * share for other in beside]
    return (
        Why.NO_ROOM_BESIDE,
        None,
        max(0, math.floor(max(room if is_small else [2 * measure.band * share - one for one in room]))),
    )


def _moves(division: Division, part: int, is_small: bool) -> Iterator[tuple[int, int, int]]:
    """Every stairwell that could come in from beside, or go out: itself, from, to."""
    links, of = division.web.links, division.part
    for unit in sorted(division.members[part]):
        for other in links[unit]:
            if of[other] != part:
                yield (other, of[other], part) if is_small else (unit, part, of[other])


def _fits(division: Division, unit: int, source: int, to: int) -> bool:
    """Whether both patches would be within the band afterwards."""
    share, band, moved = division.measure.share, division.measure.band, division.web.sums[unit][0]
    after = division.sums[source][0] - moved, division.sums[to][0] + moved
    return all(abs(households - share) <= band * share for households in after)


def _gap(ground: Ground, members: set[int]) -> float:
    """The longest way from neighbour to neighbour that the patch cannot do without, in metres."""
    start = min(members)
    seen, longest = {start}, 0.0
    ahead = [(math.dist(ground.points[start], ground.points[other]), other) for other in ground.links[start]]
    heapify(ahead)
    while ahead:
        away, unit = heappop(ahead)
        if unit not in members or unit in seen:
            continue
        seen.add(unit)
        longest = max(longest, away)
        for other in ground.links[unit]:
            heappush(ahead, (math.dist(ground.points[unit], ground.points[other]), other))
    return longest
