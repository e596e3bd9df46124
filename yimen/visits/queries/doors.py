"""Doors and where they belong: the doors somebody ever lived at, the communities that need looking at."""

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
