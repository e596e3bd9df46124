"""Workbench: the first screen of each role is what a resident waits for, and nothing to report."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.cases.taking import taken
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from tests.stories.reading import fact, words
from yimen.access.queries import account_named
from yimen.cases import actions
from yimen.core.actor import Actor, Role

pytestmark = pytest.mark.browser

REPORTING = ("报表", "台账", "填报", "打卡", "截图", "晒单")


@pytest.fixture
def waiting(counter: dict[str, str], clock: Clock) -> dict[str, str]:
    """What waits in the station and above it: name → number."""
    at, before = clock.now, clock.now - timedelta(days=12)
    made = {
        "late": taken(promised=3, at=before),
        "later": taken(promised=10, at=at),
        "pool": taken(owner=None, first_asked="window3", at=at),
        "above": taken(level="street", at=before, promised=20),
        "asked": taken(promised=7, at=at),
        "offered": taken(owner="window2", first_asked="window2", at=at),
        "closed": taken(at=at),
    }
    window, colleague = cast.actor("window"), cast.actor("window2")
    actions.send_up(window, number=made["above"].number, opinion="建议批准", at=at)
    actions.ask_extension(window, number=made["asked"].number, days=3, reason="等回函", at=at)
    mine = account_named("window")
    assert mine is not None
    actions.offer(colleague, number=made["offered"].number, to_ref=mine.ref, reason="下午外出", at=at)
    actions.decide(window, number=made["closed"].number, outcome="done", text="办好", at=at)
    resident = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")
    actions.rate(resident, number=made["closed"].number, level=1, at=at)
    return {name: case.number for name, case in made.items()}


def first_screen(page: Page) -> str:
    """The workbench of this seat; nobody is asked to report anything there."""
    page.goto("/")
    shown = words(page.locator("main"))
    assert not [word for word in REPORTING if word in shown]
    return shown


def test_a_window_worker_sees_first_who_has_waited_longest(waiting: dict[str, str], sign_in: SignIn) -> None:
    page = sign_in("window")
    first_screen(page)
    shoot(page, "workbench-window")
    expect(page.locator("main .note", has_text=waiting["offered"])).to_contain_text("下午外出")
    rows = [words(row) for row in page.locator("[aria-labelledby=h-due] tbody tr:not(.group)").all()]
    assert waiting["late"] in rows[0]
    assert "超期" in rows[0]
    assert not [row for row in rows if waiting["closed"] in row]
    assert waiting["pool"] in words(page.locator("[aria-labelledby=h-pool]"))


def test_the_keys_of_the_workbench_need_no_mouse(waiting: dict[str, str], sign_in: SignIn) -> None:
    page = sign_in("window")
    first_screen(page)
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{waiting['late']}**")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/cases")
    page.keyboard.press("n")
    page.wait_for_url("**/intake")
    page.locator("#who-q").fill("gc")  # in a field letters are letters
    assert page.url.endswith("/intake")
    page.goto("/")
    page.keyboard.press("c")  # claims the next
    page.wait_for_url(f"**/cases/{waiting['pool']}")
    assert fact(page, "经办").startswith("沈晓岚")


def test_keys_that_wait_while_the_search_closes_are_not_lost(waiting: dict[str, str], sign_in: SignIn) -> None:
    """A busy browser has the next keys at hand before it tells the page that the dialog is closed. Here they come in
    one task, the worst it can do."""
    page = sign_in("window")
    first_screen(page)
    press = """keys => {
      for (const [key, code, shiftKey] of keys)
        document.activeElement.dispatchEvent(
          new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true }));
      return new Promise((told) => setTimeout(told, 100)); // by then the event "close" has come
    }"""
    slash, escape, question = ["/", "Slash", False], ["Escape", "Escape", False], ["?", "Slash", True]
    page.evaluate(press, [slash, escape, slash])
    expect(page.locator("#find")).to_be_focused()
    page.evaluate(press, [escape, ["j", "KeyJ", False]])
    expect(page.locator("main tbody tr a[href]").first).to_be_focused()
    page.evaluate(press, [slash, escape, question])
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#finder")).to_be_hidden()


def test_the_head_sees_the_whole_station_and_whom_to_call(waiting: dict[str, str], sign_in: SignIn) -> None:
    page = sign_in("head")
    shown = first_screen(page)
    shoot(page, "workbench-head")
    assert waiting["late"] in shown
    assert waiting["offered"] in shown  # everybody's cases, not only their own
    expect(page.locator("[aria-labelledby=h-follow] li")).to_have_count(1)


@pytest.mark.parametrize(
    ("username", "sees", "not_sees"),
    [
        ("street", ("above", "asked", "late"), ("pool",)),
        ("district", ("late",), ("above", "asked")),
        ("city", ("late",), ("above", "asked")),
        ("dept", ("late",), ("asked",)),
    ],
)
def test_an_office_sees_what_it_has_to_decide_and_what_is_stuck(
    waiting: dict[str, str], sign_in: SignIn, username: str, sees: tuple[str, ...], not_sees: tuple[str, ...]
) -> None:
    page = sign_in(username)
    shown = first_screen(page)
    shoot(page, f"workbench-{username}")
    assert all(waiting[name] in shown for name in sees)
    assert not [name for name in not_sees if waiting[name] in shown]


@pytest.mark.parametrize(
    ("username", "page_of_theirs"),
    [("sysadmin", "/calendar"), ("security", "/accounts"), ("auditor", "/trail"), ("finance", "/catalogue")],
)
def test_a_seat_without_cases_finds_its_own_pages(
    waiting: dict[str, str], sign_in: SignIn, username: str, page_of_theirs: str
) -> None:
    page = sign_in(username)
    first_screen(page)
    page.locator(f"main a[href='{page_of_theirs}']").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "陈立新" not in page.content()
