"""Bring in outlines and places: asked how they were measured, shown what they would do, applied whole, undone whole."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pyproj import Transformer

from tests import cast
from tests.geo.files import XIAN, geojson, geopackage, ring, spot, square, zipped
from tests.registry.town import AT, Town
from yimen.core.actor import SYSTEM
from yimen.core.errors import NotAllowed, RuleBroken
from yimen.core.files.confined import Refused
from yimen.core.files.reading import Reader, Unreadable
from yimen.core.ground import to_gcj02
from yimen.geo.actions import bringing, working
from yimen.geo.actions import ground as actions
from yimen.geo.models import GroundFile, GroundPart
from yimen.geo.reading import child, judging, parent
from yimen.geo.rules import files, places
from yimen.geo.rules import outlines as rules
from yimen.geo.rules.picture import Area, picture_of
from yimen.geo.rules.references import likelier
from yimen.orgs import actions as orgs
from yimen.orgs.models import Outline
from yimen.orgs.queries.outlines import names_under
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


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What children do is done in this process, where it takes no start; that they are children is tested elsewhere."""
    readers = {"yimen.geo.reading.child": child.read, "yimen.geo.reading.judging": judging.answer}

    def ask(reader: Reader, path: Path, folder: Path) -> Any:
        try:
            return json.loads(json.dumps(readers[reader.module](path, reader.limits, folder)))
        except Refused as refused:
            raise Unreadable(refused.message, **refused.params) from None

    monkeypatch.setattr(parent, "ask_child", ask)


def brought(body: bytes, kind: str = "divisions") -> GroundFile:
    """Sent, and read by the worker; the first layer."""
    made = bringing.bring(cast.actor("street"), chunks=[body], name="x.geojson", kind=kind, at=AT)
    return worked(made)


def worked(file: GroundFile) -> GroundFile:
    """What the worker makes of what it has in hand."""
    while found := working.unfinished():  # layers follow the file that held them
        for ref in found:
            working.work(ref, at=AT)
    file.refresh_from_db()
    return file


def look(file: GroundFile, chosen: str = "") -> GroundFile:
    if chosen:
        bringing.measure(cast.actor("street"), ref=file.ref, reference=chosen, at=AT)
    return worked(file)


def apply(file: GroundFile, **said: Any) -> int:
    file.refresh_from_db()
    asked = {"is_certain": False, "leave_out": False, "source": "测绘院 2026", "from_on": ON}
    order = {"reference": file.reference, **asked, **said}
    actions.apply(cast.actor("street"), ref=file.ref, at=AT, **order)
    return worked(file).count


def problems(file: GroundFile) -> list[str]:
    """Those with a problem stand first, and there in the order of the file."""
    return [row["problem"][0] if row["problem"] else "" for row in file.judged.get("rows", ())]


def test_the_reference_system_is_asked_for_and_nothing_is_judged_before(town: Town) -> None:
    file = brought(geojson(square(cast.COMMUNITY, ring())))
    assert (file.state, file.reference, file.judged, file.problem) == ("open", "", {}, {})
    with pytest.raises(RuleBroken):
        apply(file)
    page = street().get(f"/map/ground/{file.ref}").content.decode()
    assert "GCJ-02" in page
    assert not Outline.objects.filter(source="测绘院 2026").exists()
    assert problems(look(file, "EPSG:4490")) == [""]


def test_a_file_that_declares_metres_and_holds_degrees_says_so_and_asks(town: Town) -> None:
    file = brought(geojson(square(cast.COMMUNITY, ring(120.3, 31.5, 0.012)), crs="EPSG:4549"))
    assert (file.state, file.said, file.reference, file.judged) == ("open", "EPSG:4549", "", {})
    page = street().get(f"/map/ground/{file.ref}").content.decode()
    assert "文件声明的坐标系是 EPSG:4549" in page
    assert "文件写明为 EPSG:4490" not in page
    assert problems(look(file, "EPSG:4549")) == [rules.DEGREES]
    assert problems(look(file, "EPSG:4490")) == [""]
    assert apply(file) == 1


