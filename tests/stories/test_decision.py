"""Decision: at the deciding level, on a result document, rated by the resident and, if need be, looked at again."""

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, Visit, shoot
from tests.stories.reading import act, buttons, history, pdf, refusal, words
from yimen.cases.actions.intake import Receipt, accept
from yimen.cases.models import Case, FollowUp
from yimen.cases.rules.application import Application

pytestmark = pytest.mark.browser


def take(matter: str, resident: str, clock: Clock, **papers: str) -> Receipt:
    """A matter in the hands of 沈晓岚."""
    return accept(
        cast.actor("window"),
        resident_ref=resident,
        application=Application(matters=(matter,), papers=papers, fields={"help": "meals"}),
        at=clock.now,
    )


def follow(page: Page, receipt: Receipt) -> None:
    """Open a case with the number and the code of its receipt."""
    page.goto(f"/p/t/{receipt.number}")
    page.fill("#code", receipt.secret)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/p/track/{receipt.number}")


def test_a_district_matter_is_decided_by_its_department_and_by_nobody_below(
    counter: dict[str, str], clock: Clock, sign_in: SignIn, visit: Visit
) -> None:
    receipt = take("MZ-14", counter["张国富"], clock, ID="seen", MD="in")
    number = receipt.number
    page = sign_in("window")
    page.goto(f"/cases/{number}")
    assert "decide" not in buttons(page, number)
    page.goto(f"/cases/{number}/decide")
    page.locator("input[name=outcome][value=approved]").check()
    page.fill("[name=text]", "同意")
    page.click("main form .button-primary")
    assert "由梁溪区决定" in refusal(page)
    act(page, number, "send_up", opinion="两位老人独居，建议给予送餐补贴。")
    street = sign_in("street")
    street.goto(f"/cases/{number}")
    assert "decide" not in buttons(street, number)

    office = sign_in("dept")
    office.goto("/")
    office.locator(f"a[href='/cases/{number}/decide']").click()
    office.locator("input[name=outcome][value=approved]").check()
    office.click("main form .button-primary")
    assert "请写" in refusal(office)  # grounds are needed: they stand on the document
    office.fill("[name=text]", "符合居家养老服务补贴条件，每月 20 次送餐。")
    office.click("main form .button-primary")
    office.wait_for_url(f"**/cases/{number}")
    shoot(office, "decided")
    assert len(pdf(page, f"/cases/{number}/decision.pdf")) > 5000
    page.goto(f"/cases/{number}")
    assert buttons(page, number) == {"decision.pdf"}  # closed
    assert "蒋文" in history(page)[0]

    resident = visit(width=390, height=844)
    follow(resident, receipt)
    expect(resident.get_by_role("heading", level=1)).to_contain_text("批准")
    result = pdf(resident, f"/p/track/{number}/result.pdf")
    assert len(result) > 5000


def test_one_star_opens_a_follow_up_above_the_handler_and_the_resident_has_it_reopened(
    counter: dict[str, str], clock: Clock, sign_in: SignIn, visit: Visit
) -> None:
    receipt = take("MZ-15", counter["张国富"], clock)
    page = sign_in("window")
    act(page, receipt.number, "decide", outcome="refused", text="家里另有子女同住。")
    resident = visit(width=390, height=844)
    follow(resident, receipt)
    resident.click(f"a[href='/p/rate/{receipt.number}']")
    resident.check("input[name=level][value='1']")
    resident.click("form.rate summary")
    resident.fill("[name=words]", "子女一年没有回来过")
    resident.click("form.rate .button:not(.second)")
    expect(resident.get_by_role("heading", level=1)).to_contain_text("谢谢")

    opened = FollowUp.objects.get()
    page.goto(f"/cases/{receipt.number}")
    assert "子女一年没有回来过" not in page.content()  # the handler does not see who was how content
    assert page.goto("/follow-ups").status == 403  # type: ignore[union-attr]  # a navigation answers
    assert page.goto(f"/follow-ups/{opened.ref}").status == 403  # type: ignore[union-attr]  # the same
    head = sign_in("head")
    head.goto("/")
    head.locator(f"a[href='/follow-ups/{opened.ref}']").click()
    expect(head.locator("main")).to_contain_text("子女一年没有回来过")
    head.fill("[name=answer]", "已上门道歉，请您申请重办。")
    head.click("main form .button-primary")
    assert FollowUp.objects.get().state == "answered"

    resident.goto(f"/p/track/{receipt.number}")
    resident.click("summary:has-text('请我们再看一次')")
    resident.fill("#words-reopen", "请上门看一看")
    resident.click("form[action$=reopen] .button")
    expect(resident.get_by_role("heading", level=1)).to_contain_text("正在办理")
    page.goto(f"/cases/{receipt.number}")
    shoot(page, "reopened")
    assert "decide" in buttons(page, receipt.number)
    assert "请上门看一看" in " ".join(history(page))
    assert "重新起算" in words(page.locator("#why"))
    assert Case.objects.get().reopened == 1
