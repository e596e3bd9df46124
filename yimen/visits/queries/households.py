"""Who lives behind doors, as far as a walk needs to know: surname, how many, the class, when last seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.scope import bounds
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.patches.queries.standing import own_patches
from yimen.registry.queries.lived_in import LIVED_IN
from yimen.visits.queries.patch import goals_of
from yimen.visits.rules.months import REACHED, first_of
from yimen.visits.rules.offline import MOST_DOORS, natural, surname_of
from yimen.visits.rules.vulnerable import kinds_of


@dataclass(frozen=True, slots=True)
class Door:
    """A door of a walk. Without the names of anybody: a surname, a number of people, a class."""

    id: UUID
    ref: str
    building: str  # with its compound: many have a building 3
    stairwell: str
    floor: int
    room: str
    surname: str  # "" where nobody is registered, or nobody's name may be shown
    people: int
    kinds: Sequence[str]
    seen_on: date | None  # last reached
    last_on: date | None  # last visited at all
    last_outcome: str
    last_topics: Sequence[str]
    missed: int  # times in a row that nobody was at home
    needs: int  # open ones
    version: int | None  # of the head's record
    today: str  # outcome of today's visit
    today_at: datetime | None

    @property
    def is_must(self) -> bool:
        """Whether the household is to be seen every month."""
        return bool(self.kinds)

    @property
    def is_done(self) -> bool:
        """Whether it was walked to today."""
        return bool(self.today)


# The living at each door; a protected person is counted nowhere and named nowhere.
_LIVING = """
select l.dwelling_id, r.id, r.name, r.version, r.birth_on from registry_residence l
join registry_resident r on r.id = l.resident_id and r.merged_into_id is null and r.died_on is null
  and not r.is_protected
where l.dwelling_id = any(%(ids)s) and l.to_on is null and l.kind in ('both', 'living')
"""
_HEADS = f"""
select distinct on (x.dwelling_id) x.dwelling_id, x.id from ({_LIVING}) x
left join registry_household h on h.dwelling_id = x.dwelling_id and h.to_on is null and h.kind = 'living'
order by x.dwelling_id, (x.id = h.head_id) desc nulls last, x.birth_on, x.id
"""


def heads_of(dwellings: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of each door the resident whom a new number or a move most likely concerns: the head of the living household."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, {"ids": list(dwellings)})
        return dict(cursor.fetchall())


_DOORS = f"""
with living as ({_LIVING}), heads as ({_HEADS})
select d.id, d.ref, c.name || ' ' || b.number, s.number, d.floor, d.room, coalesce(r.name, ''),
  (select count(*) from living x where x.dwelling_id = d.id),
  array(select distinct g from visits_vulnerablehousehold v, unnest(v.groups) g
    where v.dwelling_id = d.id and v.from_on <= %(day)s and (v.to_on is null or v.to_on > %(day)s)),
  exists (select from visits_vulnerablehousehold v where v.dwelling_id = d.id and v.is_marked
    and v.from_on <= %(day)s and (v.to_on is null or v.to_on > %(day)s)),
  (select max(v."on") from visits_visit v where v.dwelling_id = d.id and v.is_current and v.outcome = any(%(reached)s)),
  l."on", coalesce(l.outcome, ''), coalesce(l.topics, '{{}}'),
  (select count(*) from visits_visit v where v.dwelling_id = d.id and v.is_current and v.outcome = 'not_home'
    and v.at > coalesce((select max(w.at) from visits_visit w where w.dwelling_id = d.id and w.is_current
      and w.outcome <> 'not_home'), '-infinity')),
  (select count(*) from visits_finding f where f.dwelling_id = d.id and f.state = 'open' and f.kind = 'need'),
  r.version,
  case when l."on" = %(day)s then l.outcome else '' end, case when l."on" = %(day)s then l.at end
from registry_dwelling d
join registry_stairwell s on s.id = d.stairwell_id join registry_building b on b.id = s.building_id
join registry_compound c on c.id = b.compound_id
left join heads on heads.dwelling_id = d.id left join registry_resident r on r.id = heads.id
left join lateral (select v."on", v.at, v.outcome, v.topics from visits_visit v
  where v.dwelling_id = d.id and v.is_current order by v."on" desc, v.at desc limit 1) l on true
