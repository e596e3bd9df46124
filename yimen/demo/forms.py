"""What a form holds and which papers lie with it, as the window would have left them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from yimen.catalogue.rules import Field, FieldType, Item, Material, read_defaults
from yimen.core.masking import mask_id, mask_phone
from yimen.demo.life import Life
from yimen.demo.people import Person
from yimen.demo.stream import Stream
from yimen.demo.words import fill
from yimen.registry.rules.rows import MaterialRow

_BETWEEN = {"disability_level": (1, 4), "children_count": (1, 2), "member_count": (6, 40), "tenants": (1, 4)}


def form_of(item: Item, person: Person, stream: Stream, on: date) -> dict[str, Any]:
    """A value for every field: from the register where it knows, else something plausible."""
    return {each.key: _value(each, person, stream, on) for each in item.form}


def _value(each: Field, person: Person, stream: Stream, on: date) -> Any:
    known = _known(each.fact, person)
    if known is not None:
        return known
    if each.type is FieldType.CHOICE:
        return stream.one(each.options).key
    if each.type is FieldType.BOOL:
        return each.required or stream.chance(0.5)
    if each.type is FieldType.INT:
        return person.size if "size" in each.key else stream.between(*_BETWEEN.get(each.key, (1, 5)))
    if each.type is FieldType.MONEY:
        return f"{stream.between(300, 42_000)}.{stream.between(0, 9)}0"
    if each.type is FieldType.DATE:
        return (on - timedelta(days=stream.between(1, 300))).isoformat()
    if each.type is FieldType.PHONE:
        return mask_phone(person.row.phone) if person.row.phone else None
    if not each.required and stream.chance(0.4):
        return None
    return fill(stream, each.key)


def _known(fact: str, person: Person) -> Any:
    if fact in person.facts:
        return person.facts[fact]
    read = _REGISTER.get(fact)
    return (read(person) or None) if read else None


_REGISTER: dict[str, Callable[[Person], Any]] = {
    "name": lambda person: person.row.name,
    "id_number": lambda person: mask_id(person.row.number) if person.row.number else "",
    "birth_on": lambda person: person.row.birth_on.isoformat() if person.row.birth_on else "",
    "phone": lambda person: mask_phone(person.row.phone) if person.row.phone else "",
    "address": lambda person: person.door.row.address,
    "registered_address": lambda person: person.row.registered_address,
    "household_size": lambda person: person.size,
    "bank_card": lambda person: f"**** {person.row.number[-5:-1]}" if person.row.number else "",
    "dwelling_area": lambda person: str(person.door.row.area or ""),
}


def lay_papers(life: Life, on_file: list[MaterialRow], *, missing: bool) -> None:
    """The once-only checklist of a case at acceptance; with `missing`, one paper still has to come."""
    materials, day = read_defaults().materials, life.accepted_at.date()
    held = {row.material_code: row for row in on_file if row.obtained_on <= day}
    gap = ""
    for code in life.item.materials:
        state, basis = _standing(materials[code], life, held.get(code))
        gap = gap or (code if basis.startswith("handed_in") else "")
        life.paper(code, state, basis, life.accepted_at, life.taker.name)
    if missing and gap:
        life.paper(gap, "missing", f"missing desk {day}", life.accepted_at, life.taker.name)


def _standing(material: Material, life: Life, held: MaterialRow | None) -> tuple[str, str]:
    """State, and why: reason, source and date, as `yimen.cases.queries.papers` reads them."""
    day, item = life.accepted_at.date(), life.item
    if material.code == "LB" and not life.person.facts.get("is_dibao"):
        return "waived", f"waived derived {day}"
    if material.code in item.look_only:
        return "look", f"seen desk {day}"
    if held and material.reusable and (held.valid_until is None or held.valid_until >= day):
        return "kept", f"kept {held.source} {held.obtained_on}"
    if material.code == "WR" or material.code in item.declare_instead:
        return "promised", f"promised resident {day}"
    if material.made_here:
        return "shared", f"made_here derived {day}"
    if material.holder:
        return "shared", f"shared {material.holder} {day}"
    return "kept", f"handed_in desk {day}"
