"""Files of ground from strangers: GeoJSON, Shapefile, GeoPackage, whatever they claim to be, each with its reference
system or a question, and each hostile one with a sentence."""

import json
import struct
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

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


def in_metres() -> dict[str, object]:
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
        assert layer.said == said
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
        assert layer.said == "EPSG:4490"
        for read_, known in zip(corners(layer), sorted(ring()), strict=True):
            assert metres_between((read_[0], read_[1]), (known[0], known[1])) < 0.2


def test_a_system_without_a_public_way_is_refused_and_not_approximated(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="surveying office"):
        read(tmp_path, zipped([in_metres()], prj=XIAN))


def test_a_system_nobody_can_read_is_told_as_it_stands(tmp_path: Path) -> None:
    [layer] = read(tmp_path, geojson(ONE, crs="无锡独立坐标系"))
    assert layer.said == "无锡独立坐标系"


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
    odd = [{"type": "Polygon", "coordinates": [[[1e308, float("inf")], ["x"]], {"a": 1}]}, {"type": 3}, None, "x"]
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
