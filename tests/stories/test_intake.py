"""Intake: several matters in one visit, each paper once in one of six states, nothing typed is lost, one receipt."""

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests import cast
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from tests.stories.reading import begin, pdf, receipt, words
from yimen.cases.actions.intake import accept
from yimen.cases.models import Case, Visit
from yimen.cases.rules.application import Application

pytestmark = pytest.mark.browser

ALL_SIX = {"kept", "shared", "promised", "look", "missing", "waived"}


def slowly(route: Route) -> None:
    """An answer that takes its time when a part of the page asked for it."""
    if route.request.headers.get("hx-request"):
        time.sleep(0.25)
    route.continue_()


def states(page: Page) -> set[str]:
    """The states of the papers on the checklist."""
    marks = page.locator("#bands .material").all()
    return {str(mark.get_attribute("class")).removeprefix("material material-") for mark in marks}


def test_three_matters_of_one_visit_ask_for_each_paper_once_and_give_one_number(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("window")
    begin(page, "zgf 4012", "MZ-11", "MZ-14", "MZ-29")
    page.check("#q-on_dibao-no")
    expect(page.locator("#bands .material-waived").first).to_be_visible()
    page.check("#p-IN-declared")
    expect(page.locator("#bands .material-promised").first).to_be_visible()
    shoot(page, "intake-three")
    assert states(page) == ALL_SIX
    names = [words(row) for row in page.locator("#bands tbody th").all()]
    assert len(names) == len(set(names))
    page.select_option("[name='f.help']", "meals")
    page.select_option("[name='f.change']", "none")
    page.context.route("**/intake/*", slowly)
    page.check("#p-MD-in")  # each tick is sent; the next ones, and accepting, do not wait for its answer
    page.check("input[name=asked]")
    page.check("#p-ID")
    page.keyboard.press("Control+Enter")
    receipt(page)
    page.context.unroute_all()
    shoot(page, "receipt-three")
    taken = Case.objects.order_by("number")
    assert {case.item_code for case in taken} == {"MZ-11", "MZ-14", "MZ-29"}
    assert len({case.visit_id for case in taken}) == 1
    assert page.locator("b.number").first.inner_text() == taken[0].number
    assert page.locator("tbody tr").count() == 3
    assert len(pdf(page, f"/visits/{taken[0].number}/receipt.pdf")) > 5000


def test_nothing_typed_is_lost_to_a_slow_answer_a_refusal_or_a_power_cut(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("window")
    begin(page, "zgf 4012", "MZ-14")
    page.context.route("**/intake/*", slowly)
    page.check("#p-MD-in")  # sent; what follows is done before the answer comes
    page.check("input[name=asked]")
    page.check("#p-ID")
    page.fill("[name='f.emergency_contact']", "张小军")
    expect(page.locator("[data-when=saved]")).to_be_hidden()
    expect(page.locator("[data-when=saved]")).to_be_visible()
    page.context.unroute_all()
    page.reload()
    assert page.input_value("[name='f.emergency_contact']") == "张小军"
    expect(page.locator("input[name=asked]")).to_be_checked()
    expect(page.locator("#p-ID")).to_be_checked()
    expect(page.locator("#p-MD-in")).to_be_checked()
    page.fill("[name='f.emergency_phone']", "123")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errors")).to_contain_text("最需要什么帮助")
    assert page.input_value("[name='f.emergency_contact']") == "张小军"
    expect(page.locator("[data-when=saved]")).to_be_visible()
    assert not Case.objects.exists()


def test_a_second_case_of_one_matter_is_shown_before_it_is_made(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    first = accept(
        cast.actor("window2"),
        resident_ref=counter["张国富"],
        application=Application(matters=("MZ-11",), papers={"ID": "seen"}),
        at=clock.now,
    )
    page = sign_in("window")
    begin(page, "zgf 4012", "MZ-11")
    shown = page.locator("#bands .note", has_text=first.number)
    expect(shown).to_contain_text("许一帆")
    page.check("#p-ID")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errors")).to_contain_text(first.number)
    assert Case.objects.count() == 1
    page.check("#again-MZ-11")
    page.keyboard.press("Control+Enter")
    receipt(page)
    assert Case.objects.count() == 2


def test_the_same_visit_sent_twice_gives_one_receipt(counter: dict[str, str], clock: Clock, sign_in: SignIn) -> None:
    page = sign_in("window")
    begin(page, "zgf 4012", "MZ-11")
    page.check("#p-ID")
    page.wait_for_selector(".button-primary:not(:has-text('缺件'))")  # the draft has the tick; the other tab will too
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_role("button", name="受理").dblclick()
    receipt(page)
    second.get_by_role("button", name="受理").click()
    receipt(second)
    assert second.url == page.url
    page.goto("/intake")
    page.go_back()
    assert Visit.objects.count() == 1
    assert Case.objects.count() == 1


def test_a_matter_is_taken_for_somebody_found_in_the_box(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    page = sign_in("window")
    page.goto("/")
    page.keyboard.press("/")
    page.fill("#find", "zgf")
    page.click("a[href^='/intake?resident=']")
    page.wait_for_selector("button[name=resident]:focus")
    page.keyboard.press("Enter")
    expect(page.locator(".person strong")).to_have_text("张国富")
