"""A real browser: Debian's Chromium or Chrome, or the one Playwright has fetched."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError

REQUIRED = "YIMEN_BROWSER_REQUIRED"  # set where a browser must be had, so that its stories are never skipped in silence
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowser(RuntimeError):
    """None can be had; the message says what to install."""


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """A headless Chromium; NoBrowser when none can be had."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=options)
        except BrowserError as error:
            first = str(error).strip().splitlines()[0]
            raise NoBrowser(f"No browser for the stories: apt-get install chromium fonts-noto-cjk ({first})") from None
        yield browser
        browser.close()


def is_required() -> bool:
    """Whether a missing browser is a failure."""
    return os.environ.get(REQUIRED, "") == "1"
