"""A division being tried: moving, splitting and merging on paper. Stairwells by id, patches by number."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from yimen.patches.rules.drawing import Reason, Stairwell, draw
from yimen.patches.rules.ground import Id, ground_of, pieces

Placed = dict[UUID, int]
Officers = dict[int, dict[str, UUID]]  # number of the patch -> side -> account
MOST_PATCHES = 999


def drawn(
    stairwells: Sequence[Stairwell], *, target: int, tolerance: float, most: int, keep: Mapping[UUID, int]
) -> tuple[Placed, Sequence[Reason]]:
    """Stairwells divided by the norms; with `keep` as few households as possible change officer."""
    known: dict[Id, int] = dict(keep.items())
    drawing = draw(stairwells, target=target, tolerance=tolerance, most=most, keep=known or None)
    placed = {UUID(str(one)): patch.number for patch in drawing.patches for one in patch.stairwells}
    return placed, drawing.reasons


def relabelled(new: Mapping[UUID, int], old: Mapping[UUID, int], taken: Collection[int]) -> Placed:
    """The same patches under the numbers they share most stairwells with; others get the next that nobody ever had."""
    shared = Counter((number, old[well]) for well, number in new.items() if well in old)
    names: dict[int, int] = {}
    for (number, was), _count in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        if number not in names and was not in names.values():
            names[number] = was
    free = max([0, *taken, *old.values()])
    for number in sorted(set(new.values())):
        if number not in names:
            free += 1
            names[number] = free
    return {well: names[number] for well, number in new.items()}


def halves(stairwells: Sequence[Stairwell]) -> list[set[UUID]]:
    """One patch as two of about the same size; one set where it cannot be split."""
    households = sum(one.households for one in stairwells)
    if len(stairwells) < 2 or households < 2:
        return [{UUID(str(one.id)) for one in stairwells}]
    drawing = draw(stairwells, target=(households + 1) // 2, tolerance=0.2, most=households)
    return [{UUID(str(one)) for one in patch.stairwells} for patch in drawing.patches]


def cut_patches(stairwells: Sequence[Stairwell], placed: Mapping[UUID, int]) -> list[int]:
    """The patches, by number, that do not lie in one piece on the ground."""
    ground = ground_of(stairwells)
    members: dict[int, list[int]] = {}
    for unit, one in enumerate(ground.stairwells):
        if (number := placed.get(UUID(str(one.id)))) is not None:
            members.setdefault(number, []).append(unit)
    return sorted(number for number, own in members.items() if len(pieces(ground.links, own)) > 1)


def officers_for(numbers: Collection[int], known: Officers, workers: Sequence[UUID]) -> Officers:
    """Officer and deputy for every number: who was named stays, the others in turn by who has fewest."""
    found: Officers = {number: dict(known.get(number, {})) for number in sorted(numbers)}
    for side, other in (("A", "B"), ("B", "A")):
        load = Counter(sides[side] for sides in found.values() if side in sides)
        for sides in found.values():
            free = [one for one in workers if one != sides.get(other)]
            if side not in sides and free:
                chosen = min(free, key=lambda one: (load[one], _after(workers, sides.get(other), one)))
                sides[side] = chosen
                load[chosen] += 1
    return found


def _after(workers: Sequence[UUID], other: UUID | None, one: UUID) -> int:
    """How far somebody comes after the other side in the order of the station, so that neighbours stand in."""
    start = workers.index(other) if other in workers else -1
    return (workers.index(one) - start) % len(workers)
