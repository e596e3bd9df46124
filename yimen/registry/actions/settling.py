"""Where somebody lives, closed and opened: residences, households, the community that serves them."""

from datetime import date, datetime
from uuid import UUID

from yimen.core.clock import local
from yimen.core.codes import code_list
from yimen.core.errors import N_, RuleBroken
from yimen.registry.actions.finding import check_day
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

HEAD = "02"  # GB/T 4761: head of household


def settle(
    resident: Resident,
    dwelling: Dwelling,
    *,
    on: date,
    at: datetime,
    source: str,
    as_of: date | None = None,
    with_registration: bool = False,
    relation: str = "",
    head: UUID | None = None,
    residence_type: str = "",
    reason: str = "",
) -> None:
    """Close where they lived and open where they live from `on`; the community follows the door. `head`: of the
    household they join, where several live there; else it is the one that has been there longest."""
    _check_codes(relation, residence_type)
    kind = _close(resident, dwelling, on, at, with_registration)
    Residence.objects.create(
        division_code=dwelling.division_code,
        resident=resident,
        dwelling=dwelling,
        kind=kind,
        residence_type=residence_type,
        source=source,
        as_of_on=as_of or local(at).date(),
        from_on=on,
        move_reason=reason[:60],
    )
    leave_households(resident, on, with_registration=with_registration)
    _join_household(resident, dwelling, relation, head, on)
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
        end_living(living, on, with_registration)
    here = [row for row in registered if with_registration or row.dwelling_id == dwelling.id]
    for row in here:
        end(row, max(on, row.from_on))
    return Residence.Kind.BOTH if with_registration or here else Residence.Kind.LIVING


def end_living(living: Residence, on: date, with_registration: bool) -> None:
    """Somebody registered where they lived stays registered there, unless the registration goes along."""
    end(living, on)
    if living.kind == Residence.Kind.BOTH and not with_registration:
        Residence.objects.create(
            division_code=living.division_code,
            resident_id=living.resident_id,
            dwelling_id=living.dwelling_id,
            kind=Residence.Kind.REGISTERED,
            source=living.source,
            as_of_on=living.as_of_on,
            from_on=on,
        )


def end(row: Residence, on: date) -> None:
    row.to_on = on
    row.save(update_fields=["to_on"])


def leave_households(resident: Resident, on: date, *, with_registration: bool) -> None:
    """End the living membership, and the registered one where the registration goes along; a household without its
    head waits for one, an empty one is closed."""
    kinds = list(Household.Kind) if with_registration else [Household.Kind.LIVING]
    memberships = HouseholdMember.objects.filter(
        resident=resident, to_on=None, household__kind__in=kinds, household__to_on=None
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


def _join_household(resident: Resident, dwelling: Dwelling, relation: str, head: UUID | None, on: date) -> None:
    household = None
    if relation and relation != HEAD:
        living = Household.objects.filter(dwelling=dwelling, kind=Household.Kind.LIVING, to_on=None)
        household = (living.filter(head=head) if head else living).order_by("from_on", "id").first()
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
