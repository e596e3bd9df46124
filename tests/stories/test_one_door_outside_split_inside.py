"""One door outside, split inside: the resident has one number; post, level and department are our concern."""

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.cases.taking import taken
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, Visit, shoot
from tests.stories.reading import act, begin, buttons, fact, history, receipt, refusal, words
from yimen.cases.actions.intake import accept
from yimen.cases.models import Case
from yimen.cases.rules.application import Application

pytestmark = pytest.mark.browser


def test_matters_of_several_offices_go_their_own_ways_under_one_number(
    counter: dict[str, str], clock: Clock, sign_in: SignIn, visit: Visit
) -> None:
    page = sign_in("window")
    begin(page, "zgf 4012", "MZ-15", "MZ-12", "MZ-11", "HW-03")
    page.check("#p-ID")
    page.select_option("[name='f.pest']", index=1)
    page.keyboard.press("Control+Enter")
    receipt(page)
    number, secret = (one.inner_text() for one in page.locator("b.number").all())
    assert page.locator("tbody tr").count() == 4
    found = {case.item_code: case for case in Case.objects.all()}
    for code, decides in (("MZ-15", "广瑞一村社区"), ("MZ-12", "广益街道"), ("MZ-11", "梁溪区 · 民政局（老龄工作）")):
        page.goto(f"/cases/{found[code].number}")
        assert fact(page, "决定") == decides
    assert found["HW-03"].owner is None  # another post's: it waits in their pool
    resident = visit(width=390, height=844)
    resident.goto("/p/track")
    resident.fill("#number", number)
    resident.fill("#code", secret)
    resident.keyboard.press("Enter")
    resident.wait_for_url(f"**/p/track/{number}")
    shoot(resident, "one-number")
    for case in found.values():  # all four, under the one number
        assert case.number in words(resident.locator("main"))


def test_a_hand_over_is_offered_declined_with_a_reason_offered_again_accepted_and_counted(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    number = taken(at=clock.now).number
    page = sign_in("window")
    act(page, number, "offer", to="许一帆", reason="")
    assert "请写" in refusal(page)
    act(page, number, "offer", to="许一帆", reason="下午要去看望住院的老人")
    assert fact(page, "首问责任").startswith("沈晓岚")
    assert "待答复" in words(page.locator("[aria-labelledby=h-offers]"))

    other = sign_in("window2")
    other.goto("/")
    shoot(other, "offered")
    expect(other.locator(".note", has_text=number)).to_contain_text("下午要去看望住院的老人")
    other.locator(f"a[href='/cases/{number}/answer_offer']").click()
    other.locator("input[value=decline]").check()
    other.click("main form .button-primary")
    assert "请写" in refusal(other)
    other.fill("[name=reason]", "手上有三件今天到期")
    other.click("main form .button-primary")
    other.wait_for_url(f"**/cases/{number}")
    assert "手上有三件今天到期" in words(other.locator("[aria-labelledby=h-offers]"))
    assert Case.objects.get().owner_id == cast.actor("window").account_id

    act(page, number, "offer", to="陆建明", reason="请帮忙办完")
    third = sign_in("window3")
    act(third, number, "answer_offer", answer="accept")
    page.goto(f"/cases/{number}")
    assert fact(page, "首问责任").startswith("沈晓岚")
    assert fact(page, "经办").startswith("陆建明")
    assert "换手 1 次" in words(page.locator("#h-line").locator(".."))  # the declined one does not count
    told = " ".join(history(page))
    for line in ("沈晓岚转办给许一帆", "许一帆没有接受转办", "沈晓岚转办给陆建明", "陆建明接受"):
        assert line in told
    assert "decide" not in buttons(page, number)


def test_what_the_street_decides_is_sent_up_sent_back_once_and_decided_there(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    number = accept(
        cast.actor("window"),
        resident_ref=counter["张国富"],
        application=Application(matters=("MZ-12",), papers={"ID": "seen"}),
        at=clock.now,
    ).number
    page = sign_in("window")
    act(page, number, "send_up", opinion="本人到窗口，身份核对无误。")
    assert fact(page, "现在在") == "广益街道"
    street = sign_in("street")
    street.goto("/")
    street.locator(f"a[href='/cases/{number}/decide']").click()
    act(street, number, "send_back", reason="请注明到访日期。")
    page.goto(f"/cases/{number}")
    assert any("请注明到访日期" in line for line in history(page))
    act(page, number, "send_up", opinion="11 月 16 日本人到窗口，身份核对无误。")
    act(street, number, "decide", outcome="approved", text="继续发放。")
    shoot(street, "decided-above")
    assert Case.objects.get().outcome == "approved"
