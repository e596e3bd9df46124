"""The frames, macros, sheets and scripts, looked at in a real browser on sample pages (tests/site/look)."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.site.gallery import CHINESE, ENGLISH, ORIGIN, Look, asset, environment, messages, page_text, sample


@pytest.fixture
def look(browser: Browser) -> Iterator[Look]:
    context = browser.new_context(reduced_motion="reduce")
    yield Look(context.new_page())
    context.close()


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


MEASURES = (Path(__file__).parent / "look/measures.js").read_text()


def measure(page: Page, question: str) -> object:
    """What falls short by one of the measures; an empty list when nothing does."""
    return page.evaluate(f"{MEASURES.strip()}.{question}")


STAFF = ("case.html", "list.html", "intake.html", "site/login.html", "site/error.html")
PORTAL = ("portal_home.html", "portal_track.html")

browser_test = pytest.mark.browser


@browser_test
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("name", STAFF)
def test_a_staff_page_fits_the_counter_screen_and_the_phone(look: Look, name: str, language: str) -> None:
    extra = {"status": 404, "sentence": "", "request_id": "abc"} if "error" in name else {}
    text = page_text(name, language, **extra)
    for width, height in ((1366, 768), (1024, 768), (390, 844), (320, 640)):
        page = look.open(text, width, height)
        look.shoot(f"{Path(name).stem}-{language}-{width}")
        assert overflow(page) <= 0, f"{name} is too wide at {width}"
    assert not [error for error in look.errors if "staff.js" not in error and "404" not in error]


@browser_test
@pytest.mark.parametrize("elder", ["", "1", "larger"])
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("name", PORTAL)
def test_a_resident_page_fits_in_every_size_of_text(look: Look, name: str, language: str, elder: str) -> None:
    text = page_text(name, language, elder=elder)
    for width, height in ((1366, 768), (390, 844), (320, 640)):
        page = look.open(text, width, height)
        look.shoot(f"{Path(name).stem}-{language}-{elder or 'plain'}-{width}")
        assert overflow(page) <= 0, f"{name} is too wide at {width}"


@browser_test
@pytest.mark.parametrize(("elder", "target", "text_size"), [("", 44, 13), ("1", 60, 18), ("larger", 60, 18)])
@pytest.mark.parametrize("name", PORTAL)
def test_resident_targets_and_letters_are_large_enough(
    look: Look, name: str, elder: str, target: int, text_size: int
) -> None:
    """MIIT age-friendly rules: 60 px targets and 18 px text in elder view, 44 px elsewhere."""
    page = look.open(page_text(name, CHINESE, elder=elder), 390, 844)
    assert measure(page, f"smallTargets({target})") == []
    assert measure(page, f"smallLetters({text_size})") == []


@browser_test
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*STAFF, *PORTAL])
def test_every_letter_stands_out_by_day_and_by_night(look: Look, name: str, scheme: Any) -> None:
    extra = {"status": 500, "sentence": "x"} if "error" in name else {}
    look.page.emulate_media(color_scheme=scheme)
    page = look.open(page_text(name, CHINESE, **extra))
    look.shoot(f"{Path(name).stem}-{scheme}")
    assert measure(page, "faintLetters()") == []


@browser_test
def test_the_next_act_of_a_case_stands_in_the_first_screen(look: Look) -> None:
    page = look.open(page_text("case.html", CHINESE))
    box = page.locator(".button-primary").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 768


@browser_test
def test_paper_shows_the_case_without_the_frame_and_names_who_printed_it(look: Look) -> None:
    page = look.open(page_text("list.html", CHINESE))
    page.emulate_media(media="print")
    look.shoot("list-print")
    assert not page.locator(".rail").is_visible()
    assert not page.locator(".bar").is_visible()
    assert page.locator(".watermark").is_visible()


def test_a_defect_says_what_to_do_even_with_nothing_else_known() -> None:
    bare = environment(CHINESE).get_template("site/error.html").render(lang=CHINESE)
    assert "请再试一次" in bare
    assert "<h1>" in bare


def test_every_word_of_both_frames_is_translated() -> None:
    table = messages(CHINESE)
    for language_page in (*STAFF, *PORTAL):
        asked: set[str] = set()
        made = environment(CHINESE)
        install: Callable[..., None] = made.install_gettext_callables  # type: ignore[attr-defined]  # an extension adds it

        def one(text: str, asked: set[str] = asked) -> str:
            asked.add(text)
            return text

        def several(single: str, many: str, n: int, asked: set[str] = asked) -> str:
            asked.add(single)
            return many

        install(one, several, newstyle=True)
        made.get_template(language_page).render({**sample(CHINESE), "status": 404, "sentence": ""})
        assert asked <= table.keys()
        assert asked


def scripts() -> bool:
    return asset("staff.js") is not None


needs_scripts = pytest.mark.skipif(not scripts(), reason="the scripts are not built; run scripts/assets.py")


@browser_test
@needs_scripts
def test_the_slash_opens_the_finder_and_enter_never_takes_a_doubtful_person(look: Look) -> None:
    rows = [{"href": f"/people/{n}", "name": "张国富", "parts": ["男 80 岁", "4012", "本站"]} for n in (1, 2)]
    groups = [{"title": "居民", "total": 2, "rows": rows}]
    look.bodies["/search"] = environment(CHINESE).get_template("site/finder.html").render(groups=groups, exact="")
    page = look.open(page_text("case.html", CHINESE))
    page.keyboard.press("/")
    page.keyboard.type("zgf", delay=20)
    page.wait_for_selector("#found li")
    look.shoot("finder")
    assert [entry for entry in look.asked if entry[1] == "/search"][-1][2].endswith("q=zgf")
    assert len([entry for entry in look.asked if entry[1] == "/search"]) <= 2, "one letter asks nothing"
    assert page.locator(".is-active").count() == 0
    page.keyboard.press("Escape")
    assert not page.locator("#finder").is_visible()
    page.keyboard.press("/")
    page.keyboard.type("zgf", delay=20)
    page.wait_for_selector("#found li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{ORIGIN}/people/2")
    assert look.errors == []


@browser_test
@needs_scripts
def test_enter_takes_the_row_the_server_marks_as_the_sole_exact_match(look: Look) -> None:
    groups = [{"title": "居民", "total": 1, "rows": [{"href": "/people/7", "name": "张国富", "parts": []}]}]
    look.bodies["/search"] = (
        environment(CHINESE).get_template("site/finder.html").render(groups=groups, exact="/people/7")
    )
    page = look.open(page_text("case.html", CHINESE))
    page.keyboard.press("Control+k")
    page.keyboard.type("zgf 4012")
    page.wait_for_selector(".is-active")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{ORIGIN}/people/7")


@browser_test
@needs_scripts
def test_letters_are_keys_outside_fields_only_and_can_be_turned_off(look: Look) -> None:
    page = look.open(page_text("list.html", CHINESE))
    page.locator("#f-from").focus()
    page.keyboard.press("n")
    assert page.url == f"{ORIGIN}/page"
    page.locator("#main").focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator(".bulk [data-ticked]").inner_text() == "1"
    assert page.evaluate("document.activeElement.getAttribute('href')") in ("/cases/2", None)
    page.keyboard.press("Shift+Slash")
    assert page.locator("#keys").is_visible()
    look.shoot("keys")
    page.locator("[data-keys-toggle]").uncheck()
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.keyboard.press("n")
    page.keyboard.press("g")
    page.keyboard.press("c")
    assert page.url == f"{ORIGIN}/page"
    page.locator("[data-dialog=keys]").click()
    page.locator("[data-keys-toggle]").check()
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url(f"{ORIGIN}/intake")
    assert look.errors == []


@browser_test
@needs_scripts
def test_a_draft_saves_itself_and_says_so_in_words(look: Look) -> None:
    page = look.open(page_text("intake.html", CHINESE))
    page.locator("#f-note").fill("x")
    page.wait_for_selector("[data-when=saved]:has-text('10:43')")
    saved = [entry for entry in look.asked if entry[1] == "/intake/x/draft"]
    assert len(saved) == 1
    look.status["/intake/x/draft"] = 410
    page.locator("#f-note").fill("y")
    page.wait_for_selector("[data-when=closed]:visible")
    assert not page.locator("[data-when=saved]").is_visible()


@browser_test
@needs_scripts
def test_a_refused_round_trip_is_said_in_one_sentence_and_replaces_nothing(look: Look) -> None:
    look.status["/search"] = 422
    look.bodies["/search"] = "Too short."
    look.kinds["/search"] = "text/plain; charset=utf-8"
    page = look.open(page_text("case.html", CHINESE))
    page.keyboard.press("/")
    page.keyboard.type("zgf")
    page.wait_for_selector("#failure:not([hidden])", state="attached")
    assert page.locator("[data-failure=said]").text_content() == "Too short."
    assert page.locator("#found").inner_text() == ""


@browser_test
@needs_scripts
def test_ctrl_enter_submits_the_form_once(look: Look) -> None:
    page = look.open(page_text("intake.html", CHINESE))
    page.locator("#f-note").fill("x")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{ORIGIN}/intake/x")
    assert len([entry for entry in look.asked if entry[:2] == ("POST", "/intake/x")]) == 1


def test_a_number_in_a_table_that_stacks_on_a_phone_says_what_it_counts() -> None:
    """The heads of its columns are not there then; a link says by where it leads, a span of days by its words."""
    in_words = {"catalogue/catalogue.html: {{ row.promised }}"}
    bare = {
        f"{path.parent.name}/{path.name}: {found[1]}"
        for path in sorted((Path(__file__).parents[2] / "yimen").glob("*/templates/**/*.html"))
        for table in re.findall(r'<table class="table table-stack.*?</table>', path.read_text(encoding="utf-8"), re.S)
        for found in re.finditer(r'<td class="num[^>]*>(.*?)</td>', table, re.S)
        if "stack-label" not in found[1] and "stack-unit" not in found[1] and "<a " not in found[1]
    }
    assert bare == in_words
