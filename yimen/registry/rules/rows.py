"""Plain rows for bulk loading: what a city's files say, before it is sealed, keyed and written.

Not frozen: making a frozen row takes three times as long, and a whole city has a hundred million.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from yimen.core.ids import new_id, new_ref


@dataclass(slots=True, kw_only=True)
class CompoundRow:
    """小区"""

    id: UUID
    division_code: str
    name: str
    address: str = ""


@dataclass(slots=True, kw_only=True)
class BuildingRow:
    """楼栋; `number` as on the plate ("3" of 3 号楼), longitude and latitude in CGCS2000 degrees."""

    id: UUID
    division_code: str
    compound_id: UUID
    number: str
    floors: int
    longitude: float | None = None
    latitude: float | None = None


@dataclass(slots=True, kw_only=True)
class StairwellRow:
    """单元"""

    id: UUID
    division_code: str
    building_id: UUID
    number: str


@dataclass(slots=True, kw_only=True)
class DwellingRow:
    """房屋. Door keys are computed; `address` is the place written out, compound first; `area` in m²."""

    id: UUID
    division_code: str
    stairwell_id: UUID
    floor: int
    room: str
    address: str
    area: Decimal | None = None
    is_rented: bool = False
    ref: str = field(default_factory=new_ref)


@dataclass(slots=True, kw_only=True)
class PlaceRows:
    """Places of one or more communities; a dwelling's stairwell and building must be among them."""

    compounds: Sequence[CompoundRow]
    buildings: Sequence[BuildingRow]
    stairwells: Sequence[StairwellRow]
    dwellings: Sequence[DwellingRow]


@dataclass(slots=True, kw_only=True)
class ResidentRow:
    """居民. `division_code` is the community that serves them; `number` and `phone` are plain and get sealed.

    Birth date and sex come from the number when it holds them; a number that fails its check is refused. With
    `document` (GA/T 517) the number was read before: number, birth date and sex are taken as they are.
    `provenance` maps a field to (source, ISO date, evidence) where it differs from `source` and `as_of_on`.
    """

    id: UUID
    division_code: str
    name: str
    source: str
    as_of_on: date
    number: str = ""
    phone: str = ""
    document: str = ""
    sex: str = "0"
    birth_on: date | None = None
    former_name: str = ""
    ethnic: str = "01"
    education: str = ""
    marital: str = ""
    political: str = ""
    employment: str = ""
    registered_division: str = ""
    registered_address: str = ""
    died_on: date | None = None
    is_protected: bool = False
    provenance: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    ref: str = field(default_factory=new_ref)


@dataclass(slots=True, kw_only=True)
class ResidenceRow:
    """居住关系; `kind` is both, registered or living; `division_code` is the dwelling's community."""

    division_code: str
    resident_id: UUID
    dwelling_id: UUID
    kind: str
    source: str
    as_of_on: date
    from_on: date
    to_on: date | None = None
    residence_type: str = ""
    move_reason: str = ""
    id: UUID = field(default_factory=new_id)


@dataclass(slots=True, kw_only=True)
class HouseholdRow:
    """户; `kind` is registered or living."""

    id: UUID
    division_code: str
    kind: str
    dwelling_id: UUID
    from_on: date
    head_id: UUID | None = None
    number: str = ""
    to_on: date | None = None


@dataclass(slots=True, kw_only=True)
class MemberRow:
    """`relation` to the head by GB/T 4761, two digits ("02" the head, "10" spouse, "20" son)."""

    division_code: str
    household_id: UUID
    resident_id: UUID
    relation: str
    from_on: date
    to_on: date | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(slots=True)
class TraitRow:
    """`kind` is a key of `catalogue/data/attributes.yaml`; `value` is JSON; `evidence` is stated, seen or matched."""

    division_code: str
    resident_id: UUID
    kind: str
    value: object
    source: str
    as_of_on: date
    evidence: str
    from_on: date
    to_on: date | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(slots=True, kw_only=True)
class MaterialRow:
    """A paper that need not be asked for again; `valid_until` inclusive."""

    division_code: str
    resident_id: UUID
    material_code: str
    source: str
    obtained_on: date
    valid_until: date | None = None
    case_number: str = ""
    id: UUID = field(default_factory=new_id)


@dataclass(slots=True, kw_only=True)
class PersonRows:
    """People of one or more communities, with everything that hangs on them."""

    residents: Sequence[ResidentRow]
    residences: Sequence[ResidenceRow] = ()
    households: Sequence[HouseholdRow] = ()
    members: Sequence[MemberRow] = ()
    traits: Sequence[TraitRow] = ()
    materials: Sequence[MaterialRow] = ()
