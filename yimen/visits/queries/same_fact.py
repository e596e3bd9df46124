"""Where two officers say different things about one fact of a door: both are shown both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yimen.core.actor import Actor
from yimen.visits.rules import sealed
from yimen.visits.rules.words import shown_content


@dataclass(frozen=True, slots=True)
class Disputed:
    """One's own open finding, and a colleague's about the same fact. Numbers are masked."""

    ref: str
    kind: str
    door: str
    mine: Mapping[str, str]
    my_at: datetime
    theirs: Mapping[str, str]
    their_at: datetime
    their_name: str


_DISPUTED = """
select distinct on (m.id) m.ref, m.kind, d.door, m.id, m.content, mv.at, t.id, t.content, tv.at, tv.by_name
from visits_finding m join visits_visit mv on mv.id = m.visit_id
join visits_finding t on t.dwelling_id = m.dwelling_id and t.kind = m.kind and t.state = 'open' and t.id <> m.id
join visits_visit tv on tv.id = t.visit_id and tv.account_id <> mv.account_id
join registry_dwelling d on d.id = m.dwelling_id
where mv.account_id = %(account)s and m.state = 'open' and m.kind in ('phone', 'moved_out', 'new_tenant')
order by m.id, tv.at desc limit 20
"""


def disputed(actor: Actor) -> Sequence[Disputed]:
    """What the actor is asked to decide, or to leave until the next visit."""
    with connection.cursor() as cursor:
        cursor.execute(_DISPUTED, {"account": actor.person})
        return [_disputed(row) for row in cursor.fetchall()]


def _disputed(row: tuple[Any, ...]) -> Disputed:
    ref, kind, door, my_id, mine, my_at, their_id, theirs, their_at, name = row
    return Disputed(ref, kind, door, _values(mine, my_id), my_at, _values(theirs, their_id), their_at, name)


def _values(content: Any, row: Any) -> dict[str, str]:
    return shown_content(sealed.unseal_values(content, place=sealed.FINDING, row=row))
