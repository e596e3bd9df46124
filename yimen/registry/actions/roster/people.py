"""New residents in bulk, each with where they live, their household and their traits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.core.actor import Actor
from yimen.core.identity import inspect
from yimen.core.ids import new_id, new_ref
from yimen.core.many import insert_rows, update_rows
from yimen.core.names import search_keys, sort_key
from yimen.registry.rules import sealed
from yimen.registry.rules.numbers import DOCUMENT_CODES
from yimen.registry.rules.roster import HEAD, HEADS, OTHER, Said
from yimen.trail.record import Subject

Journal = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which import writes, and when."""

    ref: str
    on: date
    at: datetime


CELLS = {
    "id_number": "bytea",
    "id_hash": "bytea",
    "id_tail4": "int",
    "id_tail6": "int",
    "phone": "bytea",
    "phone_hash": "bytea",
    "phone_tail4": "int",
}
PLAIN = {
    "name": "text",
    "sort_key": "text",
    "name_keys": "text[]",
    "sex": "text",
    "birth_on": "date",
    "document_kind": "text",
    "former_name": "text",
    "ethnic": "text",
    "education": "text",
    "marital": "text",
    "political": "text",
    "employment": "text",
    "registered_division": "text",
    "registered_address": "text",
    "died_on": "date",
    "provenance": "jsonb",
    "version": "int",
}
_RESIDENT = {
    "id": "uuid",
    "ref": "text",
    "division_code": "text",
    **PLAIN,
    **CELLS,
    "is_protected": "boolean",
    "source": "text",
    "as_of_on": "date",
    "created_at": "timestamptz",
}
_RESIDENCE = {
    "id": "uuid",
    "division_code": "text",
    "resident_id": "uuid",
    "dwelling_id": "uuid",
    "kind": "text",
    "residence_type": "text",
    "source": "text",
    "as_of_on": "date",
    "from_on": "date",
    "move_reason": "text",
}
_HOUSEHOLD = {
    "id": "uuid",
    "division_code": "text",
    "kind": "text",
    "number": "text",
    "dwelling_id": "uuid",
    "head_id": "uuid",
    "from_on": "date",
}
_MEMBER = {
    "id": "uuid",
    "division_code": "text",
    "household_id": "uuid",
    "resident_id": "uuid",
    "relation": "text",
    "from_on": "date",
}
TRAITS = {
    "id": "uuid",
    "division_code": "text",
    "resident_id": "uuid",
    "kind": "text",
    "value": "jsonb",
    "source": "text",
    "as_of_on": "date",
    "evidence": "text",
    "from_on": "date",
}


def insert_people(actor: Actor, rows: Sequence[Said], origin: Origin, journals: dict[int, Journal]) -> list[Subject]:
    """Insert people with all that hangs on them; heads of households first. Says what to put on record."""
    ordered = sorted(rows, key=lambda row: row.relation not in HEADS)
    people = [_resident(row, origin) for row in ordered]
    insert_rows("registry_resident", _RESIDENT, people)
    homes = [_residence(row, made["id"], origin) for row, made in zip(ordered, people, strict=True)]
    insert_rows("registry_residence", _RESIDENCE, homes)
    for row, made, home in zip(ordered, people, homes, strict=True):
        journals[row.line] |= {"added": str(made["id"]), "residence": str(home["id"])}
    _join_households(ordered, [made["id"] for made in people], origin, journals)
    traits = []
    for row, made in zip(ordered, people, strict=True):
        held = [kind for kind, value in row.traits.items() if value is not False]
        own = [trait_row(row, made["id"], row.dwelling_code, kind, origin) for kind in held]
        journals[row.line]["brought"] = [str(one["id"]) for one in own]
        traits += own
    insert_rows("registry_trait", TRAITS, traits)
    return [Subject(made["id"], made["division_code"], ["added"]) for made in people]


def _resident(row: Said, origin: Origin) -> dict[str, Any]:
    row_id, values, code = new_id(), row.values, row.dwelling_code
    said = ["import", origin.on.isoformat(), row.evidence]
    made: dict[str, Any] = {name: values.get(name, "") for name in PLAIN}
    return made | {
        "id": row_id,
        "ref": new_ref(),
        "division_code": code,
        "sort_key": sort_key(values["name"]),
        "name_keys": search_keys(values["name"]),
        "birth_on": values.get("birth_on") or None,
        "died_on": values.get("died_on") or None,
        "ethnic": values.get("ethnic") or "01",
        "document_kind": document_of(row.number),
        **cells(row.number, values.get("phone", ""), code, row_id),
        "provenance": dict.fromkeys(("name", "id_number", "birth_on", "sex"), said),
        "version": 1,
        "is_protected": False,
        "source": "import",
        "as_of_on": origin.on,
        "created_at": origin.at,
    }


