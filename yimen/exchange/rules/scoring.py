"""Compares what was made of a messy roster with the key to its faults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yimen.exchange.rules.cells import State
from yimen.exchange.rules.mapping import Plan
from yimen.exchange.rules.records import (
    BuildingRecord,
    DwellingRecord,
    HouseholdRecord,
    ResidentRecord,
    StaffRecord,
    TraitRecord,
)
from yimen.exchange.rules.rows import Parsed


@dataclass
class Score:
    """What was found of what was planted. Every list names sheet, row and what it is about."""

    rows: int = 0
    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrongly_refused: list[str] = field(default_factory=list)
    misread: list[str] = field(default_factory=list)

    @property
    def is_perfect(self) -> bool:
        """Whether everything was found, nothing sound refused and nothing misread."""
        return not (self.missed or self.wrongly_refused or self.misread)


def compare(key: Mapping[str, Any], plan: Plan, rows: Iterable[Parsed], hidden: Sequence[str]) -> Score:
    """The score of a reading. `hidden`: sheets that were told to be hidden."""
    score = Score()
    waiting = {name: dict(answers) for name, answers in key["sheets"].items()}
    for row in rows:
        score.rows += 1
        name = plan.tables[row.table].table.name
        answer = waiting.get(name, {}).pop(str(row.number), None)
        place = f"{name} {row.number}"
        if answer is None:
            score.misread.append(f"{place}: taken for data")
        else:
            _mark(score, place, row, answer)
    for name, left in waiting.items():
        score.missed += [f"{name} {number}: the row was not read" for number in left]
    for name in key["hidden"]:
        (score.found if name in hidden else score.missed).append(f"{name}: hidden sheet")
    return score


def _mark(score: Score, place: str, row: Parsed, answer: Mapping[str, Any]) -> None:
    told = {(finding.field, str(finding.verdict.state)) for finding in row.findings}
    expected = set()
    for fault, name, state in answer["faults"]:
        wanted = (name, "refused" if state == "gone" else state)
        expected.add(wanted)
        is_found = wanted in told or (state == "read" and not any(field == name for field, _ in told))
        (score.found if is_found else score.missed).append(f"{place}: {fault}")
    if row.state is State.REFUSED:
        if not any(state == "refused" for _, state in expected):
            score.wrongly_refused.append(f"{place}: {sorted(told)}")
        return
    false = {(name, state) for name, state in told - expected if state in ("refused", "fixable")}
    score.wrongly_refused += [f"{place}: {name} {state}" for name, state in sorted(false)]
    said = _said(row)
    for name, value in answer["truth"].items():
        if name in said and value and said[name] != value and "refused" not in dict(told).get(name, ""):
            score.misread.append(f"{place}: {name} is {said[name]!r}, not {value!r}")


def _said(row: Parsed) -> dict[str, str]:
    """What the records of a row say, by field."""
    said: dict[str, str] = {}
    for record in row.records:
        if isinstance(record, ResidentRecord):
            said |= {"name": record.name, "id_number": record.number, "phone": record.phone}
            said |= {"community": record.place.community} if record.place.community else {}
            said |= {"sex": record.sex} if record.sex else {}
            said |= {"birth_on": record.birth_on.isoformat()} if record.birth_on else {}
        elif isinstance(record, TraitRecord):
            said |= {"name": record.name, "id_number": record.number, "trait": record.kind}
        elif isinstance(record, DwellingRecord):
            said |= {"owner_name": record.owner_name, "owner_phone": record.owner_phone}
        elif isinstance(record, HouseholdRecord):
            said |= {
                "household_number": record.number,
                "head_name": record.head_name,
                "head_number": record.head_number,
            }
        elif isinstance(record, BuildingRecord):
            said["building"] = record.building
        elif isinstance(record, StaffRecord):
            phone = record.phone or record.office_phone
            said |= {"name": record.name, "phone": phone, "staff_number": record.staff_number}
        if not isinstance(record, StaffRecord | BuildingRecord) and record.place.door:
            said["door"] = record.place.door.key
    return said
