"""What the register knows of a resident as facts: for conditions, suggestions, checklists and prefilled forms."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yimen.core.codes import code_label
from yimen.core.identity import age_on
from yimen.registry.queries.protected import HANDLED
from yimen.registry.queries.shown import masked_number, masked_phone
from yimen.registry.rules import sealed
from yimen.registry.rules.traits import masked_trait

_ELDERLY = 60  # years; `attributes.yaml`, lives_alone_or_empty_nest
_EMPLOYMENT = {"31": "student", "80": "retired", "70": "unemployed", "51": "flexible", "54": "flexible", "90": "other"}
_NEVER_MARRIED = "10"


class Origin(NamedTuple):
    """Who says so, since when, how surely ("" when nobody wrote it down). "derived" is worked out here."""

    source: str
    on: date
    evidence: str


class Facts(dict[str, object]):
    """Values by the codes of `catalogue/data/attributes.yaml` and `facts.yaml`; what is not known is absent.

    `sources` says where each value comes from, `household` who lives there, the head first. Numbers of people are
    masked. Codes are in Chinese words where a form writes them (marital, education), as the forms of a city are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sources: dict[str, Origin] = {}
        self.household: list[HouseholdMember] = []

    def put(self, name: str, value: object, origin: Origin) -> None:
        """Add a value unless it is unknown."""
        if value is not None and value != "":
            self[name] = value
            self.sources[name] = origin


@dataclass(frozen=True, slots=True)
class MaterialKept:
    """A paper that need not be asked for again; `valid_until` inclusive."""

    code: str
    source: str
    obtained_on: date
    valid_until: date | None
    case_number: str


@dataclass(frozen=True, slots=True)
class HouseholdMember:
    """One open member of the household a resident lives in; `relation` to the head by GB/T 4761."""

    id: UUID
    ref: str
    name: str
    relation: str
    birth_on: date | None
    is_dead: bool
    is_protected: bool


# Everything by one statement, since every intake asks it: lists come as JSON.
_PERSON = """
select r.division_code, r.name, r.sex, r.birth_on, r.id_number, r.phone, r.marital, r.education, r.employment,
       r.registered_division, r.registered_address, r.died_on, r.source, r.as_of_on, r.provenance,
       l.division_code, l.from_on, l.residence_type, l.source, l.as_of_on, d.address, d.area, l.dwelling_id,
       y.youngest, y.people, y.dated,
       (select json_agg(json_build_array(id, kind, value, source, as_of_on, evidence) order by from_on, id)
          from registry_trait
         where resident_id = r.id and from_on <= %(on)s and (to_on is null or to_on > %(on)s))::text,
       (select json_agg(json_build_array(p.id, p.ref, p.name, m.relation, p.birth_on, p.died_on is not null,
          p.is_protected) order by m.relation not in ('01', '02'), p.birth_on, p.id)
          from registry_householdmember own
          join registry_household h on h.id = own.household_id and h.kind = 'living' and h.to_on is null
          join registry_householdmember m on m.household_id = h.id and m.to_on is null
          join registry_resident p on p.id = m.resident_id
         where own.resident_id = r.id and own.to_on is null)::text
from registry_resident r
left join registry_residence l on l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living')
left join registry_dwelling d on d.id = l.dwelling_id
left join lateral (
  select max(o.birth_on) as youngest, count(*) as people, count(o.birth_on) as dated
  from registry_residence w join registry_resident o on o.id = w.resident_id
  where w.dwelling_id = l.dwelling_id and w.to_on is null and w.kind in ('both', 'living') and o.died_on is null
) y on true
where r.id = %(resident)s
"""


def facts_of(resident_id: UUID, on: date) -> Facts:
    """Everything known of a resident on a day. Empty for an unknown id. For rooms above, which check reach."""
    facts = Facts()
    with connection.cursor() as cursor:
        cursor.execute(_PERSON, {"resident": resident_id, "on": on})
        row = cursor.fetchone()
    if row is None:
        return facts
    youngest, people, dated, traits, household = row[23:]
    facts.household = [_member(one) for one in json.loads(household or "[]")]
    _person(facts, resident_id, row[:15], on)
    _home(facts, row, on)
    if row[22] is not None and 0 < people == dated:
        alone = age_on(youngest, on) >= _ELDERLY
        facts.put("lives_alone_or_empty_nest", alone, Origin("derived", on, ""))
    _household(facts, resident_id, on)
    for row_id, kind, value, source, as_of_on, evidence in json.loads(traits or "[]"):
        kept = sealed.open_trait(value, UUID(row_id))
        facts.put(kind, masked_trait(kind, kept), Origin(source, date.fromisoformat(as_of_on), evidence))
    return facts


def _member(told: Sequence[Any]) -> HouseholdMember:
    member, ref, name, relation, birth_on, *rest = told
    return HouseholdMember(UUID(member), ref, name, relation, birth_on and date.fromisoformat(birth_on), *rest)


