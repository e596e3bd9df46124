"""The tower view: a building as one table, gathered from the register and the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yimen.cases.queries.for_residents import open_matters
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.geo.rules import towers as rules
from yimen.registry.queries import towers as registry
from yimen.trail.record import record


@dataclass(frozen=True, slots=True)
class Door:
    """One cell. `kinds` are what it may be coloured and filtered by: "own", "rent", "empty"; "old", "dis", "low",
    "alone"; "open", "late"; "fresh", "aging", "stale"."""

    ref: str
    unit: str
    floor: int
    room: str
    people: int
    surname: str
    marks: Sequence[str]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class TowerPage:
    """A building as its page shows it."""

    tower: registry.Tower
    grid: rules.Grid[Door]
    counts: Mapping[str, int]
    doors: int
    households: int

    def door(self, typed: str) -> Door | None:
        """The door somebody jumps to."""
        return rules.find_door((door for _floor, row in self.grid.rows for door in row if door), typed)


KINDS = ("own", "rent", "empty", "alone", "old", "low", "dis", "late", "open", "calm", "stale", "aging", "fresh")


@transaction.atomic
def tower_page(actor: Actor, ref: str, *, at: datetime) -> TowerPage:
    """A building in reach, door by door; one record of the reading. NotFound otherwise."""
    today = local(at).date()
    tower = registry.tower(actor, ref, today)
    people = [resident for cell in tower.cells for resident in cell.residents]
    matters = open_matters(actor, people, at=at)
    doors = []
    for cell in tower.cells:
        own = [matters[one] for one in cell.residents if one in matters]
        doors.append(
            Door(
                ref=cell.ref,
                unit=cell.unit,
                floor=cell.floor,
                room=cell.room,
                people=len(cell.residents),
                surname=cell.surname,
                marks=rules.drawn(cell.marks),
                kinds=_kinds(cell, has_open=bool(own), has_late=any(own), age=rules.age_of(cell.since_on, today)),
            )
        )
    record(
        actor, "building.read", subject=("building", tower.id), division_code=tower.division_code, at=at, is_read=True
    )
    return TowerPage(
        tower=tower,
        grid=rules.grid_of(doors),
        counts=rules.counts_of((door.kinds for door in doors), KINDS),
        doors=len(doors),
        households=sum(door.people > 0 for door in doors),
    )


def _kinds(cell: registry.Cell, *, has_open: bool, has_late: bool, age: str) -> frozenset[str]:
    lived_in = bool(cell.residents)
    found = {rules.tenancy_of(is_rented=cell.is_rented, lived_in=lived_in), *cell.marks}
    if lived_in:
        found |= {"late" if has_late else "open" if has_open else "calm", age}
    return frozenset(found)
