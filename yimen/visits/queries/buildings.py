"""How far the households of buildings were reached: counts by building for lists and the map, and door by door for the
tower view of those who may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.scope import LAST
from yimen.registry.queries.lived_in import LIVED_IN
from yimen.visits.queries.patch import REACHED
from yimen.visits.queries.vulnerable import HOLDS
from yimen.visits.rules.months import first_of, half_year_before

Box = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True, slots=True)
class BuildingVisits:
    """One building: households, those `reached` this month, those `due` (not reached for half a year), must-visits and
    those of them still open this month."""

    ref: str
    compound: str
    number: str
    longitude: float | None
    latitude: float | None
    households: int
    reached: int
    due: int
    must: int
    must_open: int

    @property
    def state(self) -> str:
        """What stands out: "must", "due", "seen" or ""."""
        return "must" if self.must_open else "due" if self.due else "seen" if self.reached else ""


# Only where patches have begun: before that nobody is due to anybody. Households are looked up by `in`, which is hashed
# whatever the planner expects; joined to what it takes for one row, each door would be compared with every visit.
_COUNTS = f"""
with here as materialized (
  select b.id, b.ref, b.number, b.longitude, b.latitude, b.division_code, c.name, x.from_on
  from registry_building b join registry_compound c on c.id = b.compound_id
  join patches_beginning x on x.division_code = b.division_code and x.from_on <= %(day)s
  where {{where}}
), seen as materialized (
  select v.dwelling_id, max(v."on") reached_on from visits_visit v
  where v.division_code = any(array(select distinct division_code from here)) and v."on" >= %(half)s
    and v."on" <= %(day)s and {REACHED} group by v.dwelling_id
), must as materialized (
  select distinct v.dwelling_id from visits_vulnerablehousehold v
  where v.division_code = any(array(select distinct division_code from here)) and {HOLDS}
)
select here.ref, here.name, here.number, here.longitude, here.latitude, count(*),
  count(*) filter (where d.id in (select dwelling_id from seen where reached_on >= %(first)s)),
  count(*) filter (where d.id not in (select dwelling_id from seen) and here.from_on < %(half)s),
  count(*) filter (where d.id in (select dwelling_id from must)),
  count(*) filter (where d.id in (select dwelling_id from must)
                   and d.id not in (select dwelling_id from seen where reached_on >= %(first)s))
from here
join registry_stairwell s on s.building_id = here.id
join registry_dwelling d on d.stairwell_id = s.id and {LIVED_IN}
group by 1, 2, 3, 4, 5
"""
_IN_BOX = _COUNTS.format(
    where="b.longitude between %(west)s and %(east)s and b.latitude between %(south)s and %(north)s"
    " and b.division_code >= %(low)s and b.division_code < %(high)s"
)
_OF_COMMUNITY = _COUNTS.format(where="c.division_code = %(code)s")


def visits_in_box(reach: str, box: Box, *, day: date) -> list[BuildingVisits]:
    """The buildings under a division that stand in a box."""
    sides = dict(zip(("west", "south", "east", "north"), box, strict=True))
    return _counted(_IN_BOX, {**sides, "low": reach, "high": reach + LAST}, day)


def visits_by_building(community: str, *, day: date) -> dict[str, BuildingVisits]:
    """The buildings of a community by ref; those without a household are absent."""
    return {one.ref: one for one in _counted(_OF_COMMUNITY, {"code": community}, day)}


def _counted(sql: str, which: Mapping[str, Any], day: date) -> list[BuildingVisits]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**which, "day": day, "first": first_of(day), "half": half_year_before(day)})
        return [BuildingVisits(*row) for row in cursor.fetchall()]


_OF_PATCHES = f"""
with must as materialized (
  select distinct v.dwelling_id from visits_vulnerablehousehold v where v.division_code = %(code)s and {HOLDS}
), seen as materialized (
  select distinct v.dwelling_id from visits_visit v
  where v.division_code = %(code)s and v."on" >= %(first)s and v."on" <= %(day)s and {REACHED}
)
select l.patch_id, count(*), count(*) filter (where d.id in (select dwelling_id from must)),
  count(*) filter (where d.id in (select dwelling_id from must) and d.id not in (select dwelling_id from seen))
from patches_placement l
join registry_dwelling d on d.stairwell_id = l.stairwell_id and {LIVED_IN}
where l.division_code = %(code)s and l.from_on <= %(day)s and (l.to_on is null or l.to_on > %(day)s)
group by l.patch_id
"""


def visits_by_patch(community: str, *, day: date) -> dict[UUID, tuple[int, int, int]]:
    """The patches of a community: households, must-visits, and those of them still open this month."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_PATCHES, {"code": community, "day": day, "first": first_of(day)})
        return {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class DoorVisits:
    """A lived-in door: whether it is a must-visit, and what stands out: "must" (open), "due", "seen" or "rest"."""

    is_must: bool
    state: str


_DOORS = f"""
select d.ref,
  exists (select from visits_vulnerablehousehold v where v.dwelling_id = d.id and {HOLDS}),
  (select max(v."on") from visits_visit v where v.dwelling_id = d.id and v."on" <= %(day)s and {REACHED}),
  x.from_on
from registry_stairwell s
join patches_beginning x on x.division_code = s.division_code
join registry_dwelling d on d.stairwell_id = s.id
where s.building_id = %(building)s and s.number = any(%(units)s) and {LIVED_IN}
"""


def visits_of_doors(building: UUID, units: Sequence[str], *, day: date) -> dict[str, DoorVisits]:
    """The lived-in doors of these stairwells of a building, by ref."""
    values: dict[str, Any] = {"building": building, "units": list(units), "day": day}
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, values)
        return {ref: DoorVisits(is_must, _state(day, is_must, *rest)) for ref, is_must, *rest in cursor.fetchall()}


def _state(day: date, is_must: bool, reached_on: date | None, since_on: date) -> str:
    if reached_on is not None and reached_on >= first_of(day):
        return "seen"
    if is_must:
        return "must"
    return "due" if (reached_on or since_on) < half_year_before(day) else "rest"
