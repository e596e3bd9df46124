"""A street brings in an outline that was shifted in secret: it is asked, sees what would happen, and takes it back."""

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.geo.files import geojson, ring, spot, square, zipped
from tests.geo.test_ground import load
from tests.patches.conftest import begin, name
from tests.portal.conftest import Clock
from tests.registry.town import AT, Town, build_town
from tests.stories.conftest import SignIn, shoot
from yimen.core.ground import to_gcj02
from yimen.geo.actions import working
from yimen.registry.models import Building, Dwelling
from yimen.visits.models import VulnerableHousehold

pytestmark = pytest.mark.browser


@pytest.fixture
def town(house: str) -> Town:
    """Three communities of people, committed; the street and one of them have outlines, its buildings a place, two
    patches, and a household that must be seen."""
    town = build_town()
    load(cast.STREET, ring(120.3, 31.5, 0.03))
    load(cast.COMMUNITY, ring())
    for number, east in (("3", 120.304), ("12", 120.306)):
        Building.objects.filter(division_code=cast.COMMUNITY, number=number).update(longitude=east, latitude=31.505)
    first, second = begin()
    name(first, "window")
    name(second, "window2")
    door = Dwelling.objects.get(division_code=cast.COMMUNITY, door="3-2-502")
    VulnerableHousehold.objects.create(
        division_code=cast.COMMUNITY, dwelling=door, groups=["old"], from_on=AT.date().replace(day=1)
    )
    return town


def choose(page: Page, body: bytes, named: str) -> None:
    page.goto("/map/ground")
    page.get_by_label("文件", exact=True).set_input_files(
        {"name": named, "mimeType": "application/zip", "buffer": body}
    )
    page.get_by_role("button", name="读取文件").click()
    expect(page.locator("#progress")).to_be_visible()
    worker()


def worker() -> None:
    """What the worker process would do meanwhile; the page goes on by itself."""
    for ref in working.unfinished():
        working.work(ref, at=cast.MONDAY)


def test_a_shifted_outline_is_asked_about_brought_in_and_undone(town: Town, clock: Clock, sign_in: SignIn) -> None:
    page = sign_in("street")
    shifted = [list(to_gcj02((x, y))) for x, y in ring()]
    choose(page, zipped([square(cast.COMMUNITY, shifted, name="锡惠社区")]), "社区边界.zip")
    expect(page.get_by_label("坐标系", exact=True)).to_have_value("")
    shoot(page, "ground-asked")
    page.get_by_label("坐标系", exact=True).select_option("EPSG:4490")
    page.get_by_role("button", name="按此查看").click()
    worker()
    expect(page.locator(".note-soon").filter(has_text="GCJ-02")).to_be_visible()
    shoot(page, "ground-doubt")
    page.get_by_label("坐标系", exact=True).select_option("GCJ-02")
    page.get_by_role("button", name="按此查看").click()
    worker()
    expect(page.get_by_text("替换今天的边界")).to_be_visible()
    expect(page.locator("svg.lots .ground-new")).to_have_count(1)
    expect(page.locator("svg.lots .ground-today")).not_to_have_count(0)
    shoot(page, "ground-preview")
    page.get_by_label("由谁制作").fill("测绘院 2026 年第 3 号")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("#progress")).to_be_visible()
    worker()
    expect(page.get_by_text("已导入，可在下面撤销")).to_be_visible()
    shoot(page, "ground-applied")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#progress")).to_be_visible()
    shoot(page, "ground-undoing")
    worker()
    expect(page.get_by_text("已撤回").first).to_be_visible()


def test_places_with_a_problem_are_named_and_left_out_on_purpose(town: Town, clock: Clock, sign_in: SignIn) -> None:
    page = sign_in("street", width=390, height=844)
    body = geojson(
        spot("广瑞一村", "3号楼", [120.3045, 31.5051], 社区代码=cast.COMMUNITY),
        spot("广瑞一村", "99", [120.307, 31.507], 社区代码=cast.COMMUNITY),
        crs="EPSG:4490",
    )
    page.goto("/map/ground")
    page.get_by_label("楼栋位置").check()
    page.get_by_label("文件", exact=True).set_input_files(
        {"name": "楼栋.geojson", "mimeType": "application/json", "buffer": body}
    )
    page.get_by_role("button", name="读取文件").click()
    expect(page.locator("#progress")).to_be_visible()
    shoot(page, "ground-390-reading")
    worker()
    expect(page.get_by_text("辖区内没有这个小区和楼号")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "ground-390")
    page.get_by_label("不导入有问题的 1 条").check()
    page.get_by_label("由谁制作").fill("社区自测")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("#progress")).to_be_visible()
    worker()
    expect(page.get_by_text("已导入，可在下面撤销")).to_be_visible()
    assert Building.objects.get(division_code=cast.COMMUNITY, number="3").longitude == 120.3045


def test_the_map_shows_patches_and_visits_with_a_key_and_the_list_says_the_same(
    town: Town, clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("head")
    page.goto("/map")
    expect(page.locator("#map")).to_have_attribute("data-state", "drawn")
    page.get_by_label("片区", exact=True).check()
    page.get_by_label("本月走访").check()
    canvas = page.locator("#map canvas").bounding_box()
    assert canvas is not None
    for _ in range(2):  # visits are shown from close by
        page.locator(".maplibregl-ctrl-zoom-in").click()
        page.wait_for_timeout(400)
    expect(page.locator("[data-map-key]").first).to_be_visible()
    found = page.locator("[data-map-found]")
    for _ in range(20):
        page.mouse.click(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 4)
        if found.locator("a[href^='/patches/']").count():
            break
        page.wait_for_timeout(250)
    expect(found).to_contain_text("片区")
    shoot(page, "map-patches")
    expect(page.get_by_role("row", name="第 2 片区")).to_contain_text("1/1")
    expect(page.get_by_role("row", name="3 号楼").last).to_contain_text("1/1")


def test_the_officer_colours_doors_by_visit_and_v_starts_one(town: Town, clock: Clock, sign_in: SignIn) -> None:
    page = sign_in("window2")
    ref = Building.objects.get(division_code=cast.COMMUNITY, number="3").ref
    page.goto(f"/buildings/{ref}")
    page.get_by_role("radio", name="入户走访").check()
    expect(page.locator(".of-visits label", has_text="必访户，本月未访到")).to_contain_text("1")
    shoot(page, "tower-visits")
    page.locator("#d-2-502").focus()
    page.keyboard.press("v")
    expect(page).to_have_url(f"/visits/new?door={town.door('3-2-502')}")
    other = sign_in("window")
    other.goto(f"/buildings/{ref}")
    expect(other.locator(".note-held")).to_contain_text("他人的片区")
    expect(other.locator("#d-2-502 .who")).to_be_empty()
    shoot(other, "tower-hidden")
