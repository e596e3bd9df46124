"""The resident: what to bring, where it stands and what to say of it, without signing in anywhere."""

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.cases.taking import taken
from tests.portal.conftest import Clock
from tests.stories.conftest import Visit, shoot
from tests.stories.reading import words
from yimen.cases import actions

CODE = "ACD347"
pytestmark = pytest.mark.browser


def text_size(page: Page) -> float:
    """Pixels of the page's text."""
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


def test_a_few_answers_give_the_exact_list_to_bring(counter: dict[str, str], clock: Clock, visit: Visit) -> None:
    page = visit(width=390, height=844)
    page.goto("/p/")
    page.fill("#q", "居家养老")
    page.keyboard.press("Enter")
    page.click("a[href='/p/guides/MZ-14']")
    expect(page.locator("main")).to_contain_text("年满 60 周岁")
    page.click("a[href='/p/check/MZ-14']")
    page.click("main form .button")
    expect(page.locator("main form")).to_be_visible()  # nothing is guessed: every question is answered first
    for name in {str(one.get_attribute("name")) for one in page.locator("input[type=radio]").all()}:
        wanted = {"on_dibao": "no", "seen_by_assessor": "assessor", "fits": "yes"}.get(name)
        box = f"input[name='{name}'][value='{wanted}']" if wanted else f"input[name='{name}']"
        page.locator(box).first.check()
    page.click("main form .button")
    page.wait_for_selector(".materials")
    shoot(page, "checked")
    brought = [words(one) for one in page.locator(".materials .bring").all()]
    assert len(brought) == 1
    assert "身份证" in brought[0]
    assert "on_dibao" not in page.url  # answers stay out of the address


def test_number_and_code_open_it_and_neither_alone(counter: dict[str, str], clock: Clock, visit: Visit) -> None:
    case = taken(at=clock.now, secret=CODE)
    actions.message(cast.actor("window"), number=case.number, text="材料齐了，请等通知。", at=clock.now)
    actions.note(cast.actor("window"), number=case.number, text="内部备注不外传", at=clock.now)
    page = visit(width=390, height=844)
    page.goto(f"/p/track/{case.number}")
    page.wait_for_url(f"**/p/t/{case.number}")  # the number alone asks for the code
    page.fill("#code", "ZZZ999")
    page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_contain_text("对不上")
    page.goto("/p/track")
    page.fill("#number", "LX26-1116-999999")
    page.fill("#code", CODE)
    page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_contain_text("对不上")  # the same words: nobody learns which numbers exist
    page.fill("#number", case.number.lower())
    page.fill("#code", "acd 347")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/p/track/{case.number}")
    shown = words(page.locator("main"))
    assert "材料齐了，请等通知。" in shown
    assert "内部备注" not in shown
    assert "陈立新" not in shown  # over somebody's shoulder nobody learns whose it is
    other = visit(width=390, height=844)
    other.goto(f"/p/track/{case.number}")
    other.wait_for_url(f"**/p/t/{case.number}")


def test_large_text_is_one_touch_and_stays(counter: dict[str, str], clock: Clock, visit: Visit) -> None:
    page = visit(width=390, height=844)
    page.goto("/p/guides/MZ-11")
    before = text_size(page)
    page.click("button[name=elder][value='1']")
    page.wait_for_selector("html[data-elder]")
    assert text_size(page) > before
    page.click("button[name=elder][value='2']")
    page.wait_for_selector("html[data-elder=larger]")
    larger = text_size(page)
    page.goto("/p/")
    assert text_size(page) == larger
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, "large")
    page.click("button[name=elder][value='0']")
    page.wait_for_selector("html:not([data-elder])")
