"""Skill matrix: who can do what, what hangs on one person, and guidance beside each form."""

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from tests.stories.reading import PRIMARY, begin, fact, receipt, words
from yimen.access import queries as access
from yimen.cases.models import Case

pytestmark = pytest.mark.browser


def test_the_head_sees_what_hangs_on_one_worker_and_sets_a_skill(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    third = access.account_named("window3")
    assert third is not None
    head = sign_in("head")
    head.goto("/skills?show=one")
    before = head.locator("tbody th[scope=row]").count()
    head.goto(f"/skills/{access.account_named('window2').ref}")  # type: ignore[union-attr]  # of the cast
    head.locator("input[name=grade-MZ-15][value=helped]").check()
    head.click(PRIMARY)
    expect(head.locator("main [role=status]")).to_be_visible()
    head.get_by_role("link", name="只有一个人会办").click()
    expect(head.locator("tbody th[scope=row]")).to_have_count(before + 1)
    expect(head.locator("tr", has_text="空巢独居老人关爱登记").locator(".few")).to_have_text("1")
    shoot(head, "skills-one")
    head.get_by_role("link", name="陆建明").click()
    head.locator("input[name=grade-MZ-15][value=alone]").check()
    head.click(PRIMARY)
    head.get_by_role("link", name="只有一个人会办").click()
    expect(head.locator("tbody th[scope=row]")).to_have_count(before)
    window = sign_in("window")  # reads, does not set
    window.goto("/skills")
    expect(window.locator("thead a")).to_have_count(0)
    assert window.goto(f"/skills/{third.ref}").status == 403  # type: ignore[union-attr]  # a navigation answers

    page = sign_in("window3")  # holds no such post; the skill alone makes the case theirs
    begin(page, "zgf 4012", "MZ-15")
    page.keyboard.press("Control+Enter")
    receipt(page)
    assert Case.objects.get().owner_id == cast.actor("window3").account_id
    page.goto(f"/cases/{Case.objects.get().number}")
    assert fact(page, "经办") == "陆建明"


def test_guidance_stands_beside_the_form_and_is_open_for_whoever_knows_it_least(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    knows, learns = sign_in("window"), sign_in("window4")
    for page, is_open in ((knows, False), (learns, True)):
        begin(page, "zgf 4012", "MZ-14")
        guidance = page.locator("details", has_text="居家养老服务补贴").filter(has=page.locator("li"))
        assert "诊断证明可以改由评估员上门看。" in words(guidance)
        assert (guidance.get_attribute("open") is not None) is is_open