def _person(facts: Facts, resident_id: UUID, row: Sequence[Any], on: date) -> None:
    (code, name, sex, birth_on, number, phone, marital, education, employment, division, address, died_on, *rest) = row
    source, as_of_on, provenance = rest
    said: Mapping[str, Any] = json.loads(provenance)

    def put(fact: str, value: object, field: str = "") -> None:
        who, day, evidence = said.get(field or fact) or (source, as_of_on.isoformat(), "")
        facts.put(fact, value, Origin(who, date.fromisoformat(day), evidence))

    put("name", name)
    put("sex", sex if sex in ("1", "2") else None)
    put("birth_on", birth_on)
    put("age", age_on(birth_on, died_on or on) if birth_on else None, "birth_on")
    put("id_number", masked_number(number, resident_id))
    put("phone", masked_phone(phone, resident_id))
    put("marital", code_label("marital_gbt2261_2", marital, "zh"))
    put("ever_married", (marital != _NEVER_MARRIED) if marital and marital != "90" else None, "marital")
    put("education", code_label("education_gbt4658", education, "zh"))
    put("employment_status", _EMPLOYMENT.get(employment, "employed") if employment else None, "employment")
    put("is_student", (employment == "31") if employment else None, "employment")
    put("registered_address", address)
    put("hukou_local", division.startswith(code[:6]) if division else None, "registered_division")
    put("is_deceased", died_on is not None, "died_on")


def _home(facts: Facts, row: Sequence[Any], on: date) -> None:
    """Where they live; without an open residence they do not live in this community."""
    code, from_on, tenure, source, as_of_on, address, area, dwelling_id = row[15:23]
    if dwelling_id is None:
        facts.put("resident_of_community", False, Origin("derived", on, ""))
        return
    origin = Origin(source, as_of_on, "")
    facts.put("resident_of_community", code == row[0], origin)
    facts.put("address", address, origin)
    facts.put("residence_from", from_on, origin)
    facts.put("residence_months", months_between(from_on, on), origin)
    facts.put("dwelling_tenure", code_label("residence_type", tenure, "zh"), origin)
    facts.put("dwelling_area", area, origin)


def _household(facts: Facts, resident_id: UUID, on: date) -> None:
    members = facts.household
    own = next((member for member in members if member.id == resident_id), None)
    if own is None:
        return
    origin = Origin("derived", on, "")
    head = next((member.name for member in members if member.relation in ("01", "02") and not member.is_protected), "")
    facts.put("household_head", head, origin)
    facts.put("household_size", sum(not member.is_dead for member in members), origin)
    facts.put("relation_to_head", code_label("kinship_gbt4761", own.relation, "zh"), origin)


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another, 0 when it has not begun."""
    return max(0, (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))


def materials_on_file(resident_id: UUID, on: date) -> list[MaterialKept]:
    """The papers of a resident still usable on a day, the newest of each kind, expired ones last of their kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select distinct on (material_code) material_code, source, obtained_on, valid_until, case_number
            from registry_materialonfile where resident_id = %s and obtained_on <= %s
            order by material_code, (valid_until is null or valid_until >= %s) desc, obtained_on desc, id desc
            """,
            (resident_id, on, on),
        )
        return [MaterialKept(*row) for row in cursor.fetchall()]


def aliases_of(resident_id: UUID) -> list[UUID]:
    """Every id of the same person, the living record first: what was merged into it, and what it was merged into."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with kept as (select coalesce(merged_into_id, id) as id from registry_resident where id = %s)
            select id from kept union all
            select r.id from registry_resident r join kept on r.merged_into_id = kept.id
            """,
            (resident_id,),
        )
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Known:
    """Who a resident is, for rooms above: name in full, numbers masked."""

    id: UUID
    ref: str
    name: str
    sex: str
    birth_on: date | None
    division_code: str
    id_masked: str
    phone_masked: str
    is_dead: bool


# CASE and not COALESCE, which PostgreSQL takes for leaky: it would be asked after the policy, of the whole table.
_KNOWN = """
select k.id, k.ref, k.name, k.sex, k.birth_on, k.division_code, k.id_number, k.phone, k.died_on is not null, r.id
from registry_resident r
join registry_resident k on k.id = case when r.merged_into_id is null then r.id else r.merged_into_id end
"""


def known(ids: Iterable[UUID]) -> dict[UUID, Known]:
    """Residents by the ids asked for, merged records answered by the one they were merged into."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_KNOWN} where r.id = any(%s)", (list(ids),))
        return {row[9]: _known(row) for row in cursor.fetchall()}


def known_by_ref(
    ref: str, low: str, high: str, *, protected: bool = False, handler: UUID | None = None
) -> Known | None:
    """A resident by public reference, within a range of division codes; protected ones when asked for, and for their
    named handler."""
    handled = HANDLED.format("k", "%s")
    within = f"k.division_code >= %s and k.division_code < %s and (not k.is_protected or %s or {handled})"
    with connection.cursor() as cursor:
        cursor.execute(f"{_KNOWN} where r.ref = %s and {within}", (ref, low, high, protected, handler))
        row = cursor.fetchone()
    return _known(row) if row else None


def _known(row: Sequence[Any]) -> Known:
    kept_id, ref, name, sex, birth_on, code, number, phone, is_dead, _asked = row
    return Known(
        kept_id, ref, name, sex, birth_on, code, masked_number(number, kept_id), masked_phone(phone, kept_id), is_dead
    )
