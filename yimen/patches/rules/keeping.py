"""Drawing anew what is in force: who may keep their officer does."""

from collections.abc import Sequence

from yimen.patches.rules.balance import Measure, Web
from yimen.patches.rules.ground import Ground, pieces
from yimen.patches.rules.halving import halved

NOBODY = -1


def taken_over(
    ground: Ground, web: Web, old: Sequence[int | None], count: int, measure: Measure
) -> tuple[list[int], list[int], list[int]]:
    """The part each stairwell begins in, the part it was in (NOBODY for a new one), and the number of each part.

    Of a patch in pieces the piece with most households counts, and the others join a neighbour. The largest patches are
    halved until there are enough, the smallest join their smallest neighbour until there are not too many.
    """
    numbers = sorted({number for number in old if number is not None})
    groups = {number: _main(web, [unit for unit, its in enumerate(old) if its == number]) for number in numbers}
    if not groups:
        groups = {1: {0}}
    _join_loose(web, groups)
    while len(groups) > count:
        _dissolve(web, groups)
    while len(groups) < count:
        _split(ground, web, groups, measure)
    kept_numbers = sorted(groups)
    places = {number: place for place, number in enumerate(kept_numbers)}
    part = [0] * len(old)
    for number, members in groups.items():
        for unit in members:
            part[unit] = places[number]
    return part, [NOBODY if number is None else places.get(number, NOBODY) for number in old], kept_numbers


def _households(web: Web, units: set[int]) -> int:
    return sum(web.sums[unit][0] for unit in units)


def _main(web: Web, units: Sequence[int]) -> set[int]:
    return max(pieces(web.links, units), key=lambda piece: (_households(web, piece), len(piece), -min(piece)))


def _join_loose(web: Web, groups: dict[int, set[int]]) -> None:
    """Whoever is in no group joins the smallest beside it, one after the other."""
    of = {unit: number for number, members in groups.items() for unit in members}
    sizes = {number: _households(web, members) for number, members in groups.items()}
    loose = [unit for unit in range(len(web.links)) if unit not in of]
    while loose:
        left = []
        for unit in loose:
            beside = {of[other] for other in web.links[unit] if other in of}
            if not beside:
                left.append(unit)
                continue
            number = min(beside, key=lambda one: (sizes[one], one))
            of[unit] = number
            groups[number].add(unit)
            sizes[number] += web.sums[unit][0]
        loose = left


def _dissolve(web: Web, groups: dict[int, set[int]]) -> None:
    gone = min(groups, key=lambda number: (_households(web, groups[number]), -number))
    members = groups.pop(gone)
    near = {other for unit in members for other in web.links[unit]} - members
    beside = [number for number, its in groups.items() if its & near]
    groups[min(beside, key=lambda number: (_households(web, groups[number]), number))] |= members


def _split(ground: Ground, web: Web, groups: dict[int, set[int]], measure: Measure) -> None:
    """The larger half keeps the number."""
    number = max((one for one in groups if len(groups[one]) > 1), key=lambda one: (_households(web, groups[one]), -one))
    halves = halved(web, ground.points, sorted(groups[number]), 2, measure)
    halves.sort(key=lambda half: (-_households(web, set(half)), min(half)))
    groups[number], groups[max(groups) + 1] = set(halves[0]), set(halves[1])
