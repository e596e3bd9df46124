"""One officer for every 300 households: drawn, looked at, changed, published, taken back."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.cast import COMMUNITY
from tests.patches.big import build_big
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from yimen.patches.queries import division_on, patches_at

pytestmark = pytest.mark.browser


def test_a_head_draws_the_patches_changes_them_publishes_and_takes_it_back(
    house: str, clock: Clock, sign_in: SignIn
) -> None:
    build_big(25)  # 900 households
    head = sign_in("head")
    head.goto("/patches")
    expect(head.locator("main")).to_contain_text("本社区还没有片区")
    head.get_by_role("link", name="划分片区").click()
    head.get_by_role("button", name="按标准划分").click()
    expect(head.locator("main [role=status]")).to_contain_text("方案已拟好")
    expect(head.locator("tr", has_text="3 片区").first).to_contain_text("300")
    shoot(head, "patches-proposal")
    head.locator("#publish").get_by_role("button", name="发布").click()
    expect(head.locator("main [role=status]")).to_contain_text("已发布")
    today = clock.now.date()
    first = division_on(COMMUNITY, on=today)
    assert sorted(set(first.values())) == [1, 2, 3]
    expect(head.locator("tr", has_text="1 片区").first).to_contain_text("沈晓岚")
    shoot(head, "patches-list")
    phone = sign_in("head", width=390, height=844)
    phone.goto("/patches/redraw")
    phone.get_by_role("button", name="从现行片区改起").click()
    phone.locator("section[aria-labelledby=h-after] svg a").first.click()
    expect(phone.locator("#f-into")).to_be_in_viewport()
    expect(phone.locator("form:has(#f-A-1) label", has_text="A 岗")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(phone, "patches-390-ticked")
    phone.get_by_role("button", name="重划", exact=True).first.click()
    expect(phone.locator("main [role=status]")).to_contain_text("没有变化：按标准，这些单元正好是一个片区")
    phone.get_by_role("button", name="作废方案").click()

    head.get_by_role("link", name="调整片区").click()
    head.get_by_role("button", name="从现行片区改起").click()
    circle = head.locator("#h-after ~ svg a, section[aria-labelledby=h-after] svg a").first
    circle.click()
    expect(head.locator("input[name=stairwell]:checked")).to_have_count(1)
    well = head.locator("input[name=stairwell]:checked").get_attribute("value")
    now = next(number for one, number in first.items() if str(one) == well)
    other = 2 if now != 2 else 3
    head.select_option("#f-into", str(other))  # beside the map, whose click ticked it
    head.locator("#map").get_by_role("button", name="移动", exact=True).click()
    expect(head.locator("main [role=status]")).to_contain_text("已在方案里移动")
    expect(head.locator("section[aria-labelledby=h-moved]")).to_contain_text("12 户")
    shoot(head, "patches-moved")
    listed = head.locator("section[aria-labelledby=h-wells]")
    listed.locator("summary").first.click()
    listed.get_by_role("checkbox").first.check()
    listed.get_by_label("把勾选的单元划入").select_option(str(other))  # the bar stays while something is ticked
    listed.get_by_role("button", name="移动", exact=True).click()
    expect(head.locator("section[aria-labelledby=h-moved] li")).to_have_count(2)
    expect(head.locator("label", has_text="并走的片区")).to_be_visible()
    expect(head.get_by_label("并入的片区")).to_have_value("3")
    head.fill("#f-from_on", (today + timedelta(days=7)).isoformat())
    head.locator("#publish").get_by_role("button", name="发布").click()
    asked, published = head.get_by_label("片区不连片，也要发布"), head.locator("main [role=status]", has_text="已发布")
    expect(asked.or_(published)).to_be_visible()
    if asked.is_visible():
        shoot(head, "patches-cut")
        asked.check()
        head.locator("#publish").get_by_role("button", name="发布").click()
    expect(published).to_be_visible()
    assert division_on(COMMUNITY, on=today) == first
    assert division_on(COMMUNITY, on=today + timedelta(days=7)) != first

    head.get_by_role("button", name="撤销").click()
    expect(head.locator("main [role=status]")).to_contain_text("已撤销")
    assert division_on(COMMUNITY, on=today + timedelta(days=7)) == first


def test_a_head_names_another_officer_and_the_street_sees_it(house: str, clock: Clock, sign_in: SignIn) -> None:
    build_big(9)
    head = sign_in("head")
    head.goto("/patches/redraw")
    head.get_by_role("button", name="按标准划分").click()
    head.locator("#publish").get_by_role("button", name="发布").click()
    ref = patches_at(COMMUNITY, at=clock.now)[0].ref
    head.goto(f"/patches/{ref}")
    head.locator("main").get_by_role("button", name="保存").click()  # without a choice nobody is taken away
    expect(head.locator("main")).to_contain_text("还没有选人")
    expect(head.locator("section[aria-labelledby=h-who]")).not_to_contain_text("没有人")
    head.select_option("#f-person", label="陆建明")
    head.locator("main").get_by_role("button", name="保存").click()
    expect(head.locator("section[aria-labelledby=h-who]")).to_contain_text("陆建明")
    shoot(head, "patch")
    street = sign_in("street")
    street.goto(f"/patches?community={COMMUNITY}")
    expect(street.locator("tr", has_text="1 片区")).to_contain_text("陆建明")
    street.goto("/patches")
    shoot(street, "patches-street")
