"""A community large enough for several patches: slabs in rows, one household behind each door."""

from datetime import date
from uuid import UUID

from tests.cast import COMMUNITY
from tests.registry.town import LOADED
from yimen.core.actor import SYSTEM
from yimen.core.ids import new_id, new_ref
from yimen.registry import actions
from yimen.registry.rules.rows import (
    BuildingRow,
    CompoundRow,
    DwellingRow,
    PersonRows,
    PlaceRows,
    ResidenceRow,
    ResidentRow,
    StairwellRow,
)

SINCE = date(2015, 3, 1)


def build_big(
    buildings: int,
    *,
    community: str = COMMUNITY,
    units: int = 3,
    doors: int = 12,
    on_map: bool = True,
    lived: bool = True,
) -> list[UUID]:
    """So many slabs of `units` stairwells with `doors` each; returns the stairwells."""
    compound = CompoundRow(id=new_id(), division_code=community, name="大院新村")
    slabs, wells, dwellings = [], [], []
    residents, residences = [], []
    for number in range(buildings):
        slab = BuildingRow(
            id=new_id(),
            division_code=community,
            compound_id=compound.id,
            number=str(number + 1),
            floors=6,
            longitude=120.3 + number % 5 * 0.0008 if on_map else None,
            latitude=31.6 + number // 5 * 0.0004 if on_map else None,
        )
        slabs.append(slab)
        for unit in range(units):
            well = StairwellRow(id=new_id(), division_code=community, building_id=slab.id, number=str(unit + 1))
            wells.append(well)
            for door in range(doors):
                home = DwellingRow(
                    id=new_id(),
                    ref=new_ref(),
                    division_code=community,
                    stairwell_id=well.id,
                    floor=door // 2 + 1,
                    room=f"{door // 2 + 1}0{door % 2 + 1}",
                    address=f"大院新村{number + 1}号楼{unit + 1}单元{door // 2 + 1}0{door % 2 + 1}室",
                )
                dwellings.append(home)
                person = ResidentRow(
                    id=new_id(),
                    ref=new_ref(),
                    division_code=community,
                    name="赵一",
                    source="POP",
                    as_of_on=SINCE,
                    registered_division=community,
                )
                residents.append(person)
                residences.append(
                    ResidenceRow(
                        division_code=community,
                        resident_id=person.id,
                        dwelling_id=home.id,
                        kind="both",
                        source="visit",
                        as_of_on=SINCE,
                        from_on=SINCE,
                    )
                )
    rows = PlaceRows(compounds=[compound], buildings=slabs, stairwells=wells, dwellings=dwellings)
    actions.load_places(SYSTEM, rows=rows, at=LOADED)
    if lived:
        people = PersonRows(residents=residents, residences=residences, households=[], members=[], traits=[])
        actions.load_people(SYSTEM, rows=people, at=LOADED)
    return [well.id for well in wells]
