"""What the six systems know of each person, and the papers on file; rates are modelled (data/README.md)."""

from datetime import date, timedelta

from yimen.demo.people import People, Person
from yimen.demo.reference import REFERENCE
from yimen.demo.stream import Stream, Weighted
from yimen.registry.rules.rows import MaterialRow, TraitRow

# The day of each system's last delivery.
DELIVERED = {
    "POP": date(2026, 11, 1),
    "CIV": date(2026, 11, 5),
    "LSS": date(2026, 11, 15),
    "DIS": date(2026, 10, 31),
    "FPL": date(2026, 11, 2),
    "manual": date(2026, 11, 11),
}
# ... and the 1,500 days before it: a fact is known since one of them.
_SINCE = {source: [day - timedelta(days=count) for count in range(1500)] for source, day in DELIVERED.items()}
_HOLDER = {
    "is_dibao": "CIV", "is_low_income_any": "CIV", "income_per_capita_month": "CIV", "no_labour_capacity": "CIV",
    "no_income_source": "CIV", "no_able_supporter": "CIV", "receives_zunlaojin": "CIV", "is_veteran": "CIV",
    "is_preferential_treatment": "CIV", "is_conscript_family": "CIV", "receives_rent_subsidy": "CIV",
    "has_disability_certificate": "DIS", "disability_level": "DIS", "has_severe_mental_disorder": "DIS",
    "is_pregnant_or_new_parent": "FPL", "children_count": "FPL", "is_only_child_parent": "FPL",
    "only_child_birth_date": "FPL", "only_child_dead_or_disabled": "FPL", "employment_status": "LSS",
    "is_unemployed_registered": "LSS", "is_hard_to_employ": "LSS", "pension_insured": "LSS",
    "medical_insured": "LSS", "has_employee_pension": "LSS", "has_employee_medical": "LSS",
    "pension_recipient": "LSS", "is_enterprise_retiree": "LSS", "bank_card": "LSS", "emergency_contact": "POP",
    "emergency_phone": "POP", "has_job_home_or_school_here": "POP", "is_landlord": "POP",
    "applicant_is_relative_of_deceased": "POP", "has_emergency_or_heavy_spending": "manual",
}  # fmt: skip
_EMPLOYED = ("11", "13", "17", "21", "24")
_LEVELS = Weighted([(1, 15), (2, 25), (3, 30), (4, 30)])
_NEWLY_EIGHTY = 45  # days: the allowance of somebody who has just turned 80 is not paid yet


def note_facts(people: People) -> None:
    """Give everybody their facts."""
    babies = {person.household for person in people.persons if person.age < 1}
    for person in people.persons:
        for note in (_insurance, _work, _means, _age, _hardship, _service):
            note(people.stream, person)
        if person.household in babies and person.relation in ("02", "10"):
            person.facts["is_pregnant_or_new_parent"] = True
            person.facts["children_count"] = 1


def _insurance(stream: Stream, person: Person) -> None:
    facts, age = person.facts, person.age
    facts["medical_insured"] = stream.chance(0.965)
    retired = person.row.employment == "80"
    if age >= 16 and person.row.employment != "31":
        facts["pension_insured"] = stream.chance(0.94)
    if person.row.employment in _EMPLOYED and facts.get("pension_insured"):
        facts["has_employee_pension"] = facts["has_employee_medical"] = True
    elif not facts["medical_insured"]:
        facts["has_employee_medical"] = False
    if retired and facts.get("pension_insured"):
        facts["pension_recipient"] = True
        if stream.chance(0.62):
            facts["is_enterprise_retiree"] = True


def _work(stream: Stream, person: Person) -> None:
    facts, age = person.facts, person.age
    if person.row.employment == "70" and stream.chance(0.55):
        facts["employment_status"] = "unemployed"
        facts["is_unemployed_registered"] = stream.chance(0.7)
        facts["is_hard_to_employ"] = age > 44 and stream.chance(0.4)
    elif person.row.employment == "51" and stream.chance(0.6):
        facts["employment_status"] = "flexible"
        facts["is_hard_to_employ"] = age > 44 and stream.chance(0.3)


def _means(stream: Stream, person: Person) -> None:
    facts, age = person.facts, person.age
    if not person.is_local and 18 <= age < 60 and stream.chance(0.7):
        facts["has_job_home_or_school_here"] = True
    if person.is_local and age > 34 and stream.chance(0.03):
        facts["is_landlord"] = True
    if age >= 18 and stream.chance(0.42):
        facts["bank_card"] = f"**** {stream.between(0, 9999):04d}"
    if age >= 75 and stream.chance(0.4):
        facts["emergency_contact"] = stream.one(("女儿", "儿子", "侄女", "邻居"))


