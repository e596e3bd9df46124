"""Look-ups counted from the trail, and flags as the auditor reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.core.names import sort_key
from yimen.oversight.models import Flag
from yimen.oversight.rules import HABIT_DAYS, LATE_FROM, LATE_UNTIL, NEAR, Day, Habit

PAGE = 50
_LOOKS = "('resident.read', 'resident.reveal')"
_ZONE = "at time zone 'Asia/Shanghai'"

# One row for each account, resident and day; `idle` when nothing was done and nothing was open.
_LOOKED = f"""
create temporary table oversight_looked on commit drop as
with entry as materialized (
  select account_id, actor_name, role, verb, subject_kind, subject_id, is_read, at, (at {_ZONE})::date as "on",
         extract(hour from at {_ZONE}) as hour
  from trail_entry
  where (turn, id) > ({{turn}}, {{entry}}) and at >= '{{first}}'::timestamptz and at < '{{until}}'::timestamptz
    and account_id is not null and (verb in {_LOOKS} or verb = 'draft.start'
                                    or not is_read and subject_kind in ('resident', 'case', 'visit'))
), looked as (
  select account_id, "on", subject_id::uuid as resident_id, min(actor_name) as name, min(role) as role, max(at) as at,
         bool_or(verb = 'resident.reveal') as revealed, bool_or(hour >= {LATE_FROM} or hour < {LATE_UNTIL}) as late
  from entry where verb in {_LOOKS} and subject_kind = 'resident' group by 1, 2, 3
), acted as (
  select account_id, "on", subject_id::uuid as resident_id from entry
  where subject_kind = 'resident' and (not is_read or verb = 'draft.start')
  union
  select e.account_id, e."on", c.resident_id from entry e join cases_case c on c.id = e.subject_id::uuid
  where e.subject_kind = 'case' and not e.is_read
  union
  select e.account_id, e."on", c.resident_id from entry e join cases_visit v on v.number = e.subject_id
  join cases_case c on c.visit_id = v.id where e.subject_kind = 'visit' and not e.is_read
)
select l.*, r.name as resident_name, r.division_code,
       not exists (select from acted a
                   where a.account_id = l.account_id and a."on" = l."on" and a.resident_id = l.resident_id)
       and not exists (select from cases_case c where c.resident_id = l.resident_id
                       and c.accepted_at <= l.at + interval '1 day'
                       and (c.closed_at is null or c.closed_at >= l.at - interval '1 day')) as idle
from looked l join registry_resident r on r.id = l.resident_id
"""
_DAYS = """
select account_id, "on", min(name), min(role), min(division_code), count(*), count(*) filter (where idle),
       count(*) filter (where idle and role in ('street', 'district', 'city')),
       count(*) filter (where idle and left(resident_name, 1) = left(name, 1)),
       count(*) filter (where idle and resident_name = name),
       count(*) filter (where late), count(*) filter (where idle and revealed)
from oversight_looked group by 1, 2
"""
_SEARCHES = f"""
select account_id, (at {_ZONE})::date, count(*) from trail_entry
where (turn, id) > (%(turn)s, %(entry)s) and at >= %(first)s and at < %(until)s and verb = 'search.ask'
  and account_id is not null group by 1, 2
"""
# Residents of one building in which somebody of the worker's name lives.
_NEAR = """
with worker as (select * from unnest(%(ids)s::uuid[], %(days)s::date[], %(names)s::text[], %(keys)s::text[])
                w(account_id, "on", name, key)),
mine as (
  select distinct w.account_id, w."on", s.building_id from worker w
  join (select distinct account_id, "on", division_code from oversight_looked where idle) l
    on l.account_id = w.account_id and l."on" = w."on"
  join registry_resident me on me.division_code = l.division_code and me.sort_key = w.key and me.name = w.name
  join registry_residence h on h.resident_id = me.id and h.to_on is null
  join registry_dwelling d on d.id = h.dwelling_id join registry_stairwell s on s.id = d.stairwell_id
)
select account_id, "on", max(people) from (
  select l.account_id, l."on", s.building_id, count(distinct l.resident_id) as people
  from oversight_looked l join mine m on m.account_id = l.account_id and m."on" = l."on"
  join registry_residence h on h.resident_id = l.resident_id and h.to_on is null
  join registry_dwelling d on d.id = h.dwelling_id
  join registry_stairwell s on s.id = d.stairwell_id and s.building_id = m.building_id
  where l.idle and l.resident_name <> l.name group by 1, 2, 3
) buildings group by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Looker:
    """One account on one day, and what it looked up."""

    account_id: UUID
    on: date
    name: str
    role: str
    division_code: str
    day: Day


