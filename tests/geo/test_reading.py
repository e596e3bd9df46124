"""Files of ground from strangers: GeoJSON, Shapefile, GeoPackage, whatever they claim to be, each with its reference
system or a question, and each hostile one with a sentence."""

import json
import sqlite3
import struct
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyproj import Transformer

from tests import cast
from tests.geo.files import GK120, XIAN, geojson, geopackage, ring, square, zipped
from yimen.core.files.reading import Unreadable
from yimen.core.ground import metres_between
from yimen.geo.reading import Layer, judge_ground, parent, read_ground

ONE = square(cast.COMMUNITY, ring(), name="锡惠社区")


def read(tmp_path: Path, body: bytes, name: str = "file.bin") -> list[Layer]:
    path = tmp_path / name
    path.write_bytes(body)
    return read_ground(path)


def corners(layer: Layer) -> list[list[float]]:
    [outer] = layer.features[0]["geometry"]["coordinates"]
    return sorted([round(x, 6), round(y, 6)] for x, y in outer)


def in_metres() -> dict[str, Any]:
    way = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True)
    return square(cast.COMMUNITY, [list(way.transform(x, y)) for x, y in ring()], name="锡惠社区")


def test_the_same_outline_comes_out_of_each_form(tmp_path: Path) -> None:
    wanted = sorted([round(x, 6), round(y, 6)] for x, y in ring())
    gpkg = geopackage(tmp_path / "made.gpkg", [ONE])
    for body, said in (
        (geojson(ONE, crs="urn:ogc:def:crs:EPSG::4490"), "EPSG:4490"),
        (zipped([ONE]), ""),
        (gpkg, "EPSG:4490"),
    ):
        [layer] = read(tmp_path, body)
        assert corners(layer) == wanted
        assert (layer.said, layer.reference, layer.question, layer.is_turned) == (said, said, {}, False)
        assert layer.features[0]["properties"]["code"] == cast.COMMUNITY


def test_a_table_in_gbk_keeps_its_names(tmp_path: Path) -> None:
    for encoding in ("gbk", "utf-8"):
        [layer] = read(tmp_path, zipped([ONE], encoding=encoding))
        assert layer.features[0]["properties"]["name"] == "锡惠社区"


def test_metres_of_a_known_system_are_brought_to_degrees(tmp_path: Path) -> None:
    for body in (
        zipped([in_metres()], prj=GK120),
        geojson(in_metres(), crs="EPSG:4549"),
        geopackage(tmp_path / "made.gpkg", [in_metres()], srs=4549),
    ):
        [layer] = read(tmp_path, body)
        assert (layer.said, layer.reference, layer.is_turned) == ("EPSG:4549", "EPSG:4490", True)
        for read_, known in zip(corners(layer), sorted(ring()), strict=True):
            assert metres_between((read_[0], read_[1]), (known[0], known[1])) < 0.2


def test_degrees_in_a_file_declared_in_metres_and_metres_in_one_of_degrees_are_asked_about(tmp_path: Path) -> None:
    gpkg, in_degrees = tmp_path / "made.gpkg", GK120[GK120.index("GEOGCS") : GK120.index(",PROJECTION")]
    for declared, body in (
        ("EPSG:4549", zipped([ONE], prj=GK120)),
        ("EPSG:4549", geojson(ONE, crs="urn:ogc:def:crs:EPSG::4549")),
        ("EPSG:4549", geopackage(gpkg, [ONE], srs=4549)),
        ("EPSG:4490", zipped([in_metres()], prj=in_degrees)),
        ("EPSG:4490", geojson(in_metres(), crs="EPSG:4490")),
        ("EPSG:4490", geopackage(gpkg, [in_metres()], srs=4490)),
    ):
        [layer] = read(tmp_path, body)
        lies = "degrees lie in it (120.3, 31.5)" if declared == "EPSG:4549" else "metres lie in it (528"
        assert (layer.said, layer.reference, layer.is_turned) == (declared, "", False)
        asked_ = layer.question["message"] % layer.question["params"]
        assert f"The file says {declared}" in asked_
        assert lies in asked_
        held = ONE if declared == "EPSG:4549" else in_metres()
        assert corners(layer) == sorted([round(x, 6), round(y, 6)] for x, y in held["geometry"]["coordinates"][0])


def test_a_system_without_a_public_way_is_refused_and_not_approximated(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="surveying office"):
        read(tmp_path, zipped([in_metres()], prj=XIAN))


def test_a_system_nobody_can_read_is_told_as_it_stands(tmp_path: Path) -> None:
    [layer] = read(tmp_path, geojson(ONE, crs="无锡独立坐标系"))
    assert (layer.said, layer.reference) == ("无锡独立坐标系", "")
    assert "not read here" in layer.question["message"]


