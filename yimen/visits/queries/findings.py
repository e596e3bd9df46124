"""Findings of visits as work: what waits, and one of them beside what the register says now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.registry.queries.shown import shown_name
from yimen.trail.record import looked
from yimen.visits.queries.at_door import Somebody, gone_from, living_at
from yimen.visits.rules import sealed
from yimen.visits.rules.words import shown_content

PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One finding on the desk. `named`: whom it is about, masked as pages do; "" for the household as a whole."""

    ref: str
    kind: str
    state: str
    dwelling_ref: str
    door: str
    named: str
    by_name: str
    visit_ref: str
    at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    draft_ref: str


@dataclass(frozen=True, slots=True)
class Page:
    """A finding with its words, numbers masked, and who lives there or has left. `about` is the resident it names, as
    the register has them now; `has_changed`: that record was written since the phone was packed."""

    row: Row
    id: UUID
    content: Mapping[str, str]
    living: Sequence[Somebody]
    gone: Sequence[Somebody]
    about: Somebody | None
    has_changed: bool
    seen_on: date


_COLUMNS = """
f.ref, f.kind, f.state, coalesce(d.ref, ''), coalesce(d.door, ''),
case when r.is_protected then '' else coalesce(r.name, '') end,
coalesce(v.by_name, ''), coalesce(v.ref, ''), f.at, f.decided_by, f.decided_at, f.note, f.draft_ref
"""
_TABLES = """
visits_finding f left join registry_dwelling d on d.id = f.dwelling_id
left join registry_resident r on r.id = f.resident_id left join visits_visit v on v.id = f.visit_id
"""
_LIST = f"""
select {_COLUMNS} from {_TABLES}
where f.division_code = %(code)s and {{state}}
  and (%(after)s = '' or (f.at, f.id) {{onward}} (select x.at, x.id from visits_finding x where x.ref = %(after)s))
order by f.at {{order}}, f.id {{order}} limit {PAGE + 1}
"""


def findings(actor: Actor, *, decided: bool, newest: bool, after: str = "") -> tuple[list[Row], str]:
    """What waits at the station or what was decided, newest or oldest first, and the key of the next page."""
    require(actor, "finding.list")
    state = "f.state <> 'open'" if decided else "f.state = 'open'"
    parts = (state, "<", "desc") if newest else (state, ">", "asc")
    sql = _LIST.format(**dict(zip(("state", "onward", "order"), parts, strict=True)))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"code": actor.reach, "after": after})
        rows = [_row(actor, row) for row in cursor.fetchall()]
    return rows[:PAGE], rows[PAGE - 1].ref if len(rows) > PAGE else ""


def _row(actor: Actor, row: tuple[Any, ...]) -> Row:
    cells = list(row[:13])
    cells[5] = shown_name(actor, cells[5]) if cells[5] else ""
    return Row(*cells)


_ONE = f"""
select {_COLUMNS}, f.id, f.content, f.dwelling_id, f.resident_id, f.seen_version,
  coalesce(v."on", f.at::date), f.division_code
from {_TABLES} where f.ref = %(ref)s and f.division_code >= %(low)s and f.division_code < %(high)s
"""


def finding_page(actor: Actor, ref: str, *, at: datetime) -> Page:
    """One finding within reach, its words opened; on record as a look. NotFound out of reach."""
    require(actor, "finding.list")
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(_ONE, {"ref": ref, "low": low, "high": high})
        found = cursor.fetchone()
        if found is None:
            raise NotFound()
        row_id, content, door, resident, seen_version, seen_on, code = found[13:]
    living = [replace(one, name=shown_name(actor, one.name)) for one in living_at(door)]
    gone = [replace(one, name=shown_name(actor, one.name)) for one in gone_from(door)]
    about = next((one for one in living if one.id == resident), None)
    looked(actor, "finding.list", subject=("finding", row_id), division_code=code, at=at)
    return Page(
        _row(actor, found),
        row_id,
        shown_content(sealed.unseal_values(content, place=sealed.FINDING, row=row_id)),
        living,
        gone,
        about,
        about is not None and seen_version is not None and about.version != seen_version,
        seen_on,
    )
