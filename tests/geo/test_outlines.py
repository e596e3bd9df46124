"""Outlines from a file: the reference system is asked for, and whatever is wrong gets one clear sentence."""

import json
from argparse import ArgumentParser
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import cast
from yimen.core.errors import RuleBroken
from yimen.core.ground import metres_between, to_bd09, to_gcj02
from yimen.geo.rules import outlines as rules
from yimen.geo.rules.outlines import crossing, judge, reference_of
from yimen.orgs.models import Outline
from yimen.site import cli
from yimen.site.cli import outlines as command

CITY = (119.5, 31.1, 120.7, 32.1)


def ring(x: float = 120.3, y: float = 31.5, side: float = 0.01) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(*rings: Any, code: str = cast.COMMUNITY, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "id": code, "properties": {}, "geometry": {"type": kind, "coordinates": list(rings)}}


def collection(*features: Any, crs: str = "") -> dict[str, Any]:
    said = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return {"type": "FeatureCollection", "features": list(features), **said}


def problem(*features: Any) -> list[str]:
    return [one.problem[0] if one.problem else "" for one in judge(collection(*features), "EPSG:4490", city=CITY)]


@pytest.mark.parametrize(
    ("crs", "chosen", "found"),
    [
        ("urn:ogc:def:crs:EPSG::4490", "", "EPSG:4490"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "", "EPSG:4326"),
        ("EPSG:4326", "EPSG:4326", "EPSG:4326"),
        ("", "GCJ-02", "GCJ-02"),
    ],
)
def test_a_reference_system_is_said_by_the_file_or_by_somebody(crs: str, chosen: str, found: str) -> None:
    assert reference_of(collection(feature(ring()), crs=crs), chosen) == found


@pytest.mark.parametrize(
    ("crs", "chosen", "word"),
    [
        ("", "", "does not say"),
        ("urn:ogc:def:crs:EPSG::2381", "", "not read here"),
        ("Xian 1980", "", "not read here"),
        ("EPSG:4490", "GCJ-02", "you said"),
        ("", "WGS84", "not read here"),
    ],
)
def test_a_reference_system_is_never_guessed(crs: str, chosen: str, word: str) -> None:
    with pytest.raises(RuleBroken, match=word):
        reference_of(collection(feature(ring()), crs=crs), chosen)


@pytest.mark.parametrize("file", [None, [], {"type": "Feature"}, {"features": 3}, "x"])
def test_what_is_no_file_of_outlines_is_refused(file: Any) -> None:
    with pytest.raises(RuleBroken):
        reference_of(file, "EPSG:4490")


@pytest.mark.parametrize("shift", [("GCJ-02", to_gcj02), ("BD-09", to_bd09)])
def test_a_shifted_file_is_moved_back(shift: Any) -> None:
    name, move = shift
    [one] = judge(collection(feature([list(move((x, y))) for x, y in ring()])), name, city=CITY)
    assert one.problem is None
    assert all(metres_between(a, (b[0], b[1])) < 0.01 for a, b in zip(one.polygons[0][0], ring(), strict=True))


def test_each_fault_has_its_sentence() -> None:
    bow = [[120.3, 31.5], [120.31, 31.51], [120.31, 31.5], [120.3, 31.51], [120.3, 31.5]]
    assert problem(feature(ring())) == [""]
    assert problem(feature(bow)) == [rules.CROSSES]
    assert problem(feature([[y, x] for x, y in ring()])) == [rules.SWAPPED]
    assert problem(feature([[x * 4000, y * 100000] for x, y in ring()])) == [rules.METRES]
    assert problem(feature(ring(116.4, 39.9))) == [rules.ELSEWHERE]
    assert problem(feature(ring(), code="")) == [rules.NO_CODE]
    assert problem(feature([[120.3, 31.5], [120.31, 31.5], [120.3, 31.5]])) == [rules.TOO_FEW]
    assert problem({"id": "1", "geometry": {"type": "Point", "coordinates": [120.3, 31.5]}}) == [rules.NOT_AN_AREA]
    assert problem({"id": "1", "geometry": None}) == [rules.NOT_AN_AREA]
    assert problem({"id": "1", "geometry": {"type": "Polygon", "coordinates": [["x"]]}}) == [rules.NOT_AN_AREA]
    assert problem(feature(ring()), feature(ring(120.4))) == ["", rules.TWICE]
    assert problem(None) == [rules.NO_CODE]


def test_neighbours_may_touch_but_not_run_over_each_other() -> None:
    assert problem(feature(ring()), feature(ring(120.31), code=cast.SIBLING)) == ["", ""]
    assert rules.OVERLAPS in problem(feature(ring()), feature(ring(120.305, 31.505), code=cast.SIBLING))
    assert problem(feature(ring(), code=cast.STREET), feature(ring(120.302, 31.502, 0.001))) == ["", ""]


def test_holes_parts_and_open_rings_are_told_and_taken() -> None:
    hole = ring(120.303, 31.503, 0.002)
    [one] = judge(collection(feature(ring()[:-1], hole)), "EPSG:4490", city=None)
    assert one.problem is None
    assert [message for message, _params in one.notes] == [rules.CLOSED, rules.HOLES]
    assert one.square_km == pytest.approx(1.055 * 0.96, abs=0.02)
    two = feature([ring()], [ring(120.4)], kind="MultiPolygon")
    [one] = judge(collection(two), "EPSG:4490", city=None)
    assert [message for message, _params in one.notes] == [rules.PARTS]


@given(st.integers(3, 40), st.floats(0.001, 0.02))
def test_a_round_outline_never_crosses_itself(corners: int, size: float) -> None:
    round_ = [
        (120.3 + size * cos(2 * pi * n / corners), 31.5 + size * sin(2 * pi * n / corners)) for n in range(corners)
    ]
    assert crossing([*round_, round_[0]]) is None


@pytest.mark.django_db
def test_the_command_tells_first_and_loads_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "outlines.geojson"
    path.write_text(json.dumps(collection(feature(ring()))))

    def ask(*words: str) -> int:
        return command.run(ArgumentParser(), [str(path), *words])

    assert cli.VERBS["outlines"]
    with pytest.raises(RuleBroken):
        ask()
    assert ask("--reference", "EPSG:4490") == 0
    assert not Outline.objects.exists()
    assert ask("--reference", "GCJ-02", "--load", "--source", "测绘院 2026") == 0
    said = capsys.readouterr().out
    assert Outline.objects.get().reference == "GCJ-02"
    assert command.run(ArgumentParser(), ["--undo", said.split()[-1]]) == 0
    assert not Outline.objects.exists()
    path.write_text(json.dumps(collection(feature(ring(), code=""))))
    assert ask("--reference", "EPSG:4490", "--load", "--source", "x") == 1
