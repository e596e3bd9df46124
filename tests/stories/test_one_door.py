"""One door: somebody walks in, and a minute later their matter has a number, a date and a name."""

import pytest
from playwright.sync_api import Page

from tests import cast
from tests.cases.counter import number_of
from tests.stories.conftest import Measured, SignIn, shoot
from tests.stories.counting import Expert
from yimen.cases.models import Case
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window, once it stands."""
    page.wait_for_load_state()
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.django_db
def test_an_allowance_is_found_by_the_initials_inside_its_brackets() -> None:
    load_default_catalogue(SYSTEM, at=cast.MONDAY)
    catalogue.forget()
    assert [found.code for found in catalogue.find_matters("gljt", cast.MONDAY.date())] == ["MZ-11"]


@pytest.mark.browser
def test_a_known_residents_matter_is_taken_in_eight_acts_and_under_a_minute(
    counter: dict[str, str], sign_in: SignIn, measured: Measured
) -> None:
    page = sign_in("window")
    page.goto("/intake")
    expert = Expert(page)
    expert.types("zgf 4012")
    expert.presses("Enter", until=".person strong:has-text('张国富')")
    expert.types("gljt")
    expert.presses("Enter", until="#m-MZ-11:checked")
    expert.clicks("input[name=asked]")
    expert.clicks("#p-ID")
    page.wait_for_selector(".button-primary:not(:has-text('缺件'))")
    shoot(page, "one-door")
    expert.presses("Control+Enter", until="b.number")
    assert Case.objects.get().number == page.locator("b.number").first.inner_text()
    shoot(page, "receipt")
    expert.presses("n", until="#who-q:focus")
    assert expert.interactions <= 8, expert.steps
    assert expert.keys <= 20, expert.steps
    assert expert.total <= 60, f"{expert.seconds:.1f} s of work and {expert.waited:.1f} s of waiting"
    measured("task 1", expert)


@pytest.mark.browser
def test_somebody_nobody_knows_is_added_and_served_in_twelve_acts(
    counter: dict[str, str], sign_in: SignIn, measured: Measured
) -> None:
    page = sign_in("window")
    page.goto("/intake")
    expert = Expert(page)
    expert.types(number_of("19900615", "777"))
    expert.presses("Enter", until="#f-name:focus")
    assert page.locator("#said").inner_text().find("1990-06-15") > 0
    shoot(page, "unknown")
    expert.types("周新来")
    expert.clicks("#f-door")
    expert.types("3-501")
    expert.clicks("#f-phone")
    expert.types("19900003344")
    expert.presses("Enter", until=".person strong:has-text('周新来')")
    expert.types("tsjy")
    expert.presses("Enter", until="#m-WJ-01:checked")
    expert.clicks("#p-ID")
    expert.presses("Control+Enter", until="b.number")
    assert Case.objects.get().item_code == "WJ-01"
    assert expert.interactions <= 12, expert.steps
    assert expert.keys <= 50, expert.steps
    assert expert.total <= 150
    measured("task 2", expert)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_the_counter_fits_its_screen_and_a_phone(
    counter: dict[str, str], sign_in: SignIn, language: str, width: int, height: int
) -> None:
    page = sign_in("window3", width=width, height=height, language=language)
    name = f"{language}-{width}"
    page.goto("/intake")
    assert overflow(page) <= 0
    page.fill("#who-q", "3-502")
    page.press("#who-q", "Enter")
    page.wait_for_selector("tbody button[name=resident]")
    assert overflow(page) <= 0
    shoot(page, f"who-{name}")
    page.click(f"button[value='{counter['王秀英']}']")
    page.wait_for_selector("#f-matter")
    for code in ("MZ-11", "MZ-14", "MZ-10"):
        page.fill("#f-matter", code)
        page.press("#f-matter", "Enter")
        page.wait_for_selector(f"#m-{code}:checked")
    page.wait_for_load_state()
    page.check("#by-other")
    page.wait_for_selector("#f-proxy_name")
    shoot(page, f"draft-{name}")
    assert overflow(page) <= 0
    page.click("button[value=accept]")
    page.wait_for_selector(".errors")
    shoot(page, f"refused-{name}")
    assert overflow(page) <= 0
    page.click("button[value=notice]")
    page.wait_for_selector("a[href$='once-notice.pdf']")
    page.goto("/drafts")
    shoot(page, f"drafts-{name}")
    assert overflow(page) <= 0
