"""The desk of records that may be one person: what waits, and two records side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.registry.queries.shown import masked_number, masked_phone, sex_word, shown_name
from yimen.registry.rules.duplicates import APART, GROUNDS, Ground
from yimen.registry.rules.merging import UNDO_WITHIN
from yimen.trail.record import record

PAGE = 25


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records, numbers masked."""

    id: UUID
    ref: str
    name: str
    sex: str
    birth_on: date | None
    number: str
    phone: str
    address: str
    division_code: str
    source: str
    as_of_on: date
    created_at: datetime
    version: int
    is_dead: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person. `same`: which values agree, number and phone as they really are."""

    ref: str
    id: UUID
    division_code: str
    grounds: Sequence[str]
    state: str
    found_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str
    note: str
    first: Side
    second: Side
    same: frozenset[str]


_SIDE = (
    *("id", "ref", "name", "sex", "birth_on", "id_number", "phone", "address", "division_code", "source", "as_of_on"),
    *("created_at", "version", "died_on", "id_hash", "phone_hash"),
)
_COLUMNS = "d.ref, d.id, d.division_code, d.grounds, d.state, d.found_at, d.decided_at, d.decided_by, d.reason, d.note"


def _side_sql(alias: str, home: str) -> str:
    return ", ".join(f"{home}.address" if name == "address" else f"{alias}.{name}" for name in _SIDE)


_PAIRS = f"""
select {_COLUMNS}, {_side_sql("a", "x")}, {_side_sql("b", "y")}
from registry_duplicate d
join registry_resident a on a.id = d.first_id and a.merged_into_id is null and not a.is_protected
join registry_resident b on b.id = d.second_id and b.merged_into_id is null and not b.is_protected
left join registry_residence k on k.resident_id = a.id and k.to_on is null and k.kind in ('both', 'living')
left join registry_dwelling x on x.id = k.dwelling_id
left join registry_residence l on l.resident_id = b.id and l.to_on is null and l.kind in ('both', 'living')
left join registry_dwelling y on y.id = l.dwelling_id
"""
_KEPT = """
select r.ref from registry_merge m join registry_resident r on r.id = m.kept_id
where m.ref = %s and m.division_code >= %s and m.division_code < %s and m.undone_at is null and m.at >= %s
and not r.is_protected
"""
_APART = """
select d.decided_by, d.decided_at, d.reason from registry_duplicate d
join registry_resident a on a.id = d.first_id and a.ref = any(%(refs)s)
join registry_resident b on b.id = d.second_id and b.ref = any(%(refs)s)
where d.state = 'apart' and d.division_code >= %(low)s and d.division_code < %(high)s
"""
_COUNT = """
select count(*) from (
  select 1 from registry_duplicate d
  join registry_resident a on a.id = d.first_id and a.merged_into_id is null and not a.is_protected
  join registry_resident b on b.id = d.second_id and b.merged_into_id is null and not b.is_protected
  where d.division_code = %s and d.state = 'open' limit 100) n
"""


def count_open(actor: Actor) -> int:
    """How many pairs wait for this office; a hundred stands for more."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, (actor.reach,))
        return int(cursor.fetchone()[0])


@transaction.atomic
def pairs(actor: Actor, *, state: str, after: str = "", at: datetime) -> tuple[list[Pair], str]:
    """What this office decides, oldest first, 25 at a time, and the key of the next page; on record."""
    require(actor, "duplicate.list")
    onward = "and d.id > (select id from registry_duplicate where ref = %(after)s)" if after else ""
    values = {"own": actor.reach, "state": state, "after": after}
    where = f"where d.division_code = %(own)s and d.state = %(state)s {onward} order by d.id limit {PAGE + 1}"
    found = _asked(actor, where, values)
    shown = found[:PAGE]
    _on_record(actor, "duplicate.list", ("people", "duplicates"), actor.reach, _refs(shown), at)
    return shown, shown[-1].ref if len(found) > PAGE else ""


