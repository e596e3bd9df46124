"""Supervision: four levels look at one city; each finds what to do, reminds once, and opens a figure to its rows."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.cases.taking import account, taken
from tests.stories.conftest import SignIn, shoot
from tests.stories.test_one_door import overflow
from yimen.cases import actions
from yimen.cases.actions import figures
from yimen.cases.models import Case
from yimen.core.actor import SYSTEM
from yimen.core.clock import now
from yimen.trail.models import Entry

pytestmark = pytest.mark.browser


@pytest.fixture
def late_cases(counter: dict[str, str]) -> list[Case]:
    """Three cases whose day has passed, one that nobody has accepted, one closed today."""
    at, long_ago = now(), now() - timedelta(days=20)
    late = [taken(promised=1, at=long_ago + timedelta(minutes=n), name="李慧珍") for n in range(3)]
    taken(owner=None, first_asked="window3", promised=60, legal=None, at=long_ago)
    done = taken(at=at - timedelta(minutes=1))
    actions.decide(cast.actor("window"), number=done.number, outcome="done", text="已办好", at=at)
    figures.fold(SYSTEM, at=at)
    return late


def test_a_street_urges_all_that_is_late_once_and_opens_a_figure_to_its_rows(
    late_cases: list[Case], sign_in: SignIn
) -> None:
    actions.urge(cast.actor("head"), number=late_cases[0].number, at=now() - timedelta(hours=1))
    page = sign_in("street", language="en")
    page.goto("/supervise")
    assert page.locator("tbody .due").first.inner_text().endswith("overdue")
    page.get_by_role("link", name="Urge all").first.click()
    expect(page.locator("main")).to_contain_text("2 cases will be urged. 1 was urged within a day already")
    page.get_by_role("button", name="Urge 2 cases").click()
    page.get_by_text("2 reminders sent.").wait_for()
    assert Entry.objects.filter(verb="case.urge").count() == 3
    page.get_by_role("button", name=f"Urge {late_cases[0].number}").click()
    page.get_by_text("A case is urged once a day").wait_for()
    assert Entry.objects.filter(verb="case.urge").count() == 3
    page.goto("/supervise")
    page.locator(".facts a[href*='figure=closed&']").click()
    page.wait_for_url("**/cases?figure=closed*")
    assert page.locator("tbody tr").count() == 1


def test_the_city_goes_down_to_a_community_and_meets_no_resident_by_name(
    late_cases: list[Case], sign_in: SignIn
) -> None:
    page = sign_in("city")
    page.goto("/supervise")
    for code in (cast.DISTRICT, cast.STREET, cast.COMMUNITY):
        assert "李慧珍" not in page.locator("main").inner_text()
        page.locator(f".tree a[href$='at={code}']").first.click()
        page.wait_for_url(f"**at={code}")
    assert late_cases[0].number in page.locator("main").inner_text()
    assert "李*珍" in page.locator("main").inner_text()
    rows = [row.inner_text().split() for row in page.locator(".tree").first.locator("tbody tr").all()]
    late = [int(row[-5]) for row in rows]
    assert late[:4] == [3, 3, 3, 3]


@pytest.mark.parametrize("username", ["head", "street", "district", "city"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_level_fits_the_desk_and_the_phone(
    late_cases: list[Case], sign_in: SignIn, username: str, language: str
) -> None:
    assert account(username).is_active
    for width, height in ((1366, 768), (390, 844)):
        page = sign_in(username, width=width, height=height, language=language)
        page.goto("/supervise")
        shoot(page, f"supervise-{username}-{language}-{width}")
        assert overflow(page) <= 0
        assert page.locator("h1").is_visible()
