"""Who lives at a door, and who has lately left it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from yimen.registry.queries.shown import masked_phone


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody of a door. `name` is whole, for the caller to show as pages do; the phone is masked. `on`: since when
    they live there, or when they left."""

    id: UUID
    ref: str
    name: str
    version: int
    phone: str
    on: date


_SHOWN = "r.merged_into_id is null and not r.is_protected"
_LIVING = f"""
select r.id, r.ref, r.name, r.version, r.phone, l.from_on
from registry_residence l join registry_resident r on r.id = l.resident_id
where l.dwelling_id = %(door)s and l.to_on is null and l.kind in ('both', 'living') and {_SHOWN}
  and r.died_on is null order by r.birth_on nulls last, r.id
"""
_GONE = f"""
select r.id, r.ref, r.name, r.version, r.phone, max(l.to_on)
from registry_residence l join registry_resident r on r.id = l.resident_id
where l.dwelling_id = %(door)s and l.to_on is not null and l.kind in ('both', 'living') and {_SHOWN}
  and not exists (select from registry_residence o where o.resident_id = r.id and o.dwelling_id = l.dwelling_id
                  and o.to_on is null and o.kind in ('both', 'living'))
group by r.id, r.ref, r.name, r.version, r.phone order by max(l.to_on) desc, r.id limit 12
"""


def living_at(door: UUID | None) -> Sequence[Somebody]:
    """Who lives at a door, the eldest first; protected residents are left out."""
    return _asked(_LIVING, door)


def gone_from(door: UUID | None) -> Sequence[Somebody]:
    """Who lived at a door and does not any more, the last to leave first; at most twelve."""
    return _asked(_GONE, door)


def _asked(sql: str, door: UUID | None) -> Sequence[Somebody]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"door": door})
        return [
            Somebody(row_id, ref, name, version, masked_phone(phone, row_id), on)
            for row_id, ref, name, version, phone, on in cursor.fetchall()
        ]
