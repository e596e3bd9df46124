"""Doors that a roster of residents brings with it, proposed where the register does not know their building yet."""

from collections import defaultdict
from collections.abc import Sequence

from yimen.core.actor import Role
from yimen.exchange.actions.run import Row, Run
from yimen.exchange.rules.cells.verdicts import fixable
from yimen.exchange.rules.imports import REFUSED
from yimen.exchange.rules.rows import DwellingRecord, Finding, Place, ResidentRecord

_BRING_DOORS = (Role.HEAD, Role.STREET)
_DOORS = 3  # different doors of an unknown building that are no slip of the hand


def propose_doors(run: Run, rows: Sequence[Row]) -> None:
    """Propose to add the unknown doors of buildings that are not on record.

    A building counts when a batch names three of its doors, or when nothing of the community is on record. A door that
    a known building does not have is a slip, and is refused later.
    """
    if run.actor.role not in _BRING_DOORS:
        return
    wanted: dict[tuple[str, str, str], list[tuple[Row, Place]]] = defaultdict(list)
    for row in rows:
        place = _unknown(run, row)
        if place and place.door:
            wanted[place.community, place.compound, place.door.building].append((row, place))
    for key, found in wanted.items():
        doors = {place.door for _row, place in found}
        if run.doors.is_bare(key[0]) or key in run.new_buildings or len(doors) >= _DOORS:
            run.new_buildings.add(key)
            for row, place in found:
                _propose(row, place)


def _unknown(run: Run, row: Row) -> Place | None:
    """Where a row puts its resident, when neither this door nor its building is on record."""
    record = next((one for one in row.body.records if isinstance(one, ResidentRecord)), None)
    if row.verdict == REFUSED or record is None or record.place.door is None:
        return None
    if any(isinstance(one, DwellingRecord) for one in row.body.records):
        return None
    community, compound, door = record.place.community or run.community, record.place.compound, record.place.door
    if not community or not run.actor.reaches(community) or run.doors.find(community, door.key, compound):
        return None
    if run.doors.has_building(community, compound, door.building):
        return None
    return Place(community=community, compound=compound, door=door)


def _propose(row: Row, place: Place) -> None:
    assert place.door is not None
    row.body.records = [DwellingRecord(place=place), *row.body.records]
    row.body.findings = [*row.body.findings, Finding("door", fixable(place.door.key, "", "new_door"))]
