"""The history of one contact box: where it hung, its rounds, the letters that lay in it, and what became of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor, Role
from yimen.core.clock import LOCAL, local
from yimen.core.errors import NotFound
from yimen.visits.queries.contacts import SEEN

PAGE = 40


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a box. `kind`: hung, moved, removed (`words` is the place), round, or letter. `written_on` where that
    was a later day. Of a round `letters` lay in it, `left` of them are not written down yet; of a letter `ref` is the
    contact, `words` its number."""

    kind: str
    at: datetime
    written_on: date | None
    by_name: str
    words: str
    letters: int
    left: int
    ref: str
    state: str
    case_number: str

    @property
    def on(self) -> date:
        """The local day it tells of."""
        return local(self.at).date()


@dataclass(frozen=True, slots=True)
class BoxPage:
    """A box as it hangs now or hung last, with one page of its history, latest first. `patch`: the number of its patch
    today. `rounds` and `letters` are counts over all its time; `cases` of those letters that became one."""

    ref: str
    division_code: str
    place: str
    from_on: date  # of the first place
    to_on: date | None
    patch: int | None
    rounds: int
    letters: int
    cases: int
    events: list[Event]
    onward: str  # key of the next page


_OF_IT = "(b.id = %(first)s or b.first_id = %(first)s)"
_HEAD = f"""
select b.ref, b.division_code, b.place, (select min(x.from_on) from visits_contactbox x where x.id = %(first)s),
  b.to_on, p.number,
  (select count(*) from visits_emptying e join visits_contactbox b on b.id = e.box_id where {_OF_IT}),
  (select coalesce(sum(e.letters), 0) from visits_emptying e join visits_contactbox b on b.id = e.box_id
    where {_OF_IT}),
  (select count(*) from visits_contact x join visits_contactbox b on b.id = x.box_id
    where {_OF_IT} and x.state = 'case' and {SEEN})
from visits_contactbox b
left join patches_placement l on l.stairwell_id = b.stairwell_id and l.from_on <= %(on)s
  and (l.to_on is null or l.to_on > %(on)s)
left join patches_patch p on p.id = l.patch_id
where {_OF_IT} order by b.from_on desc, b.id desc limit 1
"""
_FIRST = """
select coalesce(first_id, id) from visits_contactbox
where ref = %(ref)s and division_code >= %(low)s and division_code < %(high)s
"""
# A letter belongs to the last round before it; those of one round that are not written down are counted.
_EVENTS = f"""
with hung as (
  select b.id, b.place, b.from_on, b.to_on, b.first_id, lead(b.id) over (order by b.from_on, b.id) is null as is_last
  from visits_contactbox b where {_OF_IT}
), rounds as (
  select e.*, lead(e.at) over (order by e.at, e.id) as next_at from visits_emptying e join hung on hung.id = e.box_id
), letters as (
  select x.id, x.at, x.received_at, x.ref, x.number, x.state, x.case_number, coalesce(x.handed_to_id, x.first_asked_id)
    as answers_id, {SEEN} as is_seen
  from visits_contact x join hung on hung.id = x.box_id
)
select kind, at, id, written_at, by_name, words, letters, entered, ref, state, case_number from (
  select case when first_id is null then 'hung' else 'moved' end as kind,
    from_on::timestamp at time zone 'Asia/Shanghai' as at, id, null::timestamptz as written_at, '' as by_name,
    place as words, 0 as letters, 0 as entered, '' as ref, '' as state, '' as case_number
  from hung
  union all
  select 'removed', (to_on + 1)::timestamp at time zone 'Asia/Shanghai' - interval '1 second', id, null, '', place,
    0, 0, '', '', '' from hung where is_last and to_on is not null
  union all
  select 'round', r.at, r.id, r.written_at, r.by_name, '', r.letters,
    (select count(*) from letters x where x.at >= r.at and (r.next_at is null or x.at < r.next_at)), '', '', ''
  from rounds r
  union all
  select 'letter', x.at, x.id, case when (x.received_at at time zone 'Asia/Shanghai')::date
    > (x.at at time zone 'Asia/Shanghai')::date then x.received_at end, coalesce(a.name, ''), x.number, 0, 0, x.ref,
    x.state, x.case_number
  from letters x left join access_account a on a.id = x.answers_id where x.is_seen
) every
where %(after_at)s::timestamptz is null or (at, id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
order by at desc, id desc limit {PAGE + 1}
"""


def box_page(actor: Actor, ref: str, *, after: str = "", at: datetime) -> BoxPage:
    """A box within reach, also one that was moved since or taken down, and a page of its history after a key.

    Letters about a protected resident are left out for who may not know of them. NotFound out of reach.
    """
    require(actor, "box.list")
    low, high = bounds(actor)
    after_at, after_id = _key(after)
    values: dict[str, Any] = {
        **{"ref": ref, "low": low, "high": high, "on": local(at).date(), "after_at": after_at, "after_id": after_id},
        **{"is_head": actor.role is Role.HEAD, "me": actor.account_id},
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, values)
        found = cursor.fetchone()
        if found is None:
            raise NotFound()
        cursor.execute(_HEAD, values | {"first": found[0]})
        head = cursor.fetchone()
        cursor.execute(_EVENTS, values | {"first": found[0]})
        rows = cursor.fetchall()
    shown = rows[:PAGE]
    onward = f"{shown[-1][1].isoformat()}~{shown[-1][2]}" if len(rows) > PAGE else ""
    return BoxPage(*[*head, [_event(row) for row in shown], onward])


def _event(row: tuple[Any, ...]) -> Event:
    kind, at, _id, written_at, by_name, words, letters, entered, *rest = row
    written_on = local(written_at).date() if written_at else None
    return Event(kind, at, written_on, by_name, words, letters, max(0, letters - entered), *rest)


def _key(after: str) -> tuple[datetime | None, UUID | None]:
    moment, _, row = after.partition("~")
    try:
        return datetime.fromisoformat(moment).astimezone(LOCAL), UUID(row)
    except (ValueError, OverflowError):
        return None, None