def test_metres_that_were_turned_are_told_with_the_system_they_were_in(town: Town) -> None:
    way = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True)
    metres = [list(way.transform(x, y)) for x, y in ring()]
    file = brought(geojson(square(cast.COMMUNITY, metres), crs="EPSG:4549"))
    assert (file.said, file.reference, problems(file)) == ("EPSG:4549", "EPSG:4490", [""])
    page = street().get(f"/map/ground/{file.ref}").content.decode()
    assert "EPSG:4549，读取时已把米换算为经纬度" in page
    assert 'value="EPSG:4549"' not in page  # its corners are degrees now


def test_a_problem_quotes_the_feature_its_column_and_its_value(town: Town) -> None:
    shape = square("", ring())["geometry"]
    rows = brought(
        geojson(
            square(cast.COMMUNITY, ring()),
            {"type": "Feature", "properties": {"社区名称": "锡汇社区", "户主": "张国富"}, "geometry": shape},
            {"type": "Feature", "properties": {"OBJECTID": 7, "AREA": 1}, "geometry": shape},
            crs="EPSG:4490",
        )
    ).judged["rows"]
    assert [(row["number"], row["problem"]) for row in rows if row["problem"]] == [
        (2, [rules.NO_SUCH_NAME, {"name": "锡汇社区", "column": "社区名称"}]),
        (3, [rules.NO_CODE_AMONG, {"columns": "OBJECTID, AREA"}]),
    ]


def test_outlines_hold_from_a_day_on_and_are_taken_back_whole(town: Town) -> None:
    wider = ring(120.3, 31.5, 0.012)
    file = brought(geojson(square(cast.COMMUNITY, wider), crs="EPSG:4490"))
    assert apply(file) == 1
    assert Outline.objects.get(division_code=cast.COMMUNITY, to_on=None).source == "测绘院 2026"
    with pytest.raises(RuleBroken, match="meantime"):
        apply(file)
    actions.undo(cast.actor("street"), ref=file.ref, at=AT)
    assert Outline.objects.get(division_code=cast.COMMUNITY, to_on=None).source == "测绘院 2026"  # the worker's to do
    page = street().get(f"/map/ground/{file.ref}").content.decode()
    assert 'id="progress"' in page
    assert worked(file).state == "undone"
    assert Outline.objects.get(division_code=cast.COMMUNITY, to_on=None).source == "test"
    assert {"ground.bring", "ground.apply", "ground.undo", "outline.load", "outline.undo"} <= set(
        Entry.objects.values_list("verb", flat=True)
    )


def test_what_newer_outlines_have_followed_stays_and_says_so(town: Town) -> None:
    first = brought(geojson(square(cast.COMMUNITY, ring(120.3, 31.5, 0.012)), crs="EPSG:4490"))
    apply(first)
    second = brought(geojson(square(cast.COMMUNITY, ring(120.3, 31.5, 0.013)), crs="EPSG:4490"))
    apply(second, from_on=ON + timedelta(days=1))
    refused = worked(actions.undo(cast.actor("street"), ref=first.ref, at=AT))
    assert (refused.state, "Newer outlines" in refused.problem["message"]) == ("applied", True)
    assert worked(actions.undo(cast.actor("street"), ref=second.ref, at=AT)).state == "undone"
    assert worked(actions.undo(cast.actor("street"), ref=first.ref, at=AT)).state == "undone"


def test_the_progress_says_which_step_of_how_many_and_how_much(town: Town) -> None:
    made = bringing.bring(
        cast.actor("street"),
        chunks=[geojson(square(cast.COMMUNITY, ring()), crs="EPSG:4490")],
        name="x.geojson",
        kind="divisions",
        at=AT,
    )
    client = street()
    client.cookies["language"] = "en"
    address = f"/map/ground/{made.ref}"
    assert "step 1 of 2 · opening the file" in client.get(address).content.decode()
    GroundFile.objects.filter(pk=made.pk).update(features=[{}, {}])
    assert "step 2 of 2 · looking at each of 2 shapes" in client.get(address).content.decode()
    GroundFile.objects.filter(pk=made.pk).update(state="applying", count=2)
    assert "step 2 of 2 · writing 2 to the map" in client.get(address).content.decode()
    GroundFile.objects.filter(pk=made.pk).update(state="undoing")
    assert "taking 2 back" in client.get(address).content.decode()


