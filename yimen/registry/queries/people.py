"""Lists of residents: by filter, at a door, and who may be the same person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from yimen.access.check import require
from yimen.access.scope import LAST, bounds
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.database import PLANNED_ANEW
from yimen.core.doors import parse_door
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.names import normalise_name, query_keys
from yimen.orgs.queries import community_codes
from yimen.registry.queries.addresses import address_parts
from yimen.registry.queries.search import pattern
from yimen.registry.queries.shown import age, masked_number, masked_phone, sex_word, shown_name
from yimen.registry.queries.sources import Answering, Contact, answering_of, contacts_of
from yimen.registry.rules import sealed
from yimen.registry.rules.numbers import forms_of
from yimen.registry.rules.places import plain_part
from yimen.registry.rules.search import address_parts_of, clean, read_question
from yimen.trail.record import record

PAGE = 25
PATIENCE = 1.5  # seconds after which a page shows what was found so far
_STREET = 9  # digits of its code


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed by; empty parts do not narrow. Ages are full years, both ends included."""

    trait: str = ""
    from_age: int | None = None
    to_age: int | None = None
    door: str = ""  # a door, the number of a building, or either behind the name of an estate
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.trait or self.door or self.name or self.from_age is not None or self.to_age is not None)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One resident of a list, masked."""

    id: UUID
    ref: str
    name: str
    sex: str
    age: int | None
    door: str
    address: str
    number: str
    phone: str
    is_dead: bool
    is_away: bool  # neither lives nor is registered at a door of ours any more
    division_code: str
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class People:
    """One page of residents; `after` leads to the next one, "" on the last. `unread`: streets that a page which was
    long in coming left to the next one."""

    rows: Sequence[ListRow]
    after: str
    unread: int = 0


_COLUMNS = """
select r.id, r.ref, r.name, r.sex, r.birth_on, r.died_on, r.id_number, r.phone, r.division_code, d.door, d.address,
       not exists (select from registry_residence z where z.resident_id = r.id and z.to_on is null)
"""
_FROM = """
from {people} r
left join registry_residence l on l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living')
left join registry_dwelling d on d.id = l.dwelling_id
"""
_PEOPLE = _FROM.format(people="registry_resident")
# By a name or a door: the reach cannot stand before the index of names, so its owner asks both (decision 0011).
_NAMED = """
registry_named(%(low)s, %(all_of)s::text[], %(any_of)s::text[], {most:d}, true,
               %(born_by)s::date, %(born_after)s::date, %(trait)s, %(after)s, %(door)s)
"""
_LISTED = """
where r.merged_into_id is null and not r.is_protected and r.division_code >= %(low)s and r.division_code < %(high)s
"""
_ONWARD = """
and (r.division_code, r.sort_key, r.id) >
    (select division_code, sort_key, id from registry_resident where ref = %(after)s)
"""
_HAS_TRAIT = """
and exists (select from registry_trait t where t.resident_id = r.id and t.kind = %(trait)s and t.to_on is null
            and t.value <> 'false'::jsonb and t.division_code >= %(low)s and t.division_code < %(high)s)
"""
_BEGUN = "and {dwelling}.door >= %(door)s and {dwelling}.door < %(past)s"
# By an estate: its dwellings first, found by their address as in the search, then who lives there.
_MOST_DOORS = 20_000  # of an estate in one street
_AT_ESTATE = f"""
and r.id = any(array(
  select h.resident_id from registry_addressed(%(low)s, %(address)s, {_MOST_DOORS}, %(whole)s) e
  join registry_residence h on h.dwelling_id = e.id
  where h.to_on is null and h.kind in ('both', 'living') {{begun}}))