def test_layers_come_one_by_one(tmp_path: Path) -> None:
    found = read(tmp_path, geopackage(tmp_path / "made.gpkg", [ONE], layers=3))
    assert [one.name for one in found] == ["layer 0", "layer 1", "layer 2"]


def bomb() -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.shp", b"\0" * 250_000_000)
    return kept.getvalue()


def without_table() -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(zipped([ONE]))) as old, zipfile.ZipFile(kept, "w") as archive:
        for part in old.infolist():
            if not part.filename.endswith(".dbf"):
                archive.writestr(part.filename, old.read(part))
    return kept.getvalue()


def broken_shape() -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(zipped([ONE]))) as old, zipfile.ZipFile(kept, "w") as archive:
        for part in old.infolist():
            body = old.read(part)
            if part.filename.endswith(".shp"):
                body = body[:140] + struct.pack("<i", 2**30) + body[144:180]
            archive.writestr(part.filename, body)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (geojson(ONE, crs="EPSG:4490")[:-40], "line 1, column"),
        ('{"type": "FeatureCollection", "name": "社区"'.encode("gbk"), "UTF-8 (byte 40)"),
        (json.dumps(ONE).encode(), "of the type Feature,"),
        (
            geojson(ONE, square(cast.SIBLING, [[1e400, 31.5], *ring()[1:]]), crs="EPSG:4490"),
            "Layer 1, feature 2: the corner inf, 31.5",
        ),
    ],
    ids=["cut off", "GBK", "one feature", "endless"],
)
def test_a_refusal_says_where_in_the_file(tmp_path: Path, body: bytes, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, body)
    assert words in str(refused.value)


def test_a_refused_shape_is_named_by_layer_and_feature(tmp_path: Path) -> None:
    gpkg = tmp_path / "made.gpkg"
    geopackage(gpkg, [ONE, ONE])
    with sqlite3.connect(gpkg) as file:
        file.execute('update "layer 0" set geom = ? where fid = 2', (b"GP\0\x01\0\0\0\0\x01\x03",))
    for body, words in (
        (gpkg.read_bytes(), "Layer layer 0 cannot be read from feature 2"),
        (broken_shape(), "Layer 边界 cannot"),
    ):
        with pytest.raises(Unreadable) as refused:
            read(tmp_path, body)
        assert words in str(refused.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a map",
        b"[" * 100_000,
        json.dumps({"type": "FeatureCollection", "features": []}).encode(),
        geojson(*[{"type": "Feature", "properties": {}, "geometry": None}] * 20_001),
        b"PK\x03\x04 nothing",
        bomb(),
        without_table(),
        broken_shape(),
        b"SQLite format 3\0" + b"\xff" * 4096,
    ],
    ids=["empty", "text", "deep", "none", "many", "zip", "bomb", "no table", "broken", "sqlite"],
)
def test_whatever_is_wrong_gets_one_sentence(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, body)
    assert str(refused.value)


def test_shapes_of_any_sort_do_no_harm(tmp_path: Path) -> None:
    odd = [{"type": "Polygon", "coordinates": [[["x", 2], ["x"]], {"a": 1}]}, {"type": 3}, None, "x"]
    [layer] = read(tmp_path, geojson(*[{"properties": None, "geometry": one} for one in odd], crs="EPSG:4490"))
    assert len(layer.features) == 4


def asked(feature: dict[str, object]) -> dict[str, object]:
    """What the worker asks of outlines: one community, the city it lies in, nothing in force."""
    known = {cast.COMMUNITY: "锡惠社区"}
    box = (119.5, 31.0, 120.7, 32.0)
    return {
        "kind": "divisions",
        "features": [feature],
        "reference": "EPSG:4490",
        "known": known,
        "city": box,
        "today": {},
    }


def test_a_child_judges_too_and_ends_with_a_sentence_when_shapes_are_too_tangled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = judge_ground(asked(ONE))
    assert [(row["label"], row["problem"]) for row in found["rows"]] == [("锡惠社区", None)]
    assert found["picture"]["areas"][0]["path"].startswith("M")
    hasty = replace(parent.GROUND.limits, seconds=3)
    monkeypatch.setattr(parent, "_JUDGE", replace(parent._JUDGE, limits=hasty))
    across = [[120.3 + 0.01 * (place % 2), 31.5 + place * 1e-7] for place in range(60_000)]
    with pytest.raises(Unreadable, match="more memory or time"):
        judge_ground(asked(square(cast.COMMUNITY, [*across, across[0]])))
