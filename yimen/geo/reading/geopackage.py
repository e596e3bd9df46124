"""GeoPackages: SQLite files by OGC 12-128r18, read with the standard library; shapes by GEOS."""

import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely

from yimen.core.errors import N_
from yimen.core.files.confined import Refused
from yimen.geo.reading.parent import BROKEN, BROKEN_AT
from yimen.geo.reading.references import Found, written

_NO_LAYERS = N_("No layer with shapes is in the GeoPackage. Choose the file that holds the outlines.")
_ENVELOPES = (0, 32, 48, 48, 64)  # bytes of the box in front of a shape, by its kind
_UNKNOWN = (-1, 0)  # the standard's two systems that say nothing
_MOST_LAYERS = 20


def read_geopackage(path: Path) -> Iterator[tuple[str, Found, Iterator[Any]]]:
    """Each layer of shapes with its name and reference system."""
    try:
        file = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        file.execute("pragma trusted_schema = off")
        file.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        layers = file.execute(
            "select g.table_name, g.column_name, g.srs_id, r.organization, r.organization_coordsys_id, r.definition"
            " from gpkg_geometry_columns g join gpkg_contents c on c.table_name = g.table_name"
            " left join gpkg_spatial_ref_sys r on r.srs_id = g.srs_id where c.data_type = 'features'"
            " order by g.table_name limit ?",
            (_MOST_LAYERS,),
        ).fetchall()
        if not layers:
            raise Refused(_NO_LAYERS)
        for name, column, srs, *system in layers:
            yield str(name), _reference(srs, *system), _features(file, str(name), str(column))
    except (sqlite3.Error, ValueError, struct.error):
        raise Refused(BROKEN) from None


def _reference(srs: Any, organization: Any, number: Any, definition: Any) -> Found:
    if srs in _UNKNOWN:
        return Found("")
    if str(organization or "").upper() == "EPSG":
        return written(f"EPSG:{number}")
    return written(str(definition)) if definition else Found(str(srs))


def _features(file: sqlite3.Connection, table: str, column: str) -> Iterator[Any]:
    names = [row[1] for row in file.execute(f"pragma table_info({_quoted(table)})")]
    number = 1
    try:
        for row in file.execute(f"select * from {_quoted(table)}"):
            fields = dict(zip(names, row, strict=False))
            blob = fields.pop(column, None)
            plain = {key: value for key, value in fields.items() if not isinstance(value, bytes)}
            yield {"properties": plain, "geometry": _shape(blob) if isinstance(blob, bytes) else None}
            number += 1
    except (sqlite3.Error, ValueError, struct.error, shapely.errors.GEOSException):
        raise Refused(BROKEN_AT, layer=table, number=str(number)) from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _shape(blob: bytes) -> dict[str, Any] | None:
    """A shape behind the standard's header; None for an empty one."""
    if blob[:2] != b"GP" or len(blob) < 8:
        raise ValueError
    flags = blob[3]
    box = flags >> 1 & 7
    if box >= len(_ENVELOPES):
        raise ValueError
    if flags >> 4 & 1:
        return None
    shape = shapely.force_2d(shapely.from_wkb(blob[8 + _ENVELOPES[box] :]))
    found: dict[str, Any] = shapely.geometry.mapping(shape)
    return {"type": found["type"], "coordinates": found.get("coordinates")}
