"""Bulk loading by COPY, through the same rules as one resident at a desk."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.doors import door_label
from yimen.core.names import search_keys, sort_key
from yimen.registry.rules import sealed
from yimen.registry.rules.numbers import DOCUMENT_CODES, read_number, read_phone
from yimen.registry.rules.rows import PersonRows, PlaceRows, ResidentRow, TraitRow
from yimen.trail.record import record


@transaction.atomic
def load_places(actor: Actor, *, rows: PlaceRows, at: datetime) -> int:
    """Write compounds, buildings, stairwells and dwellings; returns how many dwellings."""
    require(actor, "registry.load")
    _copy(
        "compound",
        ("id", "division_code", "name", "address"),
        ((row.id, row.division_code, row.name, row.address) for row in rows.compounds),
    )
    _copy(
        "building",
        ("id", "division_code", "compound_id", "number", "floors", "longitude", "latitude"),
        (
            (row.id, row.division_code, row.compound_id, row.number, row.floors, row.longitude, row.latitude)
            for row in rows.buildings
        ),
    )
    _copy(
        "stairwell",
        ("id", "division_code", "building_id", "number"),
        ((row.id, row.division_code, row.building_id, row.number) for row in rows.stairwells),
    )
    _copy(
        "dwelling",
        (
            "id",
            "ref",
            "division_code",
            "stairwell_id",
            "floor",
            "room",
            "door",
            "door_short",
            "address",
            "area",
            "is_rented",
        ),
        _dwellings(rows),
    )
    _note(actor, {"compounds": len(rows.compounds), "dwellings": len(rows.dwellings)}, rows.compounds, at)
    return len(rows.dwellings)


def _trait(row: TraitRow) -> list[Any]:
    kept = json.dumps(sealed.seal_trait(row.kind, row.value, row.id), ensure_ascii=False)
    return [kept if name == "value" else getattr(row, name) for name in _TRAIT]


def _dwellings(rows: PlaceRows) -> Iterable[tuple[Any, ...]]:
    numbers = {row.id: row.number for row in rows.buildings}
    stairs = {row.id: (numbers[row.building_id], row.number) for row in rows.stairwells}
    for row in rows.dwellings:
        building, unit = stairs[row.stairwell_id]
        yield (
            row.id,
            row.ref,
            row.division_code,
            row.stairwell_id,
            row.floor,
            row.room,
            door_label(building, unit, row.room),
            door_label(building, "", row.room),
            row.address,
            row.area,
            row.is_rented,
        )


@transaction.atomic
def load_people(actor: Actor, *, rows: PersonRows, at: datetime) -> int:
    """Write residents, sealed and keyed, with residences, households, traits and materials; returns how many people.

    RuleBroken for the first number or phone that cannot be right; the database refuses a number held twice.
    Nothing is written then.
    """
    require(actor, "registry.load")
    _copy("resident", _RESIDENT, (_resident(row, at) for row in rows.residents))
    for table, columns, found in (
        ("residence", _RESIDENCE, rows.residences),
        ("household", _HOUSEHOLD, rows.households),
        ("householdmember", _MEMBER, rows.members),
        ("materialonfile", _MATERIAL, rows.materials),
    ):
        _copy(table, columns, ([getattr(row, name) for name in columns] for row in found))
    _copy("trait", _TRAIT, map(_trait, rows.traits))
    _note(actor, {"residents": len(rows.residents), "traits": len(rows.traits)}, rows.residents, at)
    return len(rows.residents)


_PLAIN = (
    "ref",
    "division_code",
    "name",
    "former_name",
    "ethnic",
    "education",
    "marital",
    "political",
    "employment",
    "registered_division",
    "registered_address",
    "died_on",
    "is_protected",
    "source",
    "as_of_on",
)
_RESIDENT = (
    "id",
    *_PLAIN,
    "sort_key",
    "name_keys",
    "sex",
    "birth_on",
    "document_kind",
    "id_number",
    "id_hash",
    "id_tail4",
    "id_tail6",
    "phone",
    "phone_hash",
    "phone_tail4",
    "provenance",
    "version",
    "created_at",
)
_RESIDENCE = (
    "id",
    "division_code",
    "resident_id",
    "dwelling_id",
    "kind",
    "residence_type",
    "source",
    "as_of_on",
    "from_on",
    "to_on",
    "move_reason",
)
_HOUSEHOLD = ("id", "division_code", "kind", "number", "dwelling_id", "head_id", "from_on", "to_on")
_MEMBER = ("id", "division_code", "household_id", "resident_id", "relation", "from_on", "to_on")
_TRAIT = ("id", "division_code", "resident_id", "kind", "value", "source", "as_of_on", "evidence", "from_on", "to_on")
_MATERIAL = (
    "id",
    "division_code",
    "resident_id",
    "material_code",
    "source",
    "obtained_on",
    "valid_until",
    "case_number",
)


def _resident(row: ResidentRow, at: datetime) -> tuple[Any, ...]:
    number, sex, birth_on, document = "", row.sex, row.birth_on, "111"
    if row.number:
        seen = read_number(row.number, today=local(at).date())
        number, document = seen.number, DOCUMENT_CODES[seen.kind]
        sex, birth_on = seen.sex or sex, seen.birth_on or birth_on
    return (
        row.id,
        *(getattr(row, name) for name in _PLAIN),
        sort_key(row.name),
        list(search_keys(row.name)),
        sex,
        birth_on,
        document,
        *sealed.number_cells(number, community=row.division_code, row=row.id),
        *sealed.phone_cells(read_phone(row.phone), community=row.division_code, row=row.id),
        json.dumps(row.provenance),
        1,
        at,
    )


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy registry_{table} ({', '.join(columns)}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _note(actor: Actor, counts: dict[str, object], rows: Sequence[Any], at: datetime) -> None:
    code = _shared_prefix({row.division_code for row in rows}) or actor.reach
    record(actor, "registry.load", subject=("load", UUID(int=0)), division_code=code, at=at, changes=counts)


def _shared_prefix(codes: set[str]) -> str:
    """The smallest division that holds all codes: city, district, street or community."""
    for length in (12, 9, 6, 4):
        if len(found := {code[:length] for code in codes}) == 1:
            return found.pop()
    return ""
