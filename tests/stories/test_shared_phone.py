"""One phone, two officers, and sessions that ended: each reaches their own records, nobody sees another's, and signing
out takes the walk off the phone."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests import cast
from tests.stories.conftest import SignIn, shoot
from tests.stories.test_offline import (
    AGE,
    GONE,
    KEPT,
    PACKED,
    Walk,
    back_online,
    mine,
    record,
    settled,
    unhurried,
    until,
    wait_for,
    waiting,
    walk,
)
from tests.stories.test_signed_out import HELD, NOTHING
from yimen.access.models import Account
from yimen.core.clock import now
from yimen.orgs.actions import mark_absent
from yimen.visits.models import Visit

__all__ = ["mine", "unhurried", "walk"]
pytestmark = pytest.mark.browser
MANY = """async (count) => { const make = (row, id) => ({...row, id});
  await new Promise(done => { const r = indexedDB.open('yimen-phone'); r.onsuccess = () => { const db = r.result;
    const t = db.transaction('records', 'readwrite'), s = t.objectStore('records'), q = s.getAll();
    q.onsuccess = () => { for (let n = 1; n < count; n++) s.put(make(q.result[0], crypto.randomUUID())) };
    t.oncomplete = () => { db.close(); done() } } }) }"""


def other_session(page: Page, username: str) -> None:
    """Somebody else signs in on this phone."""
    cookie = cast.client_for(username).cookies[settings.SESSION_COOKIE].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE, "value": cookie, "url": page.url.split("/m")[0].split("/login")[0]}]
    )


def files(page: Page, tmp_path: Path) -> list[dict[str, list[dict[str, str]]]]:
    """What the outbox saves for the station: its parcels."""
    with page.expect_download() as saved:
        page.get_by_role("button", name="存成文件交给社工站").click()
    saved.value.save_as(tmp_path / "walk.json")
    found: list[dict[str, list[dict[str, str]]]] = json.loads((tmp_path / "walk.json").read_text())
    return found


def test_each_officer_of_one_phone_reaches_only_their_own(walk: Walk, tmp_path: Path) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page, note="甲的口信")
    away = Account.objects.get(username="window").ref
    mark_absent(cast.actor("head"), account_ref=away, from_at=now(), to_at=None, reason="leave", at=now())
    other_session(page, "window2")
    # The deputy signs in before the first one's has gone out; a record of the deputy's own follows without a network.
    back_online(page)
    settled(page, "/m/outbox")
    expect(page.locator("#net")).to_contain_text("另一位包干人的 1 条记录")
    until(page, f"({PACKED})()")
    page.wait_for_timeout(300)
    page.context.set_offline(True)
    settled(page, "/m/outbox")
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator("[data-fill=others]")).to_contain_text("1 条记录还没有发送，内容不显示")
    assert "甲的口信" not in page.content()
    record(page, note="乙的口信")
    settled(page, "/m/outbox")
    expect(page.locator("#waiting li")).to_have_count(1)
    assert "甲的口信" not in page.content()
    shoot(page, "phone-shared")
    (theirs,) = files(page, tmp_path)
    assert [one["note"] for one in theirs["records"]] == ["乙的口信"]
    back_online(page)
    page.locator("[data-act=send]").click()
    expect(page.locator("#sent li")).to_have_count(1)
    other_session(page, "window")  # back again: what waited is sent, and what the deputy sent is not shown
    settled(page, "/m/outbox")
    expect(page.locator("#sent li")).to_have_count(1)
    expect(page.locator("#sent")).to_contain_text("甲的口信")
    assert "乙的口信" not in page.content()
    assert sorted(Visit.objects.values_list("by_name", flat=True)) == ["沈晓岚", "许一帆"]


def test_all_that_waits_fits_one_file_and_comes_in_once(walk: Walk, sign_in: SignIn, tmp_path: Path) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    page.evaluate(MANY, 230)
    settled(page, "/m/outbox")
    expect(page.locator("#waiting li")).to_have_count(230)
    parcels = files(page, tmp_path)
    assert sum(len(one["records"]) for one in parcels) == 230
    expect(page.locator("#waiting li").first).to_contain_text("已存成文件")
    desk = sign_in("head")
    desk.goto("/m/import")
    desk.set_input_files("input[name=file]", tmp_path / "walk.json")
    desk.get_by_role("button", name="导入").click()
    expect(desk.locator(".note[role=status]")).to_contain_text("收下 230 条，原来已有 0 条")
    assert Visit.objects.count() == 230
    back_online(page)
    settled(page, "/m/outbox")
    expect(page.locator("#waiting")).to_be_hidden()
    assert Visit.objects.count() == 230


def test_signing_out_leaves_what_another_officer_has_not_sent(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    other_session(page, "window2")
    back_online(page)
    settled(page, "/m/outbox")
    expect(page.locator("#net")).to_contain_text("另一位包干人的 1 条记录")
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url("**/login*")
    assert page.evaluate(PACKED) is False
    expect(page.locator("#kept")).to_contain_text("1 条记录还没有发送")
    shoot(page, "phone-signed-out-kept")
    other_session(page, "window")
    page.goto("/m")
    wait_for(page, Visit.objects.exists)
    until(page, "localStorage.getItem('yimen-waiting') === null")
    assert Visit.objects.get().by_name == "沈晓岚"


def test_signing_out_when_the_session_has_ended_takes_the_walk_off_the_phone(walk: Walk) -> None:
    page = walk()
    page.context.clear_cookies(name=settings.SESSION_COOKIE)
    page.goto("/login")
    expect(page.locator("#kept")).to_contain_text("走访名单在手机里存到")
    shoot(page, "phone-login-kept")
    page.locator("#kept a").click()
    page.wait_for_url("**/m/outbox")
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url("**/login*")
    assert page.evaluate(HELD) == NOTHING
    expect(page.locator("#kept")).to_be_hidden()


def test_what_waits_is_asked_about_when_the_session_has_ended_and_then_nothing_is_left(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE)
    back_online(page)
    settled(page, "/m/outbox")
    expect(page.locator("#net")).to_contain_text("登录已失效，1 条记录都在")
    answers, leave = iter((False, True)), page.locator("form[action='/logout'] button")
    page.on("dialog", lambda dialog: dialog.accept() if next(answers) else dialog.dismiss())
    leave.click()
    page.wait_for_timeout(500)
    assert waiting(page) == 1
    leave.click()
    page.wait_for_url("**/login*")
    assert page.evaluate(HELD) == NOTHING


def test_a_walk_of_three_days_ago_is_taken_off_at_the_sign_in_page_too(walk: Walk) -> None:
    page = walk()
    page.evaluate(AGE, 73 * 3600 * 1000)
    page.context.clear_cookies(name=settings.SESSION_COOKIE)
    page.goto("/login")
    wait_for(page, lambda: page.evaluate(GONE))
    expect(page.locator("#kept")).to_be_hidden()
    assert page.evaluate(KEPT)


def test_whoever_signs_in_sees_no_walk_of_another_before_it_is_known_whose_phone_it_is(walk: Walk) -> None:
    page = walk()
    expect(page.locator("#page")).to_contain_text("张家")
    page.context.clear_cookies(name=settings.SESSION_COOKIE)
    page.goto("/login")
    expect(page.locator("#kept")).to_contain_text("走访名单在手机里存到")
    page.fill("#username", "window2")
    page.fill("#password", cast.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/login" not in address)
    page.context.set_offline(True)  # before the phone has met the server as hers
    for address in ("/m", "/m/outbox"):
        settled(page, address)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".doors li")).to_have_count(0)
        assert "张家" not in page.content()
    back_online(page)
    settled(page, "/m")
    expect(page.locator("#page .top")).to_contain_text("今天")
