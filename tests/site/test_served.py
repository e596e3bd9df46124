"""The product behind a real address: what a page does is committed, and built files come with it."""

import json
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from yimen.site.static_files import FOLDER

built = pytest.mark.skipif(not (FOLDER / "manifest.json").exists(), reason="nothing is built; run scripts/assets.py")


def test_it_answers_that_it_is_well(served: str) -> None:
    with urlopen(f"{served}/healthz") as answer:
        assert (answer.status, json.load(answer)) == (200, {"status": "ok"})


@built
@pytest.mark.browser
def test_a_browser_gets_every_file_the_sign_in_page_names(served: str, browser: Browser) -> None:
    page = browser.new_page()
    answers: dict[str, int] = {}
    page.on("response", lambda response: answers.update({response.url.removeprefix(served): response.status}))
    page.goto(f"{served}/login")
    page.close()
    assert any(path.startswith("/static/staff-") and path.endswith(".css") for path in answers)
    assert set(answers.values()) == {200}
