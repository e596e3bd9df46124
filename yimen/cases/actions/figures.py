"""Daily counts of every division: folded in as cases change, or built anew from all cases; and what stands open."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from yimen.access.check import require
from yimen.cases.queries.slices import NOT_NEEDED, ON_TIME, SLICES, SPARED, WHOLE, live_values
from yimen.core.actor import Actor
from yimen.trail.record import record

LONGEST = 90  # calendar days; the last place of `elapsed` holds this and longer
BATCH = 20_000  # touched days in one fold
LEVELS = ((9, 12), (6, 9), (4, 6))  # length of a division's code and of its children's
_LOCK = 0x59494D454E  # one fold at a time, whoever runs it

_TAKEN = ("taken", "online", "spared", "spared_cases", "asked")
_CLOSED = ("closed", "on_time", "promise_kept", "whole", "handed_over", "hand_overs")
_RATED = tuple(f"rated_{level}" for level in range(1, 6))
COUNTS = (*_TAKEN, *_CLOSED, *_RATED, "reopened")

_DAY = "(c.{moment} at time zone 'Asia/Shanghai')::date"
_ALL = "cases_case c where c.{moment} is not null"
_SOME = """
unnest(%(codes)s::text[], %(days)s::date[]) t(code, day)
join cases_case c on c.division_code = t.code collate "C"
 and c.{moment} >= t.day::timestamp at time zone 'Asia/Shanghai'
 and c.{moment} < (t.day + 1)::timestamp at time zone 'Asia/Shanghai'
where true
"""


def _communities(source: str, keys: str) -> str:
    """The counts of communities from their cases."""

    def rows(moment: str) -> str:
        return source.format(moment=moment)

    def day(moment: str) -> str:
        return _DAY.format(moment=moment)

    spared = SPARED.format(case="t")
    return f"""
with taken_in as (
  select c.division_code code, {day("accepted_at")} as day, c.id, c.via, c.accepted_at from {rows("accepted_at")}
), taken as (
  select t.code, t.day, count(*) taken, count(*) filter (where t.via <> 'desk') online,
         sum(p.spared) spared, count(*) filter (where p.spared > 0) spared_cases, sum(p.asked) asked
  from taken_in t cross join lateral (
    select count(*) filter (where {spared}) spared, count(*) filter (where not {spared} and not {NOT_NEEDED}) asked
    from cases_casematerial m where m.case_id = t.id
  ) p group by 1, 2
), closed as (
  select c.division_code code, {day("closed_at")} as day, count(*) closed, count(*) filter (where {ON_TIME}) on_time,
         count(*) filter (where {ON_TIME} and c.extended_days = 0) promise_kept,
         count(*) filter (where {WHOLE}) whole, count(*) filter (where c.hand_overs > 0) handed_over,
         sum(c.hand_overs) hand_overs,
         {", ".join(f"count(*) filter (where c.rating = {level}) rated_{level}" for level in range(1, 6))}
  from {rows("closed_at")} group by 1, 2
), reopened as (
  select c.division_code code, {day("reopened_at")} as day, count(*) reopened from {rows("reopened_at")} group by 1, 2
), spans as (
  select c.division_code code, {day("closed_at")} as day,
         least({day("closed_at")} - {day("accepted_at")}, {LONGEST}) span, count(*) n
  from {rows("closed_at")} group by 1, 2, 3
), elapsed as (
  select t.code, t.day, array_agg(coalesce(s.n, 0)::int order by i) elapsed
  from (select code, day, max(span) top from spans group by 1, 2) t
  cross join lateral generate_series(0, t.top) i
  left join spans s on s.code = t.code and s.day = t.day and s.span = i
  group by 1, 2
), keys as (
  select code, day from taken union select code, day from closed union select code, day from reopened {keys}
)
insert into cases_daily (division_code, day, {", ".join(COUNTS)}, elapsed)
select code, day, {", ".join(f"coalesce({name}, 0)" for name in COUNTS)}, coalesce(elapsed, array[]::int[])
from keys left join taken using (code, day) left join closed using (code, day) left join reopened using (code, day)
left join elapsed using (code, day)
{_REPLACE}
"""


_REPLACE = f"""
on conflict (division_code, day) do update set
{", ".join(f"{name} = excluded.{name}" for name in (*COUNTS, "elapsed"))}
"""


def _parents(touched: str) -> str:
    """The counts of a level from those of the level below. %(length)s, %(child)s: lengths of their codes."""
    return f"""
