"""民情日志: one timeline of an officer, a household or a patch, read from visits, desk, calls, letters and notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor, Role
from yimen.core.clock import LOCAL, local
from yimen.core.doors import parse_door
from yimen.core.masking import mask_name, mask_words
from yimen.trail.record import looked
from yimen.visits.queries.contacts import SEEN
from yimen.visits.rules import sealed

MOST = 1_500  # lines of one view; a patch writes about two hundred a month


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose journal: of an officer, a patch, or a door; exactly one is set."""

    account_id: UUID | None = None
    patch_id: UUID | None = None
    dwelling_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `kind`: visit, note, case, emptying, or the way a contact came (box, call, group, web, desk). Of an
    emptying `outcome` is the place of the box and `after` the number of letters. `on` is the day it tells of,
    `written_on` the day it was written down when that is later. `masked`: whom the door is known by."""

    kind: str
    at: datetime
    on: date
    written_on: date | None
    ref: str
    dwelling_id: UUID | None
    dwelling_ref: str
    door: str
    by_name: str
    for_name: str
    outcome: str
    topics: Sequence[str]
    words: str
    after: str  # number of the case that came of it, or state of a contact
    masked: str = ""


_OF = {
    "visit": {
        "account": "(v.account_id = %(account)s or v.for_account = %(account)s)",
        "patch": "v.patch_id = %(patch)s",
        "dwelling": "v.dwelling_id = %(dwelling)s",
    },
    "note": {
        "account": "n.account_id = %(account)s",
        "patch": "n.patch_id = %(patch)s",
        "dwelling": "n.dwelling_id = %(dwelling)s",
    },
    "contact": {
        "account": "(x.first_asked_id = %(account)s or x.handed_to_id = %(account)s)",
        "patch": "x.patch_id = %(patch)s",
        "dwelling": "x.dwelling_id = %(dwelling)s",
    },
    "round": {
        "account": "e.by_account = %(account)s",
        "patch": "y.patch_id = %(patch)s",
        "dwelling": "false",
    },
    "case": {
        "account": "k.first_asked_id = %(account)s",
        "patch": "l.patch_id = %(patch)s",
        "dwelling": "d.id = %(dwelling)s",
    },
}
_LINES = """
select 'visit', v.at, v."on", v.received_at, v.is_late, v.ref, v.id, d.id, d.ref, d.door, v.by_name,
  v.for_name, v.outcome, v.topics, v.note, null::bytea,
  coalesce((select string_agg(coalesce(nullif(f.case_number, ''), f.state), ' ' order by f.id)
    from visits_finding f where f.visit_id = v.id), '')
from visits_visit v join registry_dwelling d on d.id = v.dwelling_id
where {visit} and v.is_current and v."on" >= %(first)s and v."on" < %(next)s and v.division_code = %(code)s
union all
select 'note', n.at, n."on", n.at, (n.at at time zone 'Asia/Shanghai')::date > n."on", n.ref, n.id, d.id,
  d.ref, d.door, n.by_name, '', '', '{{}}', n.words, null, ''
from visits_journalnote n left join registry_dwelling d on d.id = n.dwelling_id
where {note} and n."on" >= %(first)s and n."on" < %(next)s and n.division_code = %(code)s
union all
select x.via, x.at, (x.at at time zone 'Asia/Shanghai')::date, x.received_at,
  (x.received_at at time zone 'Asia/Shanghai')::date > (x.at at time zone 'Asia/Shanghai')::date, x.ref, x.id,
  d.id, d.ref, d.door, a.name, '', '', '{{}}', x.words, x.answer, coalesce(nullif(x.case_number, ''), x.state)
from visits_contact x left join registry_dwelling d on d.id = x.dwelling_id
left join access_account a on a.id = coalesce(x.handed_to_id, x.first_asked_id)
where {contact} and x.division_code = %(code)s and x.at >= %(from_at)s and x.at < %(to_at)s and {seen}
union all
select 'emptying', e.at, (e.at at time zone 'Asia/Shanghai')::date, e.written_at,
  e.written_at is not null, b.ref, e.id, null, '', '', e.by_name, '', b.place, '{{}}', null, null, e.letters::text
from visits_emptying e join visits_contactbox b on b.id = e.box_id
{box_placed}
where {round} and e.division_code = %(code)s and e.at >= %(from_at)s and e.at < %(to_at)s
union all
select 'case', k.accepted_at, (k.accepted_at at time zone 'Asia/Shanghai')::date, k.accepted_at, false,
  k.version_id::text, k.id, d.id, d.ref, d.door, a.name, '', '', '{{}}', null, null, k.number
from cases_case k join access_account a on a.id = k.first_asked_id
left join registry_residence r on r.resident_id = k.resident_id and r.to_on is null and r.kind in ('both', 'living')
left join registry_dwelling d on d.id = r.dwelling_id
{placed}
where {case} and k.division_code = %(code)s and k.accepted_at >= %(from_at)s and k.accepted_at < %(to_at)s
  and not k.is_restricted
