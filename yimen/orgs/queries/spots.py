"""Weak spots of stations, for those who oversee many: posts with nobody in them, matters only one person can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import Left

from yimen.access.scope import LAST
from yimen.core.clock import local
from yimen.core.database import PLANNED_ANEW
from yimen.orgs.models import Station

AHEAD = timedelta(days=7)  # how far a post that falls bare is seen coming


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
_SEATS = """
with seats as (
  select s.account_id, a.name, s.division_code, s.post, s.from_on, s.to_on
  from access_seat s join access_account a on a.id = s.account_id and a.is_active
  where s.role in ('window', 'head') and s.division_code >= %(low)s and s.division_code < %(high)s
    and s.from_on <= %(today)s and (s.to_on is null or s.to_on > %(today)s)
)
"""
# Nearly every post has somebody who holds it all the while: only the others are asked about moment by moment.
BARE = f"""{PLANNED_ANEW}
with seats as materialized (
  select s.account_id, s.division_code, s.post, s.from_on, s.to_on from access_seat s
  where s.role in ('window', 'head') and s.division_code >= %(low)s and s.division_code < %(high)s
    and s.from_on <= %(end_on)s and (s.to_on is null or s.to_on > %(today)s)
    and not exists (select from access_account a where a.id = s.account_id and not a.is_active)
), away as materialized (
  select b.account_id, b.division_code, b.from_at, b.to_at from orgs_absence b
  where b.division_code >= %(low)s and b.division_code < %(high)s
    and b.from_at <= %(end)s and (b.to_at is null or b.to_at > %(at)s)
), doubtful as materialized (
  select d.division_code, p.code post from (select distinct division_code from seats) d cross join orgs_post p
  except
  select s.division_code, s.post from seats s
  where s.from_on <= %(today)s and (s.to_on is null or s.to_on > %(end_on)s)
    and not exists (select from away b where b.account_id = s.account_id)
), theirs as materialized (
  select s.* from doubtful d join seats s using (division_code, post)
), gone as materialized (
  select b.* from (select distinct account_id from theirs) t join away b using (account_id)
), moments as (
  select distinct division_code, %(at)s::timestamptz moment from doubtful
  union select division_code, from_at from away where from_at > %(at)s
  union select division_code, to_on::timestamp at time zone 'Asia/Shanghai' from theirs where to_on <= %(end_on)s
)
select d.division_code, d.post, min(m.moment)
from doubtful d join (select *, (moment at time zone 'Asia/Shanghai')::date as day from moments) m using (division_code)
where not exists (
  select from theirs t
  where t.division_code = d.division_code and t.post = d.post and t.from_on <= m.day
    and (t.to_on is null or t.to_on > m.day)
    and not exists (select from gone b where b.account_id = t.account_id and b.from_at <= m.moment
                    and (b.to_at is null or b.to_at > m.moment)))
group by 1, 2
"""
LONE = f"""
{_SEATS}, able as (
  select s.division_code, k.item_code, min(s.name) name
  from (select distinct account_id, name, division_code from seats) s
  join orgs_skill k on k.account_id = s.account_id and k.grade = 'alone'
  group by 1, 2 having count(*) = 1
)
select division_code, name, count(*)::int matters from able group by division_code, name
"""


def bare_posts(prefix: str, *, at: datetime, ahead: timedelta = AHEAD) -> list[BarePost]:
    """The posts under a division that have neither A nor B, now or within `ahead`. Only stations where somebody sits
    are looked at."""
    return [BarePost(*row) for row in _rows(f"{BARE} order by 1, 3, 2", spot_values(prefix, at=at, ahead=ahead))]


def lone_skills(prefix: str, *, at: datetime) -> list[LoneSkill]:
    """The matters of stations under a division that stand or fall with one person; for a street or a station, since
    every skill of everybody there is looked at."""
    rows = _rows(f"{LONE} order by division_code, matters desc, name", spot_values(prefix, at=at))
    return [LoneSkill(*row) for row in rows]


def counted_spots(prefix: str, length: int) -> dict[str, tuple[int, int]]:
    """Weak spots under a division as last counted, by the first `length` digits of the stations' codes: the posts
    with neither A nor B, and the stations with a matter that only one person can do. Places without any are left out.
    """
    stations = Station.objects.filter(pk__gte=prefix, pk__lt=prefix + LAST)
    sums = stations.values(place=Left("division_id", length)).annotate(
        bare=Sum("bare_posts"), lone=Count("pk", filter=Q(lone_matters__gt=0))
    )
    return {row["place"]: (row["bare"], row["lone"]) for row in sums if row["bare"] or row["lone"]}


def spot_values(prefix: str, *, at: datetime, ahead: timedelta = timedelta()) -> dict[str, Any]:
    """What `LONE` and `BARE` ask with."""
    end = at + ahead
    return {
        **{"low": prefix, "high": prefix + LAST, "at": at, "end": end},
        **{"today": local(at).date(), "end_on": local(end).date()},
    }


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
