"""Whom or what a row is about, by its cells alone: how a refused row is called, its number and its door."""

from collections.abc import Mapping, Sequence

from yimen.exchange.rules.cells.places import short_part
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.placing import place_of

_PEOPLE = ("name", "head_name", "owner_name", "members")
_NUMBERS = ("id_number", "head_number", "owner_number")
_PARTS = ("building", "unit", "room")


def subject_of(kind: str, columns: Sequence[Mapping[str, str]], cells: Sequence[str]) -> tuple[str, bool]:
    """What a row is called, and whether that is a person's name; "" where its cells tell nothing.

    People, households and staff are called by their names and without one by their door; dwellings by their door and
    without one by their owner; buildings by compound and number. `columns` are those of the kept plan, in the order of
    `cells`.
    """
    values = _values(columns, cells)
    name = next((values[one] for one in _PEOPLE if one in values), "")
    place = _place(values)
    if kind == Kind.BUILDINGS:
        return f"{values.get('compound', '')} {short_part(values.get('building', ''))}".strip(), False
    first, second = ((place, False), (name, True))[:: 1 if kind == Kind.DWELLINGS else -1]
    return first if first[0] else second


def number_of(columns: Sequence[Mapping[str, str]], cells: Sequence[str]) -> str:
    """The identity number that a row says, as it stands."""
    values = _values(columns, cells)
    return next((values[one] for one in _NUMBERS if one in values), "")


def where_of(columns: Sequence[Mapping[str, str]], cells: Sequence[str]) -> str:
    """The door that a row says, with its compound."""
    return _place(_values(columns, cells))


def _values(columns: Sequence[Mapping[str, str]], cells: Sequence[str]) -> dict[str, str]:
    return {column["field"]: cell for column, cell in zip(columns, cells, strict=False) if column["field"] and cell}


def _place(values: Mapping[str, str]) -> str:
    """The door with its compound, or as much of it as the row says."""
    parts = {one: short_part(values[one]) for one in _PARTS if one in values}
    found = place_of({**values, **parts})
    said = found.door.key if found.door else values.get("door") or values.get("address") or "-".join(parts.values())
    if not said:
        return values.get("household_number", "")
    return said if found.compound in said else f"{found.compound} {said}"
