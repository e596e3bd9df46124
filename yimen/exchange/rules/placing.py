"""Where a row is: one place of its community, compound, building, stairwell, room, door and address cells."""

from collections.abc import Iterable, Mapping

from yimen.core.doors import Door, parse_door
from yimen.exchange.rules.cells.places import short_part, split_address
from yimen.exchange.rules.records import Place
from yimen.exchange.rules.words import pattern


def place_of(values: Mapping[str, str]) -> Place:
    """The place that cleaned values name; `door` None where they name no whole door."""
    compound, door = values.get("compound", ""), None
    address = values.get("address", "")
    building = values.get("building", "")
    if found := pattern("with_compound").fullmatch(building):
        compound, building = compound or found[1], found[2]
    if room := values.get("room", ""):
        door = _of_parts(building, values.get("unit", ""), room)
    if door is None and (said := values.get("door", "")):
        before, _, key = said.rpartition(" ")
        compound, door = compound or before, _under(building, values.get("unit", ""), key)
    if door is None and address:
        before, key = split_address(address)
        if key:
            compound, door = compound or before, parse_door(key)
    return Place(
        community=values.get("community", ""), compound=compound, door=door, address=address or _written(compound, door)
    )


def _of_parts(building: str, unit: str, room: str) -> Door | None:
    """A door of its parts; a room that names more than itself is taken apart."""
    if whole := parse_door(room):
        if building and not whole.unit and whole.building == unit:
            return Door(building, unit, whole.room)  # the room says its stairwell again
        if not building or whole.building == building:
            return whole if whole.unit or not unit else Door(building, unit, whole.room)
        if not unit and not whole.unit:  # the room says its stairwell: 2-502
            return Door(building, whole.building, whole.room)
    return Door(building, unit, room) if building else None


def _under(building: str, unit: str, key: str) -> Door | None:
    found = parse_door(key)
    if found and building and found.building != building:
        return Door(building, unit or found.building, found.room)
    return found


def _written(compound: str, door: Door | None) -> str:
    return f"{compound}{door.key}" if door and compound else ""


def building_of(values: Mapping[str, str]) -> tuple[str, str]:
    """Compound and building of a row that names a building."""
    compound, building = values.get("compound", ""), values.get("building", "")
    if found := pattern("with_compound").fullmatch(building):
        return compound or found[1], found[2]
    return compound, short_part(building) if building else ""


def stairwell_and_room(room: str) -> tuple[str, str]:
    """A room that says one thing before itself, "2-502", in two; ("", room) for every other."""
    whole = parse_door(room)
    return (whole.building, whole.room) if whole and not whole.unit else ("", room)


def says_stairwells(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether what stands before the rooms of a column is their stairwell, not their building once more: then it
    differs from the building in some row. `pairs`: building and room of its rows."""
    return any(building and (first := stairwell_and_room(room)[0]) and first != building for building, room in pairs)
