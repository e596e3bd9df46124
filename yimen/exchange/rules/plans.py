"""How a workbook was understood, as it is kept, shown and corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from yimen.core.errors import N_
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.imports import SURE
from yimen.exchange.rules.mapping import KEPT, Plan, Remembered, with_fields
from yimen.exchange.rules.sheets import Sentence

LEFT_OUT = "ignored"


def kept_plan(plan: Plan, notes: Sequence[Sentence]) -> dict[str, Any]:
    """The plan in plain values: tables with their columns, and what should be said of the file."""
    tables = []
    for one in plan.tables:
        columns = []
        for column in one.table.columns:
            guess = one.guesses.get(column.index)
            columns.append(
                {
                    "index": column.index,
                    "label": column.label[:KEPT],
                    "above": column.above[:KEPT],
                    "field": guess.field if guess else "",
                    "certainty": guess.certainty if guess else 0.0,
                    "why": guess.why if guess else "",
                }
            )
        tables.append(
            {
                "sheet": one.table.title_of_part[:60],
                "header": list(one.table.header_rows),
                "kind": str(one.kind),
                "fingerprint": one.fingerprint,
                "columns": columns,
                "compound": one.compound,
            }
        )
    said = [[note.message, {key: str(value) for key, value in note.params.items()}] for note in notes]
    return {"tables": tables, "notes": said}


def alike(tables: Sequence[Mapping[str, Any]]) -> list[int]:
    """For each table of a kept plan the first with the same header and kind, by its place: sixty forms are asked about
    once."""
    first: dict[tuple[str, str], int] = {}
    return [first.setdefault((table["fingerprint"], table["kind"]), place) for place, table in enumerate(tables)]


def is_unsure(kept: Mapping[str, Any]) -> bool:
    """Whether a person should look before the rows are read: a column that means something, but perhaps not this."""
    return any(
        column["field"] and column["certainty"] < SURE for table in kept["tables"] for column in table["columns"]
    )


def chosen_plan(plan: Plan, kept: Mapping[str, Any]) -> Plan:
    """The plan with what a person decided for each table; tables of another header keep the proposal."""
    held = kept.get("tables", ())
    chosen = {table["fingerprint"]: table for table in held if table.get("chosen")}
    tables = []
    for place, one in enumerate(plan.tables):
        table = chosen.get(one.fingerprint)
        if place < len(held) and held[place]["fingerprint"] == one.fingerprint:
            table = held[place] if held[place].get("chosen") else None  # the same header may stand in other columns
        if table is None:
            tables.append(one)
            continue
        fields = {column["index"]: column["field"] for column in table["columns"] if column["field"]}
        tables.append(replace(with_fields(one, Kind(table["kind"]), fields), compound=table.get("compound", "")))
    return Plan(tuple(tables), plan.links, plan.notes)


def in_compound(plan: Plan, name: str) -> Plan:
    """The plan where rows that name no compound belong to this one; as it is for ""."""
    return replace(plan, tables=tuple(replace(one, compound=name) for one in plan.tables)) if name else plan


def families(plan: Plan, lines: Mapping[int, Sequence[int]]) -> list[Sentence]:
    """How rows that name several people were counted. `lines`: of what was brought, by table."""
    by_sheet: dict[str, list[int]] = {}
    for table, found in lines.items():
        by_sheet.setdefault(plan.tables[table].table.name, []).extend(found)
    return [
        Sentence(_FAMILIES, {"sheet": name, "rows": f"{len(set(found)):,}", "people": f"{len(found):,}"})
        for name, found in by_sheet.items()
    ]


_FAMILIES = N_(
    "In %(sheet)s one row names several people: its %(rows)s rows are counted below as %(people)s, one for each person."
)


def placed_in(plan: Plan, named: Mapping[tuple[int, str], str]) -> list[Sentence]:
    """Which compound rows were put into because a title, a sheet or the file names it, by table and community."""
    found = {(plan.tables[table].table.name, name) for (table, _community), name in named.items() if name}
    return [Sentence(_PLACED, {"sheet": sheet, "compound": name}) for sheet, name in sorted(found)]


_PLACED = N_(
    "Rows of %(sheet)s that name no compound are taken for %(compound)s, which title, sheet or file name. "
    "Choose another one under “Change the columns” if that is wrong."
)


def private_phones(plan: Plan) -> list[Sentence]:
    """Which numbers of colleagues are left out, since nothing says that residents may call them."""
    found = []
    for one in plan.tables:
        own = [one.label_of(name) for name in ("phone", "phone_2") if one.column_of(name) is not None]
        if one.kind is Kind.STAFF and own and one.column_of("office_phone") is None:
            found.append(Sentence(_PRIVATE, {"sheet": one.table.name, "columns": ", ".join(own)}))
    return found


_PRIVATE = N_(
    "The numbers of %(sheet)s under %(columns)s are taken for private and left out, since residents see the phone of "
    "an account. If they may call these, choose “Office phone” for the column under “Change the columns”."
)


def owners_left(plan: Plan) -> list[Sentence]:
    """Which lists of dwellings name owners whom no other sheet brings in as residents."""
    linked = {link.source for link in plan.links if link.key in ("owner_key", "name")}
    return [
        Sentence(_OWNERS, {"sheet": one.table.title_of_part, "column": one.label_of("owner_name")})
        for place, one in enumerate(plan.tables)
        if one.kind is Kind.DWELLINGS and one.column_of("owner_name") is not None and place not in linked
    ]


_OWNERS = N_(
    "%(sheet)s is taken for a list of dwellings, and %(column)s for their owners. The register keeps who lives at a "
    "door, not who owns it: bring the owners who live there in with a roster of residents."
)
# What the same notes say once the columns cannot be changed any more.
AFTERWARDS: Mapping[str, str] = {
    _PLACED: N_(
        "Rows of %(sheet)s that name no compound were taken for %(compound)s, which title, sheet or file name."
    ),
    _PRIVATE: N_(
        "The numbers of %(sheet)s under %(columns)s were taken for private and left out, since residents see the phone "
        "of an account."
    ),
}
HOW_TAKEN = (_FAMILIES, _PLACED, _PRIVATE, _OWNERS)


def remembered(kind: str, fields: Mapping[str, str], compound: str = "") -> Remembered:
    """A mapping out of its table."""
    return Remembered(Kind(kind), fields, compound)
