"""Four levels in one table: the way from a seat's own division down to the one looked at, and all that lies under."""

from collections.abc import Mapping
from dataclasses import dataclass

from yimen.cases.rules import level_of
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.orgs import queries as orgs

LENGTHS = (4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Branch:
    """One line. `rest`: it stands for the other divisions of its level, so that parents equal their children."""

    code: str
    depth: int
    communities: int
    counts: Mapping[str, int]
    rest: int = 0

    @property
    def level(self) -> str:
        return level_of(self.code)


@dataclass(frozen=True, slots=True)
class Place:
    """A division within reach: the way down to it, and the divisions right under it."""

    code: str
    way: tuple[str, ...]
    children: tuple[str, ...]

    @property
    def level(self) -> str:
        return level_of(self.code)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every division whose figures the tree needs."""
        return (*self.way, *self.children)

    @property
    def families(self) -> tuple[tuple[tuple[str, ...], int], ...]:
        """Level by level on the way down: all divisions of that level, and the place of the way's own among them."""
        found = []
        for above, below in zip(self.way, self.way[1:], strict=False):
            beside = _children(above)
            found.append((beside, beside.index(below)))
        return tuple(found)


def place_of(actor: Actor, code: str) -> Place:
    """The division asked for, the seat's own when none is; NotFound outside reach and where there is none."""
    code = code or actor.reach
    if not actor.reaches(code) or len(code) not in LENGTHS or not orgs.community_codes(code):
        raise NotFound()
    if len(code) == LENGTHS[-1] and code not in orgs.community_codes(code[:9]):
        raise NotFound()
    way = tuple(code[:length] for length in LENGTHS if len(actor.reach) <= length <= len(code))
    return Place(code, way, _children(code))


def _children(code: str) -> tuple[str, ...]:
    below = next((length for length in LENGTHS if length > len(code)), None)
    return tuple(sorted({each[:below] for each in orgs.community_codes(code)})) if below else ()


def tree(place: Place, of: Mapping[str, Mapping[str, int]]) -> list[Branch]:
    """The lines of the table, each parent followed by its children; the children of each parent add up to it."""
    rows = [Branch(code, depth, orgs.count_communities(code), of[code]) for depth, code in enumerate(place.way, 1)]
    rows += [Branch(code, len(place.way) + 1, orgs.count_communities(code), of[code]) for code in place.children]
    for depth in range(len(place.way) - 1, 0, -1):
        parent, child = place.way[depth - 1], place.way[depth]
        others = len(_children(parent)) - 1
        if others:
            left = {name: of[parent][name] - of[child][name] for name in of[parent]}
            rows.append(
                Branch(
                    child, depth + 1, orgs.count_communities(parent) - orgs.count_communities(child), left, rest=others
                )
            )
    return rows