def test_an_overlap_names_the_other_community_and_is_drawn_whole(town: Town) -> None:
    east = ring(120.3, 31.5, 0.01)
    over = [[x + 0.008, y] for x, y in east]
    file = brought(geojson(square(cast.COMMUNITY, east), square(cast.SIBLING, over), crs="EPSG:4490"))
    [wrong] = [row for row in file.judged["rows"] if row["problem"]]
    assert wrong["problem"][1] == {"other": names_under(cast.COMMUNITY, on=ON)[cast.COMMUNITY]}
    [red] = [one for one in file.judged["picture"]["areas"] if one["wrong"]]
    corners = [tuple(map(float, pair.split())) for pair in red["path"].strip("MZ").split("L")]
    assert all(0 <= x <= 720 and 0 <= y <= file.judged["picture"]["height"] for x, y in corners)


def test_a_file_that_was_shifted_in_secret_is_noticed_and_asked_about(town: Town) -> None:
    shifted = [list(to_gcj02((x, y))) for x, y in ring()]
    file = brought(geojson(square(cast.COMMUNITY, shifted), crs="EPSG:4326"))
    assert file.judged["doubt"] == "GCJ-02"
    assert "GCJ-02" in street().get(f"/map/ground/{file.ref}").content.decode()
    with pytest.raises(RuleBroken, match="fits GCJ-02 better"):
        apply(file)
    assert look(file, "GCJ-02").judged["doubt"] == ""
    with pytest.raises(RuleBroken, match="meantime"):
        apply(file, reference="EPSG:4326")
    assert apply(file) == 1
    west = Outline.objects.get(division_code=cast.COMMUNITY, to_on=None).west
    assert west == pytest.approx(120.3, abs=1e-6)


def test_a_drawing_error_raises_no_doubt() -> None:
    assert likelier([((120.3001, 31.5), (120.3, 31.5))], "EPSG:4326") == ""
    assert likelier([((120.5, 31.5), (120.3, 31.5))], "EPSG:4326") == ""  # elsewhere in every system
    assert likelier([], "EPSG:4326") == ""


def test_what_runs_over_leaves_its_parent_or_is_not_ones_own_is_named(town: Town) -> None:
    far = ring(120.325, 31.5, 0.01)  # half of it beyond the street
    found = brought(
        geojson(
            square(cast.COMMUNITY, ring()),
            square(cast.SIBLING, ring(120.305, 31.505)),
            square("320213025009", ring(120.32, 31.52, 0.005)),
            square(cast.NEXT_COMMUNITY, ring(120.32, 31.51, 0.005)),
            crs="EPSG:4490",
        )
    )
    assert problems(found)[0] == rules.OVERLAPS
    assert rules.STRANGE in problems(found)
    assert problems(found)[-1] == ""
    assert problems(brought(geojson(square(cast.COMMUNITY, far), crs="EPSG:4490"))) == [rules.OUTSIDE]


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
    found = brought(geojson(square(cast.COMMUNITY, spike), crs="EPSG:4490"))
    assert problems(found) == [""]
    assert [message for message, _said in found.judged["rows"][0]["notes"]] == [rules.MENDED]
    assert problems(brought(geojson(square(cast.COMMUNITY, bow), crs="EPSG:4490"))) == [rules.CROSSES]


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
    assert problems(file) == [places.UNKNOWN, places.NO_NAME, "", ""]
    [moved] = [spot for spot in file.judged["picture"]["spots"] if "from" in spot]
    assert moved["name"] == "广瑞一村 3"
    with pytest.raises(RuleBroken, match="left out"):
        apply(file)
    assert apply(file, leave_out=True) == 2
    assert Building.objects.get(division_code=cast.COMMUNITY, number="12").longitude == 120.307
    worked(actions.undo(cast.actor("street"), ref=file.ref, at=AT))
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
    assert places.OUTSIDE_OWN in problems(file)
    assert file.judged["doubt"] == "GCJ-02"
    assert edge


