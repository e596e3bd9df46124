"""Which cases exist for an actor: reach, a department's line, and restricted matters. Said once in ORM, once in SQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from yimen.access.scope import in_reach
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.orgs import queries as orgs

# Digits of a division's code → the column that holds the code of that level: equality reads an index in order of due
# time, a range of codes cannot.
_LEVELS = {6: "district_code", 9: "street_code", 12: "division_code"}


def within_sql(code: str, name: str) -> str:
    """A condition over `cases_case c`: the case belongs under the division whose code is the parameter `name`."""
    column = _LEVELS.get(len(code))
    return f"c.{column} = %({name})s" if column else f"starts_with(c.division_code, %({name})s::text)"


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
(not c.is_restricted or c.owner_id = any({me}) or c.first_asked_id = any({me})
 or (c.desk_code = %(reach)s and c.desk_code <> c.division_code))
"""
_STATION = (Role.WINDOW, Role.HEAD)


def me_sql(actor: Actor) -> str:
    """An array of the actor's account and of those for whom they stand in now, as SQL."""
    if actor.role in _STATION:
        return f"array_append(array({orgs.STANDING}), %(self)s::uuid)"
    return "array[%(self)s::uuid]"


def known_sql(actor: Actor, *, at: datetime) -> tuple[str, dict[str, Any]]:
    """The same for raw SQL over `cases_case c`: a condition and its parameters. Asks who is absent by itself."""
    where, values = _known(actor, me_sql(actor))
    return where, values | {"at": at, "today": local(at).date()}


def own_sql(actor: Actor) -> tuple[str, dict[str, Any]]:
    """`known_sql` without the restricted matters of absent colleagues, and so without a question of time."""
    return _known(actor, "array[%(self)s::uuid]")


def hidden_sql(actor: Actor) -> str:
    """The restricted cases within reach of which this actor may not know, over `cases_case c`; by the parameters of
    `known_sql`. Who has accepted a case may be nobody, so it is asked whether the answer is not true."""
    parts = [*_reached(actor), "c.is_restricted", f"({_RESTRICTED.format(me=me_sql(actor))}) is not true"]
    return " and ".join(parts)


def _known(actor: Actor, me: str) -> tuple[str, dict[str, Any]]:
    parts = [*_reached(actor), _RESTRICTED.format(me=me)]
    values = {"low": actor.reach, "self": actor.account_id, "reach": actor.reach, "line": actor.line}
    return " and ".join(parts), values


def _reached(actor: Actor) -> list[str]:
    return [within_sql(actor.reach, "low"), *(["c.department = %(line)s"] if actor.line else [])]
