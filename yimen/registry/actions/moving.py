"""Move a resident to another door: periods close and open, nothing is overwritten."""

from datetime import date, datetime

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.codes import code_list
from yimen.core.database import reaching
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.reach import EVERYWHERE
from yimen.registry.actions.finding import check_day, dwelling_in_reach, holder_of, resident_in_reach
from yimen.registry.models import (
    Change,
    Dwelling,
    Household,
    HouseholdMember,
    MaterialOnFile,
    Residence,
    Resident,
    Trait,
)
from yimen.registry.rules import sealed
from yimen.registry.rules.numbers import read_number
from yimen.trail.record import record

HEAD = "02"  # GB/T 4761: head of household


@transaction.atomic
def move(
    actor: Actor,
    *,
    ref: str,
    dwelling_ref: str,
    on: date,
    at: datetime,
    with_registration: bool = False,
    relation: str = "",
    residence_type: str = "",
    reason: str = "",
    source: str = "desk",
    version: int | None = None,
) -> Resident:
    """Move within reach from a day on. With a `relation` (GB/T 4761) they join the household there, else found one.

    RuleBroken when they live there already, for a day to come or before the present residence, and, naming the
    station that must take them in, for a door out of reach.
    """
    require(actor, "resident.move")
    resident = resident_in_reach(actor, ref, version=version)
    dwelling = dwelling_in_reach(actor, dwelling_ref)
    with reaching(EVERYWHERE):  # they may be registered elsewhere
        settle(
            resident,
            dwelling,
            on=on,
            at=at,
            with_registration=with_registration,
            relation=relation,
            residence_type=residence_type,
            reason=reason,
            source=source,
        )
    _record(actor, resident, at, reason)
    return resident


@transaction.atomic
def take_in(
    actor: Actor,
    *,
    number: str,
    dwelling_ref: str,
    on: date,
    at: datetime,
    relation: str = "",
    residence_type: str = "",
    reason: str = "",
) -> Resident:
    """Take a person in from another station: whoever holds the identity card in hand types its whole number.

    NotFound when nobody has this number.
    """
    require(actor, "resident.move")
    seen = read_number(number, today=local(at).date())
    found = holder_of(seen.number)
    if found is None or found.is_protected:
        raise NotFound()
    dwelling = dwelling_in_reach(actor, dwelling_ref)
    with reaching(EVERYWHERE):  # the card in hand opens what another station keeps
        resident = Resident.objects.select_for_update().get(id=found.id)
        settle(
            resident,
            dwelling,
            on=on,
            at=at,
            relation=relation,
            residence_type=residence_type,
            reason=reason,
            source="desk",
        )
    _record(actor, resident, at, reason)
    return resident


def _record(actor: Actor, resident: Resident, at: datetime, reason: str) -> None:
    record(
        actor,
        "resident.move",
        subject=("resident", resident.id),
        division_code=resident.division_code,
        at=at,
        changes=["residence"],
        note=reason,
    )


def settle(
    resident: Resident,
    dwelling: Dwelling,
    *,
    on: date,
    at: datetime,
    source: str,
    with_registration: bool = False,
    relation: str = "",
    residence_type: str = "",
    reason: str = "",
) -> None:
    """Close where they lived and open where they live from `on`; the community follows the door."""
    _check_codes(relation, residence_type)
    kind = _close(resident, dwelling, on, at, with_registration)
    Residence.objects.create(
        division_code=dwelling.division_code,
        resident=resident,
        dwelling=dwelling,
        kind=kind,
        residence_type=residence_type,
        source=source,
        as_of_on=local(at).date(),
        from_on=on,
        move_reason=reason[:60],
    )
    leave_household(resident, on)
    _join_household(resident, dwelling, relation, on)
    change_community(resident, dwelling.division_code)


