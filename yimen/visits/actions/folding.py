"""Coverage of months, patch by patch and summed upwards: folded as visits come in, or built anew."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.reach import EVERYWHERE
from yimen.registry.queries.lived_in import LIVED_IN
from yimen.visits.queries.patch import REACHED, SINCE, norm_of
from yimen.visits.queries.vulnerable import HOLDS
from yimen.visits.rules.months import judged_on, months_before, next_month

COUNTS = (
    *("patches", "households", "goal", "reached", "must", "must_reached", "must_explained", "unseen_half"),
    *("unseen_year", "visits", "late", "found", "taken", "refused", "needs", "needs_solved", "needs_own"),
    *("disputes", "disputes_solved"),
)
LEVELS = ((12, 15), (9, 12), (6, 9), (4, 6))  # length of a code and of its children's
BATCH = 500  # touched months in one fold
_TRY = "select pg_try_advisory_xact_lock(%s)"
_LOCK = 0x594D4D4F4E  # one fold at a time, whoever runs it

# What became of a finding: settled without a case, or with every case of the intake it opened closed.
_ENDED = """
case when f.state <> 'taken' then false
     when f.draft_ref = '' then true
     else coalesce((select bool_and(c.closed_at is not null)
                    from cases_draft w join cases_case c on c.visit_id = w.visit_id
                    where w.ref = f.draft_ref), false) end
"""
_OWN = """
case when f.draft_ref = '' then f.decided_by = v.by_name
     else coalesce((select bool_and(c.hand_overs = 0 and c.owner_id = v.account_id) from cases_draft w
                    join cases_case c on c.visit_id = w.visit_id where w.ref = f.draft_ref), false) end
"""
_PATCHES = f"""
with door as (
  select d.id, l.patch_id, began.since_on
  from patches_placement l cross join lateral ({SINCE}) began
  join registry_dwelling d on d.stairwell_id = l.stairwell_id
  where l.division_code = %(code)s and l.from_on <= %(day)s and (l.to_on is null or l.to_on > %(day)s) and {LIVED_IN}
), seen as (
  select r.id, r.patch_id, coalesce(k.reached_on, r.since_on) waits_since, k.reached_on >= %(first)s is_reached,
         exists (select from visits_vulnerablehousehold v where v.dwelling_id = r.id and {HOLDS}) is_must,
         exists (select from visits_gap g where g.dwelling_id = r.id and g.month = %(first)s) has_gap
  from door r left join lateral (
    select max(v."on") reached_on from visits_visit v where v.dwelling_id = r.id and {REACHED} and v."on" <= %(day)s
  ) k on true
), homes as (
  select patch_id, count(*) households, count(*) filter (where is_must) must,
         count(*) filter (where is_must and is_reached) must_reached,
         count(*) filter (where is_must and has_gap and is_reached is not true) must_explained,
         count(*) filter (where waits_since < %(half)s) unseen_half,
         count(*) filter (where waits_since < %(year)s) unseen_year
  from seen group by patch_id
), went as (
  select v.patch_id, count(distinct v.dwelling_id) filter (where {REACHED}) reached, count(*) visits,
         count(*) filter (where v.is_late) late
  from visits_visit v
  where v.division_code = %(code)s and v.is_current and v."on" >= %(first)s and v."on" < %(next)s group by v.patch_id
), finding as (
  select v.patch_id, f.state, f.kind in ('need', 'turned_away') is_need, 'neighbour' = any(v.topics) is_dispute,
         {_ENDED} is_ended, {_OWN} is_own
  from visits_finding f join visits_visit v on v.id = f.visit_id
  where f.division_code = %(code)s and f.at >= %(first)s::timestamp at time zone 'Asia/Shanghai'
    and f.at < %(next)s::timestamp at time zone 'Asia/Shanghai'
), came as (
  select patch_id, count(*) found, count(*) filter (where state = 'taken') taken,
         count(*) filter (where state = 'refused') refused, count(*) filter (where is_need) needs,
         count(*) filter (where is_need and is_ended) needs_solved,
         count(*) filter (where is_need and is_ended and is_own) needs_own,
         count(*) filter (where is_need and is_dispute) disputes,
         count(*) filter (where is_need and is_dispute and is_ended) disputes_solved
  from finding group by patch_id
), every as (
  select patch_id from homes union select patch_id from went union select patch_id from came
)
insert into visits_monthly (code, month, {", ".join(COUNTS)})
select coalesce(p.code, %(code)s::text || '000'), %(first)s, (p.id is not null)::int, coalesce(h.households, 0),
  case when h.patch_id is null then 0 else coalesce((
    select g.households from visits_goal g where g.patch_id = p.id and g.month <= %(first)s and g.answer = 'approved'
    order by g.month desc limit 1), %(norm)s) end,
  coalesce(w.reached, 0), {", ".join(f"coalesce(h.{name}, 0)" for name in COUNTS[4:9])},
  coalesce(w.visits, 0), coalesce(w.late, 0), {", ".join(f"coalesce(c.{name}, 0)" for name in COUNTS[11:])}
