"""Files of ground as other programs write them, made by the tests."""

import json
import sqlite3
import struct
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import shapefile
import shapely

GK120 = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
XIAN = GK120.replace("CGCS2000_3_Degree_GK_CM_120E", "Xian_1980_3_Degree_GK_CM_120E").replace(
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]]',
    'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]]',
)


def ring(x: float = 120.3, y: float = 31.5, side: float = 0.01) -> list[list[float]]:
    """A square, closed."""
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def square(code: str, outer: Sequence[Sequence[float]], **fields: Any) -> dict[str, Any]:
    """A feature with one polygon."""
    shape = {"type": "Polygon", "coordinates": [list(outer)]}
    return {"type": "Feature", "properties": {"code": code, **fields}, "geometry": shape}


def spot(compound: str, number: str, place: Sequence[float], **fields: Any) -> dict[str, Any]:
    """A feature with one point, of a building."""
    shape = {"type": "Point", "coordinates": list(place)}
    return {"type": "Feature", "properties": {"小区": compound, "楼号": number, **fields}, "geometry": shape}


def geojson(*features: Any, crs: str = "") -> bytes:
    """A GeoJSON file; its first edition's `crs` where one is given."""
    said = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", "features": list(features), **said}).encode()


def zipped(features: Sequence[dict[str, Any]], *, prj: str = "", encoding: str = "gbk") -> bytes:
    """A Shapefile in an archive, its table in the encoding that Chinese programs use."""
    parts = {name: BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(shapeType=shapefile.POLYGON, encoding=encoding, **parts) as writer:
        for field in features[0]["properties"]:
            writer.field(field, "C", 60)
        for one in features:
            writer.poly(one["geometry"]["coordinates"])
            writer.record(*one["properties"].values())
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(f"社区/边界.{name}", part.getvalue())
        if prj:
            archive.writestr("社区/边界.prj", prj)
    return kept.getvalue()


def geopackage(path: Path, features: Sequence[dict[str, Any]], *, srs: int = 4490, layers: int = 1) -> bytes:
    """A GeoPackage with one or more layers."""
    path.unlink(missing_ok=True)
    file = sqlite3.connect(path)
    file.executescript(
        "create table gpkg_spatial_ref_sys (srs_name text, srs_id integer, organization text,"
        " organization_coordsys_id integer, definition text);"
        "create table gpkg_contents (table_name text, data_type text, srs_id integer);"
        "create table gpkg_geometry_columns (table_name text, column_name text, srs_id integer);"
    )
    file.execute("insert into gpkg_spatial_ref_sys values ('x', ?, 'EPSG', ?, '')", (srs, srs))
    for number in range(layers):
        name = f"layer {number}"
        file.execute(f'create table "{name}" (fid integer primary key, geom blob, code text)')
        file.execute("insert into gpkg_contents values (?, 'features', ?)", (name, srs))
        file.execute("insert into gpkg_geometry_columns values (?, 'geom', ?)", (name, srs))
        for one in features:
            blob = b"GP\0\x01" + struct.pack("<i", srs) + shapely.to_wkb(shapely.geometry.shape(one["geometry"]))
            file.execute(f'insert into "{name}" (geom, code) values (?, ?)', (blob, one["properties"]["code"]))
    file.commit()
    file.close()
    return path.read_bytes()
