"""Find the must-visit households by the rule in force: of some doors at once, of a community in one question.

Set-based: one statement reads whoever lives there with what is known of them, and only what differs from the list that
stands is written. What was is closed with a day and stays readable, so past months keep their lists.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.ids import new_id, new_ref
from yimen.core.many import insert_rows, update_rows
from yimen.trail.record import record
from yimen.visits.queries.rule import rule_on
from yimen.visits.rules.vulnerable import GROUPS, MENTAL, Limits, born_by

_LOCK = 0x59_4D_56_48  # with a hash of the community: one finder at a time in each

_LIVES = "l.to_on is null and l.kind in ('both', 'living') and r.merged_into_id is null and r.died_on is null"
_OF_COMMUNITY = f"""
registry_resident r join registry_residence l on l.resident_id = r.id
where r.division_code = %(code)s and {_LIVES}
"""
_OF_DOORS = f"""
registry_residence l join registry_resident r on r.id = l.resident_id
where l.dwelling_id = any(%(doors)s) and {_LIVES}
"""
_KINDS = (
    *("is_dibao", "is_low_income_any", "no_labour_capacity", "no_income_source", "no_able_supporter"),
    *("has_serious_illness", "is_child_without_care", "only_child_dead_or_disabled", *MENTAL),
)
_EXTREME = "w.no_labour_capacity and w.no_income_source and w.no_able_supporter"
_TESTS = {
    "allowance": "bool_or(w.is_dibao)",
    "extreme": f"bool_or({_EXTREME})",
    "edge": f"bool_or(w.is_low_income_any and not w.is_dibao and not ({_EXTREME}))",
    "disabled": "min(w.disability_level) <= %(disabled)s",
    "mental": f"bool_or({' or '.join(f'w.{kind}' for kind in MENTAL)})",
    "illness": "bool_or(w.has_serious_illness)",
    "old": "bool_or(w.birth_on <= %(old)s)",
    "alone": "bool_and(coalesce(w.birth_on <= %(alone)s, false))",
    "child": "bool_or(w.is_child_without_care)",
    "lost_child": "bool_or(w.only_child_dead_or_disabled)",
}
_STANDING = """
select id, dwelling_id, groups, from_on from visits_vulnerablehousehold
where {scope} and to_on is null and not is_marked for update
"""


def _find(source: str, limits: Limits) -> str:
    """SQL: the doors of a source with the groups that the rule finds there."""
    flags = ", ".join(
        f"coalesce(bool_or(t.value = 'true') filter (where t.kind = '{kind}'), false) {kind}" for kind in _KINDS
    )
    tests = ", ".join(f"case when {_TESTS[key]} then '{key}' end" for key in GROUPS if key in limits)
    return f"""
