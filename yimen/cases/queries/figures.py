"""The figures of supervision: sums of daily counts, and what is so now, for several divisions at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import LAST
from yimen.cases.queries.slices import FOLLOW_UP_PLACE, live_values
from yimen.cases.rules.figures import median_of
from yimen.core.actor import Actor
from yimen.core.errors import NotFound

COUNTS = (
    *(
        "taken",
        "online",
        "spared",
        "spared_cases",
        "asked",
        "closed",
        "on_time",
        "promise_kept",
        "whole",
        "handed_over",
    ),
    *("hand_overs", "reopened", "rated_1", "rated_2", "rated_3", "rated_4", "rated_5"),
)
LIVE = ("open", "late", "late_us", "late_resident", "late_above")
WEEKS = 13
_DISTRICT = 6  # digits of its code


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included."""

    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Week:
    """What one week (from Monday) brought and took."""

    from_on: date
    taken: int
    closed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of several divisions: `of[code][name]`, 0 where nothing is known.

    `as_of`: when the counts of days were last brought up to date, and for a whole district and more also the counts of
    what is so now; a street's are always of now. `median_days` and `weeks` are of the division asked about.
    """

    of: Mapping[str, Mapping[str, int]]
    as_of: datetime | None
    median_days: float | None
    weeks: Sequence[Week] = field(default=())


# What is open is counted from an index alone; only what is late is read.
_COUNTED_NOW = f"""
open_here as (
  select c.division_code code, count(*) open from cases_case c
  where c.closed_at is null and c.division_code >= %(low)s and c.division_code < %(high)s group by 1
), late_here as (
  select c.division_code code, count(*) late, count(*) filter (where c.waiting_for = 'us') late_us,
         count(*) filter (where c.waiting_for = 'resident') late_resident,
         count(*) filter (where c.waiting_for in ('street', 'district', 'city')) late_above
  from cases_case c where c.closed_at is null and c.due_at < %(at)s
    and c.division_code >= %(low)s and c.division_code < %(high)s group by 1
), live as (
  select left(code, l.n) code, {", ".join(f"coalesce(sum({name}), 0)::int {name}" for name in LIVE)}
  from open_here left join late_here using (code) cross join (values (4), (6), (9), (12)) l(n)
  where left(code, l.n) = any(%(codes)s) group by 1
)
"""
_COUNTED_BEFORE = """
live as (
  select division_code code, coalesce(sum(cases) filter (where kind = 'open'), 0)::int open,
         coalesce(sum(cases) filter (where kind = 'late'), 0)::int late,
         coalesce(sum(cases) filter (where kind = 'late' and cause = 'us'), 0)::int late_us,
         coalesce(sum(cases) filter (where kind = 'late' and cause = 'resident'), 0)::int late_resident,
         coalesce(sum(cases) filter (where kind = 'late' and cause not in ('us', 'resident')), 0)::int late_above
  from cases_tally where division_code = any(%(codes)s) group by 1
)
"""


def _question(live: str) -> str:
    return f"""
with sums as (
  select division_code code, {", ".join(f"sum({name})::int {name}" for name in COUNTS)}
  from cases_daily where division_code = any(%(codes)s) and day between %(from_on)s and %(to_on)s group by 1
), spans as (
  select u.place - 1 span, sum(u.n)::int n
  from cases_daily d cross join unnest(d.elapsed) with ordinality u(n, place)
  where d.division_code = %(code)s and d.day between %(from_on)s and %(to_on)s group by 1
), weeks as (
  select date_trunc('week', day)::date monday, sum(taken)::int taken, sum(closed)::int closed
  from cases_daily where division_code = %(code)s and day between %(weeks_from)s and %(weeks_to)s group by 1
), {live}, bad as (
  select left(p.place, l.n) code, sum(p.n)::int bad_open
  from (
    select {FOLLOW_UP_PLACE} place, count(*) n from cases_followup f
    where f.state = 'open' and f.division_code >= %(reach)s and f.division_code < %(reach_high)s
      and f.about_id is distinct from %(me)s group by 1
  ) p cross join (values (4), (6), (9), (12)) l(n)
  where left(p.place, l.n) = any(%(codes)s)
  group by 1
)
select json_build_object(
  'sums', (select json_agg(s) from sums s), 'spans', (select json_agg(s) from spans s),
  'weeks', (select json_agg(w order by w.monday) from weeks w), 'live', (select json_agg(l) from live l),
  'bad', (select json_agg(b) from bad b)), (select at from cases_fold)
"""


def figures(actor: Actor, code: str, codes: Sequence[str], period: Period, *, at: datetime) -> Figures:
    """The figures of a period for `codes` (divisions in reach), median and weeks for `code`; one question in all."""
    require(actor, "supervise.open")
    if not all(actor.reaches(each) for each in (code, *codes)):
        raise NotFound()
    widest = min((code, *codes), key=len)
    last_monday = period.to_on - timedelta(days=period.to_on.weekday())
    values: dict[str, Any] = {
        **live_values(at),
        **{"code": code, "codes": sorted({code, *codes}), "from_on": period.from_on, "to_on": period.to_on},
        **{"weeks_from": last_monday - timedelta(weeks=WEEKS - 1), "weeks_to": last_monday + timedelta(days=6)},
        **{"low": widest, "high": widest + LAST, "me": actor.account_id},
        **{"reach": actor.reach, "reach_high": actor.reach + LAST},
    }
    with connection.cursor() as cursor:
        cursor.execute(_question(_COUNTED_BEFORE if len(widest) <= _DISTRICT else _COUNTED_NOW), values)
        found, as_of = cursor.fetchone()
    of: dict[str, dict[str, int]] = {each: {} for each in values["codes"]}
    for kind in ("sums", "live", "bad"):
        for row in found[kind] or ():
            of[row.pop("code")].update(row)
    for counts in of.values():
        for name in (*COUNTS, *LIVE, "bad_open"):
            counts.setdefault(name, 0)
    return Figures(
        of, as_of, median_of({row["span"]: row["n"] for row in found["spans"] or ()}), _weeks(found["weeks"], values)
    )


def _weeks(rows: Sequence[Mapping[str, Any]] | None, values: Mapping[str, Any]) -> list[Week]:
    """Every week, the empty ones too."""
    known = {date.fromisoformat(row["monday"]): row for row in rows or ()}
    mondays = [values["weeks_from"] + timedelta(weeks=n) for n in range(WEEKS)]
    return [
        Week(day, known[day]["taken"], known[day]["closed"]) if day in known else Week(day, 0, 0) for day in mondays
    ]
