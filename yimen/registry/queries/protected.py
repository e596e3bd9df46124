"""Protected residents: for those who may open them, and who those are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor, Role
from yimen.trail.record import record

MOST = 200  # on one page
# SQL: the actor `me` is a handler of the resident under this alias.
HANDLED = "exists (select from registry_handler h where h.resident_id = {0}.id and h.account_id = {1})"
_LISTED = f"""
select r.ref, r.name, coalesce((select string_agg(h.name, ', ' order by h.name) from registry_handler h
                                where h.resident_id = r.id), '')
from registry_resident r
where r.is_protected and r.merged_into_id is null and r.division_code >= %(low)s and r.division_code < %(high)s
  and (%(is_head)s or {HANDLED.format("r", "%(me)s")})
order by r.sort_key limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Protected:
    """One of them, with the names of the handlers."""

    ref: str
    name: str
    handlers: str


@transaction.atomic
def protected_residents(actor: Actor, *, at: datetime) -> list[Protected]:
    """Those this person may open: all of the station for its head, for others where they are named. On record."""
    require(actor, "resident.list_protected")
    low, high = bounds(actor)
    values: dict[str, Any] = {"low": low, "high": high, "is_head": actor.role is Role.HEAD, "me": actor.account_id}
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, {**values, "most": MOST})
        found = [Protected(*row) for row in cursor.fetchall()]
    record(
        actor,
        "resident.list_protected",
        subject=("people", "protected"),
        division_code=actor.reach,
        at=at,
        changes={"shown": [one.ref for one in found]},
        is_read=True,
    )
    return found


def handler_ids(actor: Actor, ref: str) -> tuple[bool, set[UUID]]:
    """Whether a resident in reach is protected, and the accounts of the handlers."""
    require(actor, "resident.protect")
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.is_protected, h.account_id from registry_resident r"
            " left join registry_handler h on h.resident_id = r.id"
            " where r.ref = %s and r.division_code >= %s and r.division_code < %s and r.merged_into_id is null",
            (ref, *bounds(actor)),
        )
        rows = cursor.fetchall()
    return any(row[0] for row in rows), {row[1] for row in rows if row[1] is not None}
