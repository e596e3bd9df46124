"""Puts rows that name no compound into one, where their community has several."""

from collections.abc import Sequence
from dataclasses import replace

from yimen.core.doors import Door
from yimen.exchange.actions.run import Row, Run
from yimen.exchange.rules.cells.verdicts import fixable
from yimen.exchange.rules.compounds import compound_named
from yimen.exchange.rules.imports import REFUSED, table_of
from yimen.exchange.rules.rows import BuildingRecord, DwellingRecord, Finding, HouseholdRecord, ResidentRecord
from yimen.orgs.queries import division
from yimen.registry.queries.places import House
from yimen.registry.queries.roster import is_compound
from yimen.registry.rules.places import plain_part

_Placed = BuildingRecord | DwellingRecord | HouseholdRecord | ResidentRecord


def place_in_compounds(run: Run, rows: Sequence[Row]) -> None:
    """The compound that a person chose for the table, else the one that title, sheet or file name; else, as a proposal,
    the only one that has the door or such a building. Who lives at the only such door needs no proposal."""
    for row in rows:
        found = [one for one in row.body.records if isinstance(one, _Placed) and not is_compound(one.place.compound)]
        if row.verdict == REFUSED or not found:
            continue
        compound, is_sure = _compound(run, row, found[0])
        if not compound:
            continue
        lives = any(isinstance(one, ResidentRecord | HouseholdRecord) for one in found)
        if not is_sure and not lives:
            row.body.findings = [*row.body.findings, Finding("compound", fixable(compound, "", "one_compound"))]
        if is_sure or not lives or len(found) > 1:
            row.body.records = [
                replace(one, place=replace(one.place, compound=compound)) if one in found else one
                for one in row.body.records
            ]


def _compound(run: Run, row: Row, record: _Placed) -> tuple[str, bool]:
    """The compound of a row, and whether a person or the file said so; "" where nothing tells."""
    community, table = record.place.community or run.community, table_of(row.place)
    names = run.compounds_of(community) if community and run.actor.reaches(community) else ()
    if len(names) < 2:
        return "", False
    if (chosen := run.chosen.get(table, "")) in names:
        return chosen, True
    if named := _named(run, table, community):
        return named, True
    door = record.place.door
    building = record.building if isinstance(record, BuildingRecord) else door.building if door else ""
    houses = {
        compound: house
        for (compound, number), house in run.places.tree(community).houses.items()
        if number == plain_part(building)
    }
    doors = {compound for compound, house in houses.items() if door and _has(house, door)}
    only = doors or set(houses)
    return (only.pop(), False) if building and len(only) == 1 else ("", False)


def _has(house: House, door: Door) -> bool:
    unit, room = plain_part(door.unit), plain_part(door.room)
    return any(other == room and (not unit or its == unit) for its, other in house.dwellings)


def _named(run: Run, table: int, community: str) -> str:
    """What title, sheet or file name of the compounds of a community; asked once for each table."""
    key = (table, community)
    if key not in run.named:
        found = division(community)
        texts = run.titles.get(table, ())
        run.named[key] = compound_named(texts, run.compounds_of(community), found.short_name if found else "")
    return run.named[key]