def lookers(first: datetime, until: datetime, after: tuple[int, int]) -> list[Looker]:
    """What every account looked up in a stretch of whole days, from the entries after a key of the trail. Runs inside
    a transaction, for minutes where the trail is long."""
    asked: dict[str, Any] = {"first": first, "until": until, "turn": after[0], "entry": after[1]}
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        # CREATE TABLE AS takes no parameters; these are numbers and times of ours.
        told = {**asked, "first": first.isoformat(), "until": until.isoformat()}
        cursor.execute(_LOOKED.format(**told))
        cursor.execute("analyze oversight_looked")
        cursor.execute(_DAYS)
        days = cursor.fetchall()
        cursor.execute(_SEARCHES, asked)
        searches = {(account, on): count for account, on, count in cursor.fetchall()}
        near = _near(cursor, [row for row in days if row[6] >= NEAR])
        cursor.execute("drop table oversight_looked")
    found = []
    for account, on, name, role, code, people, idle, outside, kin, own, late, reveals in days:
        key = (account, on)
        day = Day(people, idle, outside, kin, near.get(key, 0), own, late, reveals, searches.get(key, 0))
        found.append(Looker(account, on, name, role, code, day))
    return sorted(found, key=lambda one: (one.on, one.account_id))


def _near(cursor: Any, days: Sequence[Sequence[Any]]) -> dict[tuple[UUID, date], int]:
    if not days:
        return {}
    ids, dates, names = ([row[place] for row in days] for place in (0, 1, 2))
    cursor.execute(_NEAR, {"ids": ids, "days": dates, "names": names, "keys": [sort_key(name) for name in names]})
    return {(account, on): people for account, on, people in cursor.fetchall()}


_HABITS = f"""
select account_id, count(*), percentile_cont(0.5) within group (order by people),
       percentile_cont(0.5) within group (order by idle), avg(late)::float,
       coalesce(max(idle) filter (where place = 1 and "on" >= %(on)s::date - 4), 0)
from (select *, row_number() over (partition by account_id order by "on" desc) as place from oversight_dayoflooks
      where "on" < %(on)s and "on" >= %(on)s::date - 120 and account_id = any(%(ids)s::uuid[])) past
where place <= {HABIT_DAYS} group by account_id
"""


def habits(on: date, accounts: Sequence[UUID]) -> dict[UUID, Habit]:
    """The habit of each account before a day."""
    with connection.cursor() as cursor:
        cursor.execute(_HABITS, {"on": on, "ids": list(accounts)})
        return {account: Habit(*numbers) for account, *numbers in cursor.fetchall()}


_NEXT_DAY = """
(select turn, id - 1 from trail_entry where (turn, id) > (%(turn)s, %(entry)s) and at >= %(until)s
 order by turn, id limit 1)
union all (select turn, id from trail_entry order by turn desc, id desc limit 1)
"""


def key_before(until: datetime, after: tuple[int, int]) -> tuple[int, int]:
    """A key of the trail after which every entry of a later moment comes."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_DAY, {"until": until, "turn": after[0], "entry": after[1]})
        found = cursor.fetchone()
    return (found[0], found[1]) if found else after


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag. `numbers` has those of the day and of the habit, by name."""

    ref: str
    account_id: UUID
    on: date
    rule: str
    name: str
    role: str
    division_code: str
    numbers: dict[str, float]
    state: str
    note: str
    reviewed_by: str
    reviewed_at: datetime | None
    id: int


_FLAG = tuple(one.name for one in fields(FlagRow))


def flags(actor: Actor, *, is_open: bool, before: int | None = None) -> list[FlagRow]:
    """The newest flags of the actor's reach, one more than a page."""
    require(actor, "unusual.read")
    rows = visible_to(actor, Flag.objects.all())
    rows = rows.filter(state="open") if is_open else rows.exclude(state="open")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [FlagRow(*row) for row in rows.order_by("-id").values_list(*_FLAG)[: PAGE + 1]]


def open_flags(actor: Actor) -> int:
    """How many wait for a look."""
    return visible_to(actor, Flag.objects.filter(state="open"))[:1000].count()


def flag(actor: Actor, ref: str) -> FlagRow:
    """One flag. NotFound out of reach."""
    require(actor, "unusual.read")
    row = visible_to(actor, Flag.objects.filter(ref=ref)).values_list(*_FLAG).first()
    if row is None:
        raise NotFound()
    return FlagRow(*row)


def midnight_after(day: date, at: datetime) -> datetime:
    """The first moment of the next day, in the zone of `at`."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=at.tzinfo)
