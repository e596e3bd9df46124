"""Tower view: one building as one table; the keyboard walks it, colours mean one thing at a time, paper hides names."""

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.portal.conftest import Clock
from tests.registry.town import Town, build_town
from tests.stories.conftest import SignIn, shoot
from yimen.registry.models import Building, Compound, Dwelling, Stairwell

pytestmark = pytest.mark.browser


@pytest.fixture
def town(house: str) -> Town:
    """Three communities of people, committed."""
    return build_town()


def address(number: str = "3") -> str:
    return f"/buildings/{Building.objects.get(division_code=cast.COMMUNITY, number=number).ref}"


def test_an_officer_reads_a_building_by_keyboard_and_opens_a_door_beside_it(
    town: Town, clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("window")
    page.goto("/buildings")
    page.get_by_role("link", name="3 号楼", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 号楼")
    page.wait_for_load_state()  # the heading stands before the scripts that hear the keys
    page.keyboard.press("/")
    page.keyboard.type("2-502")
    page.keyboard.press("Enter")
    expect(page.locator("#door")).to_contain_text("张国富")
    expect(page.locator(".door[aria-current]")).to_have_count(1)
    shoot(page, "tower")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "d-2-302"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.id") == "d-1-302"  # over the gap between two stairwells
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#door")).to_contain_text("单雄信")
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.type("9-999")
    page.keyboard.press("Enter")
    expect(page.locator("[data-missed]")).to_be_visible()


def test_colour_means_one_thing_and_the_key_filters_with_counts(town: Town, clock: Clock, sign_in: SignIn) -> None:
    page = sign_in("window")
    page.goto(address())
    expect(page.locator(".legend:visible")).to_have_count(1)
    page.get_by_role("radio", name="特征").check()
    expect(page.locator(".legend:visible")).to_have_count(1)
    old = page.locator(".of-marks label", has_text="80 周岁以上")
    expect(old).to_contain_text("1")
    old.locator("input").check()
    assert page.locator("#d-2-502").evaluate("one => getComputedStyle(one).opacity") == "1"
    assert page.locator("#d-1-101").evaluate("one => getComputedStyle(one).opacity") == "0.25"
    page.get_by_role("radio", name="办件").check()  # a filter of another meaning no longer counts
    assert page.locator("#d-1-101").evaluate("one => getComputedStyle(one).opacity") == "1"
    page.emulate_media(media="print")
    assert page.locator("#d-2-502 .name").evaluate("one => getComputedStyle(one).fontSize") == "0px"
    expect(page.locator("aside")).to_be_hidden()
    shoot(page, "tower-print")


def test_the_same_page_fits_a_phone(town: Town, clock: Clock, sign_in: SignIn) -> None:
    page = sign_in("window", width=390, height=844)
    page.goto(address())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 240, "height": 844})  # however many doors there are, each keeps its width
    cut = "[...document.querySelectorAll('.tower .who')].filter(one => one.scrollWidth > one.clientWidth)"
    assert page.evaluate(f"{cut}.length") == 0
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#d-2-502").click()
    expect(page.locator("#door")).to_contain_text("张国富")
    shoot(page, "tower-390")


def tall_building() -> Building:
    """34 floors of two stairwells with four doors each."""
    compound = Compound.objects.create(division_code=cast.COMMUNITY, name="测量苑")
    building = Building.objects.create(division_code=cast.COMMUNITY, compound=compound, number="88", floors=34)
    for unit in ("1", "2"):
        well = Stairwell.objects.create(division_code=cast.COMMUNITY, building=building, number=unit)
        Dwelling.objects.bulk_create(
            Dwelling(
                division_code=cast.COMMUNITY,
                stairwell=well,
                floor=floor,
                room=f"{floor}0{place}",
                door=f"88-{unit}-{floor}0{place}",
                door_short=f"88-{floor}0{place}",
                address=f"测量苑88号楼{unit}单元{floor}0{place}室",
            )
            for floor in range(1, 35)
            for place in range(1, 5)
        )
    return building


def test_a_tower_of_272_doors_is_read_on_a_phone(town: Town, sign_in: SignIn) -> None:
    building = tall_building()
    page = sign_in("head", width=390, height=844)
    page.goto(f"/buildings/{building.ref}")
    expect(page.locator(".tower .door")).to_have_count(272)
    shoot(page, "tower-272-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    middle = page.locator("#d-2-1704")
    middle.click()
    expect(page.locator("#door")).to_contain_text("88-2-1704")
    expect(page.locator("#door")).to_be_in_viewport()
    page.keyboard.press("/")
    page.keyboard.type("2-3404")
    page.keyboard.press("Enter")
    expect(page.locator("#d-2-3404")).to_be_in_viewport()
