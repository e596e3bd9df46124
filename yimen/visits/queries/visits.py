"""Visits as they are on record: a month's list, and one visit with all it found and every correction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor, Role
from yimen.core.errors import NotFound
from yimen.core.masking import mask_words
from yimen.orgs.queries import community_codes
from yimen.trail.record import looked
from yimen.visits.rules import sealed
from yimen.visits.rules.offline import is_clock_wrong
from yimen.visits.rules.words import EDITED_WITHIN

PAGE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One visit. `at` is when it was, `received_at` when it was written down."""

    ref: str
    dwelling_ref: str
    door: str
    division_code: str
    by_name: str
    for_name: str
    at: datetime
    received_at: datetime
    is_late: bool
    outcome: str
    topics: Sequence[str]
    via: str
    clock_off_s: int  # how far the phone's clock was ahead; `at` is put right

    @property
    def clock_off(self) -> timedelta | None:
        """How far the phone's clock was off, where it was so far that the visit shows it."""
        off = timedelta(seconds=self.clock_off_s)
        return off if is_clock_wrong(off) else None


_COLUMNS = """
v.ref, d.ref, d.door, v.division_code, v.by_name, v.for_name, v.at, v.received_at, v.is_late, v.outcome, v.topics,
v.via, v.clock_off_s
"""
_LIST = f"""
select {_COLUMNS} from visits_visit v join registry_dwelling d on d.id = v.dwelling_id
where {{which}} and v.is_current and v."on" >= %(first)s and v."on" < %(next)s
  and (%(after)s = '' or (v.at, v.id) < (select x.at, x.id from visits_visit x where x.ref = %(after)s))
order by v.at desc, v.id desc limit {PAGE + 1}
"""


def visits(
    actor: Actor, *, patch_id: UUID | None, first: date, following: date, after: str, at: datetime
) -> tuple[list[Row], str]:
    """The visits of a month within reach, or of one patch, latest first, and the key of the next page."""
    require(actor, "visit.list")
    which = "v.patch_id = %(patch)s" if patch_id else "v.division_code = any(%(codes)s)"
    values: dict[str, Any] = {"first": first, "next": following, "after": after}
    values |= {"patch": patch_id} if patch_id else {"codes": list(community_codes(actor.reach))}
    with connection.cursor() as cursor:
        cursor.execute(_LIST.format(which=which), values)
        rows = [Row(*row) for row in cursor.fetchall()]
    looked(
        actor,
        "visit.list",
        subject=("visits", actor.reach),
        division_code=actor.reach,
        at=at,
        changes={"shown": len(rows[:PAGE])},
    )
    return rows[:PAGE], rows[PAGE - 1].ref if len(rows) > PAGE else ""


@dataclass(frozen=True, slots=True)
class Page:
    """One visit with its words, what it found, and the records it replaced, latest first."""

    visit: Row
    id: UUID
    account_id: UUID
    note: str
    is_current: bool
    replaced_by: str
    found: Sequence[tuple[str, str, str]]  # reference, kind, state
    before: Sequence[tuple[Row, str]]

    def may_correct(self, actor: Actor) -> bool:
        """Whether this person corrects it: whoever made it, and the station's head."""
        return self.is_current and (actor.role is Role.HEAD or self.account_id == actor.account_id)

    def is_entry(self, at: datetime) -> bool:
        """Whether a correction now is an entry of its own: later than 72 hours after it was written down."""
        return at - self.visit.received_at > EDITED_WITHIN


_ONE = f"""
with recursive chain as (
  select x.id, x.replaces_id, 0 depth from visits_visit x
  where x.ref = %(ref)s and x.division_code >= %(low)s and x.division_code < %(high)s
  union all
  select y.id, y.replaces_id, c.depth + 1 from visits_visit y join chain c on y.id = c.replaces_id
)
select {_COLUMNS}, v.id, v.account_id, v.note, v.is_current,
  (select n.ref from visits_visit n where n.replaces_id = v.id)
from chain c join visits_visit v on v.id = c.id join registry_dwelling d on d.id = v.dwelling_id order by c.depth
"""
_FOUND = "select ref, kind, state from visits_finding where visit_id = any(%(ids)s) order by at, id"


def visit_page(actor: Actor, ref: str, *, at: datetime) -> Page:
    """One visit within reach; on record as a look. NotFound out of reach."""
    require(actor, "visit.read")
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(_ONE, {"ref": ref, "low": low, "high": high})
        rows = cursor.fetchall()
        if not rows:
            raise NotFound()
        cursor.execute(_FOUND, {"ids": [row[13] for row in rows]})
        found = cursor.fetchall()
    id_, account_id, _note, is_current, replaced_by = rows[0][13:]
    shown = [(Row(*row[:13]), mask_words(sealed.unseal(row[15], place=sealed.NOTE, row=row[13]))) for row in rows]
    looked(actor, "visit.read", subject=("visit", id_), division_code=shown[0][0].division_code, at=at)
    return Page(shown[0][0], id_, account_id, shown[0][1], is_current, replaced_by or "", found, shown[1:])
