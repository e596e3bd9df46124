"""Browsers on the served product that forgive nothing, a clock, and residents at the counter."""

import os
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, WebError, expect

from tests import cast
from tests.cases.counter import people
from tests.portal.conftest import Clock
from tests.stories.counting import Expert
from yimen.site.static_files import FOLDER

expect.set_options(timeout=15_000)
SHOTS = os.environ.get("YIMEN_SHOTS", "")

SignIn = Callable[..., Page]
Visit = Callable[..., Page]
Measured = Callable[[str, Expert], None]


@pytest.fixture
def house(served: str) -> str:
    """The address of the product, with its style sheets and scripts."""
    if not (FOLDER / "manifest.json").exists():
        pytest.skip("nothing is built; run scripts/assets.py")
    return served


@pytest.fixture
def counter(house: str) -> dict[str, str]:
    """Some residents, committed; name → public reference."""
    return people()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What the doors take for the present: Monday 16 November 2026, ten o'clock, until it passes."""
    made = Clock(cast.MONDAY)
    for door in ("yimen.site.middleware.now", "tests.cast.now"):
        monkeypatch.setattr(door, lambda: made.now)
    return made


NO_TROUBLE = (
    "Failed to load resource",  # judged by its status in `Watch._answer`
    "htmx:afterRequest",  # these two together: a newer round trip took the place of an older one
    "htmx:sendAbort",
)


class Watch:
    """Everything a page does that no page may do: errors in the console (a refused script or style is one), broken
    answers, files that are not there."""

    def __init__(self) -> None:
        self.troubles: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Look at all pages of this browser."""
        context.on("console", self._console)
        context.on("weberror", self._script)
        context.on("response", self._answer)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NO_TROUBLE):
            self.troubles.append(f"console: {message.text}")

    def _script(self, error: WebError) -> None:
        self.troubles.append(f"script: {error.error}")

    def _answer(self, response: Response) -> None:
        missing = response.status == 404 and response.request.resource_type not in ("document", "fetch", "xhr")
        is_asking = response.status == 503 and "retry-after" in response.headers  # to come again: nothing is broken
        if (response.status >= 500 and not is_asking) or missing:
            self.troubles.append(f"{response.status} {urlsplit(response.url).path}")


@pytest.fixture
def visit(browser: Browser, house: str) -> Iterator[Visit]:
    """A page on the served product in a browser of its own, nobody signed in. Fails the story on anything a `Watch`
    sees."""
    opened, watch = [], Watch()

    def open_page(*, width: int = 1366, height: int = 768, language: str = "zh-hans") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=house, reduced_motion="reduce"
        )
        context.set_default_timeout(20_000)
        watch.over(context)
        opened.append(context)
        context.add_cookies([{"name": "language", "value": language, "url": house}])
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()
    assert watch.troubles == []


@pytest.fixture
def sign_in(visit: Visit, house: str) -> SignIn:
    """A page on the served product, signed in as one of the cast."""

    def open_page(
        username: str, post: str = "", *, width: int = 1366, height: int = 768, language: str = "zh-hans"
    ) -> Page:
        page = visit(width=width, height=height, language=language)
        cookie = cast.client_for(username, post).cookies[settings.SESSION_COOKIE].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE, "value": cookie, "url": house}])
        return page

    return open_page


def shoot(page: Page, name: str) -> None:
    """Keep a picture when YIMEN_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True, caret="initial")  # hiding it needs a style


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """Keeps what a task took with the test's result (--junit-xml shows it), and on the terminal with -s."""

    def keep(task: str, expert: Expert) -> None:
        words = (
            f"{task}: {expert.interactions} acts, {expert.keys} keys, "
            f"{expert.seconds:.1f} s of work, {expert.waited:.2f} s of waiting"
        )
        record_property(task, words)
        sys.stdout.write(f"\n{words}\n")

    return keep
