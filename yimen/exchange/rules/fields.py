"""The fields a roster may hold: what a column can be mapped to, and the kinds of roster.

A trait of the register is the field "trait:<kind>" ("trait:is_dibao").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from yimen.core.errors import N_
from yimen.registry.rules.traits import DERIVED, TraitKind, known_kinds

Type = Literal[
    "text",
    "name",
    "number",
    "phone",
    "date",
    "code",
    "count",
    "decimal",
    "yes",
    "part",
    "door",
    "community",
    "kind",
]
TRAIT = "trait:"


class Kind(StrEnum):
    """What a row of a table mainly is."""

    RESIDENTS = "residents"
    HOUSEHOLDS = "households"
    DWELLINGS = "dwellings"
    BUILDINGS = "buildings"
    TRAITS = "traits"
    STAFF = "staff"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.RESIDENTS: N_("Residents"),
    Kind.HOUSEHOLDS: N_("Households"),
    Kind.DWELLINGS: N_("Dwellings"),
    Kind.BUILDINGS: N_("Buildings"),
    Kind.TRAITS: N_("Traits"),
    Kind.STAFF: N_("Staff"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `essential`: a cell of it that cannot be right refuses its row; else the row goes in without it.

    See `is_essential` for what also depends on the kind of roster.
    """

    name: str
    label: str
    type: Type
    codes: str = ""
    essential: bool = False
    most: int = 100


_PERSON = (
    Field("name", N_("Name"), "name", essential=True, most=50),
    Field("id_number", N_("Identity number"), "number", essential=True),
    Field("document_kind", N_("Kind of document"), "code", "id_document_ga517"),
    Field("sex", N_("Sex"), "code", "sex_gbt2261_1"),
    Field("birth_on", N_("Born"), "date"),
    Field("age", N_("Age"), "count"),
    Field("phone", N_("Phone"), "phone"),
    Field("phone_2", N_("Second phone"), "phone"),
    Field("former_name", N_("Former name"), "text", most=50),
    Field("ethnic", N_("Ethnic group"), "code", "ethnic_gbt3304"),
    Field("marital", N_("Marital status"), "code", "marital_gbt2261_2"),
    Field("education", N_("Education"), "code", "education_gbt4658"),
    Field("political", N_("Political affiliation"), "code", "political_gbt4762"),
    Field("employment", N_("Employment"), "code", "employment_status_gbt2261_4"),
    Field("registered_address", N_("Registered address"), "text", most=200),
    Field("died_on", N_("Died"), "date"),
)
_HOUSEHOLD = (
    Field("relation", N_("Relation to the head"), "code", "kinship_gbt4761"),
    Field("household_number", N_("Household number"), "text", most=20),
    Field("household_kind", N_("Kind of household"), "code", "household_kind"),
    Field("head_name", N_("Name of the head"), "name", most=50),
    Field("head_number", N_("Identity number of the head"), "number"),
    Field("member_count", N_("Number of members"), "count"),
    Field("members", N_("Several people in one cell"), "text", most=600),
    Field("residence_kind", N_("Registered here or living here"), "code", "residence_kind"),
    Field("settled", N_("Lives here permanently"), "code", "settled"),
    Field("agrees", N_("Lives where registered"), "code", "agrees"),
    Field("apart", N_("Lives elsewhere than registered"), "code", "apart"),
    Field("residence_type", N_("Kind of lodging"), "code", "residence_type"),
    Field("from_on", N_("Living here since"), "date"),
    Field("left_on", N_("Moved away on"), "date"),
    Field("move_reason", N_("Reason of coming"), "code", "inflow_reason"),
    Field("owner_kind", N_("Owner, family or tenant"), "code", "owner_kind"),
)
_PLACE = (
    Field("community", N_("Community"), "community", essential=True, most=60),
    Field("street", N_("Street"), "text", most=60),
    Field("district", N_("District"), "text", most=60),
    Field("grid", N_("Grid"), "text", most=60),
    Field("compound", N_("Compound"), "text", most=60),
    Field("building", N_("Building"), "part", essential=True, most=20),
    Field("unit", N_("Stairwell"), "part", essential=True, most=10),
    Field("room", N_("Room"), "part", essential=True, most=10),
    Field("door", N_("Door"), "door", essential=True),
    Field("address", N_("Address"), "text", most=160),
    Field("floor", N_("Floor"), "count"),
    Field("floors", N_("Floors of the building"), "count"),
    Field("unit_count", N_("Stairwells of the building"), "count"),
    Field("dwelling_count", N_("Dwellings of the building"), "count"),
    Field("built_on", N_("Built"), "text", most=20),
    Field("lift", N_("Lift"), "yes"),
    Field("area", N_("Floor area"), "decimal"),
    Field("inner_area", N_("Inner area"), "decimal"),
    Field("dwelling_use", N_("Use of the dwelling"), "text"),
    Field("dwelling_state", N_("State of the dwelling"), "text"),
    Field("layout", N_("Layout"), "text"),
    Field("rented", N_("Rented out"), "yes"),
    Field("owner_name", N_("Name of the owner"), "name", most=50),
    Field("owner_number", N_("Identity number of the owner"), "number"),
    Field("owner_phone", N_("Phone of the owner"), "phone"),
    Field("building_key", N_("Building's number in the file"), "text", most=30),
    Field("dwelling_key", N_("Dwelling's number in the file"), "text", most=30),
    Field("owner_key", N_("Owner's number in the file"), "text", most=30),
)
_STAFF = (
    Field("staff_number", N_("Staff number"), "text", most=30),
    Field("department", N_("Department"), "text", most=60),
    Field("duty", N_("Duty"), "text", most=60),
    Field("post", N_("Post"), "text", most=60),
    Field("side", N_("Side A or B"), "text", most=10),
    Field("hired_on", N_("Hired"), "date"),
    Field("office_phone", N_("Office phone: residents may call it"), "phone"),
)
_TRAITS = (
    Field("trait_kind", N_("Kind of trait"), "kind"),
    Field("trait_from_on", N_("Trait from"), "date"),
    Field("trait_to_on", N_("Trait until"), "date"),
)
_REST = (
    Field("note", N_("Note"), "text", most=200),
    Field("sequence", N_("Running number"), "text"),
    Field("ignored", N_("Not taken over"), "text"),
)
_TYPES: Mapping[str, Type] = {
    "bool": "yes",
    "int": "count",
    "decimal": "decimal",
    "money": "decimal",
    "date": "date",
    "phone": "phone",
}


