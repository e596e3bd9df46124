"""Weak spots of stations, for those who oversee many: posts with nobody in them, matters only one person can do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from yimen.access.scope import LAST
from yimen.core.clock import local


@dataclass(frozen=True, slots=True)
class BarePost:
    """A post with neither A nor B from a moment on."""

    division_code: str
    post: str
    from_at: datetime


@dataclass(frozen=True, slots=True)
class LoneSkill:
    """How many matters of a station only this one person can do."""

    division_code: str
    name: str
    matters: int


# A post can only fall bare now, or when an absence begins or a seat ends: nothing in between has to be asked.
_SPOTS = """
with seats as (
  select s.account_id, a.name, s.division_code, s.post, s.from_on, s.to_on
  from access_seat s join access_account a on a.id = s.account_id and a.is_active
  where s.role in ('window', 'head') and s.division_code >= %(low)s and s.division_code < %(high)s
    and s.from_on <= %(end_on)s and (s.to_on is null or s.to_on > %(today)s)
), away as (
  select b.account_id, b.division_code, b.from_at, b.to_at from orgs_absence b
  where b.division_code >= %(low)s and b.division_code < %(high)s
    and b.from_at <= %(end)s and (b.to_at is null or b.to_at > %(at)s)
), moments as (
  select distinct division_code, %(at)s::timestamptz moment from seats
  union select division_code, from_at from away where from_at > %(at)s
  union select division_code, to_on::timestamp at time zone 'Asia/Shanghai' from seats where to_on <= %(end_on)s
), bare as (
  select m.division_code, p.code post, min(m.moment) from_at
  from moments m cross join orgs_post p
  where not exists (
    select from seats s
    where s.division_code = m.division_code and s.post = p.code
      and s.from_on <= (m.moment at time zone 'Asia/Shanghai')::date
      and (s.to_on is null or s.to_on > (m.moment at time zone 'Asia/Shanghai')::date)
      and not exists (select from away b where b.account_id = s.account_id and b.from_at <= m.moment
                      and (b.to_at is null or b.to_at > m.moment))
  ) group by 1, 2
), able as (
  select s.division_code, k.item_code, min(s.name) name
  from (select distinct account_id, name, division_code from seats) s
  join orgs_skill k on k.account_id = s.account_id and k.grade = 'alone'
  group by 1, 2 having count(*) = 1
)
select 'post', division_code, post, from_at, 0 from bare
union all select 'skill', division_code, name, null, count(*)::int from able group by division_code, name
order by 1, 2, 4, 5 desc, 3
"""


def weak_spots(
    prefix: str, *, at: datetime, ahead: timedelta = timedelta(days=7)
) -> tuple[list[BarePost], list[LoneSkill]]:
    """What is weak in the stations under a division: posts bare now or within `ahead`, and matters that stand or fall
    with one person. One question, so that a city can ask it too; only stations where somebody sits are looked at."""
    end = at + ahead
    values: dict[str, Any] = {
        **{"low": prefix, "high": prefix + LAST, "at": at, "end": end},
        **{"today": local(at).date(), "end_on": local(end).date()},
    }
    with connection.cursor() as cursor:
        cursor.execute(_SPOTS, values)
        rows = cursor.fetchall()
    bare = [BarePost(code, what, moment) for kind, code, what, moment, _count in rows if kind == "post"]
    return bare, [LoneSkill(code, what, count) for kind, code, what, _moment, count in rows if kind == "skill"]
