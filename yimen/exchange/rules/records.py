"""What a row of a roster says, typed: the records that are compared with the register and written to it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yimen.core.doors import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where: `community` a division code or "", `compound` a name or "", `door` None where the row names none."""

    community: str = ""
    compound: str = ""
    door: Door | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingRecord:
    """楼栋, with one stairwell where the row names one."""

    place: Place
    building: str
    unit: str = ""
    floors: int | None = None
    unit_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DwellingRecord:
    """房屋"""

    place: Place
    floor: int | None = None
    floors: int | None = None
    area: Decimal | None = None
    rented: bool | None = None
    owner_name: str = ""
    owner_number: str = ""
    owner_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentRecord:
    """居民; codes of the national lists; "" and None where the file says nothing. `kind` is both, registered, living
    or ""."""

    place: Place
    name: str
    number: str = ""
    sex: str = ""
    birth_on: date | None = None
    phone: str = ""
    former_name: str = ""
    ethnic: str = ""
    marital: str = ""
    education: str = ""
    political: str = ""
    employment: str = ""
    registered_address: str = ""
    died_on: date | None = None
    relation: str = ""
    household_number: str = ""
    head_name: str = ""
    head_number: str = ""
    kind: str = ""
    residence_type: str = ""
    from_on: date | None = None
    move_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRecord:
    """户"""

    place: Place
    number: str = ""
    kind: str = ""
    head_name: str = ""
    head_number: str = ""
    phone: str = ""
    member_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitRecord:
    """One trait of a person named by number, or by name and birth date; `value` as `read_trait` keeps it."""

    name: str
    number: str
    birth_on: date | None
    place: Place
    kind: str
    value: object
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRecord:
    """工作人员; `phone` is their own and goes nowhere, `office_phone` the one that residents may call."""

    name: str
    staff_number: str = ""
    number: str = ""
    sex: str = ""
    phone: str = ""
    office_phone: str = ""
    community: str = ""
    department: str = ""
    duty: str = ""
    post: str = ""
    side: str = ""
    hired_on: date | None = None


Record = BuildingRecord | DwellingRecord | ResidentRecord | HouseholdRecord | TraitRecord | StaffRecord
