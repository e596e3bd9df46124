"""Open cases in a patch whose owner leaves it, for the page of the patch."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import ngettext

from yimen.core.clock import local
from yimen.patches.queries.sources import HandOver

# From the owner, who has few open cases, to the doors.
_OPEN = """
select a.id, a.ref, count(*) from cases_case c
join access_account a on a.id = c.owner_id
where c.owner_id = any(%(leaving)s) and c.closed_at is null and exists (
  select from registry_residence l
  join registry_dwelling d on d.id = l.dwelling_id
  join patches_placement p on p.stairwell_id = d.stairwell_id
  where l.resident_id = c.resident_id and l.to_on is null and l.kind in ('both', 'living')
    and p.patch_id = %(patch)s and p.from_on <= %(on)s and (p.to_on is null or p.to_on > %(on)s))
group by a.id order by a.name
"""


def to_hand_over(patch_id: UUID, leaving: Sequence[UUID], at: datetime) -> list[HandOver]:
    """How many open cases of residents of a patch each of these accounts still answers for."""
    values: dict[str, Any] = {"patch": patch_id, "leaving": list(leaving), "on": local(at).date()}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        return [
            HandOver(account, ngettext("open case", "open cases", count), count, f"/cases?view=all&owner={ref}")
            for account, ref, count in cursor.fetchall()
        ]
