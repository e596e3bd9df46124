"""Proposes what each column of a table is, and how tables refer to one another."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from yimen.core.errors import N_
from yimen.exchange.rules.fields import Kind, fields
from yimen.exchange.rules.guessing import Guess, kind_and_guesses, people_left
from yimen.exchange.rules.keys import with_keys
from yimen.exchange.rules.sheets import Sentence
from yimen.exchange.rules.table import Table
from yimen.exchange.rules.tableplan import KEPT, Link, Remembered, TablePlan
from yimen.exchange.rules.words import plain

__all__ = ["KEPT", "Guess", "Link", "Plan", "Remembered", "TablePlan", "fingerprint", "propose", "with_fields"]


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
    found: list[TablePlan] = []
    fixed: set[int] = set()
    notes: list[Sentence] = []
    for table in tables:
        known = (remembered or {}).get(fingerprint(table))
        if plan := _table_plan(table, known):
            if known:
                fixed.add(len(found))
            found.append(plan)
        else:
            notes.append(Sentence(_NOTHING, {"sheet": table.name}))
    found = with_keys(found, frozenset(fixed))
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
    *(("building_key", "building_key", kind, Kind.BUILDINGS) for kind in Kind),
    *(("dwelling_key", "dwelling_key", kind, Kind.DWELLINGS) for kind in Kind),
)


def _links(tables: Sequence[TablePlan]) -> tuple[Link, ...]:
    found = []
    for field_name, key, from_kind, to_kind in _REFERENCES:
        for source, one in enumerate(tables):
            for target, other in enumerate(tables):
                if source == target or (one.kind, other.kind) != (from_kind, to_kind):
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
