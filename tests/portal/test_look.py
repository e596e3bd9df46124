"""Every resident page in a real browser: both languages, every size of text, keys alone, no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import cast
from tests.portal import world
from tests.site.test_look import measure, overflow
from yimen.catalogue import queries as catalogue
from yimen.portal import kept
from yimen.site.static_files import FOLDER

pytestmark = pytest.mark.browser

OPEN = (
    *("/p/", "/p/guides", "/p/guides?category=C05", "/p/guides?q=zzzz", "/p/guides/MZ-01", "/p/check/MZ-01"),
    *("/p/halls?in=320213025", f"/p/halls/{cast.COMMUNITY}", "/p/promises", "/p/track", "/p/t/LX26-1116-000001"),
    *("/p/complain", "/p/open/320213025", f"/p/open/{cast.COMMUNITY}", "/p/accessibility", "/p/privacy", "/p/none"),
)


@pytest.fixture
def numbers(served: str) -> Iterator[dict[str, str]]:
    if not (FOLDER / "manifest.json").exists():
        pytest.skip("nothing is built; run scripts/assets.py")
    yield world.build()
    catalogue.forget()
    kept.forget()


def visit(browser: Browser, served: str, *, language: str = "zh-hans", elder: str = "", script: bool = True) -> Page:
    """A fresh browser that has chosen a community."""
    context: BrowserContext = browser.new_context(
        base_url=served, reduced_motion="reduce", java_script_enabled=script, viewport={"width": 390, "height": 844}
    )
    chosen = {"language": language, "place": cast.COMMUNITY} | ({"elder": elder} if elder else {})
    context.add_cookies([{"name": name, "value": value, "url": served} for name, value in chosen.items()])
    return context.new_page()


def unlock(page: Page, number: str) -> None:
    page.goto(f"/p/t/{number}")
    page.fill("#code", world.CODE)
    page.click("main form .button")
    page.wait_for_url("**/p/track/**")


@pytest.mark.parametrize("elder", ["", "1", "2"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_resident_page_fits_and_its_letters_and_targets_are_large_enough(
    browser: Browser, served: str, numbers: dict[str, str], language: str, elder: str
) -> None:
    """MIIT age-friendly rules: 60 px targets and 18 px text in the elder view, 44 px elsewhere."""
    page = visit(browser, served, language=language, elder=elder)
    least, letters = (60, 18) if elder else (44, 13)
    for address in OPEN:
        page.goto(address)
        _looks_right(page, address, least, letters)
    for name, number in numbers.items():
        unlock(page, number)
        _looks_right(page, name, least, letters)
    page.goto(f"/p/rate/{numbers['unrated']}")
    if not elder:
        least, letters = 60, 18  # the rating is large by default
    _looks_right(page, "rate", least, letters)
    page.context.close()


def _looks_right(page: Page, name: str, least: int, letters: int) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert overflow(page) <= 0, f"{name} is too wide at {width}"
    assert measure(page, f"smallTargets({least})") == [], name
    assert measure(page, f"smallLetters({letters})") == [], name
    assert measure(page, "faintLetters()") == [], name


def test_a_case_is_followed_rated_and_complained_of_with_the_keyboard_alone(
    browser: Browser, served: str, numbers: dict[str, str]
) -> None:
    page = visit(browser, served)
    page.goto("/p/")
    _tab_to(page, "a[href='/p/track']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/track")
    _tab_to(page, "#number")
    page.keyboard.type(numbers["unrated"])
    page.keyboard.press("Tab")
    page.keyboard.type(world.CODE.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/p/track/{numbers['unrated']}")
    _tab_to(page, f"a[href='/p/rate/{numbers['unrated']}']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/rate/*")
    _tab_to(page, "input[name=level]")
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=level]:checked").get_attribute("value") == "4"
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('谢谢')")
    assert "谢谢" in page.locator("h1").inner_text()
    page.goto("/p/complain")
    _tab_to(page, "#words")
    page.keyboard.type("等得久")
    _tab_to(page, "main form button.button")
    page.keyboard.press("Enter")
    page.wait_for_selector("dl.facts")
    page.context.close()


def _tab_to(page: Page, selector: str) -> None:
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            seen = page.evaluate(
                "getComputedStyle(document.activeElement.closest('.level') ?? document.activeElement)"
                ".boxShadow !== 'none'"
            )
            assert seen, f"nothing shows that {selector} has the focus"
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_everything_works_without_scripts(browser: Browser, served: str, numbers: dict[str, str]) -> None:
    page = visit(browser, served, script=False)
    page.goto("/p/check/MZ-01")
    page.locator("label:has(input[value=yes])").click()
    page.locator("label:has(input[value=self])").click()
    page.click("main form .button")
    assert page.locator(".materials .bring").count() == 1
    unlock(page, numbers["open"])
    page.fill("#words-message", "我明天来")
    page.click("form[action*=message] .button")
    assert "我明天来" in page.locator(".course").last.inner_text()
    page.click("button[value='1'][name=elder]")
    assert page.locator("html[data-elder]").count() == 1
    assert page.url.endswith(numbers["open"]), "the same page, larger"
    page.click("button[name=language]")
    assert page.locator("html[lang=en]").count() == 1
    page.context.close()


def test_what_to_bring_prints_as_a_list(browser: Browser, served: str, numbers: dict[str, str]) -> None:
    page = visit(browser, served)
    page.goto("/p/check/MZ-01")
    page.locator("label:has(input[value=yes])").click()
    page.locator("label:has(input[value=self])").click()
    page.click("main form .button")
    page.emulate_media(media="print")
    assert page.locator(".materials").is_visible()
    assert not page.locator(".buttons").first.is_visible()
    page.context.close()
