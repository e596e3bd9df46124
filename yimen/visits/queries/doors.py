"""Doors and where they belong: the doors somebody ever lived at, the communities that need looking at."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection

_EVER = """
select distinct l.division_code, l.dwelling_id
from registry_resident r join registry_residence l on l.resident_id = r.id
where r.id = %(id)s or r.merged_into_id = %(id)s
   or r.id = (select x.merged_into_id from registry_resident x where x.id = %(id)s)
"""


def doors_of_resident(resident: UUID) -> dict[str, list[UUID]]:
    """By community, every door at which a resident, or a record merged with theirs, lives or ever lived."""
    found: dict[str, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_EVER, {"id": resident})
        for code, door in cursor.fetchall():
            found.setdefault(code, []).append(door)
    return found


_COMPOUNDS = """
select d.ref, c.name from registry_dwelling d join registry_stairwell s on s.id = d.stairwell_id
join registry_building b on b.id = s.building_id join registry_compound c on c.id = b.compound_id
where d.ref = any(%(refs)s)
"""


def compounds_of(refs: Iterable[str], *, always: bool = False) -> Mapping[str, str]:
    """The compound of each door by its reference, where a page tells of doors in several: many have a building 3, so
    "3-1-502" alone says too little. `always`: also where all lie in one."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPOUNDS, {"refs": sorted({ref for ref in refs if ref})})
        found = dict(cursor.fetchall())
    return found if always else where_several(found)


def where_several(compounds: Mapping[str, str]) -> Mapping[str, str]:
    """The compound of each door, nothing where all lie in one."""
    return compounds if len(set(compounds.values())) > 1 else {}
