"""What a reader sees on a page, and the few movements every story makes."""

from playwright.sync_api import Locator, Page

PRIMARY = "main form button.button-primary"


def words(place: Locator) -> str:
    """The text of a part of the page, what is folded away included, on one line; once the page has come whole."""
    place.page.wait_for_load_state()
    return " ".join((place.text_content() or "").split())


def fact(page: Page, label: str) -> str:
    """The value beside a label."""
    return words(page.locator("main dl div").filter(has=page.locator(f"dt:text-is('{label}')")).locator("dd").first)


def history(page: Page) -> list[str]:
    """The lines of a timeline, newest first."""
    page.wait_for_load_state()
    return [words(line) for line in page.locator("main .timeline li").all()]


def begin(page: Page, who: str, *matters: str) -> None:
    """A resident at the counter and what they came for."""
    page.goto("/intake")
    page.fill("#who-q", who)
    page.press("#who-q", "Enter")
    for matter in matters:
        page.fill("#f-matter", matter)
        page.press("#f-matter", "Enter")
        page.wait_for_selector(f"#m-{matter}:checked")
    page.wait_for_load_state()


def receipt(page: Page) -> str:
    """The number on the receipt that the page becomes."""
    page.wait_for_selector("b.number")
    page.wait_for_load_state()
    return page.locator("b.number").first.inner_text()


def act(page: Page, number: str, verb: str, **typed: str) -> None:
    """Open the form of a verb on the page of its case, fill it in and send it."""
    page.goto(f"/cases/{number}")
    link = page.locator(f"a[href='/cases/{number}/{verb}']")
    if not link.is_visible():
        page.locator("details.menu summary").last.click()
    link.click()
    page.wait_for_url(f"**/{verb}")
    for name, value in typed.items():
        field = page.locator(f"main [name={name}]")
        kind = field.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            page.locator(f"main [name={name}][value='{value}']").check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(field.locator("option", has_text=value).get_attribute("value"))
        else:
            field.fill(value)
    page.click(PRIMARY.replace("button-primary", "button:is(.button-primary, .button-danger)"))
    page.wait_for_load_state()


def refusal(page: Page) -> str:
    """What the page says is to be mended."""
    return words(page.locator("main .errors li").first)


def buttons(page: Page, number: str) -> set[str]:
    """The verbs the page of a case offers."""
    page.wait_for_load_state()
    prefix = f"/cases/{number}/"
    links = page.locator(f".case-head .actions :is(a[href^='{prefix}'], form[action^='{prefix}'])").all()
    return {str(one.get_attribute("href") or one.get_attribute("action")).removeprefix(prefix) for one in links}


def pdf(page: Page, address: str) -> bytes:
    """A document the page links to."""
    answer = page.request.get(address)
    assert answer.ok, f"{answer.status} {address}"
    assert answer.headers["content-type"] == "application/pdf"
    data = answer.body()
    assert data.startswith(b"%PDF-")
    return data
