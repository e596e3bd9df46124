"""What visits add to the workbench: the month of one's patch, the contacts that wait for one, and above the stations
who was not reached."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.cases.queries.sources import Block
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.orgs.queries import division_name
from yimen.visits.queries.contacts import waiting_for
from yimen.visits.queries.doors import where_several
from yimen.visits.queries.patch import goals_of, patches_for, unseen_months_of
from yimen.visits.queries.pressing import pressing_of
from yimen.visits.rules.months import first_of, stands_out
from yimen.visits.rules.speaking import WAYS

SHOWN = 5
_OFFICES = (Role.STREET, Role.DISTRICT, Role.CITY)
_BELOW = {4: 6, 6: 9, 9: 12}  # digits of a division's code and of its parts'


def block(actor: Actor, at: datetime) -> Block | None:
    """The section for this person, None where there is nothing to say."""
    if actor.role in _OFFICES and may(actor, "coverage.open"):
        return _office(actor, at)
    return _station(actor, at) if may(actor, "walk.read") else None


def _station(actor: Actor, at: datetime) -> Block | None:
    own = patches_for(actor, at=at)
    if not own:
        return None
    standing, day = own[0], local(at).date()
    first = first_of(day)
    month = pressing_of(standing, day=day, unseen_months=unseen_months_of(first), most=SHOWN)
    context = {
        "standing": standing,
        "compounds": where_several({one.ref: one.compound for one in month.pressing}),
        "goal": goals_of([standing.id], first=first)[standing.id],
        "month": month,
        "stands_out": stands_out(first, day),
    }
    return Block("visits/bench_patch.html", context)


def contacts_block(actor: Actor, _at: datetime) -> Block | None:
    """The contacts this person is to answer, None where none waits."""
    if not may(actor, "contact.answer"):
        return None
    found, total = waiting_for(actor, most=SHOWN)
    return (
        Block("visits/bench_contacts.html", {"rows": [(one, _(WAYS[one.via])) for one in found], "total": total})
        if found
        else None
    )


_MISSING = """
select code, must, must_reached, must_explained from visits_monthly
where code > %(code)s and code < %(high)s and length(code) = %(child)s and month = %(first)s
  and must > must_reached + must_explained
order by code limit 50
"""


def _office(actor: Actor, at: datetime) -> Block | None:
    day = local(at).date()
    first = first_of(day)
    if not stands_out(first, day):
        return None
    values: dict[str, Any] = {
        "code": actor.reach,
        "high": f"{actor.reach}~",
        "child": _BELOW[len(actor.reach)],
        "first": first,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, values)
        rows = [
            (code, division_name(code), must - reached - explained)
            for code, must, reached, explained in cursor.fetchall()
        ]
    return Block("visits/bench_office.html", {"rows": rows}) if rows else None