"""
_BEARING = """
and r.name_keys @> %(all_of)s::text[] and (%(any_of)s::text[] = '{}' or r.name_keys && %(any_of)s::text[])
"""
_IN_ORDER = "order by r.division_code, r.sort_key, r.id"


@transaction.atomic
def people_list(actor: Actor, chosen: Filter, at: datetime, *, after: str = "") -> People:
    """Residents in reach by community and name, 25 at a time; one record for the rows shown."""
    require(actor, "resident.list")
    asked = f"{_COLUMNS} {{sources}} {{where}} {_IN_ORDER}"
    found, unread = _walked(actor, chosen, at, asked, most=PAGE + 1, after=after, patience=PATIENCE)
    rows = _rows(actor, found[:PAGE], at)
    record(
        actor,
        "resident.list",
        subject=("people", "list"),
        division_code=actor.reach,
        at=at,
        changes={"shown": [row.ref for row in rows]},
        is_read=True,
    )
    if len(found) > PAGE:
        return People(rows, rows[-1].ref)
    return People(rows, unread[0] if unread else "", len(unread))


def count_people(actor: Actor, chosen: Filter, at: datetime, *, most: int) -> int:
    """How many residents a list holds, counted up to one more than `most`. RuleBroken where that takes too long."""
    require(actor, "resident.export")
    found, unread = _walked(actor, chosen, at, "select 1 {sources} {where}", most=most + 1, patience=2 * PATIENCE)
    if unread and len(found) <= most:
        raise RuleBroken(N_("This list takes too long to count. Leave one part of the filter out, or add another one."))
    return len(found)


def people_taken(actor: Actor, chosen: Filter, at: datetime, *, most: int) -> list[ListRow]:
    """The same residents for a file, masked as on the list, at most so many. The caller puts them on record."""
    require(actor, "resident.export")
    found, _unread = _walked(actor, chosen, at, f"{_COLUMNS} {{sources}} {{where}} {_IN_ORDER}", most=most)
    return _rows(actor, found, at)


def _walked(
    actor: Actor, chosen: Filter, at: datetime, asked: str, *, most: int, after: str = "", patience: float = inf
) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Up to so many rows of a list in its order, asked street by street until there are enough; and the streets that
    were not reached in so many seconds.

    Asked of a whole city at once, the planner walks along the list where it expects many to fit; where a trait and an
    age exclude each other it reads seven million residents and finds nobody (measured: 7 s and more, a street 2 to 65
    ms). Each is planned for what is asked.
    """
    found: list[tuple[Any, ...]] = []
    streets, until = _streets(actor, chosen, after), monotonic() + patience
    onward = _ONWARD if after and not _is_street(after) else ""
    for number, street in enumerate(streets):
        wanted = most - len(found)
        if wanted <= 0 or (number and monotonic() > until):
            return found, streets[number:]
        values: dict[str, Any] = {"low": street, "high": street + LAST, "after": after if onward else ""}
        narrowed = _narrowed(chosen, local(at).date(), values, most=wanted)
        sql = asked.format(sources=narrowed.sources, where=f"{_LISTED} {onward} {narrowed.where}")
        with connection.cursor() as cursor:
            cursor.execute(f"{PLANNED_ANEW} {sql} limit {wanted:d}", values)
            found += cursor.fetchall()
    return found, []


def _streets(actor: Actor, chosen: Filter, after: str) -> list[str]:
    """The streets in reach in the order of the list, from that of the row after which it goes on, or from this one;
    the reach itself where that is a street or less, and for one door of an estate, behind which few live."""
    estate, door = place_meant(chosen.door)
    if len(actor.reach) >= _STREET or (estate and door and not door.endswith("-")):
        return [actor.reach]
    first = after
    if after and not _is_street(after):
        with connection.cursor() as cursor:
            cursor.execute("select left(division_code, %s) from registry_resident where ref = %s", (_STREET, after))
            (first,) = cursor.fetchone() or ("",)
    streets = {code[:_STREET] for code in community_codes(actor.reach)}
    return sorted(code for code in streets if code >= first)


def _is_street(after: str) -> bool:
    return len(after) == _STREET and after.isdigit()


class _Narrowed(NamedTuple):
    """Where to look, and for what."""

    sources: str
    where: str


def _narrowed(chosen: Filter, today: date, values: dict[str, Any], *, most: int) -> _Narrowed:
    """`most`: how many are wanted, in the order of the list."""
    parts, people = [], "registry_resident"
    if chosen.trait:
        parts.append(_HAS_TRAIT)
    if chosen.from_age is not None:
        parts.append("and r.birth_on <= %(born_by)s")
    if chosen.to_age is not None:
        parts.append("and r.birth_on > %(born_after)s")
    values |= {
        "trait": chosen.trait,
        "born_by": None if chosen.from_age is None else _years_ago(today, chosen.from_age),
        "born_after": None if chosen.to_age is None else _years_ago(today, chosen.to_age + 1),
    }
    estate, door = place_meant(chosen.door) if chosen.door else ((), "")
    term = query_keys(chosen.name)
    values |= {"door": door, "past": f"{door.rstrip('-')}."}  # "." follows "-"
    values |= {"all_of": list(term.all_of), "any_of": list(term.any_of)}
    if estate:
        whole = door if door and not door.endswith("-") else ""
        values |= {"address": pattern(estate), "whole": whole}
        parts.append(_AT_ESTATE.format(begun="" if whole or not door else _BEGUN.format(dwelling="e")))
        parts += [_BEARING] if term else []
    elif term or (door and not door.endswith("-")):
        people = _NAMED.format(most=most)
    elif door:
        parts.append(_BEGUN.format(dwelling="d"))
    return _Narrowed(_FROM.format(people=people), " ".join(parts))


def place_meant(text: str) -> tuple[tuple[str, ...], str]:
    """The parts of an estate's name, () where none is named, and the door: "3-502", or what the doors of a building or
    a stairwell begin with, such as "3-" or "3-2-"; "" for the whole estate."""
    words = clean(text)
    if (door := parse_door(words)) is not None:
        return (), door.key
    if (building := plain_part(words)).isascii() and building.isalnum():
        return (), f"{building}-"
    if (question := read_question(words)).door:
        return address_parts_of(question.name), question.door
    estate, number, unit = address_parts(words)
    begun = "".join(f"{plain_part(part)}-" for part in (number, unit) if part)
    return address_parts_of(estate), begun if begun or estate else "-"


