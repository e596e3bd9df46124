"""Zipped Shapefiles: parts of one name, read from memory. The table's encoding is the one it names, else UTF-8 or GB
18030, whichever fits all of it."""

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import shapefile

from yimen.core.errors import N_
from yimen.core.files.archives import fault_of
from yimen.core.files.confined import Limits, Refused
from yimen.geo.reading.parent import BROKEN, BROKEN_AT
from yimen.geo.reading.references import Found, written

_NO_SHAPES = N_("No Shapefile (.shp) is in the archive. Zip its .shp, .shx, .dbf and .prj together.")
_NO_ARCHIVE = N_("The archive is too large, locked, or packed as no program packs it. Zip the Shapefile anew.")
_NO_TABLE = N_("The table (.dbf) of the Shapefile is missing. Zip its .shp, .shx, .dbf and .prj together.")
_ENCODINGS = ("utf-8", "gb18030")


def read_shapefile(path: Path, limits: Limits) -> Iterator[tuple[str, Found, Iterator[Any]]]:
    """Each Shapefile of an archive with its name and reference system."""
    try:
        with zipfile.ZipFile(path) as archive:
            if fault_of(archive, path.stat().st_size, limits):
                raise Refused(_NO_ARCHIVE)
            held = {part.filename: _whole(archive, part) for part in archive.infolist() if not part.is_dir()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise Refused(BROKEN) from None
    byname = {name.lower(): body for name, body in held.items()}
    shapes = sorted(name for name in byname if name.endswith(".shp") and "__macosx" not in name)
    if not shapes:
        raise Refused(_NO_SHAPES)
    for name in shapes:
        stem = name[:-4]
        if f"{stem}.dbf" not in byname:
            raise Refused(_NO_TABLE)
        prj = byname.get(f"{stem}.prj", b"").decode("utf-8", "replace").strip()
        found = written(prj) if prj else Found("")
        table, cpg = byname[f"{stem}.dbf"], byname.get(f"{stem}.cpg", b"").decode("ascii", "replace").strip()
        layer = PurePosixPath(stem).name
        yield layer, found, _features(layer, byname[name], table, _encoding(table, cpg))


def _whole(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part that is as large as it says."""
    with archive.open(part) as file:
        body = file.read(part.file_size + 1)
    if len(body) != part.file_size:
        raise ValueError(part.filename)
    return body


def _encoding(table: bytes, said: str) -> str:
    for name in (said.lower().replace("oem ", "cp"), *_ENCODINGS):
        try:
            table[32:].decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
        if name:
            return name
    return "gb18030"


def _features(layer: str, shapes: bytes, table: bytes, encoding: str) -> Iterator[Any]:
    number = 1
    try:
        with shapefile.Reader(
            shp=BytesIO(shapes), dbf=BytesIO(table), encoding=encoding, encodingErrors="replace"
        ) as reader:
            for one in reader.iterShapeRecords():
                geometry = None if one.shape.shapeType == shapefile.NULL else one.shape.__geo_interface__
                yield {"properties": one.record.as_dict(date_strings=True), "geometry": _listed(geometry)}
                number += 1
    except (shapefile.ShapefileException, struct.error, ValueError, IndexError, KeyError, TypeError, OverflowError):
        raise Refused(BROKEN_AT, layer=layer, number=str(number)) from None


def _listed(geometry: Any) -> dict[str, Any] | None:
    if geometry is None:
        return None
    return {"type": geometry["type"], "coordinates": geometry["coordinates"]}
