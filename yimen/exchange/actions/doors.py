"""Doors that a roster of residents brings with it, proposed where the register does not know their building yet."""

from collections import defaultdict
from collections.abc import Sequence

from yimen.core.actor import Role
from yimen.exchange.actions.run import Added, Row, Run
from yimen.exchange.rules.cells.verdicts import fixable
from yimen.exchange.rules.imports import JUDGED, REFUSED
from yimen.exchange.rules.rows import DwellingRecord, Finding, Place, ResidentRecord
from yimen.registry.queries.roster import is_compound, is_same

_BRING_DOORS = (Role.HEAD, Role.STREET)
_DOORS = 3  # different doors of an unknown building that are no slip of the hand


def propose_doors(run: Run, rows: Sequence[Row]) -> None:
    """Propose to add the unknown doors of buildings that are not on record.

    A building counts when the rows name three of its doors, when a row says more of the dwelling than its door, or when
    nothing of the community is on record; a lone door is proposed apart, since it may be a slip. A door that a known
    building does not have is one, and is refused later; unless the rows name more doors that the building lacks than it
    has on record, where an undo left some.
    """
    wanted = {key: (found, _counts(run, key, found)) for key, found in _wanted(run, rows).items()}
    run.new_buildings |= {key for key, (_found, counts) in wanted.items() if counts}
    for key, (found, counts) in wanted.items():
        if not counts and (run.doors.count_in(*key) or _is_of_another(run, key)):
            continue
        for row, place in found:
            _propose(row, place, "new_door" if counts else "lone_door")


def waiting_for_doors(run: Run, rows: Sequence[Row]) -> list[Row]:
    """Rows at doors of an unknown building that does not count yet: rows further down may name more of its doors. None
    when they are too many to wait."""
    wanted = _wanted(run, rows)
    waiting = [row for key, found in wanted.items() if not _counts(run, key, found) for row, _place in found]
    return waiting if len(waiting) <= JUDGED else []


_Key = tuple[str, str, str]  # community, compound, number of the building
_Found = list[tuple[Row, Place]]


def _wanted(run: Run, rows: Sequence[Row]) -> dict[_Key, _Found]:
    """Rows at unknown doors of unknown buildings, by building; none for those who bring no doors."""
    wanted: dict[_Key, _Found] = defaultdict(list)
    for row in rows if run.actor.role in _BRING_DOORS else ():
        place = _unknown(run, row)
        if place and place.door:
            wanted[place.community, place.compound, place.door.building].append((row, place))
    return wanted


def _counts(run: Run, key: _Key, found: _Found) -> bool:
    doors = len({place.door for _row, place in found})
    if key in run.new_buildings or (known := run.doors.count_in(*key)) < doors >= _DOORS:
        return True
    is_told = any(_dwelling(row) for row, _place in found)
    return not known and (run.doors.is_bare(key[0]) or is_told)


def _is_of_another(run: Run, key: _Key) -> bool:
    """Whether a building stands in a compound that the community does not have, on record or by this file."""
    brought = {compound for community, compound, _number in run.new_buildings if community == key[0]}
    return is_compound(key[1]) and not any(is_same(key[1], name) for name in {*run.compounds_of(key[0]), *brought})


def _unknown(run: Run, row: Row) -> Place | None:
    """Where a row puts its resident, when this door is not on record."""
    record = next((one for one in row.body.records if isinstance(one, ResidentRecord)), None)
    if row.verdict == REFUSED or record is None or record.place.door is None:
        return None
    community, compound, door = record.place.community or run.community, record.place.compound, record.place.door
    if not community or not run.actor.reaches(community) or run.doors.find(community, door.key, compound):
        return None
    if _dwelling(row) and run.doors.count_in(community, compound, door.building):
        return None  # it says more than its door, so the row itself brings it
    if (community, door.key) in run.new_doors and (community, compound, door.building) not in run.new_buildings:
        return None  # rows about dwellings bring it
    return Place(community=community, compound=compound, door=door)


def _dwelling(row: Row) -> bool:
    return any(isinstance(one, DwellingRecord) for one in row.body.records)


def _propose(row: Row, place: Place, fix: str) -> None:
    assert place.door is not None
    if not _dwelling(row):
        row.body.records = [DwellingRecord(place=place), *row.body.records]
    row.body.findings = [*row.body.findings, Finding("door", fixable(place.door.key, "", fix))]


def note_places(run: Run, rows: Sequence[Row]) -> None:
    """Remember which buildings and doors the judged rows would add with their residents, and in which lines."""
    for row in rows:
        if row.verdict == REFUSED or not any(one.verdict.fix == "new_door" for one in row.body.findings):
            continue
        place = next(one.place for one in row.body.records if isinstance(one, DwellingRecord))
        assert place.door is not None
        key = (place.community or run.community, place.compound, place.door.building)
        run.added.setdefault(key, Added()).take(place.door.key, row.line)
