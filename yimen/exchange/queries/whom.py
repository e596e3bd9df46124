"""Whom or what a row of a preview is about: what it is called, the masked number, the door with its compound."""

from collections.abc import Mapping, Sequence
from typing import Any

from yimen.core.actor import Actor
from yimen.core.masking import mask_id, mask_words
from yimen.exchange.rules.records import (
    BuildingRecord,
    HouseholdRecord,
    Place,
    Record,
    ResidentRecord,
    StaffRecord,
    TraitRecord,
)
from yimen.exchange.rules.staged import Body
from yimen.exchange.rules.subjects import number_of, subject_of, where_of
from yimen.orgs.queries import division_name
from yimen.registry.queries.roster import is_compound
from yimen.registry.queries.shown import shown_name

Table = Mapping[str, Any]  # of a kept plan


def whom(actor: Actor, body: Body, table: Table | None) -> tuple[str, list[str]]:
    """What a row is called, and what tells it from others of that name. A row without records is known by its cells
    alone."""
    name, is_person = _name(body.records) or _by_cells(body, table)
    shown = mask_words(shown_name(actor, name) if is_person else name)
    where = _door(actor, body.records) or (mask_words(where_of(table["columns"], body.cells)) if table else "")
    number = _number(body.records) or (number_of(table["columns"], body.cells) if table else "")
    about = [part for part in (mask_id(number), where) if part and part != shown]
    return shown or where, [part for part in about if shown or part != where]


def _name(records: Sequence[Record]) -> tuple[str, bool] | None:
    """The person of a row, else the head of its household, else its building."""
    for record in records:
        if isinstance(record, ResidentRecord | TraitRecord | StaffRecord) and record.name:
            return record.name, True
    for record in records:
        if isinstance(record, HouseholdRecord) and record.head_name:
            return record.head_name, True
        if isinstance(record, BuildingRecord):
            return f"{record.place.compound} {record.building}".strip(), False
    return ("", False) if records else None


def _by_cells(body: Body, table: Table | None) -> tuple[str, bool]:
    return subject_of(table["kind"], table["columns"], body.cells) if table else ("", False)


def _number(records: Sequence[Record]) -> str:
    for record in records:
        if isinstance(record, HouseholdRecord) and record.head_number:
            return record.head_number
        if isinstance(record, ResidentRecord | TraitRecord | StaffRecord) and record.number:
            return record.number
    return ""


def _door(actor: Actor, records: Sequence[Record]) -> str:
    places: list[Place] = [record.place for record in records if not isinstance(record, StaffRecord)]
    return next((door_words(actor, one) for one in places if one.door), "")


def door_words(actor: Actor, place: Place) -> str:
    """A door with the compound that the row says, and for those above a station with the community."""
    community = division_name(place.community) if place.community and len(actor.reach) < 12 else ""
    compound = place.compound if is_compound(place.compound) else ""
    return " ".join(part for part in (community, compound, place.door.key if place.door else "") if part)
