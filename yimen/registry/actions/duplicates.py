"""Find records that may be one person, and remember that two are two. Nothing is merged here."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.ids import new_id, new_ref
from yimen.core.names import readings
from yimen.orgs.queries import community_codes
from yimen.registry.models import Duplicate
from yimen.registry.rules import sealed
from yimen.registry.rules.duplicates import APART, State, decided_at, grounds_of
from yimen.registry.rules.numbers import forms_of
from yimen.trail.record import record

MOST_ALIKE = 20  # of one record: a phone that fifty people share says nothing about any two of them

_WHO = """
select id, name, sort_key, id_number from registry_resident
where {which} and merged_into_id is null and not is_protected
"""
# One round for a handful of records or for a community: every join goes by an index of the other side.
_ALIKE = """
with who as (
  select r.id, r.name, r.division_code, r.birth_on, r.phone_hash, l.dwelling_id
  from registry_resident r
  left join registry_residence l on l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living')
  where r.id = any(%(ids)s)
), reading as (
  select * from unnest(%(of)s::uuid[], %(keys)s::text[]) k(id, key)
), alike as (
  select w.id, o.id other, case
    when o.name <> w.name then 'reading'
    when exists (select from registry_residence x where x.resident_id = o.id and x.dwelling_id = w.dwelling_id
                 and x.to_on is null) then 'door'
    else 'name' end ground
  from who w join reading k on k.id = w.id
  join registry_resident o on o.division_code = w.division_code and o.sort_key = k.key and o.birth_on = w.birth_on
  union all
  select w.id, o.id, 'phone'
  from who w join registry_resident o on o.phone_hash = w.phone_hash and o.merged_into_id is null
  join reading k on k.id = w.id and k.key = o.sort_key
  union all
  select n.id, o.id, 'number'
  from unnest(%(held_by)s::uuid[], %(hashes)s::bytea[]) n(id, hash)
  join registry_resident o on o.id_hash = n.hash and o.merged_into_id is null
)
select least(a.id, a.other), greatest(a.id, a.other), array_agg(distinct a.ground),
       max(x.division_code) filter (where x.id = a.id), max(x.division_code) filter (where x.id = a.other)
from alike a join registry_resident x on x.id in (a.id, a.other)
where a.id <> a.other
  and exists (select from registry_resident o where o.id = a.other and o.merged_into_id is null and not o.is_protected)
