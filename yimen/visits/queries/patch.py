"""One patch in a month: its doors with who was reached when, who must be seen, what is open, and the goal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import NotFound
from yimen.orgs.queries import numbers_on
from yimen.patches import queries as patches
from yimen.registry.queries.lived_in import LIVED_IN
from yimen.visits.queries.vulnerable import HOLDS
from yimen.visits.rules.months import first_of
from yimen.visits.rules.planning import Household
from yimen.visits.rules.vulnerable import kinds_of


@dataclass(frozen=True, slots=True)
class Door:
    """One lived-in door of a patch. `last_on`, `last`: the latest record of any outcome; `gap`: the month's reason,
    `gap_note` the words with it."""

    household: Household
    stairwell_id: UUID
    ref: str
    door: str
    kinds: Sequence[str]
    last_on: date | None
    last: str
    gap: str
    gap_note: str


REACHED = "v.is_current and v.outcome in ('met', 'phone')"
# Since when a stairwell `l` lies in a patch at all; asked once for each, not for each of its doors.
SINCE = "select min(x.from_on) since_on from patches_placement x where x.stairwell_id = l.stairwell_id"
# The stairwells of a patch on %(day)s, each with its building; a few rows, so that nothing of them is asked per door.
STAIRS = f"""
select s.id, s.number, c.name compound, c.name || ' ' || b.number building, began.since_on
from patches_placement l
join registry_stairwell s on s.id = l.stairwell_id
join registry_building b on b.id = s.building_id
join registry_compound c on c.id = b.compound_id
cross join lateral ({SINCE}) began
where l.patch_id = %(patch)s and l.from_on <= %(day)s and (l.to_on is null or l.to_on > %(day)s)
"""
_DOORS = f"""
with stair as materialized ({STAIRS})
select d.id, s.id, s.building, s.number, d.floor, d.room, d.ref, d.door,
  s.since_on, seen.reached_on, seen.last_on, seen.last, must.groups, must.is_marked,
  exists (select from visits_finding f where f.division_code = %(code)s and f.state = 'open' and f.dwelling_id = d.id
          and f.kind in ('need', 'turned_away')),
  gap.reason, gap.note
from stair s join registry_dwelling d on d.stairwell_id = s.id
left join visits_gap gap on gap.dwelling_id = d.id and gap.month = %(first)s
left join lateral (
  select max(v."on") filter (where {REACHED}) reached_on, max(v."on") last_on,
         (array_agg(v.outcome order by v."on" desc, v.id desc))[1] last
  from visits_visit v where v.dwelling_id = d.id and v.is_current and v."on" <= %(day)s
) seen on true
left join lateral (
  select array_agg(distinct g.key) filter (where g.key is not null) groups, bool_or(v.is_marked) is_marked
  from visits_vulnerablehousehold v left join lateral unnest(v.groups) g(key) on true
  where v.dwelling_id = d.id and {HOLDS}
) must on true
where {LIVED_IN}"""


def doors_of(standing: patches.Standing, *, day: date) -> list[Door]:
    """The lived-in doors of a patch on a day, as that day's month sees them."""
    first = first_of(day)
    values: dict[str, Any] = {"patch": standing.id, "code": standing.division_code, "day": day, "first": first}
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, values)
        return [_door(row, first) for row in cursor.fetchall()]


def _door(row: tuple[Any, ...], first: date) -> Door:
    dwelling, stairwell_id, building, stairwell, floor, room, ref, door, since, reached, *rest = row
    last_on, last, groups, is_marked, has_need, gap, gap_note = rest
    household = Household(
        dwelling=dwelling,
        building=building,
        stairwell=stairwell,
        floor=floor,
        room=room,
        since_on=since,
        seen_on=reached,
        is_must=is_marked is not None,
        has_need=has_need,
        has_gap=gap is not None,
        is_reached=reached is not None and reached >= first,
    )
    kinds = kinds_of(groups or (), is_marked=bool(is_marked))
    return Door(household, stairwell_id, ref, door, kinds, last_on, last or "", gap or "", gap_note or "")


@dataclass(frozen=True, slots=True)
class Month:
    """How a patch stands in a month: `reached` of `goal` households, `must_reached` of `must`, of which `gaps` not
    reached have a named reason."""

    goal: int
    households: int
    reached: int
    must: int
    must_reached: int
    gaps: int


def month_of(doors: Iterable[Door], *, goal: int) -> Month:
    """The month's figures from its doors."""
    every = [one.household for one in doors]
    must = [one for one in every if one.is_must]
    return Month(
        goal,
        len(every),
        sum(one.is_reached for one in every),
        len(must),
        sum(one.is_reached for one in must),
        sum(one.has_gap and not one.is_reached for one in must),
    )


_NORM = "visits_a_month"
_UNSEEN = "unseen_months"
_GOALS = """
select distinct on (g.patch_id) g.patch_id, g.households from visits_goal g
where g.patch_id = any(%(patches)s) and g.month <= %(first)s and g.answer = 'approved'
order by g.patch_id, g.month desc
"""


def goals_of(ids: Iterable[UUID], *, first: date) -> Mapping[UUID, int]:
    """The goal of each patch in a month: the street's last answer, else the norm."""
    wanted, norm = list(ids), norm_of(first)
    with connection.cursor() as cursor:
        cursor.execute(_GOALS, {"patches": wanted, "first": first})
        said = dict(cursor.fetchall())
    return {one: said.get(one, norm) for one in wanted}


def norm_of(first: date) -> int:
    """Households an officer reaches in the month that begins on this day (facts.md row 29)."""
    return numbers_on(first, [_NORM])[_NORM]


def unseen_months_of(first: date) -> int:
    """Months after which nobody waits any longer without a named reason (facts.md row 30)."""
    return numbers_on(first, [_UNSEEN])[_UNSEEN]


@dataclass(frozen=True, slots=True)
class Asked:
    """A goal that a head has asked for."""

    ref: str
    patch_id: UUID
    division_code: str
    month: date
    households: int
    reason: str
    asked_by: str
    asked_at: datetime
    answer: str
    answered_by: str


def goals_asked(actor: Actor, *, only_open: bool) -> list[Asked]:
    """Goals asked for within reach, newest first."""
    require(actor, "coverage.open")
    low, high = actor.reach, actor.reach + "~"
    waits = "and answer = ''" if only_open else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "select ref, patch_id, division_code, month, households, reason, asked_by, asked_at, answer, answered_by"
            f" from visits_goal where division_code >= %s and division_code < %s {waits}"
            " order by asked_at desc limit 50",
            (low, high),
        )
        return [Asked(*row) for row in cursor.fetchall()]


def patches_for(actor: Actor, *, at: datetime) -> list[patches.Standing]:
    """The patches somebody works on: those of one's own as A, also while away, then those one walks now as B, then the
    others; after them all of the station for its head."""
    own = sorted(patches.own_patches(actor.person, at=at), key=lambda one: (one.side != "A", not one.acts))
    first = [one.patch for one in own]
    if actor.role is not Role.HEAD:
        return first
    return first + [one for one in patches.patches_at(actor.reach, at=at) if one.id not in {own.id for own in first}]


def patch_in_reach(actor: Actor, ref: str, *, at: datetime) -> patches.Standing:
    """A patch by its public name. NotFound out of reach."""
    found = patches.patch(ref, at=at)
    if found is None or not actor.reaches(found.division_code):
        raise NotFound()
    return found


def today_of(at: datetime) -> date:
    """The local day of a moment."""
    return local(at).date()