order by 2, 7 limit {most}
"""
_PLACED = """
left join patches_placement l on l.stairwell_id = d.stairwell_id and l.from_on <= %(last)s
  and (l.to_on is null or l.to_on > %(last)s)
"""
_BOX_PLACED = """
join patches_placement y on y.stairwell_id = b.stairwell_id and y.from_on <= %(last)s
  and (y.to_on is null or y.to_on > %(last)s)
"""
_PLACES = {"visit": sealed.NOTE, "note": sealed.JOURNAL}


def lines(actor: Actor, scope: Scope, *, first: date, following: date, at: datetime) -> list[Line]:
    """The lines of a period (first day, and the day after the last), oldest first; on record as a look.

    Words are opened as they are shown. Restricted matters stand in no journal, and what concerns a protected resident
    only in that of the head and the named handlers.
    """
    require(actor, "journal.read")
    kind = "account" if scope.account_id else "patch" if scope.patch_id else "dwelling"
    values: dict[str, Any] = {
        **{"account": scope.account_id, "patch": scope.patch_id, "dwelling": scope.dwelling_id},
        **{"first": first, "next": following, "code": actor.reach, "last": date.fromordinal(following.toordinal() - 1)},
        **{"from_at": _midnight(first), "to_at": _midnight(following)},
        **{"is_head": actor.role is Role.HEAD, "me": actor.account_id},
    }
    placed = (_PLACED, _BOX_PLACED) if kind == "patch" else ("", "")
    sql = _LINES.format(
        **{table: which[kind] for table, which in _OF.items()},
        **{"placed": placed[0], "box_placed": placed[1], "seen": SEEN, "most": MOST},
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = [_line(row) for row in cursor.fetchall()]
    looked(
        actor,
        "journal.read",
        subject=("journal", scope.account_id or scope.patch_id or scope.dwelling_id or ""),
        division_code=actor.reach,
        at=at,
        changes={"from": first.isoformat(), "lines": len(found)},
    )
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL)


def _line(row: tuple[Any, ...]) -> Line:
    kind, at, on, written_at, is_late, ref, row_id, *rest = row
    dwelling_id, dwelling_ref, door, by_name, for_name, outcome, topics, words, answer, after = rest
    said = sealed.unseal(words, place=_PLACES.get(kind, sealed.WORDS), row=row_id)
    if answer:
        said = f"{said} {sealed.unseal(answer, place=sealed.ANSWER, row=row_id)}".strip()
    written_on = local(written_at).date() if is_late else None
    return Line(
        kind, at, on, written_on, ref, dwelling_id, dwelling_ref or "", door or "", by_name or "", for_name, outcome,
        topics, mask_words(said), after,
    )  # fmt: skip


_NAMES = """
select l.dwelling_id, r.name from registry_residence l join registry_resident r on r.id = l.resident_id
where l.dwelling_id = any(%(doors)s) and l.to_on is null and l.kind in ('both', 'living')
  and r.merged_into_id is null and r.died_on is null and not r.is_protected
order by l.dwelling_id, r.birth_on nulls last, r.id
"""


def names_at(actor: Actor, found: Sequence[Line]) -> Mapping[UUID, Sequence[str]]:
    """Who lives at the doors of these lines, the oldest first; protected residents are left out. Not for display."""
    low, _high = bounds(actor)
    doors = sorted({line.dwelling_id for line in found if line.dwelling_id and low})
    names: dict[UUID, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, {"doors": doors})
        for door, name in cursor.fetchall():
            names.setdefault(door, []).append(name)
    return names


def with_masked(found: Sequence[Line], names: Mapping[UUID, Sequence[str]]) -> list[Line]:
    """The lines with the masked name by which each door is known."""
    return [
        replace(line, masked=mask_name(names[line.dwelling_id][0]))
        if line.dwelling_id is not None and line.dwelling_id in names
        else line
        for line in found
    ]


def matching(
    found: Sequence[Line],
    names: Mapping[UUID, Sequence[str]],
    text: str,
    topics_named: Mapping[str, str],
    compounds: Mapping[str, str],
) -> list[Line]:
    """The lines that a text fits: a door, its compound, somebody who lives there, a topic, or words that were said."""
    wanted = text.strip().casefold()
    door = parse_door(text)
    keys = {topic for topic, words in topics_named.items() if wanted and wanted in words.casefold()}

    def fits(line: Line) -> bool:
        if door is not None:
            return line.door == door.key or _short(line.door) == door.key
        said = (line.outcome if line.kind == "emptying" else line.words).casefold()
        place = f"{compounds.get(line.dwelling_ref, '')} {line.door}".casefold()
        lives = names.get(line.dwelling_id, ()) if line.dwelling_id else ()
        return (
            wanted in said
            or (bool(line.door) and wanted in place)
            or bool(keys & set(line.topics))
            or any(wanted in name.casefold() for name in lives)
        )

    return [line for line in found if fits(line)]


def _short(door: str) -> str:
    parts = door.split("-")
    return f"{parts[0]}-{parts[-1]}" if len(parts) == 3 else door
