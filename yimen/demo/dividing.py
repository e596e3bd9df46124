"""The first division of a community into patches, with an officer and a deputy for each, from the day the community
began. Nobody has been found vulnerable by then, so households alone are shared out."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from yimen.demo.desk import Desk
from yimen.demo.reference import moment
from yimen.demo.staff import SINCE, Staff
from yimen.demo.stream import Stream
from yimen.demo.tables import BeginningRow, OfficerRow, PatchRow, PlacementRow, PublicationRow
from yimen.patches import queries as patches
from yimen.patches.rules.drawing import Stairwell
from yimen.patches.rules.what_if import Placed, drawn, officers_for
from yimen.registry.rules.rows import PersonRows, PlaceRows


@dataclass(slots=True)
class Division:
    """The rows of a community's patches."""

    beginnings: list[BeginningRow] = field(default_factory=list)
    patches: list[PatchRow] = field(default_factory=list)
    placements: list[PlacementRow] = field(default_factory=list)
    officers: list[OfficerRow] = field(default_factory=list)
    publications: list[PublicationRow] = field(default_factory=list)


def divide(
    stream: Stream, desk: Desk, places: PlaceRows, people: PersonRows, staff: Staff, sizes: patches.Sizes
) -> Division:
    """Draw patches as the head of the station would, and put that on the trail of the desk."""
    stairwells = _stairwells(places, people)
    if not stairwells or staff.head is None:
        return Division()
    placed, _reasons = drawn(
        stairwells, target=sizes.households, tolerance=sizes.tolerance / 100, most=sizes.most, keep={}
    )
    made = _rows(stream, desk.town.code, placed, staff)
    row, at = stream.uid(), moment(SINCE, 9, 0)
    head, moved = staff.head, len(places.dwellings)
    made.publications.append(
        PublicationRow(row, stream.ref(), desk.town.code, SINCE, at, head.name, head.account_id, "", {}, {}, moved)
    )
    changes = {"from": SINCE.isoformat(), "patches": len(made.patches), "moved": moved}
    desk.enter("plan.publish", head, ("publication", row), at, changes)
    return made


def _stairwells(places: PlaceRows, people: PersonRows) -> list[Stairwell]:
    dead = {row.id for row in people.residents if row.died_on}
    homes = {
        row.dwelling_id
        for row in people.residences
        if row.to_on is None and row.kind in ("both", "living") and row.resident_id not in dead
    }
    households = Counter(row.stairwell_id for row in places.dwellings if row.id in homes)
    buildings = {row.id: row for row in places.buildings}
    made = []
    for row in places.stairwells:
        building = buildings[row.building_id]
        at = building.longitude, building.latitude
        made.append(Stairwell(row.id, building.id, building.compound_id, row.number, *at, households[row.id], 0))
    return made


def _rows(stream: Stream, code: str, placed: Placed, staff: Staff) -> Division:
    made = Division([BeginningRow(code, SINCE)])
    wells: dict[int, list[UUID]] = defaultdict(list)
    for well, number in placed.items():
        wells[number].append(well)
    workers = [one.account_id for one in sorted(staff.workers(), key=lambda one: one.name)]
    for number, sides in officers_for(wells, {}, workers).items():
        patch = stream.uid()
        made.patches.append(PatchRow(patch, stream.ref(), code, f"{code}{number:03}", number, SINCE))
        made.placements += (PlacementRow(stream.uid(), code, well, patch, SINCE) for well in wells[number])
        made.officers += (
            OfficerRow(stream.uid(), stream.ref(), code, patch, account, side, SINCE)
            for side, account in sorted(sides.items())
        )
    return made
