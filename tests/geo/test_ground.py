"""Bring in outlines and places: asked how they were measured, shown what they would do, applied whole, undone whole."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import cast
from tests.geo.files import geojson, ring, spot, square
from tests.registry.town import AT, Town
from yimen.core.actor import SYSTEM
from yimen.core.errors import NotAllowed, RuleBroken
from yimen.core.ground import to_gcj02
from yimen.geo.actions import ground as actions
from yimen.geo.models import GroundFile
from yimen.geo.queries.ground import Preview, preview
from yimen.geo.rules import outlines as rules
from yimen.geo.rules import places
from yimen.geo.rules.references import likelier
from yimen.orgs import actions as orgs
from yimen.orgs.models import Outline
from yimen.registry.models import Building
from yimen.trail.models import Entry

pytestmark = pytest.mark.django_db
ON = AT.date()


def load(code: str, outer: Any) -> None:
    rows = [orgs.OutlineRow(code, [[outer]])]
    orgs.load_outlines(SYSTEM, rows=rows, source="test", reference="EPSG:4490", on=date(2025, 1, 6), at=AT)


@pytest.fixture
def town(town: Town) -> Town:
    """The city, the street and one of its communities have outlines."""
    load(cast.CITY, ring(120.0, 31.2, 0.8))
    load(cast.STREET, ring(120.3, 31.5, 0.03))
    load(cast.COMMUNITY, ring())
    return town


def brought(body: bytes, kind: str = "divisions") -> GroundFile:
    [made] = actions.bring(cast.actor("street"), chunks=[body], name="x.geojson", kind=kind, at=AT)
    return made


def look(file: GroundFile, chosen: str = "") -> Preview:
    return preview(cast.actor("street"), file.ref, chosen=chosen, on=ON)


def apply(file: GroundFile, **said: Any) -> int:
    asked = {"reference": "EPSG:4490", "is_certain": False, "leave_out": False, "source": "测绘院 2026", "from_on": ON}
    return actions.apply(cast.actor("street"), ref=file.ref, at=AT, **{**asked, **said})


def problems(found: Preview) -> list[str]:
    return [one.problem[0] if one.problem else "" for one in found.rows]


def test_the_reference_system_is_asked_for_and_nothing_is_judged_before(town: Town) -> None:
    file = brought(geojson(square(cast.COMMUNITY, ring())))
    found = look(file)
    assert (found.reference, found.rows, found.problem) == ("", (), None)
    with pytest.raises(RuleBroken):
        apply(file, reference="")
    page = street().get(f"/map/ground/{file.ref}").content.decode()
    assert "GCJ-02" in page
    assert not Outline.objects.filter(source="测绘院 2026").exists()
    assert problems(look(file, "EPSG:4490")) == [""]


def test_outlines_hold_from_a_day_on_and_are_taken_back_whole(town: Town) -> None:
    wider = ring(120.3, 31.5, 0.012)
    file = brought(geojson(square(cast.COMMUNITY, wider), crs="EPSG:4490"))
    assert apply(file) == 1
    assert Outline.objects.get(division_code=cast.COMMUNITY, to_on=None).source == "测绘院 2026"
    with pytest.raises(RuleBroken, match="meantime"):
        apply(file)
    assert actions.undo(cast.actor("street"), ref=file.ref, at=AT) == 1
    assert Outline.objects.get(division_code=cast.COMMUNITY, to_on=None).source == "test"
    assert {"ground.bring", "ground.apply", "ground.undo", "outline.load", "outline.undo"} <= set(
        Entry.objects.values_list("verb", flat=True)
    )


def test_a_file_that_was_shifted_in_secret_is_noticed_and_asked_about(town: Town) -> None:
    shifted = [list(to_gcj02((x, y))) for x, y in ring()]
    file = brought(geojson(square(cast.COMMUNITY, shifted), crs="EPSG:4326"))
    assert look(file).doubt == "GCJ-02"
    assert "GCJ-02" in street().get(f"/map/ground/{file.ref}").content.decode()
    with pytest.raises(RuleBroken, match="fits GCJ-02 better"):
        apply(file, reference="EPSG:4326")
    assert look(file, "GCJ-02").doubt == ""
    assert apply(file, reference="GCJ-02") == 1
    west = Outline.objects.get(division_code=cast.COMMUNITY, to_on=None).west
    assert west == pytest.approx(120.3, abs=1e-6)


def test_a_drawing_error_raises_no_doubt() -> None:
    assert likelier([((120.3001, 31.5), (120.3, 31.5))], "EPSG:4326") == ""
    assert likelier([((120.5, 31.5), (120.3, 31.5))], "EPSG:4326") == ""  # elsewhere in every system
    assert likelier([], "EPSG:4326") == ""


def test_what_runs_over_leaves_its_parent_or_is_not_ones_own_is_named(town: Town) -> None:
    far = ring(120.325, 31.5, 0.01)  # half of it beyond the street
    found = look(
        brought(
            geojson(
                square(cast.COMMUNITY, ring()),
                square(cast.SIBLING, ring(120.305, 31.505)),
                square("320213025009", ring(120.32, 31.52, 0.005)),
                square(cast.NEXT_COMMUNITY, ring(120.32, 31.51, 0.005)),
                crs="EPSG:4490",
            )
        )
    )
    assert problems(found)[:2] == ["", rules.OVERLAPS]
    assert rules.STRANGE in problems(found)[2:]
    assert problems(look(brought(geojson(square(cast.COMMUNITY, far), crs="EPSG:4490")))) == [rules.OUTSIDE]


def test_a_spike_is_mended_and_said_and_a_bow_is_refused(town: Town) -> None:
    spike = [
        *ring()[:2],
        [120.31, 31.51],
        [120.31002, 31.51001],
        [120.30999, 31.51001],
        [120.31001, 31.51],
        *ring()[3:],
    ]
    bow = [[120.3, 31.5], [120.31, 31.51], [120.31, 31.5], [120.3, 31.51], [120.3, 31.5]]
    found = look(brought(geojson(square(cast.COMMUNITY, spike), crs="EPSG:4490")))
    assert problems(found) == [""]
    assert [message for message, _said in found.outlines[0].notes] == [rules.MENDED]
    assert problems(look(brought(geojson(square(cast.COMMUNITY, bow), crs="EPSG:4490")))) == [rules.CROSSES]


def test_divisions_are_found_by_long_codes_and_by_names(town: Town) -> None:
    street_code = square(f"{cast.STREET}000", ring(120.3, 31.5, 0.03))
    named = {"type": "Feature", "properties": {"社区名称": "锡惠社区"}, "geometry": street_code["geometry"]}
    from yimen.geo.rules.naming import division_finder

    find = division_finder({cast.STREET: "某街道", cast.COMMUNITY: "锡惠社区", cast.SIBLING: "x"})
    assert find(street_code) == cast.STREET
    assert find(named) == cast.COMMUNITY
    assert find({"properties": None}) == ""


def test_only_what_is_read_of_a_file_is_kept(town: Town) -> None:
    file = brought(geojson(square(cast.COMMUNITY, ring(), 户主="张国富", phone="13800000000"), crs="EPSG:4490"))
    assert file.features[0]["properties"] == {"code": cast.COMMUNITY}


def test_places_of_buildings_move_them_and_are_put_back(town: Town) -> None:
    Building.objects.filter(division_code=cast.COMMUNITY, number="3").update(longitude=120.305, latitude=31.505)
    file = brought(
        geojson(
            spot("广瑞一村", "3号楼", [120.306, 31.506], code=cast.COMMUNITY),
            spot("广瑞一村", "12幢", [120.307, 31.507], code=cast.COMMUNITY),
            spot("广瑞一村", "99", [120.307, 31.507], code=cast.COMMUNITY),
            spot("广瑞一村", "", [120.307, 31.507]),
            crs="EPSG:4490",
        ),
        "buildings",
    )
    found = look(file)
    assert problems(found) == ["", "", places.UNKNOWN, places.NO_NAME]
    with pytest.raises(RuleBroken, match="left out"):
        apply(file)
    assert apply(file, leave_out=True) == 2
    assert Building.objects.get(division_code=cast.COMMUNITY, number="12").longitude == 120.307
    actions.undo(cast.actor("street"), ref=file.ref, at=AT)
    back = Building.objects.filter(division_code=cast.COMMUNITY).order_by("number")
    assert [one.longitude for one in back] == [None, 120.305]
    assert Entry.objects.filter(verb="building.place").count() == 2


def test_buildings_that_would_stand_outside_their_community_raise_the_question_of_a_shift(town: Town) -> None:
    edge = [120.3002, 31.5005]
    shifted = list(to_gcj02((120.3002, 31.5005)))
    file = brought(
        geojson(
            spot("广瑞一村", "3", list(to_gcj02((120.3092, 31.5002))), code=cast.COMMUNITY),
            spot("广瑞一村", "12", [shifted[0] + 0.0092, shifted[1] - 0.0003], code=cast.COMMUNITY),
            crs="EPSG:4326",
        ),
        "buildings",
    )
    found = look(file)
    assert places.OUTSIDE_OWN in problems(found)
    assert found.doubt == "GCJ-02"
    assert edge


def street() -> Client:
    return cast.client_for("street")


def test_the_pages_bring_a_file_in_and_undo_it(town: Town) -> None:
    client = street()
    body = geojson(square(cast.COMMUNITY, ring(120.3, 31.5, 0.012)), crs="EPSG:4490")
    sent = client.post("/map/ground/new", {"kind": "divisions", "file": SimpleUploadedFile("边界.geojson", body)})
    assert sent.status_code == 302
    address = sent["Location"].partition("?")[0]
    assert "今天的边界" in client.get(address).content.decode()
    refused = client.post(f"{address}/apply", {"reference": "EPSG:4490", "from_on": ON.isoformat()})
    assert refused.status_code == 422
    done = client.post(
        f"{address}/apply", {"reference": "EPSG:4490", "from_on": ON.isoformat(), "source": "测绘院 2026"}
    )
    assert done.status_code == 302
    assert "测绘院 2026" in client.get(address).content.decode()
    assert client.post(f"{address}/undo").status_code == 302
    assert "边界.geojson" in client.get("/map/ground").content.decode()
    wrong = client.post("/map/ground/new", {"kind": "divisions", "file": SimpleUploadedFile("x.zip", b"PK\x03\x04")})
    assert wrong.status_code == 422
    assert client.post("/map/ground/new", {"kind": "divisions"}).status_code == 422


def test_a_station_brings_in_no_outlines(town: Town) -> None:
    with pytest.raises(NotAllowed):
        actions.bring(cast.actor("head"), chunks=[b"{}"], name="x", kind="divisions", at=AT)
    assert cast.client_for("head").get("/map/ground").status_code == 403
