"""In which reference system a file says it was measured, whether what lies in it can have been, and the way to degrees.

Only systems on CGCS2000 and WGS 84 are followed: for Beijing 1954 and Xian 1980 PROJ knows no public parameters and
would be off by up to a hundred metres without a word.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from yimen.core.errors import N_
from yimen.core.files.confined import Refused
from yimen.core.sentences import to_say
from yimen.geo.reading.corners import corners_of
from yimen.geo.rules.references import are_degrees, corner_said

_DEGREES = {"china": "EPSG:4490", "cgcs2000": "EPSG:4490", "world": "EPSG:4326", "wgs": "EPSG:4326"}
_OLD = N_(
    "The file is measured in %(said)s, for which no exact way to CGCS2000 is public. Ask the surveying office for it "
    "in EPSG:4490."
)
_NOWHERE = N_(
    "Layer %(layer)s, feature %(number)s: the corner %(where)s cannot be brought from %(said)s to degrees. Ask for the "
    "file in EPSG:4490."
)
_OTHER = N_("The reference system %(said)s is not read here. Save the file in EPSG:4490 and try again.")
_DEGREES_LIE = N_(
    "The file says %(said)s, which is measured in metres, but degrees lie in it (%(where)s). One of the two is wrong: "
    "ask whoever made the file, and choose below."
)
_METRES_LIE = N_(
    "The file says %(said)s, which is measured in degrees, but metres lie in it (%(where)s). One of the two is wrong: "
    "ask whoever made the file, and choose below."
)
_LOOKED_AT = 500  # features whose first corner says whether degrees or metres lie in a file


@dataclass(frozen=True, slots=True)
class Found:
    """`said` is the system as the file declares it, by its code or in its own words, "" undeclared. `base` is the
    system of degrees under it, "EPSG:4490" or "EPSG:4326", "" where nobody knows; `way` leads from metres to there."""

    said: str
    base: str = ""
    way: Transformer | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """`reference` is the system that the features are in now, "" while somebody must say it; `question` is what makes
    the declared one doubtful, as a kept sentence; `is_turned` when metres were turned into degrees."""

    reference: str = ""
    question: Mapping[str, Any] | None = None
    is_turned: bool = False


def named(collection: Mapping[str, Any]) -> str:
    """The `crs` of GeoJSON's first edition, which most programs still write; "" when there is none."""
    crs = collection.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name.upper().endswith("CRS84"):
        return "EPSG:4326"
    found = re.search(r"EPSG:+(?:[0-9.]*:)?([0-9]{4,6})$", name, re.IGNORECASE)
    return f"EPSG:{found[1]}" if found else name[:60]


def written(text: str) -> Found:
    """A system by its code or its definition (WKT). Refused where its datum has no public way to ours."""
    try:
        crs = CRS.from_user_input(text)
        base = crs.geodetic_crs
    except ProjError:
        return Found(text.strip()[:60])
    if base is None:
        return Found(crs.name[:60])
    datum = re.sub(r"[^a-z0-9]+", " ", f"{base.datum.name if base.datum else ''} {base.name}".lower())
    code = next((code for word, code in _DEGREES.items() if word in datum), "")
    if not code:
        raise Refused(_OLD, said=crs.name[:60])
    number = crs.to_epsg()
    said = f"EPSG:{number}" if number else crs.name[:60]
    return Found(said, code, Transformer.from_crs(crs, base, always_xy=True) if crs.is_projected else None)


def settle(features: list[dict[str, Any]], found: Found, layer: str) -> Settled:
    """In which system the features of a layer are, their metres turned into degrees, longitude first, where the file
    declares metres and metres lie in it. Where it declares one and holds the other nothing is turned."""
    if not found.base:
        return Settled(question=to_say(_OTHER, said=found.said) if found.said else None)
    seen = list(islice((corner for one in features for corner in islice(corners_of(one["geometry"]), 1)), _LOOKED_AT))
    degrees = sum(are_degrees(corner) for corner in seen)
    if seen and found.way is not None and degrees * 2 > len(seen):
        return Settled(question=to_say(_DEGREES_LIE, said=found.said, where=corner_said(seen[0])))
    if seen and found.way is None and degrees * 2 < len(seen):
        return Settled(question=to_say(_METRES_LIE, said=found.said, where=corner_said(seen[0])))
    if found.way is None:
        return Settled(found.base)
    for number, feature in enumerate(features, 1):
        if feature["geometry"]:
            try:
                feature["geometry"]["coordinates"] = _moved(feature["geometry"].get("coordinates"), found.way)
            except _OffTheEarth as error:
                where = corner_said(error.args[0])
                raise Refused(_NOWHERE, said=found.said, layer=layer, number=str(number), where=where) from None
    return Settled(found.base, is_turned=True)


class _OffTheEarth(Exception):
    """A corner that no way brings to degrees."""


def _moved(part: Any, way: Transformer) -> Any:
    if not isinstance(part, list | tuple) or not part:
        return part
    if isinstance(part[0], int | float):
        x, y = way.transform(part[0], part[1] if len(part) > 1 else math.inf)
        if not (math.isfinite(x) and math.isfinite(y)):
            raise _OffTheEarth(part)
        return [x, y]
    return [_moved(one, way) for one in part]
