"""In which reference system a file says it was measured, and the way from there to degrees.

Only systems on CGCS2000 and WGS 84 are followed: for Beijing 1954 and Xian 1980 PROJ knows no public parameters and
would be off by up to a hundred metres without a word.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from yimen.core.errors import N_
from yimen.core.files.confined import Refused

_DEGREES = {"china": "EPSG:4490", "cgcs2000": "EPSG:4490", "world": "EPSG:4326", "wgs": "EPSG:4326"}
_OLD = N_(
    "The file is measured in %(said)s, for which no exact way to CGCS2000 is public. Ask the surveying office for it "
    "in EPSG:4490."
)
_NOWHERE = N_("Coordinates of the file cannot be brought from %(said)s to degrees. Ask for it in EPSG:4490.")


@dataclass(frozen=True, slots=True)
class Found:
    """`said` is "EPSG:4490" or "EPSG:4326" where `way` leads, or what the file says and nobody follows; "" unsaid."""

    said: str
    way: Transformer | None = None


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
    if not crs.is_projected:
        return Found(code)
    return Found(code, Transformer.from_crs(crs, base, always_xy=True))


def in_degrees(features: list[dict[str, Any]], found: Found) -> list[dict[str, Any]]:
    """The features with their corners brought to degrees, longitude first."""
    if found.way is not None:
        for feature in features:
            if feature["geometry"]:
                feature["geometry"]["coordinates"] = _moved(feature["geometry"].get("coordinates"), found)
    return features


def _moved(part: Any, found: Found) -> Any:
    if not isinstance(part, list | tuple) or not part:
        return part
    if isinstance(part[0], int | float):
        assert found.way is not None
        x, y = found.way.transform(part[0], part[1] if len(part) > 1 else math.inf)
        if not (math.isfinite(x) and math.isfinite(y)):
            raise Refused(_NOWHERE, said=found.said)
        return [x, y]
    return [_moved(one, found) for one in part]
