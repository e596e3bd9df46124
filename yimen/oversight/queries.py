"""Look-ups counted from the trail, and flags as the auditor reads them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from statistics import median
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
from yimen.registry.queries.protected import HANDLED

PAGE = 50
_LOOKS = "('resident.read', 'resident.reveal')"
# Searches, and pages of the register, which show as much. A door that is looked at belongs to who knocks there.
_LISTS = "(verb = 'search.ask' or verb = 'resident.list' and subject_kind = 'people')"
_ZONE = "at time zone 'Asia/Shanghai'"

# What the trail says of the days, read once.
_ENTRIES = f"""
create temporary table oversight_entry on commit drop as
select account_id, actor_name, role, division_code, verb, subject_kind, subject_id, is_read, at,
       (at {_ZONE})::date as "on", extract(hour from at {_ZONE}) as hour,
       case when {_LISTS} then changes -> 'shown' end as shown
from trail_entry
where (turn, id) > ({{turn}}, {{entry}}) and at >= '{{first}}'::timestamptz and at < '{{until}}'::timestamptz
  and account_id is not null and (verb in {_LOOKS} or verb in ('draft.start', 'case.read') or {_LISTS}
                                  or not is_read and subject_kind in ('resident', 'case', 'visit'))
"""
# Residents for whom an account did something on a day; or whose case it at least read.
_ACTED = """
create temporary table oversight_acted on commit drop as
select account_id, "on", subject_id::uuid as resident_id, false as is_read from oversight_entry
where subject_kind = 'resident' and (not is_read or verb = 'draft.start')
union
select e.account_id, e."on", c.resident_id, e.is_read from oversight_entry e
join cases_case c on c.id = e.subject_id::uuid
where e.subject_kind = 'case'
union
select e.account_id, e."on", c.resident_id, false from oversight_entry e
join cases_visit v on v.number = e.subject_id join cases_case c on c.visit_id = v.id
where e.subject_kind = 'visit' and not e.is_read
"""
# One row for each account, resident and day; `idle` when nothing was done and nothing was open.
_LOOKED = f"""
create temporary table oversight_looked on commit drop as
with looked as (
  select account_id, "on", subject_id::uuid as resident_id, min(actor_name) as name, min(role) as role, max(at) as at,
         bool_or(verb = 'resident.reveal') as revealed, bool_or(hour >= {LATE_FROM} or hour < {LATE_UNTIL}) as late
  from oversight_entry where verb in {_LOOKS} and subject_kind = 'resident' group by 1, 2, 3
)
select l.*, r.name as resident_name, r.division_code, r.ref,
       r.is_protected and not {HANDLED.format("r", "l.account_id")} as shielded,
       not exists (select from oversight_acted a where a.account_id = l.account_id and a."on" = l."on"
                   and a.resident_id = l.resident_id and not a.is_read)
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
       count(*) filter (where late), count(*) filter (where idle and revealed),
       count(*) filter (where idle and shielded)
from oversight_looked group by 1, 2
"""
# Searches, and lists of residents of whom none was opened or served: each list once, as a list comes while one types;
# those found, and those that are pages of the register.
_LED_NOWHERE = "e.shown <> '[]' and not coalesce(e.shown ?| k.refs, false)"
_SEARCHES = f"""
with known as (
  select account_id, "on", array_agg(distinct ref)::text[] as refs from (
    select account_id, "on", ref from oversight_looked
    union all
    select a.account_id, a."on", r.ref from oversight_acted a join registry_resident r on r.id = a.resident_id
  ) x group by 1, 2
)
select e.account_id, e."on", min(e.actor_name), min(e.role), min(e.division_code), count(*),
       count(distinct e.shown) filter (where {_LED_NOWHERE} and e.verb = 'search.ask'),
       count(distinct e.shown) filter (where {_LED_NOWHERE} and e.verb = 'resident.list')
