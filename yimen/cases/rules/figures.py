"""Figures about cases: shares, medians, and what is too small to be shown far from the people it speaks of."""

from collections.abc import Mapping, Sequence

SMALL = 5  # counts below this are not shown at district and city (small cells tell on people)


def share(part: int, whole: int) -> float | None:
    """A share in percent with one decimal; None of nothing."""
    return round(part * 100 / whole, 1) if whole else None


def median_of(counts: Mapping[int, int]) -> float | None:
    """The median of values that occur so many times each; None when there are none."""
    total = sum(counts.values())
    if not total:
        return None
    low, high = (total - 1) // 2, total // 2
    found: list[int] = []
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        found += [value] * (sum(place < passed for place in (low, high)) - len(found))
    return sum(found) / 2


def hide_small(cells: Sequence[int], least: int = SMALL) -> list[int | None]:
    """The parts of one total as they may be shown beside it; None is not shown.

    No part from 1 to `least` - 1 is shown, and none is found by subtraction: the next smallest parts are hidden too
    until the hidden ones are at least two and their sum leaves open whether any of them is small (`_is_open`). Where
    there is nothing to hide behind, no part is shown. Nothing at all (0) is no secret. The total itself must be one
    that is shown (`hide_levels`).
    """
    hidden = {place for place, count in enumerate(cells) if 0 < count < least}
    others = sorted((count, place) for place, count in enumerate(cells) if count >= least)
    while hidden and not _is_open([cells[place] for place in hidden], least):
        if not others:
            return [None] * len(cells)
        hidden.add(others.pop(0)[1])
    return [None if place in hidden else count for place, count in enumerate(cells)]


def _is_open(hidden: Sequence[int], least: int) -> bool:
    """Whether parts of a known sum, each known to be 1 or more, may each still be anything from 1 to `least`."""
    return len(hidden) > 1 and sum(hidden) >= len(hidden) + least - 1


def hide_levels(total: int, families: Sequence[tuple[Sequence[int], int]], least: int = SMALL) -> int | None:
    """One count as it may be shown to somebody who sees every level from `total` down to it; None is not shown.

    `families` leads down level by level: all parts of the number above, and the place among them where the way goes
    on. Under a number that is not shown nothing is shown, so a part is never the key to its total.
    """
    shown: int | None = None if 0 < total < least else total
    for parts, place in families:
        if shown is None:
            return None
        shown = hide_small(parts, least)[place]
    return shown