with below as (
  select left(d.division_code, %(length)s) code, d.* from cases_daily d {touched}
  {"and" if touched else "where"} length(d.division_code) = %(child)s
), places as (
  select b.code, b.day, u.place, sum(u.n)::int n
  from below b cross join unnest(b.elapsed) with ordinality u(n, place) group by 1, 2, 3
), elapsed as (
  select code, day, array_agg(n order by place) elapsed from places group by 1, 2
), sums as (
  select code, day, {", ".join(f"sum({name}) {name}" for name in COUNTS)} from below group by 1, 2
)
insert into cases_daily (division_code, day, {", ".join(COUNTS)}, elapsed)
select code, day, {", ".join(COUNTS)}, coalesce(elapsed, array[]::int[])
from sums left join elapsed using (code, day)
{_REPLACE}
"""


_FOLD_COMMUNITIES = _communities(
    _SOME, 'union select t.code collate "C", t.day from unnest(%(codes)s::text[], %(days)s::date[]) t(code, day)'
)
_FOLD_PARENTS = _parents(
    "join unnest(%(codes)s::text[], %(days)s::date[]) t(code, day)"
    ' on d.day = t.day and left(d.division_code, %(length)s) = t.code collate "C"'
)
_BUILD_COMMUNITIES = _communities(_ALL, "")
_BUILD_PARENTS = _parents("")


def _holds(kind: str) -> str:
    return f"({SLICES[kind].sql})"


# Counted by community, summed for those above; only what has changed is written.
_TALLY = f"""
with here as (
  select c.division_code code, k.kind, k.cause, c.is_restricted, count(*) cases, min(c.due_at) first_due_at,
         min(c.promised_days) promised_days
  from cases_case c cross join lateral (values
    ('open', c.waiting_for, {_holds("open")}), ('late', c.waiting_for, {_holds("late")}),
    ('today', c.waiting_for, {_holds("today")}), ('unaccepted', 'nobody', {_holds("unaccepted")}),
    ('extension', 'answer', {_holds("extension")})
  ) k(kind, cause, holds)
  where c.closed_at is null and k.holds group by 1, 2, 3, 4
), sums as (
  select left(code, l.n) code, kind, cause, is_restricted, sum(cases) cases, min(first_due_at) first_due_at,
         min(promised_days) promised_days
  from here cross join (values (4), (6), (9), (12)) l(n) group by 1, 2, 3, 4
), gone as (
  delete from cases_tally t where not exists (
    select from sums s where (s.code, s.kind, s.cause, s.is_restricted)
      = (t.division_code, t.kind, t.cause, t.is_restricted))
)
insert into cases_tally as t (division_code, kind, cause, is_restricted, cases, first_due_at, promised_days)
select code, kind, cause, is_restricted, cases, first_due_at, promised_days from sums
on conflict (division_code, kind, cause, is_restricted) do update
set cases = excluded.cases, first_due_at = excluded.first_due_at, promised_days = excluded.promised_days
where (t.cases, t.first_due_at, t.promised_days)
  is distinct from (excluded.cases, excluded.first_due_at, excluded.promised_days)
"""


@transaction.atomic
def fold(actor: Actor, *, at: datetime) -> int:
    """Bring the counts up to date with the cases that were touched; returns how many days of communities were.

    The clock calls it. Not on record: it changes nothing but sums. A fold that is already running is left alone.
    """
    require(actor, "figures.fold")
    if not _is_my_turn():
        return 0
    touched = _take_touched()
    if touched:
        _run(_FOLD_COMMUNITIES, _pairs(touched))
        for length, child in LEVELS:
            above = {(code[:length], day) for code, day in touched}
            _run(_FOLD_PARENTS, {**_pairs(above), "length": length, "child": child})
    _folded(at)
    return len(touched)


@transaction.atomic
def rebuild(actor: Actor, *, at: datetime) -> int:
    """Count all cases anew, after a bulk load; returns how many rows there are."""
    require(actor, "figures.rebuild")
    _run("select pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    _run("delete from cases_touched", {})
    _run("delete from cases_daily", {})
    _run(_BUILD_COMMUNITIES, {})
    for length, child in LEVELS:
        _run(_BUILD_PARENTS, {"length": length, "child": child})
    _folded(at)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from cases_daily")
        rows = int(cursor.fetchone()[0])
    record(actor, "figures.rebuild", subject=("figures", "cases"), division_code=actor.reach, at=at)
    return rows


def _is_my_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", (_LOCK,))
        return bool(cursor.fetchone()[0])


def _take_touched() -> set[tuple[str, date]]:
    """What is out of date as of now. A case that commits after this look has left a mark for the next fold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from cases_touched where id in (select id from cases_touched order by id limit %s)"
            " returning division_code, day",
            (BATCH,),
        )
        return set(cursor.fetchall())


def _pairs(touched: set[tuple[str, date]]) -> dict[str, Any]:
    ordered = sorted(touched)
    return {"codes": [code for code, _day in ordered], "days": [day for _code, day in ordered]}


def _folded(at: datetime) -> None:
    _run(_TALLY, live_values(at))
    _run(
        "insert into cases_fold (id, at) values (1, %(at)s) on conflict (id) do update set at = excluded.at", {"at": at}
    )


def _run(sql: str, values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
