"""The resident: follow by number plus a second secret, rate, ask to look again; no sign-in, large-text mode."""

from datetime import timedelta

import pytest

from tests import cast
from tests.cases.taking import taken
from tests.stories.conftest import Measured, SignIn, Visit, shoot
from tests.stories.counting import Expert
from yimen.cases import actions
from yimen.cases.models import FollowUp, Rating
from yimen.core.clock import now

CODE = "ACD347"
pytestmark = pytest.mark.browser


def test_a_resident_scans_the_receipt_follows_and_rates_in_a_few_touches(
    visit: Visit, counter: dict[str, str], sign_in: SignIn, measured: Measured
) -> None:
    case = taken(at=now() - timedelta(days=3), secret=CODE)
    page = visit(width=390, height=844)  # a resident's phone that has never been here
    page.goto(f"/p/t/{case.number}")  # what the code on the receipt opens
    follower = Expert(page)
    follower.clicks("#code")
    follower.types(CODE.lower())
    follower.presses("Enter", until="h1:has-text('社工站正在办理')")
    assert follower.interactions <= 3
    measured("follow", follower)
    assert "沈晓岚" in page.locator(".answers").inner_text()
    assert "个工作日" in page.locator(".clock").inner_text()
    shoot(page, "followed")

    actions.decide(cast.actor("window"), number=case.number, outcome="approved", text="符合规定", at=now())
    page.reload()
    assert "批准" in page.locator("h1").inner_text()
    rater = Expert(page)
    rater.clicks(f"a[href='/p/rate/{case.number}']", until="form.rate")
    rater.clicks("label:has(input[value='2'])")
    rater.clicks("form.rate .button", until="h1:has-text('谢谢')")
    assert rater.interactions <= 3
    measured("task 12", rater)
    shoot(page, "rated")
    assert Rating.objects.get().level == 2
    assert "15 个工作日" in page.locator(".lead").inner_text(), "what happens next after a bad mark"

    page.goto(f"/p/rate/{case.number}")
    assert page.locator("form.rate").count() == 0, "once"
    made = FollowUp.objects.get()
    head = sign_in("head")
    head.goto("/follow-ups")
    assert made.number in head.locator("main").inner_text()
    window = sign_in("window")
    window.goto("/follow-ups")
    assert made.number not in window.locator("body").inner_text(), "never the one who handled it"

    page.goto(f"/p/track/{case.number}")
    page.click("summary:has-text('请我们再看一次')")
    page.fill("#words-reopen", "金额不对")
    page.click("form[action$=reopen] .button")
    page.wait_for_selector("h1:has-text('社工站正在办理')")


def test_somebody_who_sees_badly_finds_what_to_bring(visit: Visit, counter: dict[str, str]) -> None:
    page = visit(width=390, height=844)
    page.goto("/p/?elder=1")  # a code on a board
    page.click("a[href='/p/guides']")
    page.fill("#q", "dbsq")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('dbsq')")
    page.fill("#q", "最低生活保障")
    page.keyboard.press("Enter")
    page.click("a[href='/p/guides/MZ-01']")
    assert "一共 7 样，您只要带 1 样" in page.locator("main").inner_text()
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
    shoot(page, "guide-elder")
