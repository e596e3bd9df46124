"""What residents say by letter, call or in a group is on record, answered or a case, in under a minute."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from tests import cast
from tests.patches.conftest import begin, name
from tests.portal.conftest import Clock
from tests.stories.conftest import Measured, SignIn, Visit, shoot
from tests.stories.counting import Expert
from tests.stories.reading import fact, words
from tests.stories.test_one_door import overflow
from yimen.cases.models import Case
from yimen.core.clock import local
from yimen.trail.outbox import deliver
from yimen.visits.actions import boxes, channels
from yimen.visits.actions.contacts import Entry, Said, take
from yimen.visits.models import Contact, ContactBox

pytestmark = pytest.mark.browser
SIZES = ((1366, 768), (390, 844))
PHONE = "19900006207"


@pytest.fixture
def patch(counter: dict[str, str], clock: Clock) -> str:
    """The community is one patch of the window's, with a box at its gate and a group."""
    with transaction.atomic():
        made = begin(1)[0]
    name(made, "window", "A")
    boxes.set_up(cast.actor("window"), place="3 号楼门旁", at=clock.now)
    channels.set_up(cast.actor("window"), kind="微信", name="广瑞一村居民群", at=clock.now)
    return made.ref


def test_a_call_is_answered_and_on_record_in_six_acts_and_under_a_minute(
    patch: str, sign_in: SignIn, measured: Measured
) -> None:
    page = sign_in("window")
    page.goto("/contacts/new")
    expert = Expert(page)
    expert.types("楼道灯不亮，三楼四楼都黑")  # the field has the focus
    expert.clicks("#f-door")
    expert.types("3-502")
    expert.clicks("#f-answer")
    expert.types("已报物业，当天换好")
    expert.clicks("button[value=answered]", until="h1.number")
    assert fact(page, "现由谁负责") == "沈晓岚"
    kept = Contact.objects.get()
    assert (kept.state, kept.number) == ("answered", page.locator("h1.number").inner_text())
    assert expert.interactions <= 6, expert.steps
    assert expert.total <= 60, f"{expert.seconds:.1f} s of work and {expert.waited:.1f} s of waiting"
    measured("a call answered at once", expert)


@pytest.mark.parametrize("way", ["call", "box", "group"])
def test_what_needs_work_is_a_case_of_the_first_asked_in_under_a_minute(
    way: str, patch: str, clock: Clock, sign_in: SignIn, measured: Measured
) -> None:
    page = sign_in("window")
    page.goto(f"/contacts/new?way={way}")
    expert = Expert(page)
    expert.types("想办高龄津贴")
    expert.clicks("#f-name")
    expert.types("张国富")
    expert.clicks("button[value=case]", until="input[name=resident]:checked")
    page.wait_for_selector("button[value=case]:focus")
    shoot(page, f"contact-whom-{way}")
    expert.presses("Enter", until="#f-matter")
    page.focus("#f-matter")
    expert.types("gljt")
    expert.presses("Enter", until="#m-MZ-11:checked")
    expert.clicks("input[name=asked]")
    expert.clicks("#p-ID")
    page.wait_for_selector(".button-primary:not(:has-text('缺件'))")
    expert.presses("Control+Enter", until="b.number")
    assert expert.total <= 60, f"{expert.seconds:.1f} s of work and {expert.waited:.1f} s of waiting"
    measured(f"a {way} that became a case", expert)
    deliver(at=clock.now)  # as the worker does within a second
    kept, case = Contact.objects.get(), Case.objects.get()
    assert (kept.via, kept.state, kept.case_number) == (way, "case", case.number)
    assert case.first_asked_id == kept.first_asked_id == cast.actor("window").account_id
    page.goto(f"/contacts/{kept.ref}")
    page.get_by_role("link", name=case.number).click()
    page.wait_for_url(f"**/cases/{case.number}")


