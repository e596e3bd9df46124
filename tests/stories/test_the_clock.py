"""The clock: a date explained line by line, which a pause really moves and no missing calendar breaks."""

from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.cases.taking import taken
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from tests.stories.reading import PRIMARY, act, begin, history, pdf, receipt, refusal, words
from yimen.cases.models import Case
from yimen.core.clock import LOCAL
from yimen.trail import outbox
from yimen.trail.models import Entry

pytestmark = pytest.mark.browser


def test_why_this_date_line_by_line_over_a_holiday_and_a_make_up_day(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    clock.now = datetime(2026, 9, 30, 10, 0, tzinfo=LOCAL)
    page = sign_in("window")
    begin(page, "zgf 4012", "MZ-15")
    assert "10月10日（周六）前" in words(page.locator(".promise"))
    page.keyboard.press("Control+Enter")
    number = receipt(page)
    page.goto(f"/cases/{number}")
    shoot(page, "why")
    why = words(page.locator("#why"))
    for line in (
        "9月30日（周三）10:00 受理，次日起算。",
        "10月1日（周四）至 10月7日（周三）",
        "10月10日（周六）",
        "第 3 个工作日是 10月10日（周六），到 17:00。",
    ):
        assert line.replace(" ", "") in why.replace(" ", "")
    told = page.request.get("/api/v1/deadline?accepted_at=2026-09-30T10:00%2B08:00&working_days=3").json()
    assert told["due_on"] == "2026-10-10"
    assert [day["number"] for day in told["explanation"] if day["number"]] == [1, 2, 3]


def test_a_pause_moves_the_date_by_the_days_the_papers_took(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    number = taken(at=clock.now, promised=7).number
    page = sign_in("window")
    page.goto(f"/cases/{number}")
    assert "11月25日（周三）17:00" in words(page.locator(".clock"))
    act(page, number, "pause", gaps="IN", reason="")
    assert "请写" in refusal(page)
    page.fill("[name=reason]", "收入证明过期，请带新的")
    page.click(PRIMARY)
    page.wait_for_url(f"**/cases/{number}")
    assert "还剩" in words(page.locator(".clock"))
    assert Case.objects.get().due_on is None
    assert len(pdf(page, f"/cases/{number}/once-notice.pdf")) > 5000

    clock.passes(days=3)
    page = sign_in("window")
    page.goto(f"/cases/{number}")
    page.get_by_role("button", name="材料已齐，续办").click()
    expect(page.locator("main")).to_contain_text("家庭收入申报及证明")  # not yet: it is still missing
    page.goto(f"/cases/{number}")
    page.get_by_role("button", name="已交").first.click()
    page.get_by_role("button", name="材料已齐，续办").click()
    page.wait_for_url(f"**/cases/{number}")
    shoot(page, "after-pause")
    assert "11月30日（周一）17:00" in words(page.locator(".clock"))
    assert Case.objects.get().due_on == date(2026, 11, 30)
    assert "停了 3 个工作日" in words(page.locator("#why"))


def test_one_extension_is_asked_and_granted_a_level_up(counter: dict[str, str], clock: Clock, sign_in: SignIn) -> None:
    number = taken(at=clock.now, promised=7, legal=15).number
    page = sign_in("window")
    act(page, number, "ask_extension", days="9", reason="要等医院回函")
    assert "8 个工作日" in refusal(page)  # what the legal limit leaves
    page.fill("[name=days]", "5")
    page.click(PRIMARY)
    page.wait_for_url(f"**/cases/{number}")
    assert page.goto(f"/cases/{number}/answer_extension").status == 403  # type: ignore[union-attr]  # it navigates
    street = sign_in("street")
    street.goto("/")
    street.locator(f"a[href='/cases/{number}/answer_extension']").click()
    expect(street.locator("main")).to_contain_text("要等医院回函")
    street.locator("input[name=answer_is][value=grant]").check()
    street.click(PRIMARY)
    street.wait_for_url(f"**/cases/{number}")
    page.goto(f"/cases/{number}")
    assert "12月2日（周三）17:00" in words(page.locator(".clock"))
    assert "周敏" in words(page.locator("[aria-labelledby=h-extension]"))
    expect(page.locator(f"a[href='/cases/{number}/ask_extension']")).to_have_count(0)  # once


def test_a_date_over_a_year_without_calendar_is_provisional_until_the_year_is_loaded(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    clock.now = datetime(2026, 12, 30, 10, 0, tzinfo=LOCAL)
    page = sign_in("window")
    begin(page, "zgf 4012", "MZ-15")
    assert "1月4日" in words(page.locator(".promise"))
    assert "暂定" in words(page.locator(".promise"))
    page.keyboard.press("Control+Enter")
    number = receipt(page)
    assert "暂定" in words(page.locator("main table"))
    page.goto(f"/cases/{number}")
    assert "2027 年日历还没有载入" in words(page.locator("#why"))

    admin = sign_in("sysadmin")
    admin.goto("/calendar")
    expect(admin.locator("main")).to_contain_text("2027 年日历尚未载入")
    admin.fill("#f-year", "2027")
    admin.fill("#f-source", "国务院办公厅关于2027年部分节假日安排的通知（演示）")
    admin.fill("#f-holidays", "2027年1月1日、2027-01-02 2027/1/3")
    admin.fill("#f-makeup", "2027-02-30")
    admin.click(PRIMARY)
    expect(admin.locator(".errors")).to_contain_text("2027-02-30")
    admin.fill("#f-makeup", "")
    admin.click(PRIMARY)
    shoot(admin, "calendar-preview")
    admin.get_by_role("button", name="载入").click()
    admin.wait_for_url("**/calendar/2027**")
    outbox.deliver(at=clock.now)  # what the worker does

    page.goto(f"/cases/{number}")
    assert "暂定" not in words(page.locator("#why"))
    assert "1月5日（周二）17:00" in words(page.locator(".clock"))
    assert any("日历已载入，期限从 1月4日" in line for line in history(page))
    written = Entry.objects.get(verb="case.recompute")
    assert written.changes == {"from": "2027-01-04", "to": "2027-01-05", "provisional": False}
    assert cast.actor("sysadmin").account_id == Entry.objects.get(verb="calendar.load", changes__year=2027).account_id