def _check_codes(relation: str, residence_type: str) -> None:
    if relation and relation not in code_list("kinship_gbt4761"):
        raise RuleBroken(N_("This relation is not in the list. Choose one from it."), field="relation")
    if residence_type and residence_type not in code_list("residence_type"):
        raise RuleBroken(N_("This tenure is not in the list. Choose one from it."), field="residence_type")


def _close(resident: Resident, dwelling: Dwelling, on: date, at: datetime, with_registration: bool) -> str:
    """Close what ends by this move and return the kind of the new residence."""
    rows = list(Residence.objects.select_for_update().filter(resident=resident, to_on=None))
    living = next((row for row in rows if row.kind != Residence.Kind.REGISTERED), None)
    registered = [row for row in rows if row.kind == Residence.Kind.REGISTERED]
    if living is not None and living.dwelling_id == dwelling.id:
        raise RuleBroken(N_("They already live at this door. Choose another one."), field="door")
    check_day(on, at, not_before=living.from_on if living else None)
    if living is not None:
        _end(living, on)
        if living.kind == Residence.Kind.BOTH and not with_registration:
            Residence.objects.create(
                division_code=living.division_code,
                resident=resident,
                dwelling_id=living.dwelling_id,
                kind=Residence.Kind.REGISTERED,
                source=living.source,
                as_of_on=living.as_of_on,
                from_on=on,
            )
    here = [row for row in registered if with_registration or row.dwelling_id == dwelling.id]
    for row in here:
        _end(row, max(on, row.from_on))
    return Residence.Kind.BOTH if with_registration or here else Residence.Kind.LIVING


def _end(row: Residence, on: date) -> None:
    row.to_on = on
    row.save(update_fields=["to_on"])


def leave_household(resident: Resident, on: date) -> None:
    """End the living membership; a household without its head waits for one, an empty one is closed."""
    memberships = HouseholdMember.objects.filter(
        resident=resident, to_on=None, household__kind=Household.Kind.LIVING, household__to_on=None
    ).select_related("household")
    for membership in memberships:
        household = membership.household
        membership.to_on = max(on, membership.from_on)
        membership.save(update_fields=["to_on"])
        if household.head_id == resident.id:
            household.head = None
        if not household.members.filter(to_on=None).exists():
            household.to_on = max(on, household.from_on)
        household.save(update_fields=["head", "to_on"])


def _join_household(resident: Resident, dwelling: Dwelling, relation: str, on: date) -> None:
    household = None
    if relation and relation != HEAD:
        household = (
            Household.objects.filter(dwelling=dwelling, kind=Household.Kind.LIVING, to_on=None)
            .order_by("from_on", "id")
            .first()
        )
        if household is None:
            raise RuleBroken(
                N_("Nobody lives at this door whose household they could join. Leave the relation empty."),
                field="relation",
            )
    if household is None:
        relation = HEAD
        household = Household.objects.create(
            division_code=dwelling.division_code,
            kind=Household.Kind.LIVING,
            dwelling=dwelling,
            head=resident,
            from_on=on,
        )
    HouseholdMember.objects.create(
        division_code=dwelling.division_code,
        household=household,
        resident=resident,
        relation=relation,
        from_on=max(on, household.from_on),
    )


def change_community(resident: Resident, code: str) -> None:
    """Serve the resident from another community: what hangs on them follows, tails are salted anew."""
    resident.version += 1
    columns = ["version"]
    if resident.division_code != code:
        resident.division_code = code
        number = sealed.open_number(resident.id_number, resident.id)
        phone = sealed.open_phone(resident.phone, resident.id)
        for cells in (  # whole, so that a value and what it is found by always bear the same key
            sealed.number_cells(number, community=code, row=resident.id),
            sealed.phone_cells(phone, community=code, row=resident.id),
        ):
            for name, value in cells._asdict().items():
                setattr(resident, name, value)
            columns += cells._fields
        columns.append("division_code")
        for rows in (Trait.objects, MaterialOnFile.objects, Change.objects):
            rows.filter(resident=resident).update(division_code=code)
    resident.save(update_fields=columns)
