"""The tower view: a building as one table, gathered from the register and the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yimen.cases.queries.for_residents import open_matters
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.geo.rules import towers as rules
from yimen.patches import queries as patches
from yimen.registry.queries import towers as registry
from yimen.trail.record import record
from yimen.visits.queries.buildings import DoorVisits, visits_of_doors


@dataclass(frozen=True, slots=True)
class Door:
    """One cell. `kinds` are what it may be coloured and filtered by: "own", "rent", "empty"; "old", "dis", "low",
    "alone"; "open", "late"; "fresh", "aging", "stale"; "must", "due", "seen", "rest". A door that is not `shown` says
    only that it is there."""

    ref: str
    unit: str
    floor: int
    room: str
    people: int
    surname: str
    marks: Sequence[str]
    kinds: frozenset[str]
    shown: bool = True


@dataclass(frozen=True, slots=True)
class TowerPage:
    """A building as its page shows it."""

    tower: registry.Tower
    grid: rules.Grid[Door]
    counts: Mapping[str, int]
    doors: int
    households: int
    patches: Mapping[str, patches.Standing]  # by stairwell; empty while the community has none
    hidden: frozenset[str]  # stairwells of somebody else's patch: the reader sees how they are built
    visits: frozenset[str]  # stairwells whose visits the reader may know

    def door(self, typed: str) -> Door | None:
        """The door somebody jumps to."""
        return rules.find_door((door for _floor, row in self.grid.rows for door in row if door), typed)


KINDS = (
    "must",
    "due",
    "seen",
    "rest",
    "own",
    "rent",
    "empty",
    "alone",
    "old",
    "low",
    "dis",
    "late",
    "open",
    "calm",
    "stale",
    "aging",
    "fresh",
)


@transaction.atomic
def tower_page(actor: Actor, ref: str, *, at: datetime) -> TowerPage:
    """A building in reach, door by door; one record of the reading. NotFound otherwise.

    Officers see the visits of their own patch, and of other patches only how the building stands; the head and the
    street see all.
    """
    today = local(at).date()
    tower = registry.tower(actor, ref, today)
    served = patches.patches_of_building(tower.id, at=at)
    known = frozenset(unit for unit, patch in served.items() if _knows(actor, patch))
    hidden = frozenset(served) - known
    people = [one for cell in tower.cells if cell.unit not in hidden for one in cell.residents]
    matters = open_matters(actor, people, at=at)
    visited = visits_of_doors(tower.id, sorted(known), day=today) if known else {}
    doors = [
        Door(cell.ref, cell.unit, cell.floor, cell.room, 0, "", (), frozenset(), shown=False)
        if cell.unit in hidden
        else _door(cell, matters, visited.get(cell.ref), today)
        for cell in tower.cells
    ]
    record(
        actor, "building.read", subject=("building", tower.id), division_code=tower.division_code, at=at, is_read=True
    )
    return TowerPage(
        tower=tower,
        grid=rules.grid_of(doors),
        counts=rules.counts_of((door.kinds for door in doors), KINDS),
        doors=len(doors),
        households=sum(bool(cell.residents) for cell in tower.cells),
        patches=served,
        hidden=hidden,
        visits=known,
    )


def _knows(actor: Actor, patch: patches.Standing) -> bool:
    """Whether somebody works with the households of a patch: its officer and deputy, and who is above them."""
    return actor.role is not Role.WINDOW or any(
        one is not None and one.account_id == actor.account_id for one in (patch.a, patch.b)
    )


def _door(cell: registry.Cell, matters: Mapping[UUID, bool], visited: DoorVisits | None, today: date) -> Door:
    own = [matters[one] for one in cell.residents if one in matters]
    kinds = _kinds(cell, has_open=bool(own), has_late=any(own), age=rules.age_of(cell.since_on, today))
    return Door(
        ref=cell.ref,
        unit=cell.unit,
        floor=cell.floor,
        room=cell.room,
        people=len(cell.residents),
        surname=cell.surname,
        marks=rules.drawn([*cell.marks, "visit"] if visited and visited.is_must else cell.marks),
        kinds=kinds | {visited.state} if visited and cell.residents else kinds,
    )


def _kinds(cell: registry.Cell, *, has_open: bool, has_late: bool, age: str) -> frozenset[str]:
    lived_in = bool(cell.residents)
    found = {rules.tenancy_of(is_rented=cell.is_rented, lived_in=lived_in), *cell.marks}
    if lived_in:
        found |= {"late" if has_late else "open" if has_open else "calm", age}
    return frozenset(found)
