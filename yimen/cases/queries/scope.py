"""Which cases exist for an actor: reach, a department's line, and restricted matters. Said once in ORM, once in SQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from yimen.access.scope import bounds, in_reach
from yimen.core.actor import Actor, Role
from yimen.orgs import queries as orgs


def stands_in_for(actor: Actor, *, at: datetime) -> list[UUID]:
    """The accounts of the absent colleagues for whom this actor stands in now."""
    if actor.role not in (Role.WINDOW, Role.HEAD):
        return []
    return sorted({covered.account_id for covered in orgs.covering(actor, at=at)})


def known_to(actor: Actor, *, standing: list[UUID]) -> Q:
    """The cases this actor may know of, as a filter. `standing`: from `stands_in_for`."""
    if actor.role is Role.SYSTEM:
        return Q()
    scope = in_reach(actor)
    if actor.line:
        scope &= Q(department=actor.line)
    if actor.role is Role.RESIDENT:
        return scope  # the portal has checked number and second secret
    me = [actor.account_id, *standing]
    named = Q(owner__in=me) | Q(first_asked__in=me)
    desk = Q(desk_code=actor.reach) & ~Q(division_code=F("desk_code"))
    return scope & (Q(is_restricted=False) | named | desk)


_RESTRICTED = """
(not c.is_restricted or c.owner_id = any(%(me)s) or c.first_asked_id = any(%(me)s)
 or (c.desk_code = %(reach)s and c.desk_code <> c.division_code))
"""


def known_sql(actor: Actor, *, standing: list[UUID]) -> tuple[str, dict[str, Any]]:
    """The same for raw SQL over `cases_case c`: a condition and its parameters."""
    low, high = bounds(actor)
    parts = ["c.division_code >= %(low)s and c.division_code < %(high)s", _RESTRICTED]
    if len(low) == 12:
        parts[0] = "c.division_code = %(low)s"
    if actor.line:
        parts.append("c.department = %(line)s")
    me = [actor.account_id, *standing]
    return " and ".join(parts), {"low": low, "high": high, "me": me, "reach": actor.reach, "line": actor.line}
