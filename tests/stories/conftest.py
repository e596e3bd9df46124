"""A signed-in browser on the served product, and residents at the counter."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests import cast
from tests.cases.counter import people
from tests.stories.counting import Expert
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM
from yimen.core.clock import now
from yimen.site.static_files import FOLDER

SHOTS = os.environ.get("YIMEN_SHOTS", "")

SignIn = Callable[..., Page]
Measured = Callable[[str, Expert], None]


@pytest.fixture(autouse=True)
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sealed words need a key file."""
    path: Path = tmp_path_factory.getbasetemp() / "story-keys.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIMEN_KEY_FILE", os.environ.get("YIMEN_KEY_FILE") or str(path))
        yield


@pytest.fixture
def counter(served: str) -> Iterator[dict[str, str]]:
    """The default catalogue and some residents, committed; name → public reference."""
    if not (FOLDER / "manifest.json").exists():
        pytest.skip("nothing is built; run scripts/assets.py")
    catalogue.forget()
    load_default_catalogue(SYSTEM, at=now())
    yield people()
    catalogue.forget()


@pytest.fixture
def sign_in(browser: Browser, served: str) -> Iterator[SignIn]:
    """A page on the served product, signed in as one of the cast."""
    opened = []

    def open_page(username: str, *, width: int = 1366, height: int = 768, language: str = "zh-hans") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=served, reduced_motion="reduce"
        )
        opened.append(context)
        cookie = cast.client_for(username).cookies[settings.SESSION_COOKIE].value
        context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE, "value": cookie, "url": served},
                {"name": "language", "value": language, "url": served},
            ]
        )
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()


def shoot(page: Page, name: str) -> None:
    """Keep a picture when YIMEN_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


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
