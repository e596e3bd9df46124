"""Where buildings stand, for the map: numbers, never names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.scope import LAST


@dataclass(frozen=True, slots=True)
class BuildingSpot:
    """One building in CGCS2000 degrees; `households` counts doors behind which somebody lives."""

    ref: str
    compound: str
    number: str
    longitude: float
    latitude: float
    households: int
    residents: int


# Longitude and latitude in one index: comparing numbers is safe under a policy, comparing points is not.
_IN_BOX = """
select b.ref, c.name, b.number, b.longitude, b.latitude, p.households, p.residents
from registry_building b join registry_compound c on c.id = b.compound_id
cross join lateral (
  select count(distinct l.dwelling_id) as households, count(*) as residents
  from registry_stairwell s
  join registry_dwelling d on d.stairwell_id = s.id
  join registry_residence l on l.dwelling_id = d.id and l.to_on is null and l.kind in ('both', 'living')
  where s.building_id = b.id
) p
where b.longitude between %(west)s and %(east)s and b.latitude between %(south)s and %(north)s
  and b.division_code >= %(low)s and b.division_code < %(high)s
"""


def buildings_in(reach: str, box: tuple[float, float, float, float]) -> list[BuildingSpot]:
    """The buildings under a division that stand in a box (west, south, east, north)."""
    values: dict[str, Any] = dict(zip(("west", "south", "east", "north"), box, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_IN_BOX, values | {"low": reach, "high": reach + LAST})
        return [BuildingSpot(*row) for row in cursor.fetchall()]


def communities_in(reach: str, box: tuple[float, float, float, float]) -> list[str]:
    """The codes of communities under a division with a building in a box."""
    values: dict[str, Any] = dict(zip(("west", "south", "east", "north"), box, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct b.division_code from registry_building b"
            " where b.longitude between %(west)s and %(east)s and b.latitude between %(south)s and %(north)s"
            " and b.division_code >= %(low)s and b.division_code < %(high)s",
            values | {"low": reach, "high": reach + LAST},
        )
        return [code for (code,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Standing:
    """A building by its names, with its place where it has one."""

    id: UUID
    division_code: str
    compound: str
    number: str
    longitude: float | None
    latitude: float | None


def buildings_named(reach: str, compounds: Iterable[str]) -> list[Standing]:
    """The buildings under a division in compounds of these names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select b.id, b.division_code, c.name, b.number, b.longitude, b.latitude"
            " from registry_compound c join registry_building b on b.compound_id = c.id"
            " where c.name = any(%(names)s) and c.division_code >= %(low)s and c.division_code < %(high)s",
            {"names": sorted(set(compounds)), "low": reach, "high": reach + LAST},
        )
        return [Standing(*row) for row in cursor.fetchall()]