def street() -> Client:
    return cast.client_for("street")


def test_the_pages_bring_a_file_in_and_undo_it(town: Town) -> None:
    client = street()
    body = geojson(square(cast.COMMUNITY, ring(120.3, 31.5, 0.012)), crs="EPSG:4490")
    sent = client.post("/map/ground/new", {"kind": "divisions", "file": SimpleUploadedFile("边界.geojson", body)})
    assert sent.status_code == 302
    address = sent["Location"]
    assert 'id="progress"' in client.get(address).content.decode()
    assert 'hx-trigger="every 1s"' in client.get(address, headers={"HX-Request": "true"}).content.decode()
    file = worked(GroundFile.objects.get())
    assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == address
    shown = client.get(address).content.decode()
    assert "今天的边界" in shown
    assert 'class="ground-new"' in shown
    assert 'class="ground-today"' in shown
    asked = {"reference": "EPSG:4490", "from_on": ON.isoformat()}
    assert client.post(f"{address}/apply", asked).status_code == 422
    assert client.post(f"{address}/apply", asked | {"source": "测绘院 2026"}).status_code == 302
    assert 'id="progress"' in client.get(address).content.decode()
    worked(file)
    assert "测绘院 2026" in client.get(address).content.decode()
    assert client.post(f"{address}/undo").status_code == 302
    assert "边界.geojson" in client.get("/map/ground").content.decode()
    assert client.post("/map/ground/new", {"kind": "divisions"}).status_code == 422
    assert client.post(f"{address}/measure", {"reference": "x"}).status_code == 422
    assert client.post(f"{address}/drop").status_code == 422


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"PK\x03\x04", "文件读不了"),
        (b"{}", "没有边界"),
        (geojson(square(cast.COMMUNITY, [[1e400, 31.5], [120, 31], [120, 32]]), crs="EPSG:4490"), "第 1 个要素"),
        (zipped([square(cast.COMMUNITY, ring())], prj=XIAN), "测绘"),
    ],
    ids=["no archive", "no features", "infinite", "Xian 1980"],
)
def test_what_cannot_be_read_says_so_on_its_page_and_leaves_nothing(town: Town, body: bytes, words: str) -> None:
    file = brought(body)
    assert (file.state, file.features) == ("refused", [])
    assert not GroundPart.objects.exists()
    assert words in street().get(f"/map/ground/{file.ref}").content.decode()
    listed = street().get("/map/ground").content.decode()
    assert words in listed
    assert "未能读取" in listed
    assert "已丢弃" not in listed


def test_a_file_is_sealed_until_it_is_read_and_then_gone(town: Town) -> None:
    body = geojson(square(cast.COMMUNITY, ring(), 户主="张国富"), crs="EPSG:4490")
    made = bringing.bring(cast.actor("street"), chunks=[body], name="x.geojson", kind="divisions", at=AT)
    [part] = GroundPart.objects.all()
    assert "张国富".encode() not in bytes(part.body)
    assert b"FeatureCollection" not in bytes(part.body)
    worked(made)
    assert not GroundPart.objects.exists()


def test_each_layer_becomes_a_file_of_its_own(town: Town, tmp_path: Path) -> None:
    body = geopackage(tmp_path / "made.gpkg", [square(cast.COMMUNITY, ring())], layers=3)
    brought(body)
    found = GroundFile.objects.order_by("layer").values_list("layer", "state")
    assert list(found) == [("layer 0", "open"), ("layer 1", "open"), ("layer 2", "open")]


