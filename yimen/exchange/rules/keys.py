"""Sheets that link to one another by numbers of their own: which columns hold such keys of buildings and dwellings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from yimen.exchange.rules.cells.tidy import said, tidy
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.guessing import Guess
from yimen.exchange.rules.labels import meaning
from yimen.exchange.rules.likeness import likeness_of
from yimen.exchange.rules.table import Column, Table
from yimen.exchange.rules.tableplan import TablePlan
from yimen.exchange.rules.words import pattern, plain

_READ = 20_000  # rows of a sheet whose keys are known
_LOOKED_AT = 200  # rows that tell whether a column holds them
_MOST = 0.6  # share of a column that must be keys of the other sheet
_SURE = 0.9
_CODE = re.compile(r"[A-Za-z]{1,8}[-_]?[0-9]{2,}")
# The field of the key, the kind of table that gives it, and what a column beside it must say in words.
_KEYS = (
    ("building_key", Kind.BUILDINGS, ("building",)),
    ("dwelling_key", Kind.DWELLINGS, ("room", "door", "address")),
)
_MAY_BE_KEY = frozenset({"", "building", "room", "door", "sequence"})
_MAY_REFER = frozenset({"", "building", "room", "door", "address", "sequence", "ignored"})


@dataclass(frozen=True, slots=True)
class _Keys:
    """A column of keys: its table, itself, the column that names in words what a key stands for, and the keys."""

    table: int
    column: Column
    named: Column
    field: str
    words: str  # field of the named column
    values: frozenset[str]


def with_keys(tables: Sequence[TablePlan], fixed: frozenset[int]) -> list[TablePlan]:
    """The plans with columns of keys understood as such, where a sheet gives a key and a name for each of its rows.

    A column that looks like numbers of buildings or doors is one of keys when other sheets name its rows by them, or
    when it holds codes such as LD001 beside the names. Tables of `fixed` are as a person said.
    """
    found = list(tables)
    for place, plan in enumerate(tables):
        keys = _keys_of(place, plan) if place not in fixed else None
        if keys is None:
            continue
        referring = {
            other: column
            for other, one in enumerate(tables)
            if other not in fixed and other != place and (column := _referring(one, keys))
        }
        if not referring and not all(map(_CODE.fullmatch, keys.values)):
            continue
        found[place] = _held(found[place], {keys.column: keys.field, keys.named: keys.words})
        for other, column in referring.items():
            found[other] = _held(found[other], {column: keys.field})
    return found


def _keys_of(place: int, plan: TablePlan) -> _Keys | None:
    for field, kind, words in _KEYS:
        if plan.kind is not kind:
            continue
        named = [(column, word) for column in plan.table.columns for word in [_field(column)] if word in words]
        for column in plan.table.columns:
            if _field(column) not in _MAY_BE_KEY:
                continue
            for other, word in named:
                if other != column and (values := _keys(plan.table, column, other)):
                    return _Keys(place, column, other, field, word, values)
    return None


def _keys(table: Table, column: Column, named: Column) -> frozenset[str]:
    """The keys of a column, none where it is none: a key has one name, and is a code or said to be a number."""
    is_said = pattern("key_label").search(plain(column.label)) is not None
    names: dict[str, str] = {}
    for row in islice(table.rows(), _READ):
        key, name = tidy(said(row.cell(column.index))), tidy(said(row.cell(named.index)))
        if not key and not name:
            continue
        is_code = _CODE.fullmatch(key) is not None
        if not (is_code or (is_said and key.isalnum() and key.isascii())) or (_CODE.fullmatch(name) and is_code):
            return frozenset()
        if names.setdefault(key, name) != name:
            return frozenset()
    return frozenset(names) if any(key != name for key, name in names.items()) else frozenset()


def _referring(plan: TablePlan, keys: _Keys) -> Column | None:
    """The column of another table that names rows by these keys; the one that does so most."""
    shares = [(share, -column.index, column) for column in plan.table.columns if (share := _share(plan, column, keys))]
    return max(shares)[2] if shares else None


def _share(plan: TablePlan, column: Column, keys: _Keys) -> float:
    """Which share of a column's cells are keys; 0 below most of them, or where its header says something else."""
    field = _field(column)
    if field not in _MAY_REFER:
        return 0
    texts = [text for row in islice(plan.table.rows(), _LOOKED_AT) if (text := tidy(said(row.cell(column.index))))]
    are_codes = all(map(_CODE.fullmatch, texts))
    if not texts or not (are_codes or pattern("key_of_place").search(plain(column.label))):
        return 0
    share = sum(text in keys.values for text in texts) / len(texts)
    if share and are_codes and {_stem(text) for text in texts} == {_stem(key) for key in keys.values}:
        return 1  # some of them dangle
    return share if share >= _MOST else 0


def _stem(code: str) -> str:
    """The letters of a code."""
    return code.rstrip("0123456789")


def _field(column: Column) -> str:
    found = meaning(column.label, column.above)
    return found.field if found else ""


def _held(plan: TablePlan, fields: Mapping[Column, str]) -> TablePlan:
    """The plan where these columns hold these fields, and no others do."""
    at = {column.index: name for column, name in fields.items()}
    kept = {index: guess for index, guess in plan.guesses.items() if guess.field not in at.values() and index not in at}
    added = {index: Guess(name, _SURE, "content") for index, name in at.items()}
    guesses = kept | added
    held = {guess.field for guess in guesses.values()}
    if "building_key" in held and not held & {"building", "room"}:
        guesses |= {index: replace(one, field="room") for index, one in guesses.items() if _is_room(plan, index, one)}
    return replace(plan, guesses=dict(sorted(guesses.items())))


def _is_room(plan: TablePlan, index: int, guess: Guess) -> bool:
    """Whether a column that is called a door holds only rooms, their building being a key."""
    cells = [row.cell(index) for row in islice(plan.table.rows(), _LOOKED_AT)]
    return guess.field == "door" and likeness_of(cells) != "door"
