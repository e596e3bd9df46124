"""Makes typed records of the rows of a plan, and finds what only several cells or rows together show."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yimen.core.doors import Door
from yimen.exchange.rules.cells import Context, State, Verdict, clean
from yimen.exchange.rules.fields import Kind, fields
from yimen.exchange.rules.mapping import Plan, TablePlan
from yimen.exchange.rules.sheets import Row


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
    """工作人员"""

    name: str
    staff_number: str = ""
    number: str = ""
    sex: str = ""
    phone: str = ""
    community: str = ""
    department: str = ""
    duty: str = ""
    post: str = ""
    side: str = ""
    hired_on: date | None = None


Record = BuildingRecord | DwellingRecord | ResidentRecord | HouseholdRecord | TraitRecord | StaffRecord


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to show about a row; `field` is "" when it concerns the row as a whole."""

    field: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Parsed:
    """One row, judged. A refused row has no records; a fixable one has those it would have once accepted."""

    table: int  # place in Plan.tables
    number: int  # of the row, as the spreadsheet counts
    state: State
    records: tuple[Record, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Choices:
    """What a person decided: accepted (field, fix) groups, and cells typed again by (table, row, field)."""

    accepted: Set[tuple[str, str]] = frozenset()
    typed: Mapping[tuple[int, int, str], str] = field(default_factory=dict)


def parse(plan: Plan, context: Context, choices: Choices | None = None) -> Iterator[Parsed]:
    """Every row of data of every table, in the file's order; total = what this yields."""
    for place, table in enumerate(plan.tables):
        for row in table.table.rows():
            yield _parsed(place, table, row, context)


def _parsed(place: int, plan: TablePlan, row: Row, context: Context) -> Parsed:
    known = fields()
    verdicts = {
        guess.field: clean(known[guess.field], row.cell(index), context) for index, guess in plan.guesses.items()
    }
    findings = tuple(Finding(name, verdict) for name, verdict in verdicts.items() if verdict.state != State.OK)
    if any(finding.verdict.state is State.REFUSED and known[finding.field].essential for finding in findings):
        return Parsed(place, row.number, State.REFUSED, (), findings)
    values = {name: verdict.value for name, verdict in verdicts.items()}
    return Parsed(place, row.number, State.OK, (_record(plan.kind, values),), findings)


def _record(kind: Kind, values: Mapping[str, str]) -> Record:
    where = Place(address=values.get("address", ""))
    if kind is Kind.STAFF:
        return StaffRecord(name=values.get("name", ""), phone=values.get("phone", ""))
    if kind is Kind.BUILDINGS:
        return BuildingRecord(place=where, building=values.get("building", ""), unit=values.get("unit", ""))
    if kind is Kind.DWELLINGS:
        return DwellingRecord(place=where)
    if kind is Kind.HOUSEHOLDS:
        return HouseholdRecord(place=where, head_name=values.get("head_name", ""))
    return ResidentRecord(place=where, name=values.get("name", ""), number=values.get("id_number", ""))
