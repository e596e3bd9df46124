"""Coverage: how far the households of a division were reached, beside the month before and the year before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import LAST
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.orgs.queries.outlines import outline_id, polygons_on
from yimen.patches import queries as patches
from yimen.patches.queries.outlines import patch_outlines
from yimen.visits.rules.months import month_before
from yimen.visits.rules.sketch import Polygons

COUNTS = (
    *("patches", "households", "goal", "reached", "must", "must_reached", "must_explained", "unseen_half"),
    *("unseen_year", "visits", "late", "found", "taken", "refused", "needs", "needs_solved", "needs_own"),
    *("disputes", "disputes_solved"),
)
CHILD = {4: 6, 6: 9, 9: 12, 12: 15, 15: 15}


@dataclass(frozen=True, slots=True)
class Coverage:
    """A division or patch in a month: itself, the month before, the year before, and its parts by place. Months before
    `kept_since` are nothing to compare with: what stray records there are of them would pass for a bad month."""

    code: str
    month: date
    now: Mapping[str, int]
    before: Mapping[str, int]
    year_before: Mapping[str, int]
    parts: Sequence[tuple[str, Mapping[str, int]]]  # by code: never in the order of a figure
    kept_since: date | None = None  # the first month with must-visit households, else with visits

    @property
    def unkept(self) -> Sequence[date]:
        """Which of the months beside this one were not kept here."""
        beside = (month_before(self.month), month_before(self.month, 12))
        return [one for one in beside if self.kept_since is None or one < self.kept_since]


_ROWS = f"""
select code, month, {", ".join(COUNTS)} from visits_monthly
where code = %(code)s and month = any(%(months)s)
union all
select code, month, {", ".join(COUNTS)} from visits_monthly
where %(child)s > length(%(code)s) and code > %(code)s and code < %(high)s and length(code) = %(child)s
  and month = %(month)s
order by 1, 2
"""
_KEPT_SINCE = """
select coalesce(min(month) filter (where must > 0), min(month) filter (where visits > 0)) from visits_monthly
where code = %(code)s
"""
_NOTHING = dict.fromkeys(COUNTS, 0)


def coverage(actor: Actor, code: str, month: date) -> Coverage:
    """The coverage of a division or patch within reach. NotFound out of reach."""
    require(actor, "coverage.open")
    if not actor.reaches(code) or len(code) not in CHILD:
        raise NotFound()
    months = [month, month_before(month), month_before(month, 12)]
    values: dict[str, Any] = {
        "code": code,
        "high": code + LAST,
        "child": CHILD[len(code)],
        "month": month,
        "months": months,
    }
    own: dict[date, dict[str, int]] = {}
    parts: list[tuple[str, dict[str, int]]] = []
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        for found, of, *counts in cursor.fetchall():
            row = dict(zip(COUNTS, counts, strict=True))
            if found == code:
                own[of] = row
            else:
                parts.append((found, row))
        cursor.execute(_KEPT_SINCE, values)
        kept_since = cursor.fetchone()[0]
    for one in months[1:]:
        if kept_since is None or one < kept_since:
            own.pop(one, None)
    now, before, year_before = (own.get(one, _NOTHING) for one in months)
    return Coverage(code, month, now, before, year_before, parts, kept_since)


@dataclass(frozen=True, slots=True)
class Through:
    """How many of the cases taken in came from visits."""

    visits: int
    every: int


_THROUGH = """
select count(*) filter (where c.via = 'visit'), count(*) from cases_case c
where c.division_code = %(code)s and c.accepted_at >= %(first)s::timestamp at time zone 'Asia/Shanghai'
  and c.accepted_at < %(next)s::timestamp at time zone 'Asia/Shanghai'
"""


def cases_through_visits(actor: Actor, code: str, first: date, following: date) -> Through:
    """The share of a community's cases of a month that visits brought."""
    require(actor, "coverage.open")
    with connection.cursor() as cursor:
        cursor.execute(_THROUGH, {"code": code, "first": first, "next": following})
        return Through(*cursor.fetchone())


def patch_of_code(actor: Actor, code: str, *, at: datetime) -> patches.Standing | None:
    """The patch behind a code of 15 digits, as it stands now; None where it is gone or there is none."""
    found = patches.patches_at(code[:12], at=at) if actor.reaches(code[:12]) else []
    return next((one for one in found if one.code == code), None)


def shapes_of(found: Coverage, *, on: date) -> dict[str, Polygons]:
    """Where the parts of a coverage lie, by code: patches, or the divisions below; those without a place are absent."""
    codes = [code for code, _row in found.parts]
    if CHILD[len(found.code)] == CHILD[12]:
        community = {found.code[:12]: outline_id(found.code[:12], on=on)}
        return {one.code: one.polygons for one in patch_outlines(community, on=on) if one.code in codes}
    return polygons_on(codes, on=on)
