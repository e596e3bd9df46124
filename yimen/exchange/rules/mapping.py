"""Proposes what each column of a table is, and how tables refer to one another."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from yimen.core.errors import N_
from yimen.exchange.rules.fields import Kind, fields
from yimen.exchange.rules.guessing import Guess, kind_and_guesses, people_left
from yimen.exchange.rules.sheets import Sentence
from yimen.exchange.rules.table import Column, Table
from yimen.exchange.rules.words import plain

__all__ = ["Guess", "Link", "Plan", "Remembered", "TablePlan", "fingerprint", "propose", "with_fields"]

KEPT = 60  # letters of a label that are kept


@dataclass(frozen=True)
class Remembered:
    """A confirmed mapping: kind and field by header label; kept per department under the header's fingerprint."""

    kind: Kind
    fields: Mapping[str, str]
    compound: str = ""

    def field_of(self, column: Column) -> str:
        """The field of a column, "" when it was left out; labels are kept in their first sixty letters."""
        above, label = column.above[:KEPT], column.label[:KEPT]
        return self.fields.get(above + label) or self.fields.get(label, "")


@dataclass(frozen=True)
class TablePlan:
    """A table and what its columns are. `guesses` by the column's index; a column without one is not taken over.

    `trait`: the kind of trait that title or sheet name give to everybody in the table, or "". `compound`: the one that
    a person chose for rows that name none, or "".
    """

    table: Table
    kind: Kind
    guesses: Mapping[int, Guess]
    fingerprint: str
    trait: str = ""
    compound: str = ""

    def column_of(self, name: str) -> int | None:
        """The index of the column that holds a field."""
        return next((index for index, guess in self.guesses.items() if guess.field == name), None)

    @property
    def named(self) -> str:
        """The header of the column of names, "" without one."""
        index = self.column_of("name")
        return next((column.above + column.label for column in self.table.columns if column.index == index), "")

    def remembered(self) -> Remembered:
        """The mapping as it is kept for the next file with this header."""
        labels = {column.index: column.above[:KEPT] + column.label[:KEPT] for column in self.table.columns}
        return Remembered(self.kind, {labels[index]: guess.field for index, guess in self.guesses.items()})


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of one table name rows of another: `field` in the first holds what `key` holds in the second."""

    source: int  # places in Plan.tables
    target: int
    field: str
    key: str


@dataclass(frozen=True)
class Plan:
    """How a workbook is to be understood. A person's corrections come in by `with_fields`, table by table."""

    tables: tuple[TablePlan, ...]
    links: tuple[Link, ...] = ()
    notes: tuple[Sentence, ...] = field(default=())

    def having(self, place: int, table: TablePlan) -> "Plan":
        """The plan with one table understood otherwise; links follow."""
        tables = tuple(table if here == place else one for here, one in enumerate(self.tables))
        return replace(self, tables=tables, links=_links(tables))


def fingerprint(table: Table) -> str:
    """The same for files with the same header, whatever the order of columns; 32 hexadecimal digits."""
    labels = sorted(plain(column.above + column.label) for column in table.columns)
    return hashlib.sha256("\n".join(labels).encode()).hexdigest()[:32]


def propose(tables: Sequence[Table], *, remembered: Mapping[str, Remembered] | None = None) -> Plan:
    """A plan for all tables; a mapping remembered under a header's fingerprint wins over every guess.

    Tables that hold nothing of the register (fees, parking) are left out, and the notes say so.
    """
    found, notes = [], []
    for table in tables:
        plan = _table_plan(table, (remembered or {}).get(fingerprint(table)))
        if plan:
            found.append(plan)
        else:
            notes.append(Sentence(_NOTHING, {"sheet": table.name}))
    for plan in found:
        if left := people_left(plan.table, plan.guesses):
            notes.append(Sentence(_PEOPLE_LEFT, {"sheet": plan.table.title_of_part, "columns": ", ".join(left)}))
    return Plan(tuple(found), _links(found), tuple(notes))


def with_fields(plan: TablePlan, kind: Kind, chosen: Mapping[int, str]) -> TablePlan:
    """The plan of a table as a person decided it: field by column index, "" to leave a column out."""
    guesses = {index: Guess(name, 1.0, "remembered") for index, name in chosen.items() if name in fields()}
    return replace(plan, kind=kind, guesses=guesses)


def _table_plan(table: Table, known: Remembered | None) -> TablePlan | None:
    print_ = fingerprint(table)
    kind, guesses, trait = kind_and_guesses(table)
    if known:
        chosen = {
            column.index: Guess(name, 1.0, "remembered")
            for column in table.columns
            if (name := known.field_of(column)) in fields()
        }
        return TablePlan(table, known.kind, chosen, print_, trait, known.compound)
    return TablePlan(table, kind, guesses, print_, trait) if kind else None


# What a table may name, and by which field the other table is known: rooms name owners, members name households.
_REFERENCES = (
    ("owner_key", "owner_key", Kind.DWELLINGS, Kind.RESIDENTS),
    ("owner_name", "name", Kind.DWELLINGS, Kind.RESIDENTS),
    ("household_number", "household_number", Kind.RESIDENTS, Kind.HOUSEHOLDS),
    ("building", "building", Kind.DWELLINGS, Kind.BUILDINGS),
)


def _links(tables: Sequence[TablePlan]) -> tuple[Link, ...]:
    found = []
    for field_name, key, from_kind, to_kind in _REFERENCES:
        for source, one in enumerate(tables):
            for target, other in enumerate(tables):
                if (one.kind, other.kind) != (from_kind, to_kind):
                    continue
                if one.column_of(field_name) is not None and other.column_of(key) is not None:
                    found.append(Link(source, target, field_name, key))
    keyed = {(link.source, link.target) for link in found if link.field == "owner_key"}
    return tuple(link for link in found if link.field != "owner_name" or (link.source, link.target) not in keyed)


_PEOPLE_LEFT = N_(
    "Columns of %(sheet)s name people who are not brought in: %(columns)s. Give each of them a row, or columns for "
    "name, identity number and relation."
)
_NOTHING = N_("The sheet %(sheet)s holds nothing the register keeps, so it was left out.")
