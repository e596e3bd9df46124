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
BROKEN_AT = N_("Layer %(layer)s cannot be read from feature %(number)s on. Save the file anew and try again.")
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
    """One layer of a file. `said` is the reference system it declares, as "EPSG:4549" or in its own words, "" when it
    declares none; `reference` the one its corners are in as read, "" while somebody must say it, with the `question`
    that the declared one raises, if any, as a kept sentence. Features are as GeoJSON has them; with `is_turned` they
    were metres and are degrees."""

    name: str
    said: str
    reference: str
    question: Mapping[str, Any]
    is_turned: bool
    features: Sequence[Mapping[str, Any]]


def read_ground(path: Path) -> list[Layer]:
    """The layers of a file. Unreadable with a sentence when it is refused."""
    check_size(path.stat().st_size, GROUND)
    with tempfile.TemporaryDirectory(prefix="yimen-ground-") as folder:
        found = ask_child(GROUND, path, Path(folder))
    return [
        Layer(one["name"], one["said"], one["reference"], one["question"] or {}, one["is_turned"], one["features"])
        for one in found["layers"]
    ]


def judge_ground(asked: Mapping[str, Any]) -> Verdict:
    """The verdict on shapes in a reference system: `kind`, `features`, `reference`, `known`, `city` and `today` as
    rules/verdicts.py takes them. Unreadable when they cost more than a map of a city should."""
    with tempfile.TemporaryDirectory(prefix="yimen-ground-") as folder:
        order = Path(folder) / "asked.json"
        order.write_text(json.dumps(asked), encoding="utf-8")
        return cast(Verdict, ask_child(_JUDGE, order, Path(folder)))
