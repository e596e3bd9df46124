"""Makes the records of a row out of its cleaned cells."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from yimen.core.errors import N_, RuleBroken
from yimen.core.identity import inspect
from yimen.exchange.rules.cells import Context, Verdict
from yimen.exchange.rules.cells.verdicts import refused
from yimen.exchange.rules.fields import TRAIT, Kind
from yimen.exchange.rules.mapping import TablePlan
from yimen.exchange.rules.placing import building_of
from yimen.exchange.rules.records import (
    BuildingRecord,
    DwellingRecord,
    HouseholdRecord,
    Place,
    Record,
    ResidentRecord,
    StaffRecord,
    TraitRecord,
)
from yimen.exchange.rules.survey import Repeated, Survey
from yimen.exchange.rules.words import codes_of, numeral_table, pattern, plain
from yimen.registry.rules.traits import known_kinds, read_trait

Said = tuple[str, Verdict]
_OF_A_DWELLING = ("area", "floor", "rented", "dwelling_state", "owner_name", "layout", "inner_area", "dwelling_use")
_NO_TRAIT = N_("The row names no trait. Say yes in one of its columns, or delete the row.")
_HEAD, _OWNED, _RENTED = "02", "01", "02"


def make(
    plan: TablePlan, verdicts: Mapping[str, Verdict], survey: Survey, repeated: Repeated, context: Context
) -> tuple[tuple[Record, ...], list[Said]]:
    """The records of a row, places first, and what was found while making them."""
    values = {name: verdict.value for name, verdict in verdicts.items()}
    where = survey.place_of(values)
    if plan.kind is Kind.STAFF:
        return (_staff(values),), []
    if plan.kind is Kind.BUILDINGS:
        return (_building(values, where),), []
    if plan.kind is Kind.DWELLINGS:
        return (_dwelling(values, where, survey),), []
    if plan.kind is Kind.HOUSEHOLDS:
        return (_household(values, where),), []
    if plan.kind is Kind.TRAITS:
        return _traits_only(plan, values, where, verdicts, context)
    return _people(values, _linked(values, where, survey), repeated, verdicts, context)


def _linked(values: Mapping[str, str], where: Place, survey: Survey) -> Place:
    """The place that another sheet gives, where the row itself names no door."""
    if where.door:
        return where
    for name in ("owner_key", "name", "household_number"):
        if values.get(name) and (other := survey.places.get(f"{name}:{values[name]}")):
            return replace(other, community=where.community or other.community)
    return where


def _people(
    values: Mapping[str, str], where: Place, repeated: Repeated, verdicts: Mapping[str, Verdict], context: Context
) -> tuple[tuple[Record, ...], list[Said]]:
    made: list[Record] = []
    says = any(values.get(name) for name in _OF_A_DWELLING if name != "dwelling_state") or _is_let(values)
    if where.door and says:
        made.append(_dwelling(values, where, None))
    if not values.get("name"):
        return tuple(made), []
    if not repeated.is_again:
        made.append(_resident(values, where))
    traits, said = _traits(values, where, verdicts, [], context)
    return (*made, *traits), said


def _traits_only(
    plan: TablePlan, values: Mapping[str, str], where: Place, verdicts: Mapping[str, Verdict], context: Context
) -> tuple[tuple[Record, ...], list[Said]]:
    traits, said = _traits(values, where, verdicts, [plan.trait] if plan.trait else [], context)
    if not traits and not said and "trait_kind" not in verdicts:
        said = [("", refused("", _NO_TRAIT))]
    return tuple(traits), said


def _traits(
    values: Mapping[str, str],
    where: Place,
    verdicts: Mapping[str, Verdict],
    implied: list[str],
    context: Context,
) -> tuple[list[TraitRecord], list[Said]]:
    """Every trait a row names. A column that says no is no trait: what a file leaves out deletes nothing."""
    wanted = dict.fromkeys([*implied, *filter(None, values.get("trait_kind", "").split(","))], "1")
    wanted |= {name.removeprefix(TRAIT): value for name, value in values.items() if name.startswith(TRAIT)}
    kind_of_disability = verdicts.get(f"{TRAIT}disability_type")
    if kind_of_disability and (level := pattern("level").search(kind_of_disability.raw)):
        wanted.setdefault("disability_level", level[1].translate(numeral_table()))
    found, said = [], []
    for kind, text in wanted.items():
        if not text or (text == "0" and known_kinds()[kind].type == "bool"):
            continue
        try:
            value = read_trait(kind, text)
        except RuleBroken as broken:
            said.append((f"{TRAIT}{kind}", refused(verdicts[f"{TRAIT}{kind}"].raw, broken.message)))
            continue
        found.append(_trait(values, where, kind, value, context))
    return found, said


def _trait(values: Mapping[str, str], where: Place, kind: str, value: object, context: Context) -> TraitRecord:
    number = values.get("id_number", "")
    birth = inspect(number, today=context.today).birth_on if number else None
    return TraitRecord(
        name=values.get("name", ""),
        number=number,
        birth_on=birth or _date(values.get("birth_on", "")),
        place=where,
        kind=kind,
        value=value,
        from_on=_date(values.get("trait_from_on", "")),
        to_on=_date(values.get("trait_to_on", "")),
    )


_TAKEN = (
    "name",
    "former_name",
    "ethnic",
    "marital",
    "education",
    "political",
    "employment",
    "registered_address",
    "household_number",
    "head_name",
    "head_number",
    "move_reason",
)
_KIND_OF_OWNER = {"tenant": "living", "temporary": "living"}


def _resident(values: Mapping[str, str], where: Place) -> ResidentRecord:
    owner = values.get("owner_kind", "")
    relation = values.get("relation", "") or (_HEAD if owner == "owner" else "")
    lodging = {"owner": _OWNED, "tenant": _RENTED}.get(owner, "")
    return ResidentRecord(
        place=where,
        number=values.get("id_number", ""),
        sex=values.get("sex", ""),
        birth_on=_date(values.get("birth_on", "")),
        died_on=_date(values.get("died_on", "")),
        phone=values.get("phone", "") or values.get("phone_2", ""),
        relation=relation,
        kind=_kind_of(values) or _KIND_OF_OWNER.get(owner, ""),
        residence_type=values.get("residence_type", "") or lodging,
        from_on=_date(values.get("from_on", "")),
        **{name: values.get(name, "") for name in _TAKEN},
    )


def _kind_of(values: Mapping[str, str]) -> str:
    """Both, registered or living; "" where it is only said that home and registration differ."""
    said = values.get("residence_kind", "") or _KIND_OF_ANSWER.get(
        (values.get("agrees", ""), values.get("apart", "")), ""
    )
    return "" if said == "apart" else said


_KIND_OF_ANSWER = {("1", ""): "both", ("", "0"): "both", ("1", "0"): "both"}


def _dwelling(values: Mapping[str, str], where: Place, survey: Survey | None) -> DwellingRecord:
    owner = None
    if survey:
        owner = survey.owners.get(f"owner_key:{values.get('owner_key', '')}") or survey.owners.get(
            f"owner_name:{values.get('owner_name', '')}"
        )
    rented = {"1": True, "0": False}.get(values.get("rented", ""), _is_let(values))
    return DwellingRecord(
        place=where,
        floor=_count(values.get("floor", "")),
        floors=_count(values.get("floors", "")),
        area=_area(values.get("area", "")),
        rented=rented,
        owner_name=values.get("owner_name", "") or (owner.name if owner else ""),
        owner_number=values.get("owner_number", "") or (owner.number if owner else ""),
        owner_phone=values.get("owner_phone", "") or (owner.phone if owner else ""),
    )


def _is_let(values: Mapping[str, str]) -> bool | None:
    """Whether the state of a dwelling says that it is let; None where it says nothing of that."""
    said = values.get("dwelling_state", "")
    if pattern("rented").search(said):
        return True
    return False if codes_of("dwelling_state").get(plain(said)) in ("own", "empty") else None


def _building(values: Mapping[str, str], where: Place) -> BuildingRecord:
    compound, building = building_of(values)
    return BuildingRecord(
        place=replace(where, compound=compound),
        building=building,
        unit=values.get("unit", ""),
        floors=_count(values.get("floors", "")),
        unit_count=_count(values.get("unit_count", "")),
    )


def _household(values: Mapping[str, str], where: Place) -> HouseholdRecord:
    return HouseholdRecord(
        place=where,
        number=values.get("household_number", ""),
        kind=values.get("household_kind", ""),
        head_name=values.get("head_name", ""),
        head_number=values.get("head_number", ""),
        phone=values.get("phone", ""),
        member_count=_count(values.get("member_count", "")),
    )


def _staff(values: Mapping[str, str]) -> StaffRecord:
    plain = (
        *("name", "staff_number", "sex", "phone", "office_phone", "community", "department", "duty", "post", "side"),
    )
    return StaffRecord(
        number=values.get("id_number", ""),
        hired_on=_date(values.get("hired_on", "")),
        **{name: values.get(name, "") for name in plain},
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _count(text: str) -> int | None:
    return int(text) if text else None


def _area(text: str) -> Decimal | None:
    """Floor area in square metres; nothing for 0, which only fills the cell."""
    value = Decimal(text) if text else Decimal(0)
    return value if 0 < value < 100_000 else None
