"""The child's side for ground: `python -m yimen.geo.reading.child`. What the file is, its first bytes say."""

import json
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from yimen.core.errors import N_
from yimen.core.files.confined import Limits, Refused, confined
from yimen.geo.reading.geopackage import read_geopackage
from yimen.geo.reading.parent import MOST_CORNERS, MOST_FEATURES
from yimen.geo.reading.references import Found, in_degrees, named, written
from yimen.geo.reading.shapefile import read_shapefile

_NOTHING = N_("No outline and no place is in the file. Choose the file that holds them.")
_TOO_MANY = N_("The file holds more than %(limit)s shapes. Split it by district.")
_TOO_FINE = N_("The outlines have more than %(limit)s corners. Simplify them to half a metre and try again.")
_LONGEST, _MOST_FIELDS = 200, 60  # characters of a value, fields of a feature


def read(path: Path, limits: Limits, _folder: Path) -> dict[str, Any]:
    """The layers of a file, in degrees wherever the file says how to get there."""
    with path.open("rb") as file:
        head = file.read(16)
    layers: Iterable[tuple[str, Found, Iterable[Any]]]
    if head.startswith(b"SQLite format 3"):
        layers = read_geopackage(path)
    elif head.startswith(b"PK"):
        layers = read_shapefile(path, limits)
    else:
        layers = [_geojson(path)]
    answer, left, corners = [], MOST_FEATURES, MOST_CORNERS
    for name, found, features in layers:
        plain = [_plain(one) for one in islice(features, left + 1)]
        left -= len(plain)
        corners -= sum(_corners(one["geometry"]) for one in plain)
        if left < 0:
            raise Refused(_TOO_MANY, limit=str(MOST_FEATURES))
        if corners < 0:
            raise Refused(_TOO_FINE, limit=str(MOST_CORNERS))
        if plain:
            answer.append({"name": name[:60], "said": found.said[:60], "features": in_degrees(plain, found)})
    if not answer:
        raise Refused(_NOTHING)
    return {"layers": answer}


def _geojson(path: Path) -> tuple[str, Found, Iterable[Any]]:
    try:
        whole = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refused(N_("The file is no GeoJSON, no zipped Shapefile and no GeoPackage. Save it as one.")) from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise Refused(_NOTHING)
    said = named(whole)
    return "", written(said) if said else Found(""), features


def _plain(feature: Any) -> dict[str, Any]:
    """A feature with nothing in it but short values and a geometry."""
    one = feature if isinstance(feature, dict) else {}
    fields = one.get("properties") if isinstance(one.get("properties"), dict) else {}
    return {
        "id": _value(one.get("id")),
        "properties": {str(key)[:60]: _value(value) for key, value in islice((fields or {}).items(), _MOST_FIELDS)},
        "geometry": one.get("geometry") if isinstance(one.get("geometry"), dict) else None,
    }


def _value(value: Any) -> str | int | float | None:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return str(value).strip().strip("\0")[:_LONGEST]


def _corners(geometry: Any) -> int:
    """How many positions a geometry has, whatever is in it."""
    count, ahead = 0, [geometry.get("coordinates")] if geometry else []
    while ahead:
        here = ahead.pop()
        if not isinstance(here, list | tuple):
            continue
        if here and isinstance(here[0], int | float):
            count += 1
        else:
            ahead.extend(here)
    return count


if __name__ == "__main__":
    sys.exit(confined(read, Limits))
