"""What needs doing now: cases that are late, due, unaccepted or waiting for an answer, and residents who complained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import LAST
from yimen.cases.queries.scope import known_sql
from yimen.cases.queries.slices import FOLLOW_UP_PLACE, SLICES, live_values
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.trail import queries as trail

KINDS = ("late", "today", "unaccepted", "extension")
SHOWN = 8  # rows of one kind and cause; the list has the others


class Row(NamedTuple):
    """One exception, or (for a district and a city) all of one kind and cause under one division.

    `kind`: late, today, unaccepted, extension, rating or complaint. `total`: how many of this kind and cause there are
    in all. `ref`: number of the case, or ref of the follow-up; "" for a sum. `cases`: how many in a sum, else 1.
    `owner`: of a sum of follow-ups, how many digits the codes of the desks have at which they lie; of other sums "".
    """

    kind: str
    cause: str
    total: int
    cases: int
    code: str
    ref: str
    version_id: UUID | None
    due_at: datetime | None
    due_on: date | None
    promised_days: int
    owner: str
    is_accepted: bool
    resident: str
    is_protected: bool


# What a resident is owed by the offices in reach, never about the reader.
_FOLLOW = f"""
  select f.kind, f.ref, f.due_on, {FOLLOW_UP_PLACE} code, f.case_id, f.division_code desk
  from cases_followup f
  where f.state = 'open' and f.division_code >= %(reach)s and f.division_code < %(reach_high)s
    and f.about_id is distinct from %(account)s
    and {FOLLOW_UP_PLACE} >= %(below)s
    and {FOLLOW_UP_PLACE} < %(below_high)s
"""


def _one_by_one(known: str) -> str:
    def branch(kind: str, cause: str, tables: str = "cases_case c") -> str:
        return f"""
        select '{kind}' kind, {cause} cause, ({known}) is true is_known, c.* from {tables}
        where c.division_code >= %(below)s and c.division_code < %(below_high)s
          and c.closed_at is null and {SLICES[kind].sql}"""

    asked = (
        "(select distinct case_id from cases_extension where state = 'asked') x join cases_case c on c.id = x.case_id"
    )
    return f"""
with found as (
  {branch("late", "c.waiting_for")} union all {branch("today", "c.waiting_for")}
  union all {branch("unaccepted", "'nobody'")} union all {branch("extension", "'answer'", asked)}
), follow as ({_FOLLOW}), ranked as (
  select f.*, count(*) over (partition by kind, cause)::int total,
         row_number() over (partition by kind, cause order by is_known desc, due_at, id) place from found f
), answers as (
  select f.*, count(*) over (partition by kind)::int total,
         row_number() over (partition by kind order by due_on, ref) place from follow f
)
select r.kind, r.cause, r.total, 1, r.division_code, r.number, r.version_id, r.due_at, r.due_on, r.promised_days::int,
       coalesce(o.name, a.name), r.owner_id is not null, p.name, p.is_protected
from ranked r join access_account a on a.id = r.first_asked_id left join access_account o on o.id = r.owner_id
join registry_resident p on p.id = r.resident_id
where r.place <= %(shown)s and r.is_known
union all
select a.kind, 'answer', a.total, 1, a.code, a.ref, c.version_id, null, a.due_on, 0, a.desk, true, '', false
from answers a left join cases_case c on c.id = a.case_id where a.place <= %(shown)s
order by 1, 2, 8, 9, 6
"""


# Of the cases only what the last fold has counted.
_SUMMED = f"""
with follow as ({_FOLLOW})
select kind, cause, (sum(sum(cases)) over (partition by kind, cause))::int, sum(cases)::int, division_code, '',
       null::uuid, min(first_due_at), null::date, (array_agg(promised_days order by first_due_at))[1]::int,
       '', true, '', false
from cases_tally
where division_code = any(%(children)s) and kind = any(%(kinds)s)
group by kind, cause, division_code
union all
select kind, 'answer', (sum(count(*)) over (partition by kind))::int, count(*)::int, left(code, %(length)s),
       '', null::uuid, null::timestamptz, min(due_on), 0, string_agg(distinct length(desk)::text, ','), true, '', false
from follow group by kind, left(code, %(length)s)
order by 1, 2, 4 desc, 5
"""


def exceptions(actor: Actor, code: str, *, at: datetime, children: Sequence[str] = ()) -> list[Row]:
    """The exceptions under a division: the most urgent of each kind one by one, or summed by the divisions right under
    it (`children`, all of one level). Restricted matters are counted, as in the figures and in the lists that open, and
    shown to those who work on them alone."""
    require(actor, "supervise.open")
    if not actor.reaches(code):
        raise NotFound()
    known, values = known_sql(actor, at=at)
    values |= {
        **live_values(at),
        **{"below": code, "below_high": code + LAST, "reach": actor.reach, "reach_high": actor.reach + LAST},
        **{"shown": SHOWN, "kinds": list(KINDS), "account": actor.account_id},
        **{"children": list(children), "length": len(children[0]) if children else 0},
    }
    sql = _SUMMED if children else _one_by_one(known)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Row(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Reminders:
    """Which cases a bulk reminder would reach, and how many have been reminded already today."""

    numbers: Sequence[str]
    already: int
    beyond: int  # more than one go takes


MOST = 200  # reminders in one go


def reminders(actor: Actor, code: str, kind: str, cause: str, *, since: datetime, at: datetime) -> Reminders:
    """The cases of one kind and cause under a division, most urgent first, without those reminded after `since`."""
    require(actor, "case.urge")
    if not actor.reaches(code) or kind not in ("late", "today", "unaccepted"):
        raise NotFound()
    known, values = known_sql(actor, at=at)
    sql = f"""
    select c.id, c.number from cases_case c
    where {known} and c.division_code >= %(below)s and c.division_code < %(below_high)s and c.closed_at is null
      and {SLICES[kind].sql} {"and c.waiting_for = %(cause)s" if kind != "unaccepted" else ""}
    order by c.due_at, c.id
    """
    values |= {**live_values(at), "below": code, "below_high": code + LAST, "cause": cause}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    done = trail.subjects_since("case", [row[0] for row in rows], "case.urge", since=since)
    left = [number for row_id, number in rows if str(row_id) not in done]
    return Reminders(left[:MOST], len(rows) - len(left), max(0, len(left) - MOST))