from every e left join patches_patch p on p.id = e.patch_id
left join homes h on h.patch_id is not distinct from e.patch_id
left join went w on w.patch_id is not distinct from e.patch_id
left join came c on c.patch_id is not distinct from e.patch_id
"""
_PARENTS = f"""
insert into visits_monthly (code, month, {", ".join(COUNTS)})
select %(code)s::text, %(first)s, {", ".join(f"coalesce(sum({name}), 0)" for name in COUNTS)} from visits_monthly
where code >= %(code)s and code < %(code)s::text || '~' and length(code) = %(child)s and month = %(first)s
on conflict (code, month) do update set {", ".join(f"{name} = excluded.{name}" for name in COUNTS)}
"""


@transaction.atomic
def fold(actor: Actor, *, at: datetime) -> int:
    """Bring coverage up to date with the months that were touched; returns how many of communities were.

    The clock calls it. Not on record: it changes nothing but sums. A fold that is already running is left alone.
    """
    require(actor, "coverage.fold")
    with connection.cursor() as cursor:
        cursor.execute(_TRY, (_LOCK,))
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "delete from visits_touched where id in (select id from visits_touched order by id limit %s)"
            " returning division_code, month",
            (BATCH,),
        )
        touched = set(cursor.fetchall())
    _count(touched, local(at).date())
    return len(touched)


@transaction.atomic
def fold_communities(actor: Actor, *, codes: tuple[str, ...], month: date, at: datetime) -> int:
    """Count a month of these communities anew: every night for the running one, after a bulk load for any."""
    require(actor, "coverage.fold")
    _run("select pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    pairs = {(code, month) for code in codes}
    _count(pairs, local(at).date())
    return len(pairs)


def fold_at_once(*, code: str, months: Collection[date], at: datetime) -> bool:
    """Count months of one community in the caller's transaction, so that the page that follows tells of what was done.
    False while another fold runs: then the next one, within a minute, sees to it."""
    with reaching(EVERYWHERE), connection.cursor() as cursor:  # sums of divisions above the actor's
        cursor.execute(_TRY, (_LOCK,))
        if not cursor.fetchone()[0]:
            return False
        _count({(code, month) for month in months}, local(at).date())
        return True


def _count(touched: set[tuple[str, date]], today: date) -> None:
    for code, first in sorted(touched):
        day = judged_on(first, today)
        _run("delete from visits_monthly where code >= %(low)s and code < %(high)s and month = %(first)s",
             {"low": f"{code}000", "high": f"{code}~", "first": first})  # fmt: skip
        _run(
            _PATCHES,
            {
                **{"code": code, "first": first, "next": next_month(first), "day": day, "norm": norm_of(first)},
                **{"half": months_before(day, 6), "year": months_before(day, 12)},
            },
        )
    for length, child in LEVELS:
        for code, first in sorted({(code[:length], first) for code, first in touched}):
            _run(_PARENTS, {"code": code, "first": first, "child": child})


def _run(sql: str, values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