def document_of(number: str) -> str:
    """The code of the document a number is of (GA/T 517)."""
    return DOCUMENT_CODES[inspect(number, today=date.max).kind] if number else "111"


def cells(number: str, phone: str, community: str, row: UUID) -> dict[str, Any]:
    """The sealed columns of a number and a phone."""
    sealed_number = sealed.number_cells(number, community=community, row=row)
    return {**sealed_number._asdict(), **sealed.phone_cells(phone, community=community, row=row)._asdict()}


def _residence(row: Said, resident: UUID, origin: Origin) -> dict[str, Any]:
    return {
        "id": new_id(),
        "division_code": row.dwelling_code,
        "resident_id": resident,
        "dwelling_id": row.dwelling,
        "kind": row.residence_kind,
        "residence_type": row.residence_type,
        "source": "import",
        "as_of_on": origin.on,
        "from_on": row.from_on or origin.on,
        "move_reason": "",
    }


def trait_row(
    row: Said, resident: UUID, code: str, kind: str, origin: Origin, *, is_new: bool = True
) -> dict[str, Any]:
    """An open trait as the row says it; one that takes another's place begins with the import."""
    row_id = new_id()
    return {
        "id": row_id,
        "division_code": code,
        "resident_id": resident,
        "kind": kind,
        "value": sealed.seal_trait(kind, row.traits[kind], row_id),
        "source": "import",
        "as_of_on": origin.on,
        "evidence": row.evidence,
        "from_on": row.traits_from.get(kind, origin.on) if is_new else origin.on,
    }


@dataclass(slots=True)
class _Home:
    """A household at a door: on record already, or made in this batch."""

    id: UUID
    has_head: bool


def _join_households(
    rows: Sequence[Said], people: Sequence[UUID], origin: Origin, journals: dict[int, Journal]
) -> None:
    """A head founds a household or takes one that has none; others join the first one at their door.

    Without a relation the first of a door is taken for its head, and the others join with relation "other".
    """
    homes = _households_at({row.dwelling for row in rows if row.dwelling})
    made, members, headed = [], [], []
    for row, person in zip(rows, people, strict=True):
        assert row.dwelling is not None
        at_door = homes.setdefault(row.dwelling, [])
        is_head = row.relation in HEADS or (not row.relation and not at_door)
        home = next((one for one in at_door if not is_head or not one.has_head), None)
        if home is None:
            home = _Home(new_id(), is_head)
            at_door.append(home)
            made.append(_household(row, home.id, person if is_head else None, origin))
            journals[row.line]["household"] = str(home.id)
        elif is_head:
            home.has_head = True
            headed.append({"id": home.id, "head_id": person})
            journals[row.line]["headed"] = str(home.id)
        relation = HEAD if is_head else row.relation or OTHER
        members.append(_member(row, home.id, person, relation, origin))
        journals[row.line]["member"] = str(members[-1]["id"])
    insert_rows("registry_household", _HOUSEHOLD, made)
    update_rows("registry_household", {"id": "uuid", "head_id": "uuid"}, headed)
    insert_rows("registry_householdmember", _MEMBER, members)


def _households_at(dwellings: Iterable[UUID]) -> dict[UUID, list[_Home]]:
    found: dict[UUID, list[_Home]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select dwelling_id, id, head_id is not null from registry_household "
            "where dwelling_id = any(%s) and kind = 'living' and to_on is null order by from_on, id for update",
            (list(dwellings),),
        )
        for dwelling, household, has_head in cursor.fetchall():
            found.setdefault(dwelling, []).append(_Home(household, has_head))
    return found


def _household(row: Said, household: UUID, head: UUID | None, origin: Origin) -> dict[str, Any]:
    return {
        "id": household,
        "division_code": row.dwelling_code,
        "kind": "living",
        "number": "",
        "dwelling_id": row.dwelling,
        "head_id": head,
        "from_on": row.from_on or origin.on,
    }


def _member(row: Said, household: UUID, person: UUID, relation: str, origin: Origin) -> dict[str, Any]:
    return {
        "id": new_id(),
        "division_code": row.dwelling_code,
        "household_id": household,
        "resident_id": person,
        "relation": relation,
        "from_on": row.from_on or origin.on,
    }
