"""Traits and papers: kept once, with source, date and period, so that nobody is asked twice."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.ids import new_id
from yimen.registry.actions.finding import check_day, check_origin, resident_in_reach
from yimen.registry.models import MaterialOnFile, Resident, Trait
from yimen.registry.rules import sealed
from yimen.registry.rules.traits import read_trait
from yimen.trail.record import record


@transaction.atomic
def set_trait(
    actor: Actor,
    *,
    ref: str,
    kind: str,
    value: str,
    source: str,
    evidence: str,
    on: date,
    at: datetime,
    until: date | None = None,
    note: str = "",
) -> Trait:
    """Say from a day on (and until another) that a trait holds; an open one of the same kind ends that day."""
    require(actor, "resident.set_trait")
    check_origin(source, evidence)
    resident = resident_in_reach(actor, ref)
    kept = read_trait(kind, value)
    before = _open(resident, kind)
    check_day(on, at, not_before=before.from_on if before else None)
    if until is not None and until < on:
        raise RuleBroken(N_("The end is before the beginning. Choose a later day, or none."), field="until")
    if before is not None:
        _end(before, on)
    row = new_id()
    trait = Trait.objects.create(
        id=row,
        division_code=resident.division_code,
        resident=resident,
        kind=kind,
        value=sealed.seal_trait(kind, kept, row),
        source=source,
        as_of_on=local(at).date(),
        evidence=evidence,
        from_on=on,
        to_on=until,
    )
    _record(actor, "resident.set_trait", resident, kind, at, note)
    return trait


@transaction.atomic
def end_trait(actor: Actor, *, ref: str, kind: str, on: date, at: datetime, note: str = "") -> None:
    """Say that a trait no longer holds from a day on. The past stays readable."""
    require(actor, "resident.end_trait")
    resident = resident_in_reach(actor, ref)
    trait = _open(resident, kind)
    if trait is None:
        raise RuleBroken(N_("This trait has already ended. Open the page again to see how it stands."))
    check_day(on, at, not_before=trait.from_on)
    _end(trait, on)
    _record(actor, "resident.end_trait", resident, kind, at, note)


def _open(resident: Resident, kind: str) -> Trait | None:
    return Trait.objects.select_for_update().filter(resident=resident, kind=kind, to_on=None).first()


def _end(trait: Trait, on: date) -> None:
    trait.to_on = on
    trait.save(update_fields=["to_on"])


def _record(actor: Actor, verb: str, resident: Resident, what: str, at: datetime, note: str = "") -> None:
    record(
        actor,
        verb,
        subject=("resident", resident.id),
        division_code=resident.division_code,
        at=at,
        changes=[what],
        note=note,
    )


@transaction.atomic
def keep_material(
    actor: Actor,
    *,
    ref: str,
    material_code: str,
    obtained_on: date,
    at: datetime,
    source: str = "desk",
    valid_until: date | None = None,
    case_number: str = "",
) -> MaterialOnFile:
    """Note that a paper is on file, so that no matter asks for it again while it is valid (inclusive)."""
    require(actor, "resident.keep_material")
    resident = resident_in_reach(actor, ref)
    check_day(obtained_on, at, field="obtained_on")
    kept = MaterialOnFile.objects.create(
        division_code=resident.division_code,
        resident=resident,
        material_code=material_code,
        source=source,
        obtained_on=obtained_on,
        valid_until=valid_until,
        case_number=case_number,
    )
    _record(actor, "resident.keep_material", resident, material_code, at)
    return kept


def keep_papers(
    actor: Actor, *, resident_id: UUID, division_code: str, papers: Sequence[tuple[str, str, str]], at: datetime
) -> None:
    """Put papers handed in (source "desk") or looked at ("seen") on file: (material code, source, case number) each.

    Part of the caller's transaction and of its entry, which names the papers; the caller has checked reach. How long
    each may be used follows from the catalogue when it is asked for.
    """
    require(actor, "case.material")
    MaterialOnFile.objects.bulk_create(
        MaterialOnFile(
            division_code=division_code,
            resident_id=resident_id,
            material_code=code,
            source=source,
            obtained_on=local(at).date(),
            case_number=number,
        )
        for code, source, number in papers
    )
