"""Offline: an officer walks without a network, and every record arrives exactly once, whatever breaks."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests import cast
from tests.patches.conftest import begin, name
from tests.registry.town import build_town
from tests.stories.conftest import SignIn, shoot
from tests.visits.walking import refs
from yimen.core.clock import local, now
from yimen.core.formats import format_date
from yimen.patches.models import Patch
from yimen.visits.models import Device, Finding, Visit
from yimen.visits.rules.turns import Turns
from yimen.visits.views import turns

pytestmark = pytest.mark.browser
KEPT = "caches.open('yimen-phone').then(c => c.match('/m/shell')).then(Boolean)"
PACKED = """async () => new Promise(done => { const r = indexedDB.open('yimen-phone'); r.onsuccess = () => {
  const db = r.result; if (!db.objectStoreNames.contains('pack')) return done(false);
  const q = db.transaction('pack').objectStore('pack').get('pack');
  q.onsuccess = () => { db.close(); done(Boolean(q.result)) } } })"""
DUMP = """async () => new Promise(done => { const r = indexedDB.open('yimen-phone'); r.onsuccess = async () => {
  const db = r.result, all = []; for (const name of db.objectStoreNames) await new Promise(next => {
    const q = db.transaction(name).objectStore(name).getAll(); q.onsuccess = () => { all.push(...q.result); next() } });
  const text = all.map(function words(one) { if (one instanceof CryptoKey) return 'key:' + one.extractable;
    if (one instanceof ArrayBuffer || ArrayBuffer.isView(one)) return new TextDecoder().decode(one);
    return one && typeof one === 'object' ? Object.values(one).map(words).join(' ') : String(one) }).join(' ');
  db.close(); done(text) } })"""
AGE = """async (past) => new Promise(done => { const r = indexedDB.open('yimen-phone'); r.onsuccess = () => {
  const db = r.result, t = db.transaction('pack', 'readwrite'), s = t.objectStore('pack'), q = s.get('pack');
  q.onsuccess = () => s.put({...q.result, from: q.result.from - past, until: q.result.until - past}, 'pack');
  t.oncomplete = () => { db.close(); done() } } })"""

WRONG_CLOCK = """const D = Date, off = 5 * 86400000; globalThis.Date = class extends D {
  constructor(...said) { said.length ? super(...said) : super(D.now() + off) }
  static now() { return D.now() + off } };"""

Walk = Callable[[], Page]


def until(page: Page, ready: str) -> None:
    """Wait for what a page says of itself; its policy forbids Playwright's own waiting."""
    for _turn in range(450):  # it tries every 30 seconds
        with suppress(PlaywrightError):  # the page was just being left
            if page.evaluate(ready):
                return
        page.wait_for_timeout(100)
    pytest.fail(f"never became true: {ready[:80]}")


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No phone here is held back because the machine is slow; `tests/visits/test_turns.py` tells of turns."""
    monkeypatch.setattr(turns, "TURNS", Turns(share=1.0, most=60.0))


@pytest.fixture
def mine(house: str) -> Patch:
    """A patch that the window answers for, with doors and people."""
    build_town()
    with transaction.atomic():  # every stairwell lies in a patch when it ends
        patch = begin(1)[0]
        name(patch, "window")
        name(patch, "window2", "B")
    return patch


@pytest.fixture
def walk(mine: Patch, sign_in: SignIn) -> Walk:
    """Her phone, packed, with today's walk on it."""

    def open_phone() -> Page:
        page = sign_in("window", width=390, height=844)
        page.goto("/m")
        for ready in (KEPT, PACKED, "navigator.serviceWorker.controller !== null"):
            until(page, ready)
        page.reload()
        page.wait_for_selector("body[data-shell] .doors a")
        return page

    return open_phone


def record(page: Page, outcome: str = "met", note: str = "", phone: str = "") -> None:
    """Door, outcome, save: three taps."""
    before = waiting(page)
    settled(page, "/m")
    page.locator(".doors li:not(.seen) a").first.click()
    page.locator(f".pick:has([value={outcome}])").click()
    if note or phone:
        page.locator("summary").first.click()
        page.fill("#note", note)
    if phone:
        page.locator("label:has([name=found][value=phone])").click()
        page.fill("[name=phone-phone]", phone)
    page.locator(".save .button").click()
    until(page, f"Number(localStorage.getItem('yimen-waiting')) > {before}")


def wait_for(page: Page, ready: Callable[[], bool]) -> None:
    """Wait for what this side of the wire sees."""
    for _turn in range(450):  # it tries every 30 seconds
        if ready():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never happened")


