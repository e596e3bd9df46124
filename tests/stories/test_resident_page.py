"""Resident page: everything known of somebody on one page, each value with source and date, no whole number without a
reason on record."""

import re

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.cases.counter import PHONE, number_of
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from tests.stories.reading import PRIMARY, history, words
from yimen.cases.actions.intake import accept
from yimen.cases.rules.application import Application

pytestmark = pytest.mark.browser

NUMBER = number_of("19401110", "401")  # 张国富


def test_one_page_tells_all_with_source_and_date_and_hides_the_numbers(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    taken = accept(
        cast.actor("window"),
        resident_ref=counter["张国富"],
        application=Application(matters=("MZ-11",), asked=True, papers={"ID": "seen"}),
        at=clock.now,
    )
    page = sign_in("window")
    page.goto(f"/people/{counter['张国富']}")
    shoot(page, "resident")
    facts = page.locator("[aria-labelledby=h-id] dl > div")
    assert facts.count() >= 6
    for one in facts.all():
        assert re.search(r"\d{4}-\d\d-\d\d|\d\d-\d\d", words(one.locator(".source"))), words(one)
    traits = page.locator("[aria-labelledby=h-tags] li")
    assert [one for one in traits.all() if "人社" in words(one.locator(".source"))]
    household = page.locator("[aria-labelledby=h-home]")
    expect(household).to_contain_text("王秀英 配偶")
    assert any("尊老金" in line for line in history(page))
    expect(page.locator("aside")).to_contain_text(taken.number)
    expect(page.locator(f"main a[href='/cases/{taken.number}']").first).to_be_visible()
    assert page.locator("main ol.timeline").count() == 1
    text = page.content()
    assert NUMBER not in text
    assert PHONE not in text
    expect(page.locator(".masked").first).to_contain_text("4012")
    household.get_by_role("link", name="王秀英").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王秀英")


def test_a_whole_number_needs_a_reason_and_the_head_sees_who_looked(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("window")
    page.goto(f"/people/{counter['张国富']}")
    page.locator("summary", has_text="看完整号码").click()
    page.get_by_label("其他，写明").check()
    page.get_by_role("button", name="看证件号").click()
    expect(page.locator("#revealed")).to_contain_text("请写几个字")
    page.get_by_label("打电话或上门").check()
    page.get_by_role("button", name="看电话").click()
    expect(page.locator("#revealed b")).to_contain_text("199 0000 6207")
    page.get_by_label("窗口核对本人").check()
    page.get_by_role("button", name="看证件号").click()
    expect(page.locator("#revealed b")).to_contain_text(re.compile(r"320299 ?19401110 ?4012"))
    page.reload()
    assert NUMBER not in page.content().replace(" ", "")
    assert page.goto(f"/people/{counter['张国富']}/seen-by").status == 403  # type: ignore[union-attr]  # it navigates
    head = sign_in("head")
    head.goto(f"/people/{counter['张国富']}")
    head.locator(".page-head details.menu summary").click()
    head.get_by_role("link", name="谁看过这份档案").click()
    head.wait_for_url("**/seen-by")
    looks = [words(row) for row in head.locator("tbody tr").all() if "看完整号码" in words(row)]
    assert len(looks) == 2
    assert all("沈晓岚" in look for look in looks)
    assert "核对本人" in looks[0]
    assert "打电话或上门" in looks[1]


def test_a_phone_is_corrected_and_a_double_is_merged_and_parted(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("window")
    page.goto(f"/people/{counter['陈立新']}")
    page.get_by_role("link", name="改一项").click()
    page.fill("#f-value", "199 0000 5678")
    page.locator("input[name=evidence][value=stated]").check()
    page.click(f"{PRIMARY}[data-key='ctrl+enter']")
    expect(page.locator("main [role=status]")).to_contain_text("已更正")
    expect(page.locator("main")).to_contain_text("199 **** 5678")
    assert any("更正" in line and "沈晓岚" in line for line in history(page))

    page.goto("/people/new")
    page.fill("#f-name", "陈立新")
    page.fill("#f-birth_on", "1985-05-20")
    page.locator("#f-birth_on").blur()
    expect(page.locator("#same")).to_contain_text("陈立新")  # a second record is warned of while it is typed
    page.locator("input[name=sex][value='1']").check()
    page.fill("#f-door", "3-502")
    page.click(PRIMARY)
    page.wait_for_url("**done=added")
    double = page.url.split("/people/")[1].split("?")[0]

    page.goto(f"/people/{counter['陈立新']}/merge")
    page.locator(f"a[href$='other={double}']").click()
    shoot(page, "merge")
    page.fill("#f-why", "同名同生日，本人在窗口确认")
    page.get_by_role("button", name="合并这两份档案").click()
    expect(page.locator("main")).to_contain_text("两份档案已合并，30 日内可以撤销")
    page.goto(f"/people/{double}")
    page.wait_for_url(f"**/people/{counter['陈立新']}")  # the other record leads to the kept one
    page.get_by_role("button", name="撤销合并").click()
    expect(page.locator("main")).to_contain_text("两份档案都恢复了")
    page.goto(f"/people/{double}")
    assert page.url.endswith(double)
