"""The list of must-visit households as a station and its street see it: doors and classes, never the reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.doors import parse_door
from yimen.core.errors import N_, RuleBroken
from yimen.trail.record import looked
from yimen.visits.rules.vulnerable import kinds_of

PAGE = 30

# SQL over `visits_vulnerablehousehold v`: the entry holds on %(day)s.
HOLDS = "v.from_on <= %(day)s and (v.to_on is null or v.to_on > %(day)s)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list. A household the rule finds and somebody marked has two."""

    ref: str
    dwelling_ref: str
    door: str
    address: str
    division_code: str
    kinds: Sequence[str]
    is_marked: bool
    reason: str  # of a mark by hand
    by_name: str
    from_on: date
    to_on: date | None


_LIST = f"""
select v.ref, d.ref, d.door, d.address, v.division_code, v.groups, v.is_marked, v.reason, v.by_name, v.from_on, v.to_on
from visits_vulnerablehousehold v join registry_dwelling d on d.id = v.dwelling_id
where v.division_code >= %(low)s and v.division_code < %(high)s and {HOLDS}
  and (%(after)s = '' or (v.division_code, d.door, v.ref) > (
    select x.division_code, y.door, x.ref from visits_vulnerablehousehold x
    join registry_dwelling y on y.id = x.dwelling_id where x.ref = %(after)s))
order by v.division_code, d.door, v.ref limit {PAGE + 1}
"""


def entries(actor: Actor, *, after: str = "", at: datetime) -> tuple[list[Entry], str]:
    """The entries in force, door by door, and the key of the next page; on record as a look."""
    require(actor, "vulnerable.list")
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(_LIST, {"low": low, "high": high, "after": after, "day": local(at).date()})
        rows = [_entry(row) for row in cursor.fetchall()]
    looked(
        actor,
        "vulnerable.list",
        subject=("vulnerable", actor.reach),
        division_code=actor.reach,
        at=at,
        changes={"shown": [row.dwelling_ref for row in rows[:PAGE]]},
    )
    return rows[:PAGE], rows[PAGE - 1].ref if len(rows) > PAGE else ""


def _entry(row: tuple[Any, ...]) -> Entry:
    ref, dwelling, door, address, code, groups, is_marked, *rest = row
    return Entry(ref, dwelling, door, address, code, kinds_of(groups, is_marked=is_marked), is_marked, *rest)


def dwelling_named(actor: Actor, typed: str) -> list[tuple[str, str]]:
    """The doors in reach that a text such as "3-2-502", "3-502" or "锡惠里 3-502" means: reference and address."""
    low, high = bounds(actor)
    compound, door = _compound_and_door(typed)
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"door": door, "compound": compound, "low": low, "high": high})
        return [(ref, address) for ref, address in cursor.fetchall()]


def _compound_and_door(typed: str) -> tuple[str, str]:
    """The compound, "" when none was written, and the key of the door."""
    first = re.search("[0-9]", typed)
    if (whole := parse_door(typed)) is not None or first is None:
        return "", whole.key if whole else typed
    door = parse_door(typed[first.start() :])
    return typed[: first.start()].strip(), door.key if door else typed[first.start() :]


_NAMED = """
select ref, address from registry_dwelling where door = %(door)s and division_code >= %(low)s
  and division_code < %(high)s and starts_with(address, %(compound)s)
union
select ref, address from registry_dwelling where door_short = %(door)s and division_code >= %(low)s
  and division_code < %(high)s and starts_with(address, %(compound)s)
order by 2 limit 20
"""


def door_meant(actor: Actor, typed: str) -> str:
    """The reference of the one door in reach that was typed, "" when none was; RuleBroken when none or several fit."""
    found = dwelling_named(actor, typed) if typed else []
    if typed and len(found) != 1:
        if found:
            words = N_("Several doors are written like this one. Write its compound too, for example %(example)s.")
            raise RuleBroken(words, field="door", example=found[0][1])
        raise RuleBroken(N_("There is no such door. Write it whole, such as 3-2-502."), field="door")
    return found[0][0] if found else ""


def dwelling_id(actor: Actor, ref: str) -> UUID | None:
    """The id of a door in reach."""
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from registry_dwelling where ref = %s and division_code >= %s and division_code < %s",
            (ref, low, high),
        )
        found = cursor.fetchone()
    return found[0] if found else None
