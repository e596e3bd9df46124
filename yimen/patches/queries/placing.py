"""In which patch doors and stairwells lie, on any day since their community began."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Lying:
    """The patch in which something lies on a day."""

    patch_id: UUID
    ref: str
    number: int
    division_code: str


_ON = "l.from_on <= %(on)s and (l.to_on is null or l.to_on > %(on)s)"
_BY_DWELLING = f"""
select d.id, p.id, p.ref, p.number, p.division_code
from registry_dwelling d join patches_placement l on l.stairwell_id = d.stairwell_id and {_ON}
join patches_patch p on p.id = l.patch_id
where d.id = any(%(ids)s)
"""
_BY_STAIRWELL = f"""
select l.stairwell_id, p.id, p.ref, p.number, p.division_code
from patches_placement l join patches_patch p on p.id = l.patch_id
where l.stairwell_id = any(%(ids)s) and {_ON}
"""
_DIVISION = f"""
select l.stairwell_id, p.number from patches_placement l join patches_patch p on p.id = l.patch_id
where l.division_code = %(code)s and {_ON}
"""
_WELLS = f"select l.stairwell_id from patches_placement l where l.patch_id = %(patch)s and {_ON}"


def patches_of_dwellings(dwellings: Iterable[UUID], *, on: date) -> dict[UUID, Lying]:
    """The patch of each door on a day; a door is absent while its community has not begun."""
    return _lying(_BY_DWELLING, dwellings, on)


def patches_of_stairwells(stairwells: Iterable[UUID], *, on: date) -> dict[UUID, Lying]:
    """The patch of each stairwell on a day; absent while its community has not begun."""
    return _lying(_BY_STAIRWELL, stairwells, on)


def _lying(sql: str, ids: Iterable[UUID], on: date) -> dict[UUID, Lying]:
    wanted = list(ids)
    if not wanted:
        return {}
    return {row[0]: Lying(*row[1:]) for row in _asked(sql, {"ids": wanted, "on": on})}


def division_on(division_code: str, *, on: date) -> dict[UUID, int]:
    """How a community is divided on a day: the number of the patch of every stairwell."""
    return dict(_asked(_DIVISION, {"code": division_code, "on": on}))


def stairwells_of(patch_id: UUID, *, on: date) -> list[UUID]:
    """The stairwells of a patch on a day."""
    return [row[0] for row in _asked(_WELLS, {"patch": patch_id, "on": on})]


# The order in which the trigger `patches_place_new` looks for a neighbour; a new building has no place on the map.
_OF_NEW = f"""
select distinct p.number from unnest(%(compounds)s::text[]) w(name)
cross join lateral (
  select l.patch_id from registry_compound c
  join registry_building o on o.compound_id = c.id join registry_stairwell s on s.building_id = o.id
  join patches_placement l on l.stairwell_id = s.id and {_ON}
  where c.division_code = %(code)s order by c.name = w.name desc, o.id, s.id limit 1
) near
join patches_patch p on p.id = near.patch_id order by 1
"""


def patches_of_new(division_code: str, compounds: Iterable[str], *, on: date) -> list[int]:
    """The numbers of the patches into which new buildings of these compounds come by themselves: that of a building of
    the compound, else of the community's oldest. None while the community is not divided."""
    values = {"code": division_code, "compounds": list(compounds), "on": on}
    return [row[0] for row in _asked(_OF_NEW, values)]


def patch_numbers(division_code: str) -> dict[int, UUID]:
    """Every number a community ever gave to a patch, and the patch."""
    rows = _asked("select number, id from patches_patch where division_code = %(code)s", {"code": division_code})
    return dict(rows)


def community_of_patch(ref: str) -> str:
    """The community that gave a patch its public name, also where the patch has ended; "" for none."""
    rows = _asked("select division_code from patches_patch where ref = %(ref)s", {"ref": ref})
    return str(rows[0][0]) if rows else ""


_AFTER = f"""
select distinct p.id, p.ref, p.number, p.division_code
from patches_patch was join patches_placement o on o.patch_id = was.id
join patches_placement l on l.stairwell_id = o.stairwell_id and {_ON}
join patches_patch p on p.id = l.patch_id
where was.ref = %(ref)s and o.to_on = (select max(x.to_on) from patches_placement x where x.patch_id = was.id)
order by p.number
"""


def patches_after(ref: str, *, on: date) -> list[Lying]:
    """Where the last stairwells of a patch that ended lie on a day, by number."""
    return [Lying(*row) for row in _asked(_AFTER, {"ref": ref, "on": on})]


def _asked(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