def settled(page: Page, address: str) -> None:
    """Go there, also when saving is just opening the next door."""
    with suppress(PlaywrightError):
        page.goto(address)
        return
    page.wait_for_load_state()
    page.goto(address)


def back_online(page: Page) -> None:
    """The network is there again, and carries."""
    page.context.set_offline(False)
    until(page, "fetch('/m/hello', {cache: 'no-store'}).then(answer => answer.ok).catch(() => false)")


def waiting(page: Page) -> int:
    """How many records the phone says wait."""
    return int(page.evaluate("Number(localStorage.getItem('yimen-waiting'))"))


def test_three_taps_without_a_network_and_all_arrives_when_it_is_back(walk: Walk) -> None:
    page = walk()
    shoot(page, "phone-today")
    page.context.set_offline(True)
    for outcome in ("met", "not_home", "declined"):
        record(page, outcome, note="口信一则" if outcome == "met" else "")
    expect(page.locator("#net")).to_contain_text("3 条记录等着发送")
    shoot(page, "phone-visit")
    settled(page, "/m/outbox")
    expect(page.locator("#waiting li")).to_have_count(3)
    shoot(page, "phone-outbox")
    assert not Visit.objects.exists()
    dump = page.evaluate(DUMP)
    assert "key:false" in dump
    assert not [canary for canary in ("口信", "张", "3-2-502", "not_home") if canary in dump]
    back_online(page)
    page.locator("[data-act=send]").click()
    expect(page.locator("#sent li")).to_have_count(3)
    assert sorted(Visit.objects.values_list("outcome", flat=True)) == ["declined", "met", "not_home"]
    assert set(Visit.objects.values_list("via", flat=True)) == {"phone"}