def _age(stream: Stream, person: Person) -> None:
    birth_on = person.row.birth_on
    if person.age < 80 or not person.is_registered_here or birth_on is None:
        return
    since_eighty = REFERENCE.toordinal() - birth_on.toordinal() - 80 * 365.25
    person.facts["receives_zunlaojin"] = since_eighty > _NEWLY_EIGHTY and stream.chance(0.95)


def _hardship(stream: Stream, person: Person) -> None:
    facts, age = person.facts, person.age
    if person.is_registered_here and stream.chance(0.0062):
        facts["is_low_income_any"] = True
        facts["is_dibao"] = stream.chance(0.68)
        facts["income_per_capita_month"] = (
            f"{stream.between(620, 1090) if facts['is_dibao'] else stream.between(1110, 1980)}.00"
        )
        if age >= 60 and stream.chance(0.12):
            facts["no_labour_capacity"] = facts["no_income_source"] = facts["no_able_supporter"] = True
    if person.is_registered_here and stream.chance(0.052 if age >= 60 else 0.02 if age >= 15 else 0.008):
        facts["has_disability_certificate"] = True
        facts["disability_level"] = stream.draw(_LEVELS)
    if 18 <= age < 70 and stream.chance(0.003):
        facts["has_severe_mental_disorder"] = True


def _service(stream: Stream, person: Person) -> None:
    facts, age = person.facts, person.age
    if person.row.sex == "1" and age >= 22 and person.is_registered_here and stream.chance(0.045):
        facts["is_veteran"] = True
        if stream.chance(0.15):
            facts["is_preferential_treatment"] = True
    if 44 <= age <= 62 and person.is_registered_here and stream.chance(0.004):
        facts["is_conscript_family"] = True
    if age >= 42 and person.is_registered_here and person.row.marital in ("20", "22", "30") and stream.chance(0.3):
        facts["is_only_child_parent"] = True
        if stream.chance(0.004):
            facts["only_child_dead_or_disabled"] = True


def trait_rows(people: People) -> list[TraitRow]:
    """A row for every fact."""
    stream = people.stream
    rows = []
    for person in people.persons:
        code, resident = person.row.division_code, person.row.id
        for kind, value in person.facts.items():
            source = _HOLDER[kind]
            since = _SINCE[source][int(stream.random() * 1500)]
            rows.append(
                TraitRow(code, resident, kind, value, source, DELIVERED[source], "matched", since, id=stream.uid())
            )
    return rows


def material_rows(people: People) -> list[MaterialRow]:
    """Papers seen or copied at earlier visits."""
    rows = []
    for person in people.persons:
        if person.age >= 18:
            rows += [_paper(people.stream, person, code, months) for code, months in _papers(people.stream, person)]
    return rows


def _papers(stream: Stream, person: Person) -> list[tuple[str, int]]:
    """Code and months of validity (0: while in force) of what is on file."""
    facts = person.facts
    wanted = [
        ("BK", 0, 1 if "bank_card" in facts else 0),
        ("PH", 24, 0.22),
        ("MC", 0, 0.14 if person.row.marital == "20" else 0),
        ("HC", 12, 0.09),
        ("RP", 12, 0 if person.is_local else 0.35),
        ("DC", 120, 0.7 if "has_disability_certificate" in facts else 0),
        ("LB", 12, 0.9 if facts.get("is_dibao") else 0),
        ("MS", 0, 0.7 if "is_veteran" in facts else 0),
        ("PC", 0, 0.6 if "is_only_child_parent" in facts else 0),
        ("JY", 0, 0.8 if facts.get("is_unemployed_registered") else 0),
    ]
    return [(code, months) for code, months, share in wanted if share and stream.chance(share)]


def _paper(stream: Stream, person: Person, code: str, months: int) -> MaterialRow:
    obtained_on = REFERENCE - timedelta(days=int(stream.random() * 620) + 3)
    return MaterialRow(
        id=stream.uid(),
        division_code=person.row.division_code,
        resident_id=person.row.id,
        material_code=code,
        source="desk",
        obtained_on=obtained_on,
        valid_until=obtained_on + timedelta(days=months * 30) if months else None,
    )
