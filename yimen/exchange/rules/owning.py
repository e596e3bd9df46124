"""Owners of dwellings: which columns speak of them, and which rows do not house them."""

from collections.abc import Mapping, MutableMapping, Sequence

from yimen.core.errors import N_
from yimen.exchange.rules.cells import Verdict
from yimen.exchange.rules.cells.verdicts import noted
from yimen.exchange.rules.crossing import HEADS
from yimen.exchange.rules.table import Column
from yimen.exchange.rules.words import half_width, pattern, plain

OF_THE_OWNER = {"name": "owner_name", "id_number": "owner_number", "phone": "owner_phone"}
SAYS_LET = frozenset({"dwelling_state", "dwelling_use", "note", "rented", "owner_kind", "relation"})
_NOT_HERE = N_("The dwelling is let or empty, so its owner is not taken for somebody who lives there.")


def of_owners(columns: Sequence[Column], fields: Mapping[int, str]) -> dict[int, str]:
    """Fields by column index, where owners stand beside other people: the owner's name, number and phone are no
    resident's. Of columns with the same header, those right of the owner's name are the owner's.
    """
    owners = {
        column.index
        for column in columns
        if fields.get(column.index) in ("name", "owner_name") and _speaks("of_owner", column)
    }
    others = _others(columns, fields, owners)
    if not owners or not others:
        return dict(fields)
    found, whose, met = dict(fields), "", False
    for column in columns:
        name = fields.get(column.index, "")
        if column.index in owners:
            found[column.index], whose = "owner_name", "owner"
        elif column.index in others:
            found[column.index], whose, met = "name", "other", True
        elif name in OF_THE_OWNER and name != "name":
            several = sum(one == name for one in fields.values()) > 1
            if _speaks("of_owner", column) or (whose == "owner" and (several or not met)):
                found[column.index] = OF_THE_OWNER[name]
    return found


def _speaks(name: str, column: Column) -> bool:
    """Whether a column's header, or the one over it, has words of this pattern."""
    return pattern(name).search(plain(column.above + column.label)) is not None


def _others(columns: Sequence[Column], fields: Mapping[int, str], owners: set[int]) -> set[int]:
    """The columns that name somebody else than an owner; a head, where rows say no relation to it."""
    names = {
        column.index
        for column in columns
        if fields.get(column.index) == "name" and column.index not in owners and not _speaks("of_member", column)
    }
    told = set(fields.values())
    heads = {index for index, name in fields.items() if name == "head_name"}
    is_led = "relation" in told or "household_number" in told or not any(fields[index] == "name" for index in owners)
    return names or (set() if is_led else heads)


def lives_elsewhere(label: str, values: Mapping[str, str]) -> bool:
    """Whether a row names the owner of a dwelling that is let or empty. `label`: of the column of names."""
    kind = values.get("owner_kind", "")
    if values.get("relation", "") not in ("", *HEADS) or kind not in ("", "owner"):
        return False
    if not kind and not pattern("of_owner").search(plain(label)):
        return False
    said = (half_width(values.get(name, "")).replace(" ", "") for name in ("dwelling_state", "dwelling_use", "note"))
    return values.get("rented") == "1" or any(pattern("let_or_empty").fullmatch(text) for text in said)


def move_owner(label: str, verdicts: MutableMapping[str, Verdict]) -> list[tuple[str, Verdict]]:
    """Keep the owner of a let or empty dwelling as its owner, in place; returns what is to be said of the row."""
    values = {name: verdicts[name].value for name in SAYS_LET if name in verdicts}
    if not (name := verdicts.get("name")) or not name.value or not lives_elsewhere(label, values):
        return []
    for own, kept in OF_THE_OWNER.items():
        found = verdicts.pop(own, None)
        if found and not (kept in verdicts and verdicts[kept].value):
            verdicts[kept] = found
    return [("", noted("", "", _NOT_HERE))]
