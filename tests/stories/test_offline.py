"""Offline: an officer walks without a network, and every record arrives exactly once, whatever breaks."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import transaction
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.patches.conftest import begin, name
from tests.registry.town import build_town
from tests.stories.conftest import SignIn, shoot
from yimen.patches.models import Patch
from yimen.visits.models import Visit

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

Walk = Callable[[], Page]


def until(page: Page, ready: str) -> None:
    """Wait for what a page says of itself; its policy forbids Playwright's own waiting."""
    for _turn in range(100):
        with suppress(PlaywrightError):  # the page was just being left
            if page.evaluate(ready):
                return
        page.wait_for_timeout(100)
    pytest.fail(f"never became true: {ready[:80]}")


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


def record(page: Page, outcome: str = "met", note: str = "") -> None:
    """Door, outcome, save: three taps."""
    before = waiting(page)
    settled(page, "/m")
    page.locator(".doors li:not(.seen) a").first.click()
    page.locator(f".pick:has([value={outcome}])").click()
    if note:
        page.locator("summary").first.click()
        page.fill("#note", note)
    page.locator(".save .button").click()
    until(page, f"Number(localStorage.getItem('yimen-waiting')) > {before}")


def settled(page: Page, address: str) -> None:
    """Go there, also when saving is just opening the next door."""
    with suppress(PlaywrightError):
        page.goto(address)
        return
    page.wait_for_load_state()
    page.goto(address)


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
    assert not [canary for canary in ("口信", "张", "3-2-502", "502", "not_home") if canary in dump]
    page.context.set_offline(False)
    page.locator("[data-act=send]").click()
    expect(page.locator("#sent li")).to_have_count(3)
    assert sorted(Visit.objects.values_list("outcome", flat=True)) == ["declined", "met", "not_home"]
    assert set(Visit.objects.values_list("via", flat=True)) == {"phone"}


def walk_again(closed: Page) -> Page:
    """Another tab of the same phone."""
    page = closed.context.new_page()
    page.goto("/m/outbox")
    return page


def test_two_tabs_send_what_waits_once(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    record(page)
    other = walk_again(page)
    page.context.set_offline(False)
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
    page.context.set_offline(False)
    settled(page, "/m/outbox")
    expect(page.locator("#net")).to_contain_text("登录已失效，1 条记录都在")
    assert waiting(page) == 1
    assert not Visit.objects.exists()


def test_signing_out_at_a_staff_page_shows_what_waits_before_it_is_wiped(walk: Walk) -> None:
    page = walk()
    page.context.set_offline(True)
    record(page)
    page.context.set_offline(False)
    page.context.route("**/m/sync", lambda route: route.abort())  # the network is back, but the server takes nothing
    settled(page, "/visits")
    page.evaluate("document.querySelector('form[action=\"/logout\"]').requestSubmit()")
    page.wait_for_url("**/m/outbox")
    assert waiting(page) == 1
