"""A judged row as it is kept: records and findings as JSON, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from yimen.core.doors import Door
from yimen.exchange.rules.cells import State, Verdict
from yimen.exchange.rules.rows import (
    BuildingRecord,
    DwellingRecord,
    Finding,
    HouseholdRecord,
    Place,
    Record,
    ResidentRecord,
    StaffRecord,
    TraitRecord,
)

_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (BuildingRecord, DwellingRecord, HouseholdRecord, ResidentRecord, StaffRecord, TraitRecord)
}
_DATES = frozenset({"birth_on", "died_on", "from_on", "to_on", "hired_on"})


@dataclass(slots=True)
class Body:
    """What is sealed of a row. `reason` is a key of REASONS with params; `differences` are (name, old, new).

    `is_promised`: it builds on what another row of the same file brings, so nothing on record could be compared.
    """

    cells: Sequence[str] = ()
    records: Sequence[Record] = ()
    findings: Sequence[Finding] = ()
    differences: Sequence[tuple[str, str, str]] = ()
    reason: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    alike: Sequence[str] = ()
    is_promised: bool = False


def to_json(body: Body) -> dict[str, Any]:
    """The body in plain values."""
    return {
        "cells": list(body.cells),
        "records": [{"type": type(record).__name__, **_plain(record)} for record in body.records],
        "findings": [[one.field, *_verdict(one.verdict)] for one in body.findings],
        "differences": [list(one) for one in body.differences],
        "reason": body.reason,
        "params": dict(body.params),
        "alike": list(body.alike),
        "promised": body.is_promised,
    }


def from_json(kept: Mapping[str, Any]) -> Body:
    """The body again."""
    return Body(
        cells=kept["cells"],
        records=[_record(one) for one in kept["records"]],
        findings=[Finding(one[0], Verdict(State(one[1]), *one[2:])) for one in kept["findings"]],
        differences=[(one[0], one[1], one[2]) for one in kept["differences"]],
        reason=kept["reason"],
        params=kept["params"],
        alike=kept["alike"],
        is_promised=kept["promised"],
    )


def _verdict(verdict: Verdict) -> list[Any]:
    params = {key: str(value) for key, value in verdict.params.items()}
    return [str(verdict.state), verdict.value, verdict.raw, verdict.fix, verdict.message, params]


def _plain(record: Any) -> dict[str, Any]:
    """The fields of a record that say something; asdict would copy each of them deeply."""
    values = [(name, getattr(record, name)) for name in record.__dataclass_fields__]
    return {name: value if type(value) is str else _value(value) for name, value in values if value not in ("", None)}


def _value(value: Any) -> Any:
    if isinstance(value, Place | Door):
        return _plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _record(kept: Mapping[str, Any]) -> Record:
    values = dict(kept)
    kind = _KINDS[values.pop("type")]
    where = dict(values.pop("place", {}))
    door = where.pop("door", None)
    if "place" in kind.__dataclass_fields__:
        values["place"] = Place(
            **where,
            door=Door(door.get("building", ""), door.get("unit", ""), door.get("room", "")) if door else None,
        )
    for name in _DATES & values.keys():
        values[name] = date.fromisoformat(values[name])
    if "area" in values:
        values["area"] = Decimal(values["area"])
    for name in ("name", "number", "kind", "building", "birth_on", "value"):  # that have no default in some records
        if name in kind.__dataclass_fields__ and name not in values and _is_needed(kind, name):
            values[name] = None if name in ("birth_on", "value") else ""
    made: Record = kind(**values)
    return made


def _is_needed(kind: type[Any], name: str) -> bool:
    one = kind.__dataclass_fields__[name]
    return one.default is MISSING and one.default_factory is MISSING
