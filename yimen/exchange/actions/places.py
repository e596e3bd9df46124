"""Rows about buildings, dwellings and households in the register's terms."""

from collections.abc import Iterator, Sequence

from yimen.core.actor import Role
from yimen.exchange.actions.people import said_of
from yimen.exchange.actions.run import Row, Run, settle
from yimen.exchange.rules.cells.verdicts import fixable
from yimen.exchange.rules.imports import REFUSED
from yimen.exchange.rules.rows import BuildingRecord, DwellingRecord, Finding, HouseholdRecord, Place, ResidentRecord
from yimen.registry.actions import roster
from yimen.registry.rules.places import HouseholdSaid, PlaceSaid
from yimen.registry.rules.roster import HEAD, NEW, Judged, refuse

_BRING_PLACES = (Role.HEAD, Role.STREET)


def judge_places(run: Run, rows: Sequence[Row]) -> None:
    """Give rows about buildings and dwellings their verdict; new doors are known to the people after them."""
    mine: list[tuple[Row, PlaceSaid]] = []
    for row in rows:
        for found in places_of(run, row):
            if isinstance(found, Judged):
                settle(row, found)
            else:
                mine.append((row, found))
    mine = [(row, said) for row, said in mine if row.verdict != REFUSED]
    judged = roster.judge_places(run.actor, run.places, [said for _row, said in mine]) if mine else []
    for (row, said), one in zip(mine, judged, strict=True):
        if one.verdict == NEW and said.room:
            run.new_doors |= {(said.division_code, label) for label in said.labels}
        settle(row, one)


def places_of(run: Run, row: Row) -> Iterator[PlaceSaid | Judged]:
    """What a row says of places, or why it cannot be taken."""
    for record in row.body.records if row.verdict != REFUSED else ():
        if isinstance(record, BuildingRecord | DwellingRecord):
            yield _place(run, row, record)


def _place(run: Run, row: Row, record: BuildingRecord | DwellingRecord) -> PlaceSaid | Judged:
    community = record.place.community or run.community
    if run.actor.role not in _BRING_PLACES:
        return refuse("other_kind")
    if wrong := _community(run, record.place):
        return wrong
    if isinstance(record, BuildingRecord):
        if not record.building:
            return refuse("no_building")
        return PlaceSaid(
            line=row.place,
            division_code=community,
            compound=record.place.compound,
            building=record.building,
            unit=record.unit,
            floors=record.floors,
        )
    door = record.place.door
    if door is None or not door.room:
        return refuse("no_room")
    return PlaceSaid(
        line=row.place,
        division_code=community,
        compound=record.place.compound,
        building=door.building,
        unit=door.unit,
        room=door.room,
        floor=record.floor,
        floors=record.floors,
        area=record.area,
        rented=record.rented,
    )


def _community(run: Run, place: Place) -> Judged | None:
    community = place.community or run.community
    if not community:
        return refuse("no_community")
    return None if run.actor.reaches(community) else refuse("community_elsewhere")


def judge_households(run: Run, rows: Sequence[Row]) -> None:
    """Give rows about households their verdict."""
    mine: list[tuple[Row, HouseholdSaid]] = []
    for row in rows:
        found = household_of(run, row)
        if isinstance(found, Judged):
            settle(row, found)
        elif found is not None:
            mine.append((row, found))
    judged = roster.judge_households(run.actor, [said for _row, said in mine]) if mine else []
    for (row, _said), one in zip(mine, judged, strict=True):
        if one.reason == "no_head":
            one = _with_head(run, row)
        settle(row, one)


def household_of(run: Run, row: Row) -> HouseholdSaid | Judged | None:
    """What a row says of a household, why it cannot be taken, or None when it is not about one."""
    record = next((one for one in row.body.records if isinstance(one, HouseholdRecord)), None)
    if record is None or row.verdict == REFUSED:
        return None
    if run.actor.role not in _BRING_PLACES:
        return refuse("other_kind")
    if wrong := _community(run, record.place):
        return wrong
    community, door = record.place.community or run.community, record.place.door
    if door is None:
        return refuse("no_room")
    found = run.doors.find(community, door.key, record.place.compound)
    if not found and (community, door.key) in run.new_doors:
        row.body.is_promised = True
        return Judged(NEW)
    if len(found) != 1:
        return refuse("door_several" if found else "door_unknown")
    return HouseholdSaid(
        line=row.place,
        division_code=community,
        dwelling=found[0][0],
        kind=record.kind or "living",
        number=record.number,
        head_name=record.head_name,
        head_number=record.head_number,
    )


def _with_head(run: Run, row: Row) -> Judged:
    """The verdict on a row whose head does not live at the door as far as is on record: promised by the same file,
    proposed to be added where the row says who that is, else refused with the reason."""
    record = next(one for one in row.body.records if isinstance(one, HouseholdRecord))
    if record.head_number in run.new_people if record.head_number else record.head_name in run.new_names:
        row.body.is_promised = True
        return Judged(NEW)
    if not (record.head_name and record.head_number):
        return refuse("no_head")
    head = ResidentRecord(
        place=record.place,
        name=record.head_name,
        number=record.head_number,
        phone=record.phone,
        relation=HEAD,
        kind="registered" if record.kind == "registered" else "",
    )
    said = said_of(run, row, head, ())
    one = said if isinstance(said, Judged) else roster.judge(run.actor, [said])[0]
    if one.verdict == REFUSED:
        return one
    if one.verdict != NEW:
        return refuse("head_elsewhere", door=one.person.door if one.person else "")
    run.new_people.add(record.head_number)
    row.body.records = [head, *row.body.records]
    row.body.findings = [*row.body.findings, Finding("head_name", fixable(record.head_name, "", "new_head"))]
    row.body.is_promised = True
    return Judged(NEW, alike=one.alike)
