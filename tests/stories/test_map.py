"""Map: drawn in the browser from this server alone; a click gives a list, and a table says the same."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests import cast
from tests.portal.conftest import Clock
from tests.registry.town import AT, Town, build_town
from tests.stories.conftest import SignIn, shoot
from yimen.core.actor import SYSTEM
from yimen.orgs import actions as orgs
from yimen.registry.models import Building

pytestmark = pytest.mark.browser


@pytest.fixture
def town(house: str) -> Town:
    """Three communities of people, committed; one lies somewhere, with its buildings in the middle."""
    town = build_town()
    square = [[120.32, 31.58], [120.34, 31.58], [120.34, 31.6], [120.32, 31.6], [120.32, 31.58]]
    orgs.load_outlines(
        SYSTEM,
        rows=[orgs.OutlineRow(cast.COMMUNITY, [[square]])],
        source="test",
        reference="EPSG:4490",
        on=date(2025, 1, 6),
        at=AT,
    )
    Building.objects.filter(division_code=cast.COMMUNITY).update(longitude=120.33, latitude=31.59)
    return town


def test_the_map_needs_nobody_else_and_a_click_gives_a_list(
    town: Town, clock: Clock, sign_in: SignIn, house: str
) -> None:
    page = sign_in("window")
    asked: list[str] = []

    def only_ours(route: Route) -> None:
        asked.append(route.request.url)
        if urlsplit(route.request.url).netloc in (urlsplit(house).netloc, ""):
            route.continue_()
        else:
            route.abort()

    page.context.route("**/*", only_ours)
    page.goto("/map")
    expect(page.locator("#map")).to_have_attribute("data-state", "drawn")
    assert any("/tiles/divisions/" in one for one in asked)
    assert not any("/tiles/buildings/" in one for one in asked)  # layers are off until somebody asks
    page.get_by_label("楼栋与户数").check()
    expect(page.locator("[data-map-found]")).to_be_hidden()
    canvas = page.locator("#map canvas").bounding_box()
    assert canvas is not None
    for _ in range(20):  # until the layer is drawn
        page.mouse.click(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
        if page.locator("[data-map-found] a[href^='/buildings/']").count() == 2:
            break
        page.wait_for_timeout(250)
    expect(page.locator("[data-map-found]")).to_contain_text("广瑞一村 3")
    shoot(page, "map")
    assert {urlsplit(one).netloc for one in asked if one.startswith("http")} == {urlsplit(house).netloc}
    page.locator("[data-map-found] a", has_text="广瑞一村 3").click()
    expect(page.locator(".tower")).to_be_visible()


def test_the_table_under_the_map_says_the_same_and_can_stand_alone(town: Town, clock: Clock, sign_in: SignIn) -> None:
    page = sign_in("window", width=390, height=844)
    page.goto("/map")
    expect(page.locator("#map")).to_have_attribute("data-state", "drawn")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "map-390")
    page.get_by_role("button", name="只看表").click()
    expect(page.locator("#map")).to_be_hidden()
    expect(page.get_by_role("link", name="12 号楼")).to_be_visible()


def test_only_the_map_carries_the_map(town: Town, clock: Clock, sign_in: SignIn) -> None:
    page = sign_in("window")
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    for address in ("/", "/buildings", "/people"):
        page.goto(address)
    assert not [one for one in asked if "/map" in one or "maplibre" in one]
