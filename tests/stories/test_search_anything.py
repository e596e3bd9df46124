"""Search anything: one box finds people, doors, cases, matters and pages, within reach and masked."""

import pytest
from playwright.sync_api import Page, expect

from tests.cases.taking import taken
from tests.portal.conftest import Clock
from tests.registry.town import Town, build_town
from tests.stories.conftest import SignIn, shoot

pytestmark = pytest.mark.browser

PEOPLE_OR_CASES = "#found :is(a[href^='/people/']:not([href$='/new']), a[href^='/cases/'])"


@pytest.fixture
def town(house: str) -> Town:
    """Three communities of people, committed."""
    return build_town()


def ask(page: Page, words: str) -> str:
    """Open the box with its key, type, and read its rows."""
    if not page.locator("#finder[open]").count():
        page.keyboard.press("/")
    page.fill("#find", "")
    expect(page.locator("#found > *")).to_have_count(0)
    page.fill("#find", words)
    expect(page.locator("#found > *").first).to_be_visible()
    return page.locator("#found").inner_text()


def test_one_box_finds_people_by_everything_they_bring(town: Town, clock: Clock, sign_in: SignIn) -> None:
    person = town.people["张国富"]
    addresses: list[str] = []
    page = sign_in("window")
    page.context.on("request", lambda request: addresses.append(request.url))
    page.goto("/")
    by = ("张国", "zhangguofu", "zgf", "zgf " + person.number[-4:], person.number[-4:], "3-502", "3-2-502")
    for words in by:
        assert "张国富" in ask(page, words), words
    for words in ("sxx", "dxx", "shanxiong", "danxiong", "单"):  # the surname is Shàn; most people type Dān
        assert "单雄信" in ask(page, words), words
    shown = ask(page, "zgf")
    assert "张国芳" not in shown  # the same initials in the next community
    assert person.number[-4:] in shown
    shoot(page, "search-box")
    for words in (person.number, person.phone):
        shown = ask(page, words)
        assert "张国富" in shown
        assert person.number not in shown
        assert person.phone not in shown
    page.keyboard.press("Enter")  # the sole exact match
    page.wait_for_url(f"**/people/{person.ref}")
    digits = (person.number, person.phone, person.number[-4:])
    assert not [address for address in addresses if any(each in address for each in digits)]


def test_the_same_box_finds_doors_cases_matters_and_pages(town: Town, clock: Clock, sign_in: SignIn) -> None:
    case = taken()
    page = sign_in("window")
    page.goto("/people")
    for words, href in (
        ("3-2-502", f"/doors/{town.door('3-2-502')}"),
        ("广瑞一村3号楼2单元502", f"/doors/{town.door('3-2-502')}"),
        (case.number, f"/cases/{case.number}"),
        (case.number[:9].lower(), f"/cases/{case.number}"),
        ("尊老金", "/catalogue/MZ-11"),
        ("gljt", "/catalogue/MZ-11"),
        ("技能矩阵", "/skills"),
    ):
        ask(page, words)
        expect(page.locator(f"#found a[href='{href}']")).to_have_count(1)
    ask(page, case.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.number}")


def test_the_next_door_finds_nothing_of_it_and_the_city_no_names(town: Town, clock: Clock, sign_in: SignIn) -> None:
    person, case = town.people["张国富"], taken()
    page = sign_in("nextdoor")
    page.goto("/")
    for words in ("张国富", "zhangguofu", person.number, person.phone, person.number[-4:], case.number):
        assert "张国富" not in ask(page, words), words
        assert page.locator(PEOPLE_OR_CASES).count() == 0, words
    assert "章高峰" in ask(page, "zgf")  # their own
    assert "张国富" not in page.locator("#found").inner_text()
    assert page.goto(f"/people/{person.ref}").status == 404  # type: ignore[union-attr]  # a navigation answers
    page = sign_in("city")
    page.goto("/")
    shown = ask(page, person.number)
    assert "张*富" in shown
    assert "张国富" not in shown


def test_back_and_reload_after_a_filter_show_the_list_again(town: Town, sign_in: SignIn) -> None:
    page = sign_in("window")
    page.goto("/people")
    for name, others in (("zgf", "王秀英"), ("wxy", "张国富")):
        page.fill("#f-name", name)
        page.press("#f-name", "Enter")
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody")).not_to_contain_text(others)
    page.go_back()
    expect(page.locator("tbody")).to_contain_text("张国富")
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#f-name")).to_have_value("zgf")
    page.go_back()
    expect(page.locator("tbody")).to_contain_text("王秀英")
