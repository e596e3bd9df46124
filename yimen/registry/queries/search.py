"""Find people and doors. Raw SQL on three indexes: name keys (GIN), salted tails, doors."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import may, require
from yimen.access.scope import bounds
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.masking import mask_phone, tail_of
from yimen.core.names import query_keys
from yimen.orgs.queries import community_codes
from yimen.registry.queries.shown import age, shown_name
from yimen.registry.queries.sources import Answering, Contact, answering_of, contacts_of
from yimen.registry.rules import sealed
from yimen.registry.rules.search import Question, read_question
from yimen.trail.record import looked

_FINDER = 9
_CANDIDATES = 150  # for the box; more namesakes are narrowed by typing on, not by sorting
_CANDIDATES_AT_DOOR = 50  # of a name, behind all doors that are called so
_CANDIDATES_LISTED = 2000  # for a page of its own
_HASHED = 4  # characters of a tail that a phone and a number are found by; a number also by six
_TAILED = 150  # communities whose tails are computed first: four digits of 900,000 people fill the box


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One resident as a list shows them. `number_tail` and `phone` are masked; `door` is "" without a home here."""

    id: UUID
    ref: str
    name: str
    sex: str
    age: int | None
    birth_on: date | None
    is_dead: bool
    division_code: str
    door: str
    address: str
    kind: str  # of the residence: both, living, or "" when only registered
    home: str  # the door's ref, "" without a home here
    number_tail: str
    phone: str
    is_exact: bool
    is_double: bool
    contact: Contact | None
    answering: Answering | None = None


@dataclass(frozen=True, slots=True)
class DoorRow:
    """One dwelling and how many live there."""

    ref: str
    door: str
    address: str
    division_code: str
    people: int
    answering: Answering | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found of people and doors; `more` and `more_doors` tell that there are further ones."""

    question: Question
    people: Sequence[PersonRow] = ()
    doors: Sequence[DoorRow] = ()
    more: bool = False
    more_doors: bool = False


def search(actor: Actor, q: str, at: datetime, *, limit: int = 8, after: str = "") -> SearchResult:
    """People and doors for a text of any kind, masked, within reach; one record for the people shown."""
    require(actor, "search.ask")
    question = read_question(q)
    if not may(actor, "resident.list"):
        return SearchResult(question)
    people: list[PersonRow] = []
    if question.asks_people:
        people = _people(actor, question, at, limit + 1, after)
        _on_record(actor, question, people[:limit], at)
    doors = _doors(actor, question, limit + 1) if (question.door or question.address) and not after else []
    found = SearchResult(
        question, _marked(people[:limit]), doors[:limit], len(people) > limit, more_doors=len(doors) > limit
    )
    return _answered(actor, found, at, with_people=limit >= _FINDER)


def _answered(actor: Actor, found: SearchResult, at: datetime, *, with_people: bool) -> SearchResult:
    """The same with who answers for each door; for people on a page of their own, while the box asks at each letter."""
    homes = {one.home for one in found.people if one.home} if with_people else set()
    refs = sorted(homes | {one.ref for one in found.doors})
    told = answering_of(actor, refs, at)
    if not told:
        return found
    people = [replace(one, answering=told.get(one.home)) for one in found.people]
    return replace(found, people=people, doors=[replace(one, answering=told.get(one.ref)) for one in found.doors])


def chosen(actor: Actor, ref: str, at: datetime) -> PersonRow | None:
    """One resident as a row, chosen on another page; on record like any search. None out of reach."""
    require(actor, "resident.list")
    question = Question(ref=ref)
    people = _people(actor, question, at, 1, "")
    _on_record(actor, question, people, at)
    return people[0] if people else None


_COLUMNS = """
select r.id, r.ref, r.division_code, r.name, r.sex, r.birth_on, r.died_on, r.id_number, r.phone,
       d.door, d.address, l.kind, d.ref
"""
_HOME = """
left join registry_residence l on l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living')
left join registry_dwelling d on d.id = l.dwelling_id
"""
_FOUND = """
select r.id, r.ref, r.division_code, r.name, r.sex, r.birth_on, r.died_on, r.id_number, r.phone, r.sort_key,
       case when r.died_on is not null then 2 when r.name = %(exact)s then 0 else 1 end as rank
from {people} r
"""
# The search itself, where the reach cannot stand before it (decision 0011): the index of names, or of addresses.
_NAMED = "registry_named(%(low)s, %(all_of)s::text[], %(any_of)s::text[], {most:d}, door => %(door)s)"
_ADDRESSED = "registry_addressed(%(low)s, %(address)s, {most:d}, %(door)s)"
_SHOWN = "r.merged_into_id is null and not r.is_protected"
_DOORS_MEANT = """
  select rd.* from registry_dwelling rd
  where (rd.door = %(door)s or rd.door_short = %(door)s)
    and rd.division_code >= %(low)s and rd.division_code < %(high)s
