"""What the columns of one table are, as proposed or as a person said."""

from collections.abc import Mapping
from dataclasses import dataclass

from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.guessing import Guess
from yimen.exchange.rules.table import Column, Table

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
        return self.label_of("name")

    def label_of(self, name: str) -> str:
        """The header of the column that holds a field, "" without one."""
        index = self.column_of(name)
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
