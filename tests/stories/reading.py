"""What a reader sees on a page, and the few movements every story makes."""

from playwright.sync_api import Locator, Page

PRIMARY = "main form button.button-primary"


def words(place: Locator) -> str:
    """The text of a part of the page, what is folded away included, on one line."""
    return " ".join((place.text_content() or "").split())


def fact(page: Page, label: str) -> str:
    """The value beside a label."""
    return words(page.locator("main dl div").filter(has=page.locator(f"dt:text-is('{label}')")).locator("dd").first)


def history(page: Page) -> list[str]:
    """The lines of a timeline, newest first."""
    return [words(line) for line in page.locator("main .timeline li").all()]


def act(page: Page, number: str, verb: str, **typed: str) -> None:
    """Open the form of a verb on the page of its case, fill it in and send it."""
    if not page.url.endswith(f"/cases/{number}"):
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
            field.select_option(label=value)
        else:
            field.fill(value)
    page.click(PRIMARY.replace("button-primary", "button:is(.button-primary, .button-danger)"))
    page.wait_for_load_state()


def pdf(page: Page, address: str) -> bytes:
    """A document the page links to."""
    answer = page.request.get(address)
    assert answer.ok, f"{answer.status} {address}"
    assert answer.headers["content-type"] == "application/pdf"
    data = answer.body()
    assert data.startswith(b"%PDF-")
    return data
