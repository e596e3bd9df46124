"""An officer plans a walk in a few acts, reads the journal that nobody typed, and the head reads coverage."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests.patches.conftest import begin, name
from tests.portal.conftest import Clock
from tests.registry.town import build_town
from tests.stories.conftest import SignIn, shoot
from tests.stories.test_one_door import overflow
from tests.visits.conftest import AT, find, record_visit
from yimen.core.actor import SYSTEM
from yimen.visits.actions.finding_vulnerable import find_in_community
from yimen.visits.actions.folding import fold_communities
from yimen.visits.models import Finding, JournalNote, Walk

pytestmark = pytest.mark.browser


@pytest.fixture
def street(house: str, clock: Clock) -> None:
    """Two patches with must-visits, a late record and a need; it is Monday the 16th."""
    build_town()
    with transaction.atomic():  # patches and placements stand together or not at all
        first, second = begin()
    name(second, "window", "A")
    name(first, "window2", "A")
    find_in_community(SYSTEM, division_code=first.division_code, at=AT)
    seen = record_visit("3-1-101", at=AT - timedelta(days=3), topics=["repair"], note="厨房漏水，约了物业")
    record_visit(
        "3-2-502", at=AT - timedelta(days=2), received_at=AT - timedelta(hours=3), outcome="not_home", topics=[]
    )
    find(seen, "need", {"words": "想申请助浴"})
    fold_communities(SYSTEM, codes=(first.division_code,), month=AT.date().replace(day=1), at=AT)


def test_a_walk_is_on_the_phone_in_five_acts_without_typing(street: None, sign_in: SignIn) -> None:
    for width, height in ((1366, 768), (390, 844)):
        page = sign_in("window", width=width, height=height)
        page.goto("/")
        assert "我的片区本月" in page.locator("main").inner_text()
        page.goto("/my-patch")
        assert "3-2-502" in page.locator("main").inner_text()
        assert overflow(page) <= 0
        shoot(page, f"my-patch-{width}")
        page.get_by_text("说明原因").first.click()
        expect(page.locator("select[name=reason]").first).to_be_visible()
        assert overflow(page) <= 0
        shoot(page, f"my-patch-reason-{width}")
        page.get_by_role("link", name="排走访").first.click()  # 1
        expect(page.get_by_role("button", name="发到手机")).to_be_visible()
        assert overflow(page) <= 0
        shoot(page, f"plan-{width}")
        page.get_by_role("button", name="发到手机").click()  # 2: what is due stands ticked
        page.get_by_text("路线已发往您的手机").wait_for()
    assert len(Walk.objects.get().dwellings) == 1


def test_the_journal_is_read_and_only_free_words_are_typed(street: None, sign_in: SignIn) -> None:
    for width, height in ((390, 844), (1366, 768)):
        page = sign_in("window", width=width, height=height)
        page.goto("/journal")
        said = page.locator("main").inner_text()
        assert "厨房漏水，约了物业" in said
        assert "补记 11-16" in said
        assert "张国富" not in said
        assert overflow(page) <= 0
        shoot(page, f"journal-{width}")
    page.get_by_label("门牌、姓名、话题或字词").fill("报修")
    page.get_by_role("button", name="查找").click()
    page.wait_for_url("**text=**")
    assert "3-2-502" not in page.locator("tbody").inner_text()
    page.get_by_role("textbox", name="写几句").fill("和物业约了周三看水管")
    page.get_by_role("button", name="记下").click()
    page.get_by_text("已记入民情日志").wait_for()
    assert JournalNote.objects.count() == 1


def test_a_need_becomes_an_intake_and_the_head_reads_coverage(street: None, sign_in: SignIn) -> None:
    page = sign_in("window")
    page.goto("/findings")
    page.get_by_role("link", name="决定").first.click()
    shoot(page, "finding-1366")
    page.get_by_text("单雄信", exact=False).last.click()
    page.get_by_role("button", name="开始受理").click()
    page.wait_for_url("**/intake/**")
    assert (Finding.objects.get().state, Finding.objects.get().draft_ref != "") == ("open", True)
    for width, height in ((1366, 768), (390, 844)):
        page = sign_in("head", width=width, height=height)
        page.goto("/coverage")
        assert "第 1 片区" in page.locator("main").inner_text()
        assert overflow(page) <= 0
        shoot(page, f"coverage-{width}")
        page.goto("/vulnerable/rule")
        assert overflow(page) <= 0
        shoot(page, f"rule-{width}")


def test_what_was_heard_at_a_door_is_in_the_register_without_being_typed_again(street: None, sign_in: SignIn) -> None:
    page = sign_in("window")
    page.goto("/visits/new?door=3-2-502")
    page.get_by_label("在家", exact=True).check()
    for kind in ("moved_out", "new_tenant"):
        page.locator(f'[name="found"][value="{kind}"]').check()
    page.locator('[name="moved_out-words"]').fill("搬到外地儿子家")
    page.locator('[name="new_tenant-name"]').fill("金代办")
    page.locator('[name="new_tenant-phone"]').fill("15400007777")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="搬走了").click()
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择谁搬走了")
    page.locator('label:has([name="resident"])', has_text="张国富").click()
    assert page.locator('[name="to"]').input_value() == "搬到外地儿子家"
    shoot(page, "finding-moved-out-1366")
    page.get_by_role("button", name="记下").click()
    page.get_by_text("已采纳，来源已记录").wait_for()
    page.goto("/findings?order=newest")
    page.locator("tr", has_text="来了新住户").get_by_role("link", name="决定").click()
    page.get_by_role("button", name="显示号码以便回电").click()
    expect(page.locator("main")).to_contain_text("154 0000 7777")
    page.get_by_label("出生").fill("1990-01-02")
    page.get_by_label("男", exact=True).check()
    shoot(page, "finding-tenant-1366")
    page.get_by_role("button", name="登记这位居民").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("金代办")
    expect(page.locator("main")).to_contain_text("154 **** 7777")
    assert not Finding.objects.filter(state="open", kind__in=("moved_out", "new_tenant")).exists()
    page.goto("/people")
    page.get_by_role("link", name="张国富").click()
    expect(page.locator("main")).to_contain_text("去向：搬到外地儿子家")
