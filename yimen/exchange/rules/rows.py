"""Makes typed records of the rows of a plan, and finds what only several cells or rows together show."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import islice

from yimen.exchange.rules.above import carried_down, from_above
from yimen.exchange.rules.cells import Context, State, Verdict, clean
from yimen.exchange.rules.crossing import HEAD, cross
from yimen.exchange.rules.families import is_head
from yimen.exchange.rules.fields import Field, Kind, fields, is_essential
from yimen.exchange.rules.making import make
from yimen.exchange.rules.mapping import Plan, TablePlan
from yimen.exchange.rules.owning import move_owner
from yimen.exchange.rules.placing import says_stairwells, stairwell_and_room
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
from yimen.exchange.rules.sheets import BLANK, Cell, Row, shown
from yimen.exchange.rules.survey import Survey, take_survey

__all__ = [
    "BuildingRecord",
    "Choices",
    "DwellingRecord",
    "Finding",
    "HouseholdRecord",
    "Parsed",
    "Place",
    "Record",
    "ResidentRecord",
    "StaffRecord",
    "Survey",
    "TraitRecord",
    "parse",
]


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
    row: Row  # as it stands in the file


@dataclass(frozen=True)
class Choices:
    """What a person decided: accepted (field, fix) groups, and cells typed again by (table, row, field)."""

    accepted: Set[tuple[str, str]] = frozenset()
    typed: Mapping[tuple[int, int, str], str] = field(default_factory=dict)


_NO_CHOICES = Choices()
_GRAVE = (State.OK, State.NOTED, State.FIXABLE, State.REFUSED)


def parse(plan: Plan, context: Context, choices: Choices | None = None) -> Iterator[Parsed]:
    """Every row of data of every table, in the file's order; total = what this yields.

    Goes through the rows twice: first for what repeats and for what links point to.
    """
    chosen = choices or _NO_CHOICES
    readers = [_Reader(place, table, context, chosen, _NOTHING_SEEN) for place, table in enumerate(plan.tables)]
    survey = take_survey(plan, context, [(reader.values, reader.plan) for reader in readers])
    for reader in readers:
        reader.survey = survey
        for row in reader.plan.table.rows():
            yield reader.parsed(row)


_NOTHING_SEEN = Survey()
_BUILDING_ROOM = frozenset({"building", "room"})
_LOOKED_AT = 5_000  # rows of a table that tell how its rooms are written
_CODED = frozenset({"code", "text", "yes", "kind"})  # types whose values a sheet may explain


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, place: int, plan: TablePlan, context: Context, choices: Choices, survey: Survey) -> None:
        known = fields()
        self.place, self.plan, self.context, self.choices, self.survey = place, plan, context, choices, survey
        self.columns: list[tuple[int, Field, Mapping[str, str]]] = [
            (index, of := known[guess.field], plan.table.legends.get(index, {}) if of.type in _CODED else {})
            for index, guess in plan.guesses.items()
            if guess.field not in ("ignored", "sequence")
        ]
        self.named = plan.named
        self.is_of_heads = plan.kind is Kind.RESIDENTS and is_head(self.named)
        self.above: dict[str, str] = {}  # what the last head's row says of door and household
        self.over: dict[str, str] = {}  # compound, building and stairwell of the last row
        self.has_typed = any(table == place for table, _, _ in choices.typed)
        self.rooms_say_stairwells = False
        self.rooms_say_stairwells = self._rooms_say_stairwells()

    def values(self, row: Row, names: Set[str]) -> dict[str, str]:
        """What a row will say for some of its fields; fixable ones as proposed."""
        verdicts = {
            of.name: clean(of, self._cell(row, index, of, legend), self.context)
            for index, of, legend in self.columns
            if of.name in names
        }
        self._part_rooms(verdicts)
        return {name: verdict.value for name, verdict in verdicts.items()}

    def _rooms_say_stairwells(self) -> bool:
        """Whether "2-502" beside a column of buildings is the second stairwell throughout; some row must show it."""
        if self.plan.column_of("building") is None or self.plan.column_of("room") is None:
            return False
        held = (self.values(row, _BUILDING_ROOM) for row in islice(self.plan.table.rows(), _LOOKED_AT))
        return says_stairwells((one["building"], one["room"]) for one in held)

    def _part_rooms(self, verdicts: dict[str, Verdict]) -> None:
        """Take the stairwell off the room, in place, where the column says it so."""
        room, unit = verdicts.get("room"), verdicts.get("unit")
        if not self.rooms_say_stairwells or room is None or (unit and unit.value):
            return
        first, last = stairwell_and_room(room.value)
        if first:
            verdicts["unit"] = Verdict(State.OK, first, unit.raw if unit else "")
            verdicts["room"] = replace(room, value=last)

    def _cell(self, row: Row, index: int, of: Field, legend: Mapping[str, str]) -> Cell:
        if self.has_typed and (typed := self.choices.typed.get((self.place, row.number, of.name))) is not None:
            return Cell(typed) if typed else BLANK
        cell = row.cell(index)
        if legend and (word := legend.get(shown(cell).strip())):
            return Cell(word)
        return cell

    def parsed(self, row: Row) -> Parsed:
        """The verdict over a row and what it brings."""
        verdicts = {
            of.name: clean(of, self._cell(row, index, of, legend), self.context) for index, of, legend in self.columns
        }
        self._part_rooms(verdicts)
        self.above = from_above(self.plan.kind, verdicts, self.above)
        self.over = carried_down(self.plan.kind, verdicts, self.over)
        if self.is_of_heads and "relation" not in verdicts:
            verdicts["relation"] = Verdict(State.OK, HEAD)
        moved = move_owner(self.named, verdicts) if self.plan.kind is Kind.RESIDENTS else []
        whole = [*moved, *cross(self.plan.kind, verdicts, self.context)]
        self._accept(verdicts)
        repeated = self.survey.of_row(self.place, row.number, verdicts)
        made, more = make(self.plan, verdicts, self.survey, repeated, self.context)
        findings = [Finding(name, verdict) for name, verdict in verdicts.items() if verdict.state is not State.OK] + [
            Finding(name, verdict) for name, verdict in (*whole, *repeated.said, *more)
        ]
        state = self._state(findings)
        return Parsed(self.place, row.number, state, () if state is State.REFUSED else made, tuple(findings), row)

    def _accept(self, verdicts: dict[str, Verdict]) -> None:
        accepted = self.choices.accepted
        for name, verdict in verdicts.items():
            if verdict.state is State.FIXABLE and (name, verdict.fix) in accepted:
                verdicts[name] = Verdict(State.OK, verdict.value, verdict.raw)

    def _state(self, findings: list[Finding]) -> State:
        """The gravest of its cells; a cell that cannot be right refuses the row only where it is essential."""
        worst = State.OK
        for finding in findings:
            state = finding.verdict.state
            if state is State.REFUSED and finding.field and not is_essential(finding.field, self.plan.kind):
                state = State.NOTED
            worst = max(worst, state, key=_GRAVE.index)
        return worst