def test_a_worker_that_died_is_followed_by_one_that_goes_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    body = geojson(square(cast.COMMUNITY, ring(120.3, 31.5, 0.012)), crs="EPSG:4490")
    made = bringing.bring(cast.actor("street"), chunks=[body], name="x.geojson", kind="divisions", at=AT)

    def die(*_given: Any, **_said: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(working, "judged", die)
        with pytest.raises(KeyboardInterrupt):
            working.work(made.ref, at=AT)
    assert worked(made).state == "open"  # though its parts were gone already
    with monkeypatch.context() as dying:
        dying.setattr(orgs, "load_outlines", die)
        with pytest.raises(KeyboardInterrupt):
            apply(made)
    assert not Outline.objects.filter(source="测绘院 2026").exists()
    assert worked(made).state == "applied"
    assert Outline.objects.filter(source="测绘院 2026").count() == 1


def test_what_would_not_fit_any_more_goes_back_to_its_preview(town: Town) -> None:
    file = brought(geojson(square(cast.COMMUNITY, ring(120.3, 31.5, 0.012)), crs="EPSG:4490"))
    later = [orgs.OutlineRow(cast.COMMUNITY, [[ring()]])]
    orgs.load_outlines(SYSTEM, rows=later, source="later", reference="EPSG:4490", on=ON + timedelta(days=9), at=AT)
    assert apply(file) == 0
    assert file.state == "open"
    assert "更晚的日子" in street().get(f"/map/ground/{file.ref}").content.decode()


def test_only_whoever_sent_a_file_throws_it_away(town: Town) -> None:
    file = brought(geojson(square(cast.COMMUNITY, ring()), crs="EPSG:4490"))
    other = replace(cast.actor("street"), account_id=uuid4())
    with pytest.raises(RuleBroken, match="who sent the file"):
        bringing.drop(other, ref=file.ref, at=AT)
    bringing.drop(cast.actor("street"), ref=file.ref, at=AT)
    file.refresh_from_db()
    assert (file.state, file.features, file.judged) == ("dropped", [], {})
    assert Entry.objects.filter(verb="ground.drop").count() == 1
    with pytest.raises(RuleBroken, match="meantime"):
        bringing.drop(cast.actor("street"), ref=file.ref, at=AT)


def test_what_nobody_brings_in_goes_after_a_week_and_what_was_stays_on_the_map(town: Town) -> None:
    left = brought(geojson(square(cast.COMMUNITY, ring()), crs="EPSG:4490"))
    used = brought(geojson(square(cast.COMMUNITY, ring(120.3, 31.5, 0.012)), crs="EPSG:4490"))
    apply(used)
    assert working.purge(SYSTEM, at=AT + files.KEPT) == 0
    week = AT + files.KEPT + timedelta(minutes=1)
    assert working.purge(SYSTEM, at=week) == 2
    assert working.purge(SYSTEM, at=week + files.KEPT + timedelta(days=1)) == 0
    for file in (left, used):
        file.refresh_from_db()
        assert (file.features, file.judged) == ([], {})
    assert (left.state, used.state) == ("dropped", "applied")
    assert "7 天" in street().get(f"/map/ground/{left.ref}").content.decode()
    assert worked(actions.undo(cast.actor("street"), ref=used.ref, at=week)).state == "undone"
    assert Entry.objects.filter(verb="ground.purge").count() == 2


def test_few_files_of_one_reach_wait_at_a_time(town: Town) -> None:
    body = geojson(square(cast.COMMUNITY, ring()), crs="EPSG:4490")
    for _place in range(5):
        bringing.bring(cast.actor("street"), chunks=[body], name="x.geojson", kind="divisions", at=AT)
    with pytest.raises(RuleBroken, match="still being read"):
        bringing.bring(cast.actor("street"), chunks=[body], name="x.geojson", kind="divisions", at=AT)


def test_one_outline_in_another_country_does_not_shrink_the_picture() -> None:
    near = Area("here", [[[[x, y] for x, y in ring()]]], is_wrong=False)
    far = Area("far", [[[[x, y] for x, y in ring(2.3, 48.8)]]], is_wrong=True)
    drawn = picture_of([near, far], [], [near.polygons])
    assert picture_of([near], [], [near.polygons])["areas"][0] == drawn["areas"][0]
    assert drawn["today"] == [drawn["areas"][0]["path"]]
    assert picture_of([], [], [near.polygons]) == {}


def test_a_station_brings_in_no_outlines(town: Town) -> None:
    with pytest.raises(NotAllowed):
        bringing.bring(cast.actor("head"), chunks=[b"{}"], name="x", kind="divisions", at=AT)
    assert cast.client_for("head").get("/map/ground").status_code == 403
