"""The child's side for ground: `python -m yimen.geo.reading.child`. What the file is, its first bytes say."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from yimen.core.errors import N_
from yimen.core.files.confined import Limits, Refused, confined
from yimen.geo.reading.corners import corners_of
from yimen.geo.reading.geopackage import read_geopackage
from yimen.geo.reading.parent import MOST_CORNERS, MOST_FEATURES
from yimen.geo.reading.references import Found, named, settle, written
from yimen.geo.reading.shapefile import read_shapefile
from yimen.geo.rules.references import corner_said

_NOTHING = N_("No outline and no place is in the file. Choose the file that holds them.")
_TOO_MANY = N_("The file holds more than %(limit)s shapes. Split it by district.")
_TOO_FINE = N_("The outlines have more than %(limit)s corners. Simplify them to half a metre and try again.")
_NO_PLACE = N_(
    "Layer %(layer)s, feature %(number)s: the corner %(where)s is no place. Mend it there and send the file again."
)
_NO_FORM = N_("The file is no GeoJSON, no zipped Shapefile and no GeoPackage. Save it as one.")
_CUT = N_(
    "The GeoJSON cannot be read at line %(line)s, column %(column)s: perhaps it was not sent whole. Save it anew and "
    "try again."
)
_NOT_UTF8 = N_("The GeoJSON is not written in UTF-8 (byte %(place)s). Save it in UTF-8 and try again.")
_NO_COLLECTION = N_("The file is of the type %(said)s, not a collection of features. Save it as a FeatureCollection.")
_FARTHEST = 1e9  # that a coordinate can be, in whatever unit
_LONGEST, _MOST_FIELDS = 200, 60  # characters of a value, fields of a feature


def read(path: Path, limits: Limits, _folder: Path) -> dict[str, Any]:
    """The layers of a file, in degrees wherever the file says how to get there and does not contradict itself."""
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
        corners -= sum(_corners(one["geometry"], name or "1", number) for number, one in enumerate(plain, 1))
        if left < 0:
            raise Refused(_TOO_MANY, limit=str(MOST_FEATURES))
        if corners < 0:
            raise Refused(_TOO_FINE, limit=str(MOST_CORNERS))
        if plain:
            settled = settle(plain, found, name or "1")
            answer.append({"name": name[:60], "said": found.said[:60], **asdict(settled), "features": plain})
    if not answer:
        raise Refused(_NOTHING)
    return {"layers": answer}


def _geojson(path: Path) -> tuple[str, Found, Iterable[Any]]:
    whole = _json(path.read_bytes())
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        said = whole.get("type") if isinstance(whole, dict) else None
        raise Refused(_NO_COLLECTION, said=str(said)[:40]) if said else Refused(_NOTHING)
    said = named(whole)
    return "", written(said) if said else Found(""), features


def _json(body: bytes) -> Any:
    """What a GeoJSON holds; where it breaks off the refusal says at which place."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except RecursionError:
        raise Refused(_NO_FORM) from None
    except ValueError as error:
        if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            raise Refused(_NO_FORM) from None
        if isinstance(error, json.JSONDecodeError):
            raise Refused(_CUT, line=str(error.lineno), column=str(error.colno)) from None
        place = error.start + 1 if isinstance(error, UnicodeDecodeError) else 1
        raise Refused(_NOT_UTF8, place=str(place)) from None


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


def _corners(geometry: Any, layer: str, number: int) -> int:
    """How many corners a geometry has, whatever is in it. Refused where one is endless or no number."""
    count = 0
    for corner in corners_of(geometry):
        count += 1
        if not all(not isinstance(part, int | float) or -_FARTHEST < part < _FARTHEST for part in corner[:2]):
            raise Refused(_NO_PLACE, layer=layer, number=str(number), where=corner_said(corner))
    return count


if __name__ == "__main__":
    sys.exit(confined(read, Limits))
