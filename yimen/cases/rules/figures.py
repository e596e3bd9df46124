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
    """Cells of one total that may be shown beside it; None is shown as "fewer than five" or "not shown".

    Every cell from 1 to `least` - 1 is hidden, and then the next smallest too while the hidden ones together could be
    found by subtraction: one cell alone, or fewer than `least` in all. Nothing at all (0) is no secret.
    """
    hidden = {place for place, count in enumerate(cells) if 0 < count < least}
    others = sorted((count, place) for place, count in enumerate(cells) if count >= least)
    while hidden and others and (len(hidden) == 1 or sum(cells[place] for place in hidden) < least):
        hidden.add(others.pop(0)[1])
    return [None if place in hidden else count for place, count in enumerate(cells)]