_CODED = {"disability_level": "disability_level", "disability_type": "disability_text"}


def _trait(kind: TraitKind) -> Field:
    if codes := _CODED.get(kind.code):
        return Field(f"{TRAIT}{kind.code}", kind.en, "code", codes)
    return Field(f"{TRAIT}{kind.code}", kind.en, _TYPES.get(kind.type, "text"))


@cache
def fields() -> Mapping[str, Field]:
    """Every field by its name, traits last. A trait's label is its English name: show `trait_label` instead."""
    plain = {one.name: one for one in _PERSON + _HOUSEHOLD + _PLACE + _STAFF + _TRAITS + _REST}
    traits = {f"{TRAIT}{kind.code}": _trait(kind) for kind in known_kinds().values() if kind.code not in DERIVED}
    return plain | traits


_ESSENTIAL: Mapping[Kind, frozenset[str]] = {
    Kind.TRAITS: frozenset({"name", "id_number", "community", "trait_kind"}),
    Kind.STAFF: frozenset({"name", "staff_number"}),
    Kind.HOUSEHOLDS: frozenset({"head_name", "head_number", "community", "building", "unit", "room", "door"}),
}


def is_essential(name: str, kind: Kind) -> bool:
    """Whether a cell of this field that cannot be right refuses its row, in a roster of this kind."""
    held = _ESSENTIAL.get(kind)
    return fields()[name].essential if held is None else name in held