group by 1, 2
"""
# What a person would look at. Hashes are left out: a new key changes them and nothing about the people.
_COMPARED = """
select r.id, concat_ws('|', r.name, r.birth_on, r.sex, r.division_code,
  (select max(l.dwelling_id::text) from registry_residence l
   where l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living')),
  (select max(c.id::text) from registry_change c where c.resident_id = r.id and c.field in ('id_number', 'phone')))
from registry_resident r where r.id = any(%(ids)s)
"""
_KEEP = """
insert into registry_duplicate as d (id, ref, division_code, first_id, second_id, grounds, compared, state, found_at,
  decided_by, reason, note)
values (%(id)s, %(ref)s, %(division_code)s, %(first)s, %(second)s, %(grounds)s, md5(%(compared)s), 'open', %(at)s,
  '', '', '')
on conflict (first_id, second_id) do update set
  division_code = excluded.division_code, grounds = excluded.grounds, compared = excluded.compared,
  state = case when d.compared = excluded.compared then d.state else 'open' end,
  found_at = case when d.compared = excluded.compared then d.found_at else excluded.found_at end
returning d.id, d.id = %(id)s
"""
# A pair of which one was merged stays unseen, so that whoever still has it open is told, and a merge can be undone.
_DROP = """
delete from registry_duplicate d
where d.state = 'open' and (d.first_id = any(%(ids)s) or d.second_id = any(%(ids)s))
  and not exists (select from registry_resident m
                  where m.id in (d.first_id, d.second_id) and m.merged_into_id is not null)
  and not exists (select from unnest(%(first)s::uuid[], %(second)s::uuid[]) k(first, second)
                  where k.first = d.first_id and k.second = d.second_id)
"""


class _Pair(NamedTuple):
    first: UUID
    second: UUID
    grounds: list[str]
    division_code: str


@transaction.atomic
def find_among(actor: Actor, *, residents: Sequence[UUID], at: datetime) -> int:
    """Look for records like these and keep what was found; pairs that are alike no more are dropped, unless somebody
    has kept them apart. Returns how many pairs are new."""
    require(actor, "duplicate.find")
    return _look(actor, list(residents), "id = any(%(ids)s)", {"ids": list(residents)}, at)


def find_in(actor: Actor, *, division_code: str, at: datetime) -> int:
    """The same for everybody of a division, one community after the other."""
    require(actor, "duplicate.find")
    found = 0
    for code in community_codes(division_code):
        with transaction.atomic():
            found += _look(actor, None, "division_code = %(code)s", {"code": code}, at)
    return found


def _look(actor: Actor, asked: list[UUID] | None, which: str, values: dict[str, Any], at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WHO.format(which=which), values)
        who = cursor.fetchall()
    ids = [row[0] for row in who]
    pairs = _pairs(who, few=asked is not None)
    _drop_others(ids if asked is None else asked, pairs)
    compared = _compared({one for pair in pairs for one in (pair.first, pair.second)})
    return sum(_keep(actor, pair, compared, at) for pair in pairs)


def _pairs(who: Sequence[tuple[Any, ...]], *, few: bool) -> list[_Pair]:
    """Everybody who is like one of `who`, a pair once."""
    keys = [(row_id, key) for row_id, name, sort_key, _number in who for key in _readings(name, sort_key)]
    numbers = [
        (row_id, found)
        for row_id, _name, _key, number in who
        if number is not None and (few or len(number) < _whole_length())
        for form in forms_of(sealed.open_number(number, row_id))[1:]
        for found in sealed.number_hashes(form)
    ]
    values = {
        "ids": [row[0] for row in who],
        "of": [row_id for row_id, _key in keys],
        "keys": [key for _row_id, key in keys],
        "held_by": [row_id for row_id, _hash in numbers],
        "hashes": [found for _row_id, found in numbers],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, values)
        rows = cursor.fetchall()
    pairs = [_Pair(one, two, list(grounds), decided_at(here, there)) for one, two, grounds, here, there in rows]
    return [pair for pair in pairs if pair.division_code and _tells(pair, pairs)]


def _tells(pair: _Pair, pairs: Sequence[_Pair]) -> bool:
    """Whether a likeness by phone alone means something: not where very many share the phone."""
    if pair.grounds != ["phone"]:
        return True
    return sum(pair.first in (other.first, other.second) for other in pairs) <= MOST_ALIKE


def _readings(name: str, sort_key: str) -> Iterator[str]:
    """How the name sorts, and how it would if it were read otherwise."""
    yield sort_key
    yield from {" ".join(syllables) for syllables in readings(name)} - {sort_key}


@cache
def _whole_length() -> int:
    """How long a sealed number of 18 digits is: a shorter one may be of the old length."""
    return len(sealed.number_cells("0" * 18, community="", row=UUID(int=0)).id_number or b"")


def _drop_others(ids: Sequence[UUID], pairs: Sequence[_Pair]) -> None:
    """Open pairs of these records that are alike no more."""
    values = {"ids": list(ids), "first": [pair.first for pair in pairs], "second": [pair.second for pair in pairs]}
    with connection.cursor() as cursor:
        cursor.execute(_DROP, values)


def _compared(ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED, {"ids": list(ids)})
        return dict(cursor.fetchall())


def _keep(actor: Actor, pair: _Pair, compared: dict[UUID, str], at: datetime) -> bool:
    grounds = [str(ground) for ground in grounds_of(set(pair.grounds))]
    values = {
        **pair._asdict(),
        **{"id": new_id(), "ref": new_ref(), "grounds": grounds, "at": at},
        "compared": f"{compared[pair.first]}#{compared[pair.second]}",
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        row_id, is_new = cursor.fetchone()
    if is_new:
        record(
            actor,
            "duplicate.find",
            subject=("duplicate", row_id),
            division_code=pair.division_code,
            at=at,
            changes={"grounds": grounds},
        )
    return bool(is_new)


_APART_SINCE = N_("%(name)s has decided on this pair meanwhile: they are kept apart. Nothing was changed just now.")
_MERGED_SINCE = N_("One of the two records was merged meanwhile. Nothing was changed just now.")


@transaction.atomic
def keep_apart(actor: Actor, *, ref: str, reason: str, note: str = "", at: datetime) -> Duplicate:
    """Say that two records are two people, and how one knows. They are not proposed again until one of them changes."""
    require(actor, "duplicate.keep_apart")
    row: Duplicate | None = visible_to(actor, Duplicate.objects.filter(ref=ref)).select_for_update().first()
    if row is None:
        raise NotFound()
    if row.state == State.APART:
        raise Conflict(_APART_SINCE, name=row.decided_by)
    if row.first.merged_into_id or row.second.merged_into_id:
        raise Conflict(_MERGED_SINCE)
    if reason not in APART:
        raise RuleBroken(N_("Say how you know that they are two people. Choose a reason."), field="reason")
    if reason == "other" and not note.strip():
        raise RuleBroken(N_("Say in a few words how you know that they are two people."), field="note")
    row.state, row.reason, row.note = State.APART, reason, note.strip()[:200]
    row.decided_at, row.decided_by = at, actor.name
    row.save(update_fields=["state", "reason", "note", "decided_at", "decided_by"])
    record(
        actor,
        "duplicate.keep_apart",
        subject=("duplicate", row.id),
        division_code=row.division_code,
        at=at,
        changes={"reason": reason},
        note=row.note,
    )
    return row