@transaction.atomic
def pair(actor: Actor, ref: str, *, at: datetime) -> Pair:
    """One pair whose records both lie within reach; on record for each of the two."""
    require(actor, "duplicate.read")
    low, high = bounds(actor)
    where = "where d.ref = %(ref)s and d.division_code >= %(low)s and d.division_code < %(high)s"
    found = _asked(actor, where, {"ref": ref, "low": low, "high": high})
    if not found:
        raise NotFound()
    for side in (found[0].first, found[0].second):
        _on_record(actor, "duplicate.read", ("resident", side.id), side.division_code, _refs(found), at)
    return found[0]


class Apart(NamedTuple):
    """That somebody has judged two records to be two people."""

    who: str
    at: datetime
    reason: str


def judged_apart(actor: Actor, one: str, other: str) -> Apart | None:
    """Who within reach kept these two records apart, None where nobody did."""
    require(actor, "resident.merge")
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(_APART, {"refs": [one, other], "low": low, "high": high})
        found = cursor.fetchone()
    return Apart(*found) if found else None


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of a pair whose page is still open somewhere: one of its records was merged into this one."""

    ref: str
    name: str
    at: datetime
    reason: str


_BECAME = """
select k.ref, k.name, m.at, m.reason
from registry_duplicate d
join registry_resident o on o.id in (d.first_id, d.second_id) and o.merged_into_id is not null
join registry_resident k on k.id = o.merged_into_id
join registry_merge m on m.merged_id = o.id and m.undone_at is null
where d.ref = %(ref)s and k.division_code >= %(low)s and k.division_code < %(high)s
  and not k.is_protected and not o.is_protected
order by m.at desc limit 1
"""


def became(actor: Actor, ref: str) -> Merged | None:
    """What a pair that waits no more was merged into; None when that is not known within reach."""
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(_BECAME, {"ref": ref, "low": low, "high": high})
        found = cursor.fetchone()
    return Merged(found[0], shown_name(actor, found[1]), found[2], found[3]) if found else None


def kept_in(actor: Actor, merge_ref: str, *, at: datetime) -> str:
    """The ref of the record that a merge within reach kept, while the merge can be undone; "" otherwise."""
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, (merge_ref, low, high, at - UNDO_WITHIN))
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def _refs(found: Sequence[Pair]) -> list[str]:
    return [ref for each in found for ref in (each.first.ref, each.second.ref)]


def _on_record(
    actor: Actor, verb: str, subject: tuple[str, UUID | str], code: str, refs: list[str], at: datetime
) -> None:
    record(actor, verb, subject=subject, division_code=code, at=at, changes={"shown": refs}, is_read=True)


def _asked(actor: Actor, where: str, values: dict[str, Any]) -> list[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS + where, values)
        rows = cursor.fetchall()
    return [_pair(actor, row) for row in rows]


def _pair(actor: Actor, row: tuple[Any, ...]) -> Pair:
    start, size = 10, len(_SIDE)
    one = dict(zip(_SIDE, row[start : start + size], strict=True))
    two = dict(zip(_SIDE, row[start + size :], strict=True))
    ref, row_id, code, grounds, state, found_at, decided_at, decided_by, reason, note = row[:start]
    return Pair(
        ref=ref,
        id=row_id,
        division_code=code,
        grounds=[_(GROUNDS[Ground(ground)]) for ground in grounds],
        state=state,
        found_at=found_at,
        decided_at=decided_at,
        decided_by=decided_by,
        reason=reason,
        note=note,
        first=_side(actor, one),
        second=_side(actor, two),
        same=frozenset(name for name in _SIDE if one[name] == two[name] and one[name] not in (None, "", "0")),
    )


def _side(actor: Actor, found: dict[str, Any]) -> Side:
    return Side(
        found["id"],
        found["ref"],
        shown_name(actor, found["name"]),
        sex_word(found["sex"]),
        found["birth_on"],
        masked_number(found["id_number"], found["id"]),
        masked_phone(found["phone"], found["id"]),
        found["address"] or "",
        found["division_code"],
        found["source"],
        found["as_of_on"],
        found["created_at"],
        found["version"],
        found["died_on"] is not None,
    )


def apart_words(reason: str) -> str:
    """How one knew that they are two people."""
    return _(APART[reason]) if reason in APART else ""
