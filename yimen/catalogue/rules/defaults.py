"""Reading the default catalogue from `yimen/catalogue/data`. A city edits its own rows, never these files."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from yimen.catalogue.rules.kinds import FieldType
from yimen.catalogue.rules.parse import (
    Library,
    Plain,
    field_of,
    item_of,
    question_of,
    return_of,
    text_of,
)
from yimen.catalogue.rules.shapes import (
    Attribute,
    Catalogue,
    Category,
    Fact,
    Item,
    Material,
    Parameter,
    System,
)

DATA = Path(__file__).resolve().parents[1] / "data"
T = TypeVar("T")


@cache
def read_defaults() -> Catalogue:
    """The default catalogue: its names, limits and texts are proposals that a city confirms or changes."""
    head = _read("catalogue.yaml")
    return Catalogue(
        name=text_of(head["name"]),
        decision_no=text_of(head["decision_no"]),
        valid_from=head["valid_from"],
        systems=_table("systems.yaml", lambda row: System(row["code"], text_of(row))),
        materials=_table("materials.yaml", _material),
        attributes=_table("attributes.yaml", _attribute),
        facts=_table("facts.yaml", _fact),
        parameters=_table("parameters.yaml", _parameter),
        categories=_table("categories.yaml", lambda row: Category(row["code"], text_of(row), row["post"])),
        items=_items(_library()),
    )


def _read(name: str) -> Any:
    return yaml.load((DATA / name).read_text("utf-8"), Loader=_LOADER)  # noqa: S506 (a safe loader)


# The C loader where PyYAML was built with it: a tenth of a second instead of one.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _table(name: str, row_of: Callable[[Plain], T]) -> Mapping[str, T]:
    return {row["code"]: row_of(row) for row in _read(name)}


def _items(library: Library) -> Mapping[str, Item]:
    items: dict[str, Item] = {}
    for path in sorted((DATA / "items").glob("C*.yaml")):
        content = _read(f"items/{path.name}")
        for row in content["items"]:
            items[row["code"]] = item_of({**row, "category": content["category"]}, library)
    return items


def _library() -> Library:
    shared = _read("shared.yaml")
    return Library(
        fields={row["key"]: field_of(row) for row in shared["fields"]},
        questions={row["key"]: question_of(row) for row in shared["questions"]},
        steps={key: text_of(row) for key, row in shared["steps"].items()},
        returns={key: return_of(row) for key, row in shared["returns"].items()},
        cost=text_of(shared["cost"]),
        where=text_of(shared["where"]),
    )


def _material(row: Plain) -> Material:
    return Material(
        code=row["code"],
        name=text_of(row),
        counts=text_of(row["counts"]),
        reusable=row["reusable"],
        holder=row.get("holder") or "",
        valid_months=row.get("valid_months"),
        made_here=row.get("made_here", False),
    )


def _attribute(row: Plain) -> Attribute:
    values = {code: text_of(words) for code, words in row.get("values", {}).items()}
    return Attribute(row["code"], text_of(row), row["type"], row["holder"], text_of(row["how"]), values)


def _fact(row: Plain) -> Fact:
    return Fact(row["code"], text_of(row), FieldType(row["type"]), row["holder"], row["kept"])


def _parameter(row: Plain) -> Parameter:
    return Parameter(row["code"], text_of(row), text_of(row["unit"]), row.get("value"))
