"""What a feature of a file is about: a division by its code or name, a building by compound and number."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parent.parent / "data" / "fields.yaml"
_LEVELS = (12, 9, 6, 4)  # digits of a community, street, district, city
_MOST_COLUMNS = 8  # that a sentence names


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    found: Mapping[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: tuple(words) for name, words in found.items()}


def told(feature: Mapping[str, Any], what: str) -> str:
    """What a feature says under any of the names of a column; "" when it says nothing."""
    return where_told(feature, what)[1]


def where_told(feature: Mapping[str, Any], what: str) -> tuple[str, str]:
    """The column as the file calls it, and what a feature says there; both "" when it says nothing."""
    properties = feature.get("properties")
    values = {_plain(key): (key, value) for key, value in properties.items()} if isinstance(properties, dict) else {}
    found = (values[name] for name in _words()[what] if values.get(name, ("", None))[1] not in (None, ""))
    return next(((str(key), str(value).strip()) for key, value in found), ("", ""))


def columns_of(feature: Mapping[str, Any]) -> list[str]:
    """The first columns of a feature, as the file calls them."""
    properties = feature.get("properties")
    named = feature.get("columns") or (list(properties) if isinstance(properties, dict) else [])
    return [str(key) for key in named[:_MOST_COLUMNS]]


def _plain(name: object) -> str:
    return str(name).lower().replace(" ", "").replace("_", "")


def trimmed(feature: Mapping[str, Any]) -> dict[str, Any]:
    """A feature with the columns that are read here and no others: what else a file says of people is not kept. Of one
    that has none of them the `columns` are kept by name, so that its row can say what stands there instead."""
    wanted = {word for words in _words().values() for word in words}
    properties = feature.get("properties")
    kept = (
        {key: value for key, value in properties.items() if _plain(key) in wanted}
        if isinstance(properties, dict)
        else {}
    )
    plain = {"id": feature.get("id"), "properties": kept, "geometry": feature.get("geometry")}
    return plain if kept else plain | {"columns": columns_of(feature)}


def division_finder(known: Mapping[str, str]) -> Callable[[Mapping[str, Any]], str]:
    """How features are matched to divisions (code → name): by a code, also written with noughts to twelve digits, else
    by a name that only one division has. What is said and not known comes back as it is."""
    names: dict[str, str] = {}
    for code, name in known.items():
        names[name] = "" if name in names else code

    def find(feature: Mapping[str, Any]) -> str:
        said = str(feature.get("id") or "").strip() or told(feature, "code")
        if not (said.isascii() and said.isdigit()):
            said = told(feature, "code")
        if said.isascii() and said.isdigit():
            return _shortened(said, known)
        return names.get(told(feature, "name"), "")

    return find


def _shortened(code: str, known: Mapping[str, str]) -> str:
    for digits in _LEVELS:
        if len(code) >= digits and set(code[digits:]) <= {"0"} and code[:digits] in known:
            return code[:digits]
    return code[:15]


def building_number(feature: Mapping[str, Any]) -> str:
    """The number of a building without what follows it on its plate."""
    said = told(feature, "number")
    for after in _words()["after"]:
        said = said.removesuffix(after).strip()
    return said
