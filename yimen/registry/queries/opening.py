"""The one way to open a resident: within reach, protected ones by their handlers, above the stations not in haste, and
on record in the same statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor, Role
from yimen.core.errors import NotFound
from yimen.registry.queries.protected import HANDLED
from yimen.registry.queries.quota import ABOVE, pace_values, refuse_haste
from yimen.trail.queries import OPENED_ABOVE
from yimen.trail.record import look

_RESIDENT = f"""
select r.id as found_id, r.division_code as found_in, {{columns}}
from registry_resident r
where r.ref = %(ref)s and r.division_code >= %(low)s and r.division_code < %(high)s and r.merged_into_id is null
  and (not r.is_protected or %(is_head)s or {HANDLED.format("r", "%(me)s")})
"""


def opened_or_not(actor: Actor, ref: str, at: datetime, *, columns: str, more: str = "") -> Sequence[Any] | None:
    """Id, division and these columns of a living resident `r`, the look on record; None when there is none to be seen,
    and then nothing is written. RuleBroken when somebody above the stations has opened too many."""
    require(actor, "resident.read")
    low, high = bounds(actor)
    values = {"ref": ref, "low": low, "high": high, "is_head": actor.role is Role.HEAD, "me": actor.account_id}
    is_above = actor.role in ABOVE
    sql = _RESIDENT.format(columns=columns) + more
    if is_above:
        values |= pace_values(actor, at)
        sql += f" and {OPENED_ABOVE}"
    row = look(actor, "resident.read", kind="resident", at=at, sql=sql, values=values)
    if row is None and is_above:
        refuse_haste(actor, at)
    return row


def opened(actor: Actor, ref: str, at: datetime, *, columns: str, more: str = "") -> Sequence[Any]:
    """The same, and NotFound instead of None."""
    row = opened_or_not(actor, ref, at, columns=columns, more=more)
    if row is None:
        raise NotFound()
    return row
