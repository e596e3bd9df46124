"""The places of a community as one tree, asked for once and kept for a run."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import connection

from yimen.registry.rules import sealed
from yimen.registry.rules.numbers import forms_of


@dataclass(slots=True)
class Home:
    """A dwelling as it stands."""

    id: UUID
    floor: int
    area: Decimal | None
    rented: bool


@dataclass(slots=True)
class House:
    """A building with its stairwells; the dwellings of each by room. It has as many floors as its highest door at
    least."""

    id: UUID
    floors: int
    highest: int = 1
    stairwells: dict[str, UUID] = field(default_factory=dict)
    dwellings: dict[tuple[str, str], Home] = field(default_factory=dict)


@dataclass(slots=True)
class Community:
    """Compounds by name, buildings by compound and number."""

    compounds: dict[str, UUID] = field(default_factory=dict)
    houses: dict[tuple[str, str], House] = field(default_factory=dict)


def compound_names(code: str) -> list[str]:
    """The compounds of a community, by name."""
    with connection.cursor() as cursor:
        cursor.execute("select name from registry_compound where division_code = %s order by name", (code,))
        return [name for (name,) in cursor.fetchall()]


def community_tree(code: str) -> Community:
    """Everything that is on record of the places of a community."""
    tree = Community()
    with connection.cursor() as cursor:
        cursor.execute("select name, id from registry_compound where division_code = %s", (code,))
        tree.compounds = dict(cursor.fetchall())
        cursor.execute(
            """
            select c.name, b.number, b.id, b.floors, s.number, s.id, d.room, d.id, d.floor, d.area, d.is_rented
            from registry_compound c join registry_building b on b.compound_id = c.id
            left join registry_stairwell s on s.building_id = b.id
            left join registry_dwelling d on d.stairwell_id = s.id
            where c.division_code = %s
            """,
            (code,),
        )
        for compound, number, building, floors, unit, stairwell, room, dwelling, *facts in cursor.fetchall():
            house = tree.houses.setdefault((compound, number), House(building, floors))
            if unit is not None:
                house.stairwells[unit] = stairwell
            if dwelling is not None:
                home = house.dwellings[unit, room] = Home(dwelling, *facts)
                house.highest = max(house.highest, home.floor)
    return tree


@dataclass(frozen=True, slots=True)
class HouseholdStanding:
    """An open household."""

    id: UUID
    number: str
    head: UUID | None
    head_name: str


def households_at(dwellings: Collection[UUID]) -> dict[tuple[UUID, str], list[HouseholdStanding]]:
    """Open households by dwelling and kind, the oldest first."""
    found: dict[tuple[UUID, str], list[HouseholdStanding]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select h.dwelling_id, h.kind, h.id, h.number, h.head_id, coalesce(r.name, '') from registry_household h "
            "left join registry_resident r on r.id = h.head_id "
            "where h.dwelling_id = any(%s) and h.to_on is null order by h.from_on, h.id",
            (list(dwellings),),
        )
        for dwelling, kind, *rest in cursor.fetchall():
            found.setdefault((dwelling, kind), []).append(HouseholdStanding(*rest))
    return found


def people_at(dwellings: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str, bytes]]]:
    """Who is registered or lives at doors now: id, name and the hash of the number."""
    found: dict[UUID, list[tuple[UUID, str, bytes]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select l.dwelling_id, r.id, r.name, r.id_hash from registry_residence l "
            "join registry_resident r on r.id = l.resident_id "
            "where l.dwelling_id = any(%s) and l.to_on is null and r.merged_into_id is null",
            (list(dwellings),),
        )
        for dwelling, resident, name, hashed in cursor.fetchall():
            found.setdefault(dwelling, []).append((resident, name, bytes(hashed or b"")))
    return found


def hashes_of(number: str) -> set[bytes]:
    """What a number is found by, in either length and under either key."""
    return {found for form in forms_of(number) for found in sealed.number_hashes(form)}