def test_a_number_that_nobody_could_call_is_said_at_the_door_and_not_days_later(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    settled(page, "/m")
    page.locator(".doors a").first.click()
    page.locator(".pick:has([value=met])").click()
    page.locator("summary").first.click()
    page.locator("label:has([name=found][value=phone])").click()
    for number in ("", "123", "1540000999"):
        page.fill("[name=phone-phone]", number)
        page.locator(".save .button").click()
        assert "请写完整号码" in page.locator("[name=phone-phone]").evaluate("field => field.validationMessage")
    assert waiting(page) == 0
    page.fill("[name=phone-phone]", "154 0000 9999")
    page.locator(".save .button").click()
    until(page, "Number(localStorage.getItem('yimen-waiting')) === 1")


def test_a_visit_to_come_is_refused_at_the_door_where_its_time_can_still_be_chosen(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    settled(page, "/m")
    page.locator(".doors a").first.click()
    page.locator(".pick:has([value=met])").click()
    page.locator("summary").nth(1).click()
    page.fill("[name=at]", f"{local(now()) + timedelta(days=2):%Y-%m-%dT%H:%M}")
    page.locator("summary").nth(1).click()
    page.locator(".save .button").click()
    assert "时间在将来" in page.locator("[name=at]").evaluate("field => field.validationMessage")
    assert page.locator("[name=at]").is_visible()
    assert waiting(page) == 0
    page.fill("[name=at]", f"{local(now()) - timedelta(days=1):%Y-%m-%dT%H:%M}")
    page.locator(".save .button").click()
    until(page, "Number(localStorage.getItem('yimen-waiting')) === 1")


def walk_again(closed: Page) -> Page:
    """Another tab of the same phone."""
    page = closed.context.new_page()
    page.goto("/m/outbox")
    return page


def meddled(page: Page, between: str) -> None:
    """Come between this page and what the server says to a sending: `between` is a function of how often it was asked
    before, and of the real answer. In the page, not on the wire: not every request of a page with a service worker is
    shown there."""
    page.evaluate(
        f"""() => {{
          const real = window.fetch, between = {between};
          window.asked = [];
          window.fetch = (what, ...more) => {{
            const answer = () => real(what, ...more);
            if (!String(what).startsWith("/m/sync")) return answer();
            return between(window.asked.push(performance.now()) - 1, answer);
          }};
        }}"""
    )


def asked(page: Page) -> list[float]:
    """When it sent since it was meddled with, in milliseconds."""
    times: list[float] = page.evaluate("window.asked")
    return times


def test_an_answer_lost_in_mid_send_and_a_killed_tab_leave_one_record(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    settled(page, "/m/outbox")
    # The server has taken it and the phone never hears so; the second answer is still on its way when the tab dies.
    meddled(page, "async (times, answer) => { await answer(); if (times) await new Promise(() => {}); throw Error(); }")
    back_online(page)
    wait_for(page, lambda: len(asked(page)) == 1)
    expect(page.locator("#net")).to_contain_text("1 条记录等着发送")
    page.locator("[data-act=send]").click()
    wait_for(page, lambda: len(asked(page)) == 2)
    wait_for(page, Visit.objects.exists)
    page.close()
    again = walk_again(page)
    expect(again.locator("#sent li")).to_have_count(1)
    expect(again.locator("#waiting")).to_be_hidden()
    assert Visit.objects.count() == 1


def test_a_busy_server_is_asked_again_by_itself_and_later_and_says_so(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    settled(page, "/m/outbox")
    busy = "new Response('{}', {status: 503, headers: {'Retry-After': '3'}})"
    meddled(page, f"async (times, answer) => times ? answer() : {busy}")
    back_online(page)
    expect(page.locator("#net")).to_contain_text("服务器忙，1 条记录在等")
    expect(page.locator("#net")).to_contain_text("会自动重发")
    shoot(page, "phone-busy")
    page.locator("[data-act=send]").click()  # pressed meanwhile, the server is left alone all the same
    expect(page.locator("#sent li")).to_have_count(1)
    first, second = asked(page)
    assert second - first >= 3000
    assert Visit.objects.count() == 1


SLOW_START = """Math.random = () => 0; const ask = navigator.locks.request.bind(navigator.locks); let times = 0;
navigator.locks.request = async (...what) => {
  const answer = await ask(...what); window.rounds = ++times;
  if (times === 1) await new Promise(done => setTimeout(done, 3000)); return answer }"""


def test_a_network_that_comes_back_while_the_page_still_starts_is_not_missed(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    page.add_init_script(SLOW_START)
    settled(page, "/m/outbox")
    until(page, "window.rounds === 1")  # it found no network
    back_online(page)
    expect(page.locator("#sent li")).to_have_count(1)


def test_two_phones_at_one_door_are_two_visits_to_one_household(walk: Walk, mine: Patch) -> None:
    phones = [walk(), walk()]
    for page in phones:
        page.context.set_offline(True)
        record(page)
    for page in phones:
        back_online(page)
        settled(page, "/m/outbox")
        expect(page.locator("#sent li")).to_have_count(1)
    visits = Visit.objects.all()
    assert len({visit.device_id for visit in visits}) == 2
    assert len({visit.dwelling_id for visit in visits}) == 1
    settled(phones[1], "/m")
    expect(phones[1].locator("[data-fill=reached]")).to_have_text("1")


def test_two_officers_who_change_the_same_fact_both_see_it_and_one_settles_it(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page, phone="15400001111")
    back_online(page)
    settled(page, "/m/outbox")
    expect(page.locator("#sent li")).to_have_count(1)
    ref, colleague = Visit.objects.get().dwelling.ref, cast.client_for("window2")
    said = {"outcome": "met", "found": "phone", "phone-phone": "15400002222"}
    colleague.post(f"/m/visit/{ref}/save", said | {"id": str(uuid4())})
    assert "154 **** 1111" in colleague.get("/m/outbox").content.decode()
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)  # as after another sign-in: the kept page's token is old
    settled(page, "/m/outbox")
    dispute = page.locator("#disputes form")
    expect(dispute).to_contain_text("154 **** 1111")
    expect(dispute).to_contain_text("154 **** 2222")
    shoot(page, "phone-dispute")
    dispute.locator("label:has([value=theirs])").click()
    dispute.locator("button").click()
    expect(page.locator("#disputes")).to_be_hidden()
    assert sorted(Finding.objects.values_list("visit__by_name", "state")) == [("沈晓岚", "refused"), ("许一帆", "open")]


def test_two_tabs_send_what_waits_once(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    record(page)
    other = walk_again(page)
    back_online(page)
    for tab in (page, other):
        settled(tab, "/m/outbox")
    expect(other.locator("#waiting")).to_be_hidden()
    expect(other.locator("#sent li")).to_have_count(2)
    assert Visit.objects.count() == 2


def test_a_pack_of_three_days_ago_is_gone_and_what_was_written_stays(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    page.evaluate(AGE, 73 * 3600 * 1000)
    settled(page, "/m")
    expect(page.locator("h1")).to_have_text("手机里没有名单")
    assert not page.evaluate(PACKED)
    page.goto("/m/outbox")
    expect(page.locator("#waiting li")).to_have_count(1)


def test_a_session_that_has_ended_loses_nothing(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    page.context.clear_cookies()
    back_online(page)
    settled(page, "/m/outbox")
    expect(page.locator("#net")).to_contain_text("登录已失效，1 条记录都在")
    assert waiting(page) == 1
    assert not Visit.objects.exists()


def test_signing_out_at_a_staff_page_shows_what_waits_before_it_is_wiped(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    monkeypatch.setattr(turns, "TURNS", Turns(share=0.001, most=0.0, taken=1e6))  # the server takes nothing
    back_online(page)
    settled(page, "/visits")
    page.evaluate("document.querySelector('form[action=\"/logout\"]').requestSubmit()")
    page.wait_for_url("**/m/outbox")
    wait_for(page, lambda: waiting(page) == 1)


GONE = """async () => { const all = await indexedDB.databases(); if (!all.length) return true;
  return !(await (PACKED)()) && !Number(localStorage.getItem('yimen-waiting')) }""".replace("PACKED", PACKED)


def test_signing_out_on_the_phone_takes_everything_off_it(walk: Walk) -> None:
    page = walk()
    shoot(page, "phone-sign-out")
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url("**/login*")
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("caches.keys()") == []
    page.goto("/m")
    assert "/login?next=/m" in page.url
    assert page.locator("[name=phone]").is_visible()  # twelve hours, on one's own phone


def test_signing_out_without_a_network_asks_about_what_waits_then_forgets_at_once(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    settled(page, "/m")
    answers, leave = iter((False, True)), page.locator("form[action='/logout'] button")
    page.on("dialog", lambda dialog: dialog.accept() if next(answers) else dialog.dismiss())
    leave.click()
    wait_for(page, lambda: waiting(page) == 1)
    assert page.evaluate(PACKED)
    leave.click()
    expect(page.locator("h1")).to_have_text("手机里没有名单")
    assert page.evaluate(GONE)
    back_online(page)  # the session itself ends at the first contact
    page.wait_for_url("**/login*")
    page.goto("/m?server=1")
    assert "/login" in page.url
    assert not Visit.objects.exists()


def test_a_phone_wiped_from_the_desk_forgets_everything_and_cannot_pack_again(
    walk: Walk, sign_in: SignIn, mine: Patch
) -> None:
    page, desk = walk(), sign_in("window")
    desk.goto("/me/devices")
    desk.get_by_role("button", name="清除").click()
    expect(desk.locator(".note[role=status]")).to_contain_text("下次联网时清空全部内容")
    settled(page, "/m")
    expect(page.locator("h1")).to_have_text("手机里没有名单")
    until(page, GONE)
    wait_for(page, lambda: Device.objects.filter(wiped_at__isnull=False).count() == 1)
    settled(page, "/m")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(1000)
    expect(page.locator("h1")).to_have_text("手机里没有名单")
    dump = page.evaluate(DUMP)
    assert not [canary for canary in (*refs(mine), "key:") if canary in dump]
    assert Device.objects.count() == 1
    page.goto("/m?server=1")
    assert "/login" in page.url


def test_a_phone_that_wipes_itself_is_signed_out_too(walk: Walk) -> None:
    page = walk()
    page.goto("/me/devices")
    page.get_by_role("button", name="清除").click()
    page.goto("/m")
    page.wait_for_url("**/login*")
    assert page.evaluate(GONE)
    assert Device.objects.get().wiped_at is not None


def test_the_heading_tells_the_day_of_the_server_whatever_the_phone_takes_for_today(
    mine: Patch, sign_in: SignIn
) -> None:
    page = sign_in("window", width=390, height=844)
    page.add_init_script(WRONG_CLOCK)
    page.goto("/m")
    for ready in (KEPT, PACKED, "navigator.serviceWorker.controller !== null"):
        until(page, ready)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("body[data-shell] .doors a")
    heading = page.locator("h1 span").first.inner_text()
    assert heading == format_date(local(now()), "day", language="zh-hans")  # as on the pages of the server
    page.context.set_offline(False)


def test_a_file_of_a_phone_whose_clock_is_days_off_is_brought_in_for_the_right_day(
    mine: Patch, sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("window", width=390, height=844)
    page.add_init_script(WRONG_CLOCK)
    page.goto("/m")
    for ready in (KEPT, PACKED, "navigator.serviceWorker.controller !== null"):
        until(page, ready)
    page.context.set_offline(True)
    record(page)
    settled(page, "/m/outbox")
    with page.expect_download() as saved:
        page.get_by_role("button", name="存成文件交给社工站").click()
    saved.value.save_as(tmp_path / "walk.json")
    desk = sign_in("head")
    desk.goto("/m/import")
    for taken in ("收下 1 条，原来已有 0 条", "收下 0 条，原来已有 1 条"):
        desk.set_input_files("input[name=file]", tmp_path / "walk.json")
        desk.get_by_role("button", name="导入").click()
        expect(desk.locator(".note[role=status]")).to_contain_text(taken)
    visit = Visit.objects.get()
    assert visit.on == local(now()).date()
    assert abs(visit.clock_off_s - 5 * 86400) < 60
    page.context.set_offline(False)