where d.id = any(%(ids)s) and d.division_code >= %(low)s and d.division_code < %(high)s
"""


def doors(actor: Actor, dwellings: Iterable[UUID], *, at: datetime) -> list[Door]:
    """These doors within reach, in no order."""
    low, high = bounds(actor)
    values: dict[str, Any] = {
        "ids": list(dwellings),
        "day": local(at).date(),
        "low": low,
        "high": high,
        "reached": list(REACHED),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, values)
        return [_door(row) for row in cursor.fetchall()]


def _door(row: tuple[Any, ...]) -> Door:
    name, people, groups, is_marked, *rest = row[6:]
    said = (*row[:6], surname_of(name), people, kinds_of(groups, is_marked=is_marked), *rest)
    return Door(*said)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stairwell of a walk: doors to be seen every month first, then from the top floor, those walked to last."""

    building: str
    stairwell: str
    doors: Sequence[Door]

    @property
    def done(self) -> int:
        """How many were walked to today."""
        return sum(door.is_done for door in self.doors)


def stops(found: Iterable[Door]) -> list[Stop]:
    """Doors as a walk."""
    groups: dict[tuple[str, str], list[Door]] = {}
    for door in sorted(found, key=_place):
        groups.setdefault((door.building, door.stairwell), []).append(door)
    return [Stop(building, stairwell, group) for (building, stairwell), group in groups.items()]


def _place(door: Door) -> tuple[str, str, bool, bool, int, str]:
    return natural(door.building), natural(door.stairwell), door.is_done, not door.is_must, -door.floor, door.room


# A door nobody lives behind comes after all households: nobody waits there.
_MINE = f"""
with mine as (
  select d.id, d.stairwell_id, exists (select from visits_vulnerablehousehold v where v.dwelling_id = d.id
      and v.from_on <= %(day)s and (v.to_on is null or v.to_on > %(day)s)) as must,
    (select max(v."on") from visits_visit v where v.dwelling_id = d.id and v.is_current
      and v.outcome = any(%(reached)s)) as seen_on,
    exists (select from visits_visit v where v.dwelling_id = d.id and v."on" = %(day)s) as today,
    {LIVED_IN} as lived_in
  from patches_placement l join registry_dwelling d on d.stairwell_id = l.stairwell_id
  where l.patch_id = any(%(patches)s) and l.from_on <= %(day)s and (l.to_on is null or l.to_on > %(day)s)
)
"""
_PROPOSED = (
    _MINE
    + f"""select id from mine
where (seen_on is null or seen_on < %(first)s or today)
order by today desc, must desc, lived_in desc, seen_on nulls first, id
limit {MOST_DOORS}
"""
)
_COUNTS = (
    _MINE
    + """
select count(*) filter (where seen_on >= %(first)s), count(*) filter (where must),
  count(*) filter (where must and seen_on >= %(first)s) from mine
"""
)
_CHOSEN = """
select w.dwellings from visits_walk w where w.account_id = %(account)s and w.patch_id = any(%(patches)s)
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """This month in the patches that somebody answers for now: distinct households, whatever the hour."""

    reached: int
    goal: int  # of all these patches
    must: int
    must_reached: int


def own_walk(actor: Actor, *, at: datetime) -> tuple[list[UUID], Counts, str]:
    """The doors of the actor's own walk, at most 60: those chosen at the desk, else those of their patches that wait
    longest, must-visit households first and doors nobody lives behind last. With the month's counts and the numbers of
    the patches in words."""
    own = [one for one in own_patches(actor.person, at=at) if one.acts]
    day = local(at).date()
    values: dict[str, Any] = {
        "patches": [one.patch.id for one in own],
        "account": actor.person,
        "day": day,
        "first": first_of(day),
        "reached": list(REACHED),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, values)
        chosen = [door for (row,) in cursor.fetchall() for door in row]
        if not chosen:
            cursor.execute(_PROPOSED, values)
            chosen = [row[0] for row in cursor.fetchall()]
        cursor.execute(_COUNTS, values)
        reached, must, must_reached = cursor.fetchone() or (0, 0, 0)
    goal = sum(goals_of(values["patches"], first=values["first"]).values())
    numbers = ", ".join(str(one.patch.number) for one in own)
    return chosen[:MOST_DOORS], Counts(reached, goal, must, must_reached), numbers