def test_a_round_and_its_letters_stand_in_the_journal(patch: str, sign_in: SignIn) -> None:
    for width, height in SIZES:
        page = sign_in("window", width=width, height=height)
        page.goto("/contact-boxes")
        assert overflow(page) <= 0
        shoot(page, f"contact-boxes-{width}")
    page.locator("input[name=letters]").fill("1")
    page.get_by_role("button", name="已开箱").click()
    page.get_by_text("还有 1 封信待登记").wait_for()
    page.locator("#f-words").fill("小花园想加两张长椅")
    assert overflow(page) <= 0
    shoot(page, "contact-letter-390")
    page.get_by_role("button", name="先挂着").click()
    page.wait_for_selector("h1.number")
    page.goto("/journal")
    lines = words(page.locator("main tbody"))
    assert "开箱" in lines
    assert "来信 1 封" in lines
    assert "小花园想加两张长椅" in lines
    shoot(page, "journal-contacts-390")


def test_a_round_of_an_earlier_day_stands_in_the_history_of_its_box(patch: str, sign_in: SignIn, clock: Clock) -> None:
    ContactBox.objects.update(from_on=(clock.now - timedelta(days=30)).date())
    page = sign_in("window")
    page.goto("/contact-boxes")
    page.get_by_role("link", name="3 号楼门旁").click()
    page.locator("#f-letters").fill("1")
    page.locator("#f-when").fill(f"{local(clock.now) - timedelta(days=3):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="已开箱").click()
    page.locator("#f-words").fill("小花园想加两张长椅")
    page.get_by_role("button", name="先挂着").click()
    number = page.locator("h1.number").inner_text()
    page.goto("/contact-boxes")
    page.get_by_role("link", name="3 号楼门旁").click()
    page.get_by_text("换了位置").click()
    page.locator("#f-place").fill("小区东门")
    page.get_by_role("button", name="今天已移装").click()
    page.get_by_text("已移装").first.wait_for()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        said = words(page.locator("main tbody"))
        assert [said.count(one) for one in (number, "补记", "移装", "安装")] == [1, 2, 1, 1]
        assert overflow(page) <= 0
        shoot(page, f"contact-box-{width}")


def test_a_message_of_the_officers_page_is_called_back_from_the_desk(
    patch: str, visit: Visit, sign_in: SignIn, clock: Clock
) -> None:
    resident = visit(width=390, height=844)
    resident.goto(f"/p/o/{patch}")
    resident.locator("[name=words]").fill("三楼的灯坏了")
    resident.locator("[name=phone]").fill(PHONE)
    resident.locator("form[action$='/message'] button").click()
    resident.wait_for_url("**/message")
    number = Contact.objects.get().number
    assert number in words(resident.locator("main"))
    earlier = Said("问几点开门", "张国富", PHONE)
    take(cast.actor("window"), entry=Entry(key=uuid4(), via="call", said=earlier, answer="八点半"), at=clock.now)
    page = sign_in("window")
    page.goto("/")
    page.locator("#h-contacts").wait_for()
    shoot(page, "workbench-contacts")
    for width, height in SIZES:
        page = sign_in("window", width=width, height=height)
        page.goto("/contacts")
        assert "154" not in words(page.locator("main table"))
        assert overflow(page) <= 0
        shoot(page, f"contacts-{width}")
        page.goto(f"/contacts/{Contact.objects.get(number=number).ref}")
        assert PHONE not in page.content()
        assert "问几点开门" in words(page.locator("main"))
        assert overflow(page) <= 0
        shoot(page, f"contact-{width}")
    page.get_by_role("button", name="显示号码以便回电").click()
    page.get_by_text("199 0000 6207").wait_for()
    page.get_by_label("答复内容").fill("已换好，电话告诉了他")
    page.get_by_role("button", name="答复并办结").click()
    page.get_by_text("已答复并办结").wait_for()
    kept = Contact.objects.get(number=number)
    assert (kept.state, kept.called_back_at) == ("answered", clock.now)


def test_the_registers_are_read_on_both_sizes(patch: str, sign_in: SignIn) -> None:
    for width, height in SIZES:
        for who, address in (("window", "/channels"), ("street", "/contact-boxes"), ("window", "/contacts/new")):
            page = sign_in(who, width=width, height=height)
            page.goto(address)
            assert overflow(page) <= 0
            shoot(page, f"{address.strip('/').replace('/', '-')}-{who}-{width}")
