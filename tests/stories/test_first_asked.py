"""First asked: whoever is asked takes the matter, and answers for it until a named colleague has it in hand."""

import pytest
from playwright.sync_api import expect

from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from tests.stories.reading import act, begin, buttons, fact, history, receipt, words
from yimen.cases.models import Case

pytestmark = pytest.mark.browser

TAKER, CLAIMER, BYSTANDER = "钱小满", "许一帆", "陆建明"  # window4 does other things; window2 is B of the post


def test_a_matter_of_another_post_is_taken_and_its_taker_answers_until_it_is_claimed(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("window4")
    begin(page, "zgf 4012", "MZ-15")
    assert "认领前首问人负责" in words(page.locator("#bands"))
    page.keyboard.press("Control+Enter")
    number = receipt(page)
    assert f"认领前由{TAKER}负责" in words(page.locator("main"))

    page.goto(f"/cases/{number}")
    shoot(page, "first-asked")
    assert fact(page, "首问责任") == f"{TAKER} · 有人认领以前仍由首问负责"
    offered = buttons(page, number)
    assert "decide" not in offered  # it has to be claimed before anybody can close it
    assert page.goto(f"/cases/{number}/decide").ok  # type: ignore[union-attr]  # a navigation answers
    assert "不归" not in words(page.locator("main form"))  # no result says "not ours"
    page.locator("input[name=outcome][value=refused]").check()
    page.fill("[name=text]", "不归我们管")
    page.click("main form .button-primary")
    expect(page.locator(".errors")).to_contain_text("还没有人认领")
    assert Case.objects.get().state == "open"


def test_a_colleague_claims_it_from_the_workbench_and_the_next_one_is_told(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("window4")
    begin(page, "zgf 4012", "MZ-15")
    page.keyboard.press("Control+Enter")
    number = receipt(page)

    bystander = sign_in("window3")  # holds other posts
    bystander.goto("/")
    row = bystander.locator("tr", has_text=number)
    assert TAKER in words(row)
    expect(row.get_by_role("button", name="认领")).to_have_count(0)

    late = sign_in("window")
    late.goto(f"/cases/{number}")
    claimer = sign_in("window2")
    claimer.goto("/")
    claimer.locator("tr", has_text=number).get_by_role("button", name="认领").click()
    claimer.goto(f"/cases/{number}")
    assert fact(claimer, "首问责任").startswith(TAKER)
    assert fact(claimer, "经办").startswith(CLAIMER)
    assert any(f"{CLAIMER}认领" in line for line in history(claimer))
    late.get_by_role("button", name="认领").click()  # the page still showed it free
    expect(late.locator("main")).to_contain_text(f"{number} 已由{CLAIMER}认领")
    act(claimer, number, "decide", outcome="done", text="已建档，每月走访")
    assert Case.objects.get().state == "closed"
