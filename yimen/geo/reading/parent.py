"""The parent's side: what a file of ground holds, told by a child."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from yimen.core.errors import N_
from yimen.core.files.confined import Limits
from yimen.core.files.reading import Reader, ask_child, check_size
from yimen.geo.rules.verdicts import Verdict

MOST_FEATURES, MOST_CORNERS = 20_000, 1_000_000
BROKEN = N_("The file cannot be read. Save it as GeoJSON, a zipped Shapefile or a GeoPackage and try again.")
GROUND = Reader(
    "yimen.geo.reading.child",
    Limits(memory_bytes=1024 * 1024 * 1024, output_bytes=200_000_000),
    empty=N_("The file is empty. Choose the file that holds the outlines."),
    too_large=N_("The file is larger than %(limit)s MB. Split it by district."),
    too_much=N_("The file needs more memory or time than a map of a city should. Split it by district."),
    broken=BROKEN,
)
_JUDGE = replace(GROUND, module="yimen.geo.reading.judging")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a file. `said` is the reference system it names, as "EPSG:4490" or in its own words, "" when it
    names none; features are as GeoJSON has them, and where the file is projected its corners are degrees already."""

    name: str
    said: str
    features: Sequence[Mapping[str, Any]]


def read_ground(path: Path) -> list[Layer]:
    """The layers of a file. Unreadable with a sentence when it is refused."""
    check_size(path.stat().st_size, GROUND)
    with tempfile.TemporaryDirectory(prefix="yimen-ground-") as folder:
        found = ask_child(GROUND, path, Path(folder))
    return [Layer(one["name"], one["said"], one["features"]) for one in found["layers"]]


def judge_ground(asked: Mapping[str, Any]) -> Verdict:
    """The verdict on shapes in a reference system: `kind`, `features`, `reference`, `known`, `city` and `today` as
    rules/verdicts.py takes them. Unreadable when they cost more than a map of a city should."""
    with tempfile.TemporaryDirectory(prefix="yimen-ground-") as folder:
        order = Path(folder) / "asked.json"
        order.write_text(json.dumps(asked), encoding="utf-8")
        return cast(Verdict, ask_child(_JUDGE, order, Path(folder)))
