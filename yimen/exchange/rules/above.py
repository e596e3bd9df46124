"""What a row leaves to the rows above it: a family its head's door, a list its building and stairwell."""

from collections.abc import MutableMapping

from yimen.exchange.rules.cells import Verdict
from yimen.exchange.rules.cells.verdicts import fixable
from yimen.exchange.rules.crossing import HEADS
from yimen.exchange.rules.fields import Kind

_OF_A_HOME = (
    "household_number",
    "head_name",
    "head_number",
    "community",
    "compound",
    "building",
    "unit",
    "room",
    "door",
    "address",
    "building_key",
    "dwelling_key",
)


def from_above(kind: Kind, verdicts: MutableMapping[str, Verdict], above: dict[str, str]) -> dict[str, str]:
    """Propose a head's door and household to family written below without them; returns what the next row has above."""
    relation = verdicts.get("relation")
    held = [name for name in _OF_A_HOME if name in verdicts]
    if kind is not Kind.RESIDENTS or relation is None or not held:
        return {}
    if any(verdicts[name].value or verdicts[name].raw for name in held):
        return {name: verdicts[name].value for name in held if verdicts[name].value}
    if not relation.value or relation.value in HEADS:
        return {}
    for name, value in above.items():
        verdicts[name] = fixable(value, "", "from_above")
    return above


_PARTS = ("compound", "building", "unit")
_LISTS = frozenset({Kind.RESIDENTS, Kind.HOUSEHOLDS, Kind.DWELLINGS, Kind.TRAITS})


def carried_down(kind: Kind, verdicts: MutableMapping[str, Verdict], above: dict[str, str]) -> dict[str, str]:
    """Propose the building and stairwell of the row above to a room written without them; returns what the next row has
    above. A stairwell holds within its building, and a building within its compound."""
    if kind not in _LISTS or "building" not in verdicts or "room" not in verdicts:
        return {}
    if not verdicts["room"].value or any(name in verdicts and verdicts[name].value for name in ("door", "address")):
        return above
    here: dict[str, str] = {}
    for name in _PARTS:
        verdict = verdicts.get(name)
        if verdict is None:
            continue
        if not verdict.value and not verdict.raw and above.get(name) and _is_within(name, here, above):
            verdicts[name] = fixable(above[name], "", "cell_above")
        here[name] = verdicts[name].value
    return here


def _is_within(name: str, here: dict[str, str], above: dict[str, str]) -> bool:
    """Whether the parts that are larger than this one are those of the row above."""
    larger = _PARTS[: _PARTS.index(name)]
    return all(here.get(one, "") == above.get(one, "") for one in larger)