with lives as (
  select r.id, r.birth_on, l.dwelling_id, l.division_code from {source}
), who as (
  select v.id, v.birth_on, v.dwelling_id, v.division_code, {flags},
         min((t.value #>> '{{}}')::int) filter (where t.kind = 'disability_level'
           and jsonb_typeof(t.value) = 'number') disability_level
  from lives v left join registry_trait t on t.resident_id = v.id and t.kind = any(%(kinds)s)
   and t.from_on <= %(day)s and (t.to_on is null or t.to_on > %(day)s)
  group by 1, 2, 3, 4
), found as (
  select w.dwelling_id, min(w.division_code) division_code, array_remove(array[{tests}]::text[], null) groups
  from who w group by w.dwelling_id
)
select dwelling_id, division_code, groups from found where groups <> '{{}}'
"""


class _Found(NamedTuple):
    dwelling_id: UUID
    division_code: str
    groups: list[str]


class _Standing(NamedTuple):
    id: UUID
    dwelling_id: UUID
    groups: list[str]
    from_on: date


@transaction.atomic
def find_at_doors(actor: Actor, *, doors: Collection[UUID], division_code: str, at: datetime) -> int:
    """Look at these doors of one community; returns how many entries of the list changed."""
    require(actor, "vulnerable.find")
    if not doors:
        return 0
    values = {"doors": list(doors)}
    return _bring_up(actor, division_code, _OF_DOORS, "dwelling_id = any(%(doors)s)", values, at)


@transaction.atomic
def find_in_community(actor: Actor, *, division_code: str, at: datetime, since: date | None = None) -> int:
    """Look at a whole community; returns how many entries of the list changed.

    `since`: a roster that was applied on that day has been undone, so what it put on the list or took off it since
    never was.
    """
    require(actor, "vulnerable.find")
    values = {"code": division_code}
    return _bring_up(actor, division_code, _OF_COMMUNITY, "division_code = %(code)s", values, at, since=since)


def _bring_up(
    actor: Actor,
    code: str,
    source: str,
    scope: str,
    values: Mapping[str, Any],
    at: datetime,
    *,
    since: date | None = None,
) -> int:
    day = local(at).date()
    limits = rule_on(code, day).limits
    aged = {key: born_by(day, limits[key] or 0) for key in ("old", "alone") if key in limits}
    asked = {
        **values,
        **aged,
        **{"day": day, "disabled": limits.get("disabled"), "kinds": [*_KINDS, "disability_level"]},
    }
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, code))
        cursor.execute(_find(source, limits), asked)
        found = [_Found(*row) for row in cursor.fetchall()]
        cursor.execute(_STANDING.format(scope=scope), asked)
        standing = [_Standing(*row) for row in cursor.fetchall()]
    changed, open_now = _write(found, standing, day, since or day)
    if since and open_now:
        _go_on(open_now, since)
    if changed:
        record(
            actor,
            "vulnerable.find",
            subject=("vulnerable", code),
            division_code=code,
            at=at,
            changes={"changed": changed, "found": len(found)},
        )
    return changed


_KEPT = {"id": "uuid", "groups": "varchar(16)[]", "to_on": "date"}
_NEW = {
    **{"id": "uuid", "ref": "text", "division_code": "text", "dwelling_id": "uuid", "groups": "varchar(16)[]"},
    **{"is_marked": "boolean", "reason": "text", "by_name": "text", "from_on": "date"},
}


def _write(found: Sequence[_Found], standing: Sequence[_Standing], day: date, since: date) -> tuple[int, list[UUID]]:
    """Close what holds no more, open what is new; what began today, or `since`, is put right in its place.

    Returns how many entries changed, and those that are open now.
    """
    wanted = {one.dwelling_id: one for one in found}
    kept: list[dict[str, Any]] = []
    dropped: list[UUID] = []
    for row in standing:
        new = wanted.get(row.dwelling_id)
        if new is not None and new.groups == row.groups:
            del wanted[row.dwelling_id]
        elif new is not None and row.from_on >= since:
            kept.append({"id": row.id, "groups": new.groups, "to_on": None})
            del wanted[row.dwelling_id]
        elif row.from_on >= since:
            dropped.append(row.id)
        else:
            kept.append({"id": row.id, "groups": row.groups, "to_on": day})
    if dropped:
        with connection.cursor() as cursor:
            cursor.execute("delete from visits_vulnerablehousehold where id = any(%s)", (dropped,))
    update_rows("visits_vulnerablehousehold", _KEPT, kept)
    new_rows = [_new_row(one, day) for one in wanted.values()]
    insert_rows("visits_vulnerablehousehold", _NEW, new_rows)
    open_now = [row["id"] for row in (*kept, *new_rows) if row.get("to_on") is None]
    return len(dropped) + len(kept) + len(new_rows), open_now


_CLOSED_BEFORE = """
select distinct on (n.id) n.id, o.id from visits_vulnerablehousehold n
join visits_vulnerablehousehold o on o.dwelling_id = n.dwelling_id and o.groups = n.groups and not o.is_marked
  and o.id <> n.id and o.to_on >= %(since)s
where n.id = any(%(ids)s) and not exists (
  select from visits_vulnerablehousehold b where b.dwelling_id = n.dwelling_id and not b.is_marked
    and b.id not in (n.id, o.id) and b.from_on >= o.to_on)
order by n.id, o.to_on desc
"""


def _go_on(ids: Sequence[UUID], since: date) -> None:
    """Open again what was closed since a day, instead of an entry that says the same after it."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED_BEFORE, {"ids": list(ids), "since": since})
        pairs = cursor.fetchall()
        cursor.execute("delete from visits_vulnerablehousehold where id = any(%s)", ([new for new, _old in pairs],))
        cursor.execute(
            "update visits_vulnerablehousehold set to_on = null where id = any(%s)", ([old for _new, old in pairs],)
        )


def _new_row(one: _Found, day: date) -> dict[str, Any]:
    return {
        **{"id": new_id(), "ref": new_ref(), "division_code": one.division_code, "dwelling_id": one.dwelling_id},
        **{"groups": one.groups, "is_marked": False, "reason": "", "by_name": "", "from_on": day},
    }
