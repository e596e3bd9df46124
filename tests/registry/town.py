"""A few doors and people for the tests of the register. Everybody is invented: region 320299, phones 154."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tests.cast import COMMUNITY, MONDAY, NEXT_COMMUNITY, SIBLING
from yimen.core.actor import SYSTEM
from yimen.core.clock import LOCAL
from yimen.core.identity import check_character
from yimen.core.ids import new_id, new_ref
from yimen.registry import actions
from yimen.registry.rules.rows import (
    BuildingRow,
    CompoundRow,
    DwellingRow,
    HouseholdRow,
    MemberRow,
    PersonRows,
    PlaceRows,
    ResidenceRow,
    ResidentRow,
    StairwellRow,
    TraitRow,
)

AT = MONDAY
TODAY = MONDAY.date()
LOADED = datetime(2025, 6, 2, 9, 0, tzinfo=LOCAL)
SINCE = date(2015, 3, 1)
AS_OF = date(2025, 6, 1)


def number_of(birth: date, order: int, region: str = "320299") -> str:
    """A number of a region that was never assigned; odd orders are men."""
    body = f"{region}{birth:%Y%m%d}{order:03}"
    return body + check_character(body)


@dataclass(frozen=True)
class Somebody:
    """One resident of the tests as they were loaded."""

    id: UUID
    ref: str
    name: str
    number: str
    phone: str


@dataclass(frozen=True)
class Town:
    """Doors ("3-2-502" by community) and people by name."""

    doors: dict[tuple[str, str], str]
    people: dict[str, Somebody]

    def door(self, key: str, community: str = COMMUNITY) -> str:
        return self.doors[community, key]


def build_town() -> Town:
    """Three communities with two buildings each, and a household or two."""
    doors: dict[tuple[str, str], str] = {}
    ids: dict[str, UUID] = {}
    for community in (COMMUNITY, SIBLING, NEXT_COMMUNITY):
        doors |= _places(community, ids)
    people: dict[str, Somebody] = {}
    for community, door, names in (
        (COMMUNITY, "3-2-502", (("张国富", 1946, 1), ("王秀英", 1949, 2))),
        (COMMUNITY, "3-1-101", (("单雄信", 1980, 3), ("仇英", 1985, 4))),
        (COMMUNITY, "12-1-301", (("陈桂芬", 1959, 6), ("Anna Schmidt", 1990, 8))),
        (COMMUNITY, "12-1-302", (("买买提·吐尔逊", 1988, 5),)),
        (SIBLING, "3-2-502", (("张国芳", 1985, 10),)),
        (NEXT_COMMUNITY, "3-2-502", (("章高峰", 1972, 7),)),
    ):
        people |= _household(community, ids[f"{community} {door}"], names)
    return Town(doors, people)


def _places(community: str, ids: dict[str, UUID]) -> dict[tuple[str, str], str]:
    name = {COMMUNITY: "广瑞一村", SIBLING: "广瑞二村", NEXT_COMMUNITY: "清扬新村"}[community]
    compound = CompoundRow(id=new_id(), division_code=community, name=name)
    buildings, stairwells, dwellings = [], [], []
    doors: dict[tuple[str, str], str] = {}
    for number in ("3", "12"):
        building = BuildingRow(id=new_id(), division_code=community, compound_id=compound.id, number=number, floors=6)
        buildings.append(building)
        for unit in ("1", "2"):
            stairwell = StairwellRow(id=new_id(), division_code=community, building_id=building.id, number=unit)
            stairwells.append(stairwell)
            for floor in (1, 3, 5):
                for place in (1, 2):
                    row = DwellingRow(
                        id=new_id(),
                        ref=new_ref(),
                        division_code=community,
                        stairwell_id=stairwell.id,
                        floor=floor,
                        room=f"{floor}0{place}",
                        address=f"{name}{number}号楼{unit}单元{floor}0{place}室",
                    )
                    dwellings.append(row)
                    doors[community, f"{number}-{unit}-{row.room}"] = row.ref
                    ids[f"{community} {number}-{unit}-{row.room}"] = row.id
    rows = PlaceRows(compounds=[compound], buildings=buildings, stairwells=stairwells, dwellings=dwellings)
    actions.load_places(SYSTEM, rows=rows, at=LOADED)
    return doors


def _household(community: str, dwelling_id: UUID, names: tuple[tuple[str, int, int], ...]) -> dict[str, Somebody]:
    residents, residences, members, traits = [], [], [], []
    household = HouseholdRow(
        id=new_id(), division_code=community, kind="living", dwelling_id=dwelling_id, from_on=SINCE
    )
    for place, (name, year, order) in enumerate(names):
        row = ResidentRow(
            id=new_id(),
            ref=new_ref(),
            division_code=community,
            name=name,
            source="POP",
            as_of_on=AS_OF,
            number=number_of(date(year, 11, 9), order),
            phone=f"1540000{order:04}",
            marital="20",
            registered_division=community,
            provenance={"phone": ("resident", "2025-05-05", "stated")},
        )
        residents.append(row)
        residences.append(
            ResidenceRow(
                division_code=community,
                resident_id=row.id,
                dwelling_id=dwelling_id,
                kind="both",
                source="visit",
                as_of_on=AS_OF,
                from_on=SINCE,
            )
        )
        members.append(
            MemberRow(
                division_code=community,
                household_id=household.id,
                resident_id=row.id,
                relation="10" if place else "02",
                from_on=SINCE,
            )
        )
        traits.append(
            TraitRow(
                division_code=community,
                resident_id=row.id,
                kind="medical_insured",
                value=True,
                source="LSS",
                as_of_on=AS_OF,
                evidence="matched",
                from_on=SINCE,
            )
        )
    rows = PersonRows(
        residents=residents, residences=residences, households=[household], members=members, traits=traits
    )
    actions.load_people(SYSTEM, rows=rows, at=LOADED)
    return {row.name: Somebody(row.id, row.ref, row.name, row.number, row.phone) for row in residents}
