"""A building as a grid: floors from the top, doors by stairwell and place on the landing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Generic, Protocol, TypeVar


class Placed(Protocol):
    """A door as far as its place goes."""

    @property
    def unit(self) -> str: ...
    @property
    def floor(self) -> int: ...
    @property
    def room(self) -> str: ...


D = TypeVar("D", bound=Placed)


@dataclass(frozen=True, slots=True)
class Unit:
    """A stairwell and what its doors are called on each landing ("01", "02")."""

    number: str
    places: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid(Generic[D]):
    """Rows of doors from the top floor down, one place per column of `units`; None where there is no door."""

    units: Sequence[Unit]
    rows: Sequence[tuple[int, Sequence[D | None]]] = field(default=())

    @property
    def columns(self) -> int:
        return sum(len(unit.places) for unit in self.units)

    @property
    def edges(self) -> frozenset[int]:
        """The columns that begin a stairwell, but for the first."""
        starts = accumulate(len(unit.places) for unit in self.units)
        return frozenset(list(starts)[:-1])


def grid_of(doors: Iterable[D]) -> Grid[D]:
    """The grid of a building's doors. Two doors of one floor with the same place stand side by side."""
    units: dict[str, dict[str, dict[int, D]]] = {}
    for door in doors:
        places = units.setdefault(door.unit, {})
        place, again = _place(door.floor, door.room), 1
        while door.floor in places.get(_nth(place, again), {}):
            again += 1
        places.setdefault(_nth(place, again), {})[door.floor] = door
    ordered = [(unit, sorted(places, key=_natural)) for unit, places in sorted(units.items(), key=_by_number)]
    floors = sorted({floor for places in units.values() for at in places.values() for floor in at}, reverse=True)
    return Grid(
        [Unit(unit, names) for unit, names in ordered],
        [(floor, [units[unit][name].get(floor) for unit, names in ordered for name in names]) for floor in floors],
    )


def _place(floor: int, room: str) -> str:
    """What is left of a room when its floor is taken off: 02 of 1802; the room itself when it does not begin so."""
    rest = room.removeprefix(str(floor))
    return rest if rest and rest != room else room


def _nth(place: str, again: int) -> str:
    return place if again == 1 else f"{place} ({again})"


def _by_number(item: tuple[str, object]) -> tuple[int, str]:
    return _natural(item[0])


def _natural(text: str) -> tuple[int, str]:
    return len(text), text


FRESH, AGING = 183, 366  # days that a record of who lives somewhere is good for, and acceptable [proposed]


def age_of(since_on: date | None, today: date) -> str:
    """How old the record of a door is: "fresh" (half a year), "aging" (a year), "stale"; "" behind an empty door."""
    if since_on is None:
        return ""
    days = (today - since_on).days
    return "fresh" if days <= FRESH else "aging" if days <= AGING else "stale"


def tenancy_of(*, is_rented: bool, lived_in: bool) -> str:
    """ "empty", "rent" or "own"."""
    return ("rent" if is_rented else "own") if lived_in else "empty"


MOST_MARKS = 3
MARKS = ("visit", "alone", "old", "low", "dis")  # in the order in which they are drawn


def drawn(marks: Iterable[str]) -> list[str]:
    """The marks a cell has room for, the most pressing first. Kinds that are not in `MARKS` are never drawn."""
    return [mark for mark in MARKS if mark in set(marks)][:MOST_MARKS]


def find_door(doors: Iterable[D], typed: str) -> D | None:
    """The door of "1203", "2-1203" or "12-2-1203"; None when there is none, or several and no stairwell is named."""
    parts = [part for part in typed.replace("—", "-").replace("/", "-").split("-") if part]
    if not parts:
        return None
    room, unit = parts[-1], parts[-2] if len(parts) > 1 else ""
    found = [door for door in doors if door.room == room]
    named = [door for door in found if door.unit == unit]
    return next(iter(named or (found if len(found) == 1 else [])), None)


def counts_of(values: Iterable[Iterable[str]], kinds: Iterable[str]) -> Mapping[str, int]:
    """How many doors are of each kind; a door may be of several."""
    counted = dict.fromkeys(kinds, 0)
    for each in values:
        for kind in each:
            if kind in counted:
                counted[kind] += 1
    return counted
