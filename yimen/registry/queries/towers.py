"""Buildings as towers: every door with who lives behind it, said in few words, and what kinds of help they need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.core.names import surname_of

OLD, ELDERLY = 80, 60  # years


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """One building of a list. `households` counts doors behind which somebody lives."""

    ref: str
    compound: str
    number: str
    floors: int
    stairwells: int
    doors: int
    households: int
    residents: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One door. `surname` is the head's, or the eldest's; `marks` are of old, disabled, low, alone.

    `since_on` is the day up to which the oldest record of who lives here holds; None behind an empty door.
    """

    ref: str
    unit: str
    floor: int
    room: str
    is_rented: bool
    residents: Sequence[UUID] = ()
    surname: str = ""
    marks: Sequence[str] = ()
    since_on: date | None = None


@dataclass(frozen=True, slots=True)
class Tower:
    """A building with all its doors, and the refs of its neighbours in the compound ("" at the ends)."""

    id: UUID
    ref: str
    division_code: str
    compound: str
    number: str
    floors: int
    before: str
    after: str
    cells: Sequence[Cell] = field(default=())


# By community: its compounds are few, and each step from there goes by an index.
_LIST = """
select b.ref, c.name, b.number, b.floors, count(distinct s.id), count(d.id),
       count(p.n) filter (where p.n > 0), coalesce(sum(p.n), 0)::int
from registry_compound c
join registry_building b on b.compound_id = c.id
left join registry_stairwell s on s.building_id = b.id
left join registry_dwelling d on d.stairwell_id = s.id
left join lateral (
  select count(*) n from registry_residence l join registry_resident r on r.id = l.resident_id
  where l.dwelling_id = d.id and l.to_on is null and l.kind in ('both', 'living')
    and r.merged_into_id is null and not r.is_protected and r.died_on is null
) p on true
where c.division_code = %(community)s
group by c.name, b.id
order by c.name, length(b.number), b.number
"""


def buildings_of(actor: Actor, community: str) -> list[BuildingRow]:
    """The buildings of a community in reach, by compound and number. NotFound out of reach."""
    require(actor, "building.list")
    if not actor.reaches(community):
        raise NotFound()
    with connection.cursor() as cursor:
        cursor.execute(_LIST, {"community": community})
        return [BuildingRow(*row) for row in cursor.fetchall()]


_BUILDING = """
with here as (
  select b.id, b.ref, b.division_code, c.name, b.number, b.floors, b.compound_id
  from registry_building b join registry_compound c on c.id = b.compound_id
  where b.ref = %(ref)s and b.division_code >= %(low)s and b.division_code < %(high)s
), beside as (
  select n.id, lag(n.ref) over way as before, lead(n.ref) over way as after
  from registry_building n where n.compound_id = (select compound_id from here)
  window way as (order by length(n.number), n.number)
)
select here.id, here.ref, here.division_code, here.name, here.number, here.floors,
       coalesce(beside.before, ''), coalesce(beside.after, ''),
       d.ref, s.number, d.floor, d.room, d.is_rented, p.residents, p.name,
       p.old, p.disabled, p.low, p.alone, p.since_on
from here join beside on beside.id = here.id
left join registry_stairwell s on s.building_id = here.id
left join registry_dwelling d on d.stairwell_id = s.id
left join lateral (
  select array_agg(r.id) as residents,
         (array_agg(r.name order by r.id = h.head_id desc nulls last, r.birth_on, r.id))[1] as name,
         bool_or(r.birth_on <= %(old)s) as old, bool_or(t.disabled) as disabled, bool_or(t.low) as low,
         bool_and(coalesce(r.birth_on <= %(elderly)s, false)) and count(*) = 1 as alone,
         min(l.as_of_on) as since_on
  from registry_residence l
  join registry_resident r on r.id = l.resident_id
  left join registry_household h on h.dwelling_id = d.id and h.to_on is null and h.kind = 'living'
    and h.head_id = r.id
  left join lateral (
    select bool_or(kind = 'has_disability_certificate') as disabled,
           bool_or(kind <> 'has_disability_certificate') as low
    from registry_trait
    where resident_id = r.id and to_on is null and value = 'true'::jsonb
      and kind in ('has_disability_certificate', 'is_dibao', 'is_low_income_any')
  ) t on true
  where l.dwelling_id = d.id and l.to_on is null and l.kind in ('both', 'living')
    and r.merged_into_id is null and not r.is_protected and r.died_on is null
) p on true
order by length(s.number), s.number, d.floor, length(d.room), d.room
"""


def tower(actor: Actor, ref: str, today: date) -> Tower:
    """A building in reach with its doors, in one statement. NotFound otherwise.

    Protected residents are left out, as everywhere. Illness, correction and petitions are not asked for at all. The
    caller puts the reading on record.
    """
    require(actor, "building.read")
    low, high = bounds(actor)
    values: dict[str, Any] = {"ref": ref, "low": low, "high": high}
    values |= {"old": _born_by(today, OLD), "elderly": _born_by(today, ELDERLY)}
    with connection.cursor() as cursor:
        cursor.execute(_BUILDING, values)
        rows = cursor.fetchall()
    if not rows:
        raise NotFound()
    made = Tower(*rows[0][:8])
    return replace(made, cells=tuple(_cell(row[8:]) for row in rows if row[8] is not None))


def _cell(row: Sequence[Any]) -> Cell:
    ref, unit, floor, room, is_rented, residents, name, old, disabled, low, alone, since_on = row
    told: Mapping[str, bool] = {"alone": alone, "old": old, "low": low, "dis": disabled}
    return Cell(
        ref=ref,
        unit=unit,
        floor=floor,
        room=room,
        is_rented=is_rented,
        residents=residents or (),
        surname=surname_of(name) if name else "",
        marks=tuple(mark for mark, is_so in told.items() if is_so),
        since_on=since_on,
    )


def _born_by(today: date, years: int) -> date:
    """The last birthday of who is that old today; 28 February for 29 February in common years."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 2, 28)
