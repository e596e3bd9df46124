"""No patch stays over the maximum unless a single stairwell is: where nothing else helps, there is one patch more."""

from collections.abc import Callable, Sequence

from yimen.patches.rules.balance import Division, Measure
from yimen.patches.rules.ground import Point
from yimen.patches.rules.halving import halved
from yimen.patches.rules.mending import settle


def parted(division: Division, points: Sequence[Point], measured: Callable[[int], Measure]) -> Division:
    """Halve what is over the maximum until nothing is that could be halved; `measured` is what is asked of so many
    patches. Each new patch comes last. It ends: at worst each stairwell is a patch of its own."""
    while crowded := division.crowded():
        units = sorted(division.members[crowded[0]])
        part, count = list(division.part), len(division.members)
        for unit in halved(division.web, points, units, 2, division.measure)[1]:
            part[unit] = count
        division = Division(division.web, part, measured(count + 1), division.kept)
        left = len(division.crowded())
        settle(division, range(len(part)))
        if len(division.crowded()) > left:
            division.restore(part)
    return division
