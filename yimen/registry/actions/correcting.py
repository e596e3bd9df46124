"""Correct what is known of a resident, and put a correction back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.identity import inspect
from yimen.core.names import normalise_name, search_keys, sort_key
from yimen.registry.actions.finding import check_origin, refuse_second_record, resident_in_reach
from yimen.registry.models import Change, Resident
from yimen.registry.rules import sealed
from yimen.registry.rules.fields import FIELDS, as_text, read_value
from yimen.registry.rules.numbers import DOCUMENT_CODES, read_number, read_phone
from yimen.trail.record import record

_NUMBER_COLUMNS = ("id_number", "id_hash", "id_tail4", "id_tail6", "document_kind")
_PHONE_COLUMNS = ("phone", "phone_hash", "phone_tail4")
_NAME_COLUMNS = ("name", "sort_key", "name_keys")


@transaction.atomic
def correct(
    actor: Actor,
    *,
    ref: str,
    values: Mapping[str, str],
    source: str,
    evidence: str,
    version: int | None = None,
    at: datetime,
    note: str = "",
    as_of: date | None = None,
) -> Resident:
    """Change some fields of a resident, each with its source, and keep old and new. `as_of`: when the source said so,
    today when it is the counter.

    RuleBroken for an unknown field, a value that cannot be right, a document field without a document seen, and when
    nothing would change. Conflict when somebody was faster than the form that carries `version`.
    """
    require(actor, "resident.correct")
    resident = resident_in_reach(actor, ref, version=version)
    check_origin(source, evidence)
    wanted = _read(resident, values, evidence, local(at).date())
    changed = {name: new for name, new in wanted.items() if as_text(new) != current(resident, name)}
    if not changed:
        raise RuleBroken(N_("Nothing differs from what is on record. Change a value, or go back."))
    if changed.get("id_number"):
        refuse_second_record(actor, str(changed["id_number"]), but=resident.id)
    origin = [source, (as_of or local(at).date()).isoformat(), evidence]
    for name, new in changed.items():
        write_change(actor, resident, name, new, origin=origin, note=note, at=at)
    save(resident, changed)
    record(
        actor,
        "resident.correct",
        subject=("resident", resident.id),
        division_code=resident.division_code,
        at=at,
        changes=sorted(changed),
        note=note,
    )
    return resident


def _read(resident: Resident, values: Mapping[str, str], evidence: str, today: date) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for name, text in values.items():
        field = FIELDS.get(name)
        if field is None:
            raise RuleBroken(N_("This value is not in the list. Choose one from it."), field="field")
        if field.kind == "number":
            wanted[name] = _number(text, today) if text.strip() else ""
        elif field.kind == "phone":
            wanted[name] = read_phone(text)
        else:
            wanted[name] = read_value(field, text.strip(), today=today)
        if name == "name":
            wanted[name] = normalise_name(wanted[name])
        if field.needs_proof and evidence == "stated" and as_text(wanted[name]) != current(resident, name):
            raise RuleBroken(
                N_("Only a document changes this. Look at the document, then choose “document seen”."), field="evidence"
            )
    return _agreeing(resident, wanted, today)


def _number(text: str, today: date) -> str:
    return read_number(text, today=today, made_up=settings.MADE_UP_NUMBERS).number


def _agreeing(resident: Resident, wanted: dict[str, Any], today: date) -> dict[str, Any]:
    """A number brings its birth date and sex along; a birth date or sex against the number is refused."""
    number = wanted.get("id_number", current(resident, "id_number"))
    if not number or not wanted.keys() & {"id_number", "birth_on", "sex"}:
        return wanted
    said = read_number(number, today=today)
    if said.birth_on and wanted.get("birth_on", said.birth_on) != said.birth_on:
        raise RuleBroken(
            N_("The identity number says %(date)s. Correct the number first, or leave the birth date."),
            field="birth_on",
            date=said.birth_on.isoformat(),
        )
    if said.sex and wanted.get("sex", said.sex) != said.sex:
        raise RuleBroken(
            N_("The identity number says the other sex. Correct the number first, or leave the sex."), field="sex"
        )
    if "id_number" in wanted:
        wanted |= {"birth_on": said.birth_on or resident.birth_on, "sex": said.sex or resident.sex}
    return wanted


def current(resident: Resident, name: str) -> str:
    """The present value of a field as it is written in a change."""
    if name == "id_number":
        return sealed.open_number(resident.id_number, resident.id)
    if name == "phone":
        return sealed.open_phone(resident.phone, resident.id)
    return as_text(getattr(resident, name))


def write_change(
    actor: Actor,
    resident: Resident,
    name: str,
    new: Any,
    *,
    origin: list[str] | None,
    note: str,
    at: datetime,
    undoes: Change | None = None,
) -> Change:
    """Keep old and new of a field, set it, and set where it comes from; `save` still has to follow."""
    change = Change(
        division_code=resident.division_code,
        resident=resident,
        field=name,
        source=origin[0] if origin else resident.source,
        evidence=origin[2] if origin else "",
        note=note,
        by_name=actor.name,
        by_account=actor.account_id,
        at=at,
        undoes=undoes,
        provenance_before=resident.provenance.get(name),
    )
    change.old_value, change.new_value = sealed.seal_change(current(resident, name), as_text(new), change.id)
    change.save(force_insert=True)
    put(resident, name, new)
    provenance = {key: value for key, value in resident.provenance.items() if key != name}
    resident.provenance = provenance | ({name: origin} if origin else {})
    return change


def put(resident: Resident, name: str, value: Any) -> None:
    """Set a field and everything that follows from it."""
    community = resident.division_code
    if name == "id_number":
        cells = sealed.number_cells(value, community=community, row=resident.id)
        resident.id_number, resident.id_hash, resident.id_tail4, resident.id_tail6 = cells
        resident.document_kind = DOCUMENT_CODES[inspect(value, today=date.max).kind] if value else "111"
    elif name == "phone":
        phone_cells = sealed.phone_cells(value, community=community, row=resident.id)
        resident.phone, resident.phone_hash, resident.phone_tail4 = phone_cells
    elif name == "name":
        resident.name, resident.sort_key, resident.name_keys = value, sort_key(value), search_keys(value)
    else:
        setattr(resident, name, value)


def save(resident: Resident, names: Mapping[str, Any]) -> None:
    """Write the named fields with what follows from them, as the next version."""
    columns = {"provenance", "version"}
    for name in names:
        columns |= set(
            {"id_number": _NUMBER_COLUMNS, "phone": _PHONE_COLUMNS, "name": _NAME_COLUMNS}.get(name, (name,))
        )
    resident.version += 1
    try:
        with transaction.atomic():
            resident.save(update_fields=sorted(columns))
    except IntegrityError as error:
        raise_life_or_number(error)


def raise_life_or_number(error: IntegrityError) -> None:
    """The two constraints a typed value can meet, as sentences; anything else goes on."""
    if "resident_number_once" in str(error):
        raise RuleBroken(
            N_("Somebody has just added this number. Search for it and open that record."), field="number"
        ) from error
    if "resident_life" in str(error):
        raise RuleBroken(
            N_("The date of death is before the birth date. Compare both with the documents."), field="died_on"
        ) from error
    raise error


@transaction.atomic
def undo_correction(actor: Actor, *, change_id: UUID, at: datetime) -> Resident:
    """Put a corrected value back as it was, with its source. Only the latest change of a field can be put back."""
    require(actor, "resident.undo")
    change = visible_to(actor, Change.objects.filter(id=change_id)).select_related("resident").first()
    if change is None:
        raise NotFound()
    resident = resident_in_reach(actor, change.resident.ref)
    latest = Change.objects.filter(resident=resident, field=change.field).order_by("-at", "-id").first()
    old, new = sealed.open_change(change.old_value, change.new_value, change.id)
    if latest is None or latest.id != change.id or change.undoes_id or current(resident, change.field) != new:
        raise RuleBroken(N_("This value was changed again later. Correct it by hand instead."))
    if change.field == "id_number" and old:
        refuse_second_record(actor, old, but=resident.id)
    write_change(
        actor,
        resident,
        change.field,
        typed(change.field, old),
        origin=change.provenance_before,
        note="",
        at=at,
        undoes=change,
    )
    save(resident, {change.field: old})
    record(
        actor,
        "resident.undo",
        subject=("resident", resident.id),
        division_code=resident.division_code,
        at=at,
        changes=[change.field],
    )
    return resident


def typed(name: str, text: str) -> Any:
    """A value written in a change, in the form its column has."""
    if FIELDS[name].kind == "date":
        return date.fromisoformat(text) if text else None
    return text