from oversight_entry e left join known k on k.account_id = e.account_id and k."on" = e."on"
where {_LISTS} group by 1, 2
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
        cursor.execute(_ENTRIES.format(**{**asked, "first": first.isoformat(), "until": until.isoformat()}))
        for statement in (_ACTED, "analyze oversight_acted", _LOOKED, "analyze oversight_looked", _DAYS):
            cursor.execute(statement)
        days = cursor.fetchall()
        cursor.execute(_SEARCHES)
        searches = {(row[0], row[1]): row for row in cursor.fetchall()}
        near = _near(cursor, [row for row in days if row[6] >= NEAR])
        cursor.execute("drop table oversight_looked, oversight_acted, oversight_entry")
    found = []
    for account, on, name, role, code, people, idle, outside, kin, own, late, reveals, shielded in days:
        key = (account, on)
        *_who, asked_for, fruitless, pages = searches.pop(key, (0, 0, 0))
        lists = {"searches": asked_for, "fruitless": fruitless, "pages": pages}
        day = Day(people, idle, outside, kin, near.get(key, 0), own, late, reveals, shielded=shielded, **lists)
        found.append(Looker(account, on, name, role, code, day))
    for account, on, name, role, code, asked_for, fruitless, pages in searches.values():  # who opened nobody
        day = Day(searches=asked_for, fruitless=fruitless, pages=pages)
        found.append(Looker(account, on, name, role, code, day))
    return sorted(found, key=lambda one: (one.on, one.account_id))


def _near(cursor: Any, days: Sequence[Sequence[Any]]) -> dict[tuple[UUID, date], int]:
    if not days:
        return {}
    ids, dates, names = ([row[place] for row in days] for place in (0, 1, 2))
    cursor.execute(_NEAR, {"ids": ids, "days": dates, "names": names, "keys": [sort_key(name) for name in names]})
    return {(account, on): people for account, on, people in cursor.fetchall()}


_MEDIAN = "coalesce(percentile_cont(0.5) within group (order by {0}) filter (where people > 0), 0)"
_HABITS = f"""
select account_id, count(*) filter (where people > 0), {_MEDIAN.format("people")}, {_MEDIAN.format("idle")},
       coalesce(avg(late) filter (where people > 0), 0)::float,
       coalesce(max(idle) filter (where place = 1 and "on" >= %(on)s::date - 4), 0), {_MEDIAN.format("fruitless")},
       {_MEDIAN.format("pages")}, coalesce(max(pages) filter (where place = 1 and "on" >= %(on)s::date - 4), 0),
       coalesce(sum(pages) filter (where place < {HABIT_DAYS}), 0),
       coalesce(max(pages) filter (where place = {HABIT_DAYS}), 0)
from (select *, row_number() over (partition by account_id order by "on" desc) as place from oversight_dayoflooks
      where "on" < %(on)s and "on" >= %(on)s::date - 120 and account_id = any(%(ids)s::uuid[])) past
where place <= {HABIT_DAYS} group by account_id
"""


_TURNED = """
select role, account_id, sum(pages) from oversight_dayoflooks
where "on" < %(on)s and "on" >= %(on)s::date - 42 group by role, account_id
"""


def habits(on: date, accounts: Sequence[UUID]) -> dict[UUID, Habit]:
    """The habit of each account before a day."""
    with connection.cursor() as cursor:
        cursor.execute(_HABITS, {"on": on, "ids": list(accounts)})
        return {account: Habit(*numbers) for account, *numbers in cursor.fetchall()}


def pages_of_peers(on: date) -> Callable[[str, UUID], float]:
    """Of a role and an account: the median of the pages of the register that the others of that role turned in the six
    weeks before; 0 for somebody alone."""
    turned: defaultdict[str, dict[UUID, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_TURNED, {"on": on})
        for role, account, pages in cursor.fetchall():
            turned[role][account] = pages
    ordered = {role: sorted(pages.values()) for role, pages in turned.items()}

    def of_the_others(role: str, account: UUID) -> float:
        others = list(ordered.get(role, ()))
        if account in turned[role]:
            del others[bisect_left(others, turned[role][account])]
        return median(others) if others else 0

    return of_the_others


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