"""
_BEHIND_DOOR = """
exists (
  select from registry_residence rl join registry_dwelling rd on rd.id = rl.dwelling_id
  where rl.resident_id = r.id and rl.to_on is null and rl.kind in ('both', 'living')
    and (rd.door = %(door)s or rd.door_short = %(door)s)
)
"""
# An array, so that the planner starts from the doors.
_AT_DOORS = """
r.id = any(array(
  select rl.resident_id from ({doors}) rd join registry_residence rl on rl.dwelling_id = rd.id
  where rl.to_on is null and rl.kind in ('both', 'living')
))
"""
_AT_DOOR = _AT_DOORS.format(doors=f"{_DOORS_MEANT} limit {_CANDIDATES}")
_AT_ADDRESS = _AT_DOORS.format(doors=f"select * from {_ADDRESSED.format(most=_CANDIDATES)}")
_AT_PLACE = _AT_ADDRESS.replace("%(address)s", "%(place)s")


def _people(actor: Actor, question: Question, at: datetime, limit: int, after: str) -> list[PersonRow]:
    communities = community_codes(actor.reach) if question.tail else ()
    people: list[PersonRow] = []
    if len(communities) > _TAILED and len(question.tail) == _HASHED and not after:
        people = _asked(actor, question, at, limit, after, communities[:_TAILED])
    if len(people) < limit:
        people = _asked(actor, question, at, limit, after, communities)
    latest = contacts_of(actor, [person.id for person in people])
    return [replace(person, contact=latest.get(person.id)) for person in people] if latest else people


def _asked(
    actor: Actor, question: Question, at: datetime, limit: int, after: str, communities: Sequence[str]
) -> list[PersonRow]:
    # A longer tail is found by a part of it, so what was found is opened before it is cut.
    most = limit if len(question.tail) <= _HASHED else _CANDIDATES_LISTED
    sql, values = _sql(actor, question, most, after, communities)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    today = local(at).date()
    return [row for row in (_person(actor, row, question, today) for row in rows) if row is not None][:limit]


def _sql(
    actor: Actor, question: Question, limit: int, after: str, communities: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    low, high = bounds(actor)
    values: dict[str, Any] = {"low": low, "high": high, "exact": question.name, "door": question.door}
    candidates = _CANDIDATES if limit <= _FINDER else _CANDIDATES_LISTED
    where = [_SHOWN, _within("r", low, values)]
    if question.ref:
        where.append("r.ref = %(ref)s")
        values["ref"] = question.ref
    if question.numbers:
        where.append("r.id_hash = any(%(numbers)s)")
        values["numbers"] = [one for number in question.numbers for one in sealed.number_hashes(number)]
    if question.phone:
        where.append("r.phone_hash = any(%(phones)s)")
        values["phones"] = sealed.phone_hashes(question.phone)
    if question.tail:
        where.append(_tail_clause(question.tail, communities, values))
    people = "registry_resident"
    if question.numbers or question.phone or question.tail:
        where += [_name_clause(question, values)] if question.term else []
        where += [_BEHIND_DOOR] if question.door else []
    elif question.term:
        people = _named(question, values, candidates)
    elif question.door:
        where.append(_AT_DOOR)
    onward = ""
    if after:
        onward = "where (rank, sort_key, ref) > (select rank, sort_key, ref from found where ref = %(after)s)"
        values["after"] = after
    # Limits stand in the text: a plan made without knowing them reads whole tables.
    found = f"{_FOUND.format(people=people)} where {' and '.join(where)} limit {candidates:d}"
    chosen = f"select * from found {onward} order by rank, sort_key, ref limit {limit:d}"
    sql = (
        f"with found as materialized ({found}) {_COLUMNS} from ({chosen}) r {_HOME} order by r.rank, r.sort_key, r.ref"
    )
    return sql, values


def _within(table: str, low: str, values: dict[str, Any]) -> str:
    """The reach, twice: as street or district, which lies in one index with names and addresses, and as a prefix that
    no index serves. A range of codes would tempt the planner to read a whole street for one name."""
    part = f"starts_with({table}.division_code || '', %(low)s::text)"
    for digits in (9, 6):
        if len(low) >= digits:
            values["part"] = low[:digits]
            return f"{part} and left({table}.division_code, {digits}) = %(part)s"
    return part


def _tail_clause(tail: str, communities: Sequence[str], values: dict[str, Any]) -> str:
    """Tails are salted by community, so one is computed for each community asked."""
    last = tail_of(tail, 4)
    if len(tail) >= 6:
        clauses = [_salted("id_tail6", sealed.number_tails(tail_of(tail, 6), communities), values)]
    else:
        clauses = [_salted("id_tail4", sealed.number_tails(last, communities), values)]
    if last.isdigit():
        clauses.append(_salted("phone_tail4", sealed.phone_tails(last, communities), values))
    return f"({' or '.join(clauses)})"


def _salted(column: str, tails: Sequence[tuple[str, int]], values: dict[str, Any]) -> str:
    """Found by the tail alone, which by chance is that of 500 others in a city; kept where the community agrees."""
    values[column], values[f"{column}_of"] = [tail for _code, tail in tails], [code for code, _tail in tails]
    return (
        f"(r.{column} = any(%({column})s::int[]) and (r.division_code, r.{column}) in"
        f' (select code collate "C", tail from unnest(%({column}_of)s::text[], %({column})s::int[]) k(code, tail)))'
    )


def _name_clause(question: Question, values: dict[str, Any]) -> str:
    term = question.term
    clauses = []
    if term.all_of:
        clauses.append("r.name_keys @> %(all_of)s::text[]")
        values["all_of"] = list(term.all_of)
    if term.any_of:
        clauses.append("r.name_keys && %(any_of)s::text[]")
        values["any_of"] = list(term.any_of)
    return " and ".join(clauses)


def _named(question: Question, values: dict[str, Any], most: int) -> str:
    """Who bears the name, at the door if one is meant; with those at an address that the words may mean as well."""
    values |= {"all_of": list(question.term.all_of), "any_of": list(question.term.any_of)}
    named = _NAMED.format(most=min(most, _CANDIDATES_AT_DOOR) if question.door and most <= _CANDIDATES else most)
    if not (question.door and question.address):
        return named
    values["address"] = pattern(question.address)
    either = f"select * from {named} union select r.* from registry_resident r where {_AT_ADDRESS}"
    if question.place:
        values["place"] = pattern(question.place)
        either += f" union select r.* from registry_resident r where {_AT_PLACE} and {_who_clause(question, values)}"
    return f"({either})"


def _who_clause(question: Question, values: dict[str, Any]) -> str:
    term = query_keys(question.who)
    values |= {"who_all": list(term.all_of), "who_any": list(term.any_of)}
    return "r.name_keys @> %(who_all)s::text[] and (%(who_any)s::text[] = '{}' or r.name_keys && %(who_any)s::text[])"


def _person(actor: Actor, row: Sequence[Any], question: Question, today: date) -> PersonRow | None:
    """The row as shown; None when only a part of the tail agreed."""
    row_id, ref, code, name, sex, birth_on, died_on, id_blob, phone_blob, door, address, kind, home = row
    number, phone = sealed.open_number(id_blob, row_id), sealed.open_phone(phone_blob, row_id)
    if question.tail and not (number.endswith(question.tail) or phone.replace("-", "").endswith(question.tail)):
        return None
    return PersonRow(
        id=row_id,
        ref=ref,
        name=shown_name(actor, name),
        sex=sex,
        age=age(birth_on, died_on, today),
        birth_on=birth_on,
        is_dead=died_on is not None,
        division_code=code,
        door=door or "",
        address=address or "",
        kind=kind or "",
        home=home or "",
        number_tail=tail_of(number, 4),
        phone=mask_phone(phone) if phone else "",
        is_exact=bool(question.numbers or question.phone) or name == question.name,
        is_double=False,
        contact=None,
    )


def _marked(people: list[PersonRow]) -> list[PersonRow]:
    """Two rows of one name and birth date are marked, so that nobody takes a duplicate for a second person."""
    seen = Counter((person.name, person.birth_on) for person in people)
    return [
        replace(person, is_double=True) if person.birth_on and seen[person.name, person.birth_on] > 1 else person
        for person in people
    ]


def _on_record(actor: Actor, question: Question, people: Sequence[PersonRow], at: datetime) -> None:
    changes: Mapping[str, object] = {"by": question.kind, "shown": [person.ref for person in people]}
    looked(
        actor,
        "search.ask",
        subject=("people", question.kind),
        division_code=actor.reach,
        at=at,
        changes=changes,
    )


_DOORS = """
select d.ref, d.door, d.address, d.division_code,
       (select count(*) from registry_residence l
        where l.dwelling_id = d.id and l.to_on is null and l.kind in ('both', 'living'))
from {dwellings} d
order by d.division_code, d.address limit {limit}
"""


def _doors(actor: Actor, question: Question, limit: int) -> list[DoorRow]:
    low, high = bounds(actor)
    values: dict[str, Any] = {"low": low, "high": high, "door": question.door}
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for address in (question.address, question.place) if question.place else (question.address,):
            values["address"] = pattern(address)
            meant = _ADDRESSED.format(most=_CANDIDATES) if address else f"({_DOORS_MEANT} limit {_CANDIDATES})"
            cursor.execute(_DOORS.format(dwellings=meant, limit=int(limit)), values)
            rows = rows or cursor.fetchall()
    return [DoorRow(*row) for row in rows]


def doors_named(actor: Actor, text: str, limit: int = 12) -> list[DoorRow]:
    """The dwellings in reach that a text may mean: "3-502", "3 号楼 2 单元 502", an address."""
    require(actor, "resident.list")
    question = read_question(text)
    return _doors(actor, question, limit) if question.door or question.address else []


def pattern(parts: Sequence[str]) -> str:
    """A LIKE pattern: the parts in order, anything between. Parts are letters and digits, so nothing needs escaping."""
    return f"%{'%'.join(parts)}%"