def _years_ago(today: date, years: int) -> date:
    """The birthday of who is that old today; 28 February for 29 February in common years."""
    year = max(1, today.year - years)
    try:
        return today.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _rows(actor: Actor, found: Sequence[Sequence[Any]], at: datetime) -> list[ListRow]:
    today = local(at).date()
    latest = contacts_of(actor, [row[0] for row in found])
    return [
        ListRow(
            id=row_id,
            ref=ref,
            name=shown_name(actor, name),
            sex=sex_word(sex),
            age=age(birth_on, died_on, today),
            door=door or "",
            address=address or "",
            number=masked_number(number, row_id),
            phone=masked_phone(phone, row_id),
            is_dead=died_on is not None,
            is_away=is_away and died_on is None,
            division_code=code,
            contact=latest.get(row_id),
        )
        for row_id, ref, name, sex, birth_on, died_on, number, phone, code, door, address, is_away in found
    ]


@dataclass(frozen=True, slots=True)
class DoorPage:
    """A dwelling with who lives and who is registered there."""

    ref: str
    door: str
    address: str
    division_code: str
    floor: int
    area: Any
    is_rented: bool
    living: Sequence[ListRow]
    registered: Sequence[ListRow]
    answering: Answering | None


@transaction.atomic
def door_page(actor: Actor, ref: str, at: datetime) -> DoorPage:
    """A dwelling in reach. NotFound otherwise."""
    require(actor, "resident.list")
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, ref, door, address, division_code, floor, area, is_rented from registry_dwelling"
            " where ref = %s and division_code >= %s and division_code < %s",
            (ref, *bounds(actor)),
        )
        row = cursor.fetchone()
        if row is None:
            raise NotFound()
        cursor.execute(
            f"{_COLUMNS}, h.kind {_PEOPLE} join registry_residence h on h.resident_id = r.id"
            " where h.dwelling_id = %s and h.to_on is null and r.merged_into_id is null and not r.is_protected"
            " order by r.birth_on, r.id",
            (row[0],),
        )
        found = cursor.fetchall()
    living = _rows(actor, [one[:-1] for one in found if one[-1] != "registered"], at)
    registered = _rows(actor, [one[:-1] for one in found if one[-1] != "living"], at)
    record(
        actor,
        "resident.list",
        subject=("dwelling", row[0]),
        division_code=row[4],
        at=at,
        changes={"shown": sorted({one.ref for one in (*living, *registered)})},
        is_read=True,
    )
    _id, found_ref, door, address, code, floor, area, is_rented = row
    answering = answering_of(actor, [found_ref], at).get(found_ref)
    return DoorPage(found_ref, door, address, code, floor, area, is_rented, living, registered, answering)


def door_label(actor: Actor, ref: str) -> str:
    """The address of a dwelling in reach, "" when there is none: nobody who lives there is told."""
    require(actor, "resident.list")
    with connection.cursor() as cursor:
        cursor.execute(
            "select address from registry_dwelling where ref = %s and division_code >= %s and division_code < %s",
            (ref, *bounds(actor)),
        )
        found = cursor.fetchone()
    return found[0] if found else ""


_NAMESAKES = 5000  # of whom those born on the day are looked for
_SAME = """
and (r.id_hash = any(%(hashes)s) or r.id = any(array(
  select n.id from registry_named(%(low)s, %(keys)s::text[], '{}', %(most)s) n
  where n.name = %(name)s and (%(born)s::date is null or n.birth_on = %(born)s::date))))
"""


@transaction.atomic
def same_person(actor: Actor, *, name: str, number: str, birth_on: str, at: datetime) -> list[ListRow]:
    """Residents in reach who may be the one being added: the same number, or the same name with the same birth date
    (any birth date while none is known)."""
    require(actor, "resident.list")
    low, high = bounds(actor)
    born: date | None = None
    try:
        born = date.fromisoformat(birth_on) if birth_on else None
    except ValueError:
        born = None
    kept = normalise_name(clean(name))
    if not kept and not number:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_COLUMNS} {_PEOPLE} {_LISTED} {_SAME} order by r.sort_key, r.id limit 5",
            {
                "low": low,
                "high": high,
                "hashes": [one for form in forms_of(number) for one in sealed.number_hashes(form)] if number else [],
                "keys": list(query_keys(kept).all_of) or [kept.lower()],
                "name": kept,
                "born": born,
                "most": _NAMESAKES,
            },
        )
        rows = _rows(actor, cursor.fetchall(), at)
    if rows:
        record(
            actor,
            "resident.list",
            subject=("people", "same"),
            division_code=actor.reach,
            at=at,
            changes={"shown": [row.ref for row in rows]},
            is_read=True,
        )
    return rows
