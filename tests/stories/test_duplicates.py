"""Duplicates: records that may be one person are merged or kept apart by people, and never by themselves."""

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from yimen.portal import kept
from yimen.registry.actions import add_resident
from yimen.registry.models import Duplicate, Residence, Resident
from yimen.trail import outbox

pytestmark = pytest.mark.browser


def double(name: str, birth: str, sex: str, counter: dict[str, str], clock: Clock) -> str:
    """Somebody is added a second time, without a number; the worker does its part."""
    door = Residence.objects.filter(resident__ref=counter["张国富"]).values_list("dwelling__ref", flat=True)[0]
    made = add_resident(
        cast.actor("window2"),
        name=name,
        sex=sex,
        birth_on=birth,
        dwelling_ref=door,
        source="visit",
        evidence="stated",
        at=clock.now,
    )
    while outbox.deliver(at=clock.now):
        continue
    return str(made.ref)


def test_a_double_is_merged_and_a_namesake_kept_apart(counter: dict[str, str], clock: Clock, sign_in: SignIn) -> None:
    merged = double("章国富", "1940-11-10", "1", counter, clock)
    double("王秀英", "1948-03-02", "2", counter, clock)
    assert Duplicate.objects.filter(division_code=cast.COMMUNITY, state="open").count() == 2
    assert Resident.objects.filter(merged_into__isnull=False).count() == 0
    kept.forget()
    page = sign_in("window")
    page.goto("/")
    entry = page.locator(".rail a[href='/duplicates']")
    expect(entry.locator(".count")).to_have_text("2")
    entry.click()
    shoot(page, "duplicates")
    expect(page.locator("tbody tr")).to_have_count(2)

    page.locator("tr", has_text="王秀英").get_by_role("link", name="比对").click()
    shoot(page, "duplicate")
    page.get_by_role("button", name="判定为两个人").click()
    expect(page.locator(".errors")).to_contain_text("请选一个理由")
    page.check("input[name=reason][value=asked]")
    page.get_by_role("button", name="判定为两个人").click()
    expect(page.locator("[role=status]", has_text="已判定为两个人")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)

    page.locator("tr", has_text="章国富").get_by_role("link", name="比对").click()
    number = page.locator("tr", has_text="证件号码").locator("td").first.inner_text()
    page.get_by_role("link", name="合并，留左边" if "3202" in number else "合并，留右边").click()
    page.fill("textarea[name=why]", "看过身份证，是同一个人")
    page.get_by_role("button", name="合并", exact=False).click()
    expect(page.get_by_text("没有疑似重复的档案")).to_be_visible()
    assert Resident.objects.get(ref=merged).merged_into == Resident.objects.get(ref=counter["张国富"])
    shoot(page, "duplicate-merged")
    page.get_by_role("button", name="撤销合并").click()
    expect(page.locator("[role=status]", has_text="两份")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert Resident.objects.get(ref=merged).merged_into is None
    assert Duplicate.objects.filter(state="apart").count() == 1
