"""What a browser still holds after somebody signed out of it: nothing of a person, on a phone or at the counter."""

import pytest
from playwright.sync_api import Page

from tests.stories.conftest import SignIn
from tests.stories.test_offline import Walk, mine, unhurried, walk

__all__ = ["mine", "unhurried", "walk"]
pytestmark = pytest.mark.browser
HELD = """async () => JSON.stringify([await indexedDB.databases(), await caches.keys(),
  Object.entries(localStorage), Object.entries(sessionStorage)])"""
NOTHING = "[[],[],[],[]]"


def back_to_nobody(page: Page, names: list[str]) -> None:
    """Press the back button as often as there is something behind; no page shows any of these."""
    for _step in range(6):
        page.go_back()
        text = page.content()
        assert not [name for name in names if name in text], page.url
    page.goto("/login")


def test_the_back_button_at_the_counter_shows_nobody_after_signing_out(
    counter: dict[str, str], sign_in: SignIn
) -> None:
    page = sign_in("window")
    for address in ("/", f"/people/{counter['张国富']}", "/people?name=张国富", f"/people/{counter['王秀英']}"):
        page.goto(address)
    page.fill("[role=search] input[name=q]", "张国富")
    page.wait_for_selector("#found a")
    page.evaluate("document.querySelector('form[action=\"/logout\"]').requestSubmit()")
    page.wait_for_url("**/login*")
    assert page.evaluate(HELD) == NOTHING
    back_to_nobody(page, ["张国富", "王秀英"])


def test_a_phone_holds_nothing_and_goes_back_to_nobody_after_signing_out(walk: Walk) -> None:
    page = walk()
    doors = [text.split("\n")[0] for text in page.locator(".doors li").all_inner_texts()]
    assert len(doors) > 2
    page.locator(".doors li:not(.seen) a").first.click()
    page.goto("/m/find")
    page.goto("/m")
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url("**/login*")
    assert page.evaluate(HELD) == NOTHING
    back_to_nobody(page, doors)
    page.goto("/m")
    assert "/login?next=/m" in page.url
