"""One door: somebody walks in, and a minute later their matter has a number, a date and a name."""

import pytest
from playwright.sync_api import Page

from tests import cast
from tests.stories.conftest import Measured, SignIn, shoot
from tests.stories.counting import Expert
from yimen.cases.models import Case
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
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
