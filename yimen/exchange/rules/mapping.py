"""Proposes what each column of a table is, and how tables refer to one another."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from yimen.exchange.rules.fields import Kind, fields
from yimen.exchange.rules.header import Table
from yimen.exchange.rules.sheets import Sentence
from yimen.exchange.rules.words import headers, plain

Why = Literal["remembered", "header", "content"]


@dataclass(frozen=True, slots=True)
class Guess:
    """A column's field, how sure (0 to 1) and why."""

    field: str
    certainty: float
    why: Why


@dataclass(frozen=True)
class TablePlan:
    """A table and what its columns are. `guesses` by the column's index; a column without one is not taken over."""

    table: Table
    kind: Kind
    guesses: Mapping[int, Guess]
    fingerprint: str

    def column_of(self, name: str) -> int | None:
        """The index of the column that holds a field."""
        return next((index for index, guess in self.guesses.items() if guess.field == name), None)

    def remembered(self) -> "Remembered":
        """The mapping as it is kept for the next file with this header."""
        labels = {column.index: column.label for column in self.table.columns}
        return Remembered(self.kind, {labels[index]: guess.field for index, guess in self.guesses.items()})


@dataclass(frozen=True)
class Remembered:
    """A confirmed mapping: kind and field by header label; kept per department under the header's fingerprint."""

    kind: Kind
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of one table name rows of another: `field` in both holds the same text."""

    source: int  # places in Plan.tables
    target: int
    field: str


@dataclass(frozen=True)
class Plan:
    """How a workbook is to be understood. Change it with `with_fields` when a person corrects the proposal."""

    tables: tuple[TablePlan, ...]
    links: tuple[Link, ...] = ()
    notes: tuple[Sentence, ...] = field(default=())


def fingerprint(table: Table) -> str:
    """The same for files with the same header, whatever the order of columns; 32 hexadecimal digits."""
    labels = sorted(plain(column.above + column.label) for column in table.columns)
    return hashlib.sha256("\n".join(labels).encode()).hexdigest()[:32]


def propose(tables: Sequence[Table], *, remembered: Mapping[str, Remembered] | None = None) -> Plan:
    """A plan for all tables; a mapping remembered under a header's fingerprint wins over every guess."""
    return Plan(tuple(_table_plan(table, (remembered or {}).get(fingerprint(table))) for table in tables))


def with_fields(plan: TablePlan, kind: Kind, chosen: Mapping[int, str]) -> TablePlan:
    """The plan of a table as a person decided it: field by column index, "" to leave a column out."""
    guesses = {index: Guess(name, 1.0, "remembered") for index, name in chosen.items() if name in fields()}
    return TablePlan(plan.table, kind, guesses, plan.fingerprint)


def _table_plan(table: Table, known: Remembered | None) -> TablePlan:
    print_ = fingerprint(table)
    if known:
        chosen = {
            column.index: Guess(known.fields[column.label], 1.0, "remembered")
            for column in table.columns
            if column.label in known.fields
        }
        return TablePlan(table, known.kind, chosen, print_)
    guesses = {
        column.index: Guess(found, 1.0, "header")
        for column in table.columns
        if (found := headers().get(plain(column.label)))
    }
    return TablePlan(table, _kind(guess.field for guess in guesses.values()), guesses, print_)


def _kind(names: Iterable[str]) -> Kind:
    held = set(names)
    if held & {"staff_number", "post", "duty", "department"}:
        return Kind.STAFF
    if "name" in held:
        return Kind.RESIDENTS
    if held & {"head_name", "household_number"}:
        return Kind.HOUSEHOLDS
    return Kind.DWELLINGS if held & {"room", "door"} else Kind.BUILDINGS
