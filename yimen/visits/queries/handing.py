"""What residents said and officers found in a patch that is still open with somebody who leaves it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import ngettext

from yimen.patches.queries.sources import HandOver

_OPEN = """
select coalesce(c.handed_to_id, c.first_asked_id), 'contact', count(*) from visits_contact c
join patches_patch p on p.id = %(patch)s
where c.patch_id = p.id and c.division_code = p.division_code and c.state = 'open'
  and coalesce(c.handed_to_id, c.first_asked_id) = any(%(leaving)s) group by 1
union all
select v.account_id, 'finding', count(*) from visits_finding f
join patches_patch p on p.id = %(patch)s
join visits_visit v on v.id = f.visit_id
where f.division_code = p.division_code and f.state = 'open' and v.patch_id = p.id
  and v.account_id = any(%(leaving)s) group by 1
order by 2, 1
"""


def to_hand_over(patch_id: UUID, leaving: Sequence[UUID], at: datetime) -> list[HandOver]:
    """Contacts that wait for an answer and findings that wait for a decision."""
    values: dict[str, Any] = {"patch": patch_id, "leaving": list(leaving)}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        return [_told(*row) for row in cursor.fetchall()]


def _told(account: UUID, kind: str, count: int) -> HandOver:
    if kind == "contact":
        title = ngettext("message without an answer", "messages without an answer", count)
        return HandOver(account, title, count, "/contacts?view=open")
    title = ngettext("finding that waits", "findings that wait", count)
    return HandOver(account, title, count, "/findings")
