"""Bulk loading by COPY, through the same rules as one resident at a desk."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.core import bulk
from yimen.core.actor import Actor
from yimen.core.bulk import DAYS, given, jsonb, plain
from yimen.core.clock import local
from yimen.core.doors import door_label
from yimen.core.names import name_columns
from yimen.registry.rules import sealed
from yimen.registry.rules.numbers import DOCUMENT_CODES, read_number, read_phone
from yimen.registry.rules.rows import (
    HouseholdRow,
    MaterialRow,
    MemberRow,
    PersonRows,
    PlaceRows,
    ResidenceRow,
    ResidentRow,
    TraitRow,
)
from yimen.trail.record import record


@transaction.atomic
def load_places(actor: Actor, *, rows: PlaceRows, at: datetime) -> int:
    """Write compounds, buildings, stairwells and dwellings; returns how many dwellings."""
    require(actor, "registry.load")
    bulk.write(
        "registry_compound",
        _COMPOUND,
        ((row.id, row.division_code, row.name, row.address) for row in rows.compounds),
    )
    bulk.write(
        "registry_building",
        _BUILDING,
        (
            (row.id, row.division_code, row.compound_id, row.number, row.floors, row.longitude, row.latitude)
            for row in rows.buildings
        ),
    )
    bulk.write(
        "registry_stairwell",
        _STAIRWELL,
        ((row.id, row.division_code, row.building_id, row.number) for row in rows.stairwells),
    )
    bulk.write_lines("registry_dwelling", _DWELLING, _dwellings(rows))
    _note(actor, {"compounds": len(rows.compounds), "dwellings": len(rows.dwellings)}, rows.compounds, at)
    return len(rows.dwellings)


def _dwellings(rows: PlaceRows) -> Iterator[str]:
    numbers = {row.id: row.number for row in rows.buildings}
    stairs = {row.id: (numbers[row.building_id], row.number) for row in rows.stairwells}
    for row in rows.dwellings:
        building, unit = stairs[row.stairwell_id]
        yield (
            f"{row.id.hex}\t{row.ref}\t{row.division_code}\t{row.stairwell_id.hex}\t{row.floor}\t{plain(row.room)}\t"
            f"{plain(door_label(building, unit, row.room))}\t{plain(door_label(building, '', row.room))}\t"
            f"{plain(row.address)}\t{given(row.area)}\t{row.is_rented}\n"
        )


@transaction.atomic
def load_people(actor: Actor, *, rows: PersonRows, at: datetime) -> int:
    """Write residents, sealed and keyed, with residences, households, traits and materials; returns how many people.

    RuleBroken for the first number or phone that cannot be right; the database refuses a number held twice.
    Nothing is written then.
    """
    require(actor, "registry.load")
    today, created_at = local(at).date(), str(at)
    bulk.write_lines("registry_resident", _RESIDENT, (_resident(row, today, created_at) for row in rows.residents))
    bulk.write_lines("registry_residence", _RESIDENCE, map(_residence, rows.residences))
    bulk.write_lines("registry_household", _HOUSEHOLD, map(_household, rows.households))
    bulk.write_lines("registry_householdmember", _MEMBER, map(_member, rows.members))
    bulk.write_lines("registry_materialonfile", _MATERIAL, map(_material, rows.materials))
    bulk.write_lines("registry_trait", _TRAIT, map(_trait, rows.traits))
    _note(actor, {"residents": len(rows.residents), "traits": len(rows.traits)}, rows.residents, at)
    return len(rows.residents)


_COMPOUND = ("id", "division_code", "name", "address")
_BUILDING = ("id", "division_code", "compound_id", "number", "floors", "longitude", "latitude")
_STAIRWELL = ("id", "division_code", "building_id", "number")
_DWELLING = (
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
)
_RESIDENT = (
    "id",
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


def _resident(row: ResidentRow, today: date, created_at: str) -> str:
    number, sex, birth_on, document = row.number, row.sex, row.birth_on, row.document or "111"
    if number and not row.document:
        seen = read_number(row.number, today=today)
        number, document = seen.number, DOCUMENT_CODES[seen.kind]
        sex, birth_on = seen.sex or sex, seen.birth_on or birth_on
    of_number = sealed.number_cells(number, community=row.division_code, row=row.id)
    of_phone = sealed.phone_cells(read_phone(row.phone), community=row.division_code, row=row.id)
    return (
        f"{row.id.hex}\t{row.ref}\t{row.division_code}\t{plain(row.name)}\t{plain(row.former_name)}\t{row.ethnic}\t"
        f"{row.education}\t{row.marital}\t{row.political}\t{row.employment}\t{row.registered_division}\t"
        f"{plain(row.registered_address)}\t{DAYS[row.died_on]}\t{row.is_protected}\t{plain(row.source)}\t"
        f"{DAYS[row.as_of_on]}\t{_found_by(row.name)}\t{sex}\t{DAYS[birth_on]}\t"
        f"{document}\t{bulk.sealed(of_number.id_number)}\t{bulk.sealed(of_number.id_hash)}\t"
        f"{given(of_number.id_tail4)}\t{given(of_number.id_tail6)}\t{bulk.sealed(of_phone.phone)}\t"
        f"{bulk.sealed(of_phone.phone_hash)}\t{given(of_phone.phone_tail4)}\t"
        f"{jsonb(row.provenance) if row.provenance else '{}'}\t1\t{created_at}\n"
    )


@lru_cache(maxsize=1 << 17)  # three in four people of a city share their name
def _found_by(name: str) -> str:
    order, keys = name_columns(name)
    return f"{plain(order)}\t{bulk.array(keys)}"


def _residence(row: ResidenceRow) -> str:
    return (
        f"{row.id.hex}\t{row.division_code}\t{row.resident_id.hex}\t{row.dwelling_id.hex}\t{row.kind}\t"
        f"{row.residence_type}\t{plain(row.source)}\t{DAYS[row.as_of_on]}\t{DAYS[row.from_on]}\t{DAYS[row.to_on]}\t"
        f"{plain(row.move_reason)}\n"
    )


def _household(row: HouseholdRow) -> str:
    head = bulk.NULL if row.head_id is None else row.head_id.hex
    return (
        f"{row.id.hex}\t{row.division_code}\t{row.kind}\t{plain(row.number)}\t{row.dwelling_id.hex}\t{head}\t"
        f"{DAYS[row.from_on]}\t{DAYS[row.to_on]}\n"
    )


def _member(row: MemberRow) -> str:
    return (
        f"{row.id.hex}\t{row.division_code}\t{row.household_id.hex}\t{row.resident_id.hex}\t{row.relation}\t"
        f"{DAYS[row.from_on]}\t{DAYS[row.to_on]}\n"
    )


_PLAIN_VALUES = {True: "true", False: "false"}  # most facts


def _trait(row: TraitRow) -> str:
    value = row.value
    text = _PLAIN_VALUES[value] if isinstance(value, bool) else jsonb(sealed.seal_trait(row.kind, value, row.id))
    return (
        f"{row.id.hex}\t{row.division_code}\t{row.resident_id.hex}\t{row.kind}\t{text}\t{plain(row.source)}\t"
        f"{DAYS[row.as_of_on]}\t{row.evidence}\t{DAYS[row.from_on]}\t{DAYS[row.to_on]}\n"
    )


def _material(row: MaterialRow) -> str:
    return (
        f"{row.id.hex}\t{row.division_code}\t{row.resident_id.hex}\t{row.material_code}\t{plain(row.source)}\t"
        f"{DAYS[row.obtained_on]}\t{DAYS[row.valid_until]}\t{plain(row.case_number)}\n"
    )


def _note(actor: Actor, counts: dict[str, object], rows: Sequence[Any], at: datetime) -> None:
    code = _shared_prefix({row.division_code for row in rows}) or actor.reach
    record(actor, "registry.load", subject=("load", UUID(int=0)), division_code=code, at=at, changes=counts)


def _shared_prefix(codes: set[str]) -> str:
    """The smallest division that holds all codes: city, district, street or community."""
    for length in (12, 9, 6, 4):
        if len(found := {code[:length] for code in codes}) == 1:
            return found.pop()
    return ""
