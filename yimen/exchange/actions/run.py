"""A row on its way through, and what is remembered from batch to batch of one import."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from yimen.core.actor import Actor
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.imports import REFUSED
from yimen.exchange.rules.staged import Body
from yimen.registry.actions.roster import Places
from yimen.registry.queries.places import compound_names
from yimen.registry.queries.roster import Doors
from yimen.registry.rules.roster import Judged

PROMISED = UUID(int=0)  # the door of a dwelling that the same file brings


@dataclass(slots=True)
class Row:
    """One row on its way through: its key, what it holds, and what was found."""

    place: int
    line: int
    kind: Kind
    body: Body
    verdict: str = ""
    subject: UUID | None = None


@dataclass(slots=True)
class Added:
    """What a building that is not on record would be added with: its doors, rows, and the first lines."""

    doors: set[str] = field(default_factory=set)
    rows: int = 0
    lines: list[int] = field(default_factory=list)

    def take(self, door: str, line: int) -> None:
        """Count a row."""
        self.doors.add(door)
        self.rows += 1
        if len(self.lines) < _LINES:
            self.lines.append(line)


_LINES = 8  # that are named for each building


@dataclass(slots=True)
class Run:
    """What is remembered from batch to batch of one import."""

    actor: Actor
    community: str
    evidence: str
    today: date
    doors: Doors = field(default_factory=Doors)
    places: Places = field(default_factory=Places)
    numbers: dict[str, int] = field(default_factory=dict)  # number → the line that has it
    new_doors: set[tuple[str, str]] = field(default_factory=set)
    new_buildings: set[tuple[str, str, str]] = field(default_factory=set)  # community, compound, number
    added: dict[tuple[str, str, str], Added] = field(default_factory=dict)  # by the same key, as proposed
    new_people: set[str] = field(default_factory=set)  # numbers
    new_names: set[str] = field(default_factory=set)
    logins: dict[str, int] = field(default_factory=dict)
    chosen: dict[int, str] = field(default_factory=dict)  # compound of a table's rows that name none
    titles: dict[int, tuple[str, ...]] = field(default_factory=dict)  # of a table: title, sheet, file
    named: dict[tuple[int, str], str] = field(default_factory=dict)  # compound that titles name, by community
    compounds: dict[str, frozenset[str]] = field(default_factory=dict)  # names, by community

    def compounds_of(self, community: str) -> frozenset[str]:
        """The names of the compounds of a community, as they stood before this file."""
        if community not in self.compounds:
            self.compounds[community] = frozenset(compound_names(community))
        return self.compounds[community]


_RANK = {"": 0, "same": 1, "changed": 2, "new": 3, REFUSED: 4}


def settle(row: Row, one: Judged) -> None:
    """The strongest verdict of a row's records counts: one refused record refuses the row."""
    if one.person is not None:
        row.subject = one.person.id
    if one.verdict == REFUSED:
        row.body.reason, row.body.params, row.body.differences = one.reason, one.params, ()
    elif row.verdict != REFUSED:
        row.body.differences = [*row.body.differences, *((each.name, each.old, each.new) for each in one.differences)]
        row.body.alike = [*row.body.alike, *one.alike]
    if _RANK[one.verdict] > _RANK[row.verdict]:
        row.verdict = one.verdict
