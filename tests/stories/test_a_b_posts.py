"""A/B posts: from the minute A is marked absent B has the open work, and the record names both."""

import pytest
from playwright.sync_api import expect

from tests.cases.taking import taken
from tests.portal.conftest import Clock
from tests.stories.conftest import SignIn, shoot
from tests.stories.reading import PRIMARY, act, buttons, fact, history, words
from yimen.cases.models import Case

pytestmark = pytest.mark.browser


def test_mark_a_absent_at_ten_and_at_ten_b_sees_may_act_and_is_named_with_a(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    number = taken(at=clock.now).number  # of 沈晓岚, A of civil affairs
    b = sign_in("window2")
    b.goto("/")
    expect(b.locator("tr", has_text=number)).to_have_count(0)
    b.goto(f"/cases/{number}")
    assert "decide" not in buttons(b, number)

    head = sign_in("head")
    head.goto("/cover")
    head.select_option("#f-person", label="沈晓岚")
    head.get_by_label("休假").check()
    head.click(PRIMARY)
    expect(head.locator("main [role=status]")).to_contain_text("从那一分钟起，各岗由另一岗接办")
    board = words(head.locator("tr", has=head.locator("th:has-text('民政')")))
    assert "许一帆（代 A 岗）" in board
    shoot(head, "cover-away")

    b.goto("/")
    row = b.locator("tr", has_text=number)
    expect(row.locator(".tag")).to_have_text("代")
    expect(b.locator("main .page-head")).to_contain_text("沈晓岚")
    shoot(b, "standing-in")
    act(b, number, "decide", outcome="done", text="已办好")
    assert Case.objects.get().state == "closed"
    line = history(b)[0]
    assert "许一帆" in line
    assert "沈晓岚" in line
    assert fact(b, "首问责任").startswith("沈晓岚")


def test_back_at_eleven_the_work_returns(counter: dict[str, str], clock: Clock, sign_in: SignIn) -> None:
    number = taken(at=clock.now).number
    a, b = sign_in("window"), sign_in("window2")
    a.goto("/cover")
    a.get_by_label("开会").check()
    a.click(PRIMARY)
    b.goto(f"/cases/{number}")
    assert "decide" in buttons(b, number)
    clock.passes(minutes=10)
    a.get_by_role("button", name="回岗").click()
    expect(a.locator("main [role=status]")).to_contain_text("已登记回岗")
    b.goto(f"/cases/{number}")
    assert "decide" not in buttons(b, number)
    b.goto("/")
    expect(b.locator("tr", has_text=number)).to_have_count(0)


def test_a_post_that_will_have_neither_is_warned_of_before_it_happens(
    counter: dict[str, str], clock: Clock, sign_in: SignIn
) -> None:
    head = sign_in("head")
    for name, start, end in (
        ("沈晓岚", "2026-11-18T09:00", "2026-11-18T17:00"),
        ("许一帆", "2026-11-18T14:00", "2026-11-18T16:00"),
    ):
        head.goto("/cover")
        head.select_option("#f-person", label=name)
        head.get_by_label("开会").check()
        head.fill("#f-from_at", start)
        head.fill("#f-to_at", end)
        head.click(PRIMARY)
        head.wait_for_url("**/cover?done=away")
    shoot(head, "cover-gap")
    warning = words(head.locator("main > .note-soon").first)
    for part in ("民政", "11-18 14:00", "11-18 16:00", "沈晓岚", "许一帆"):
        assert part in warning
    head.goto("/")
    expect(head.locator("aside .note")).to_contain_text(["民政", "劳动"])
    street = sign_in("street")  # the street sees where a post is going to be bare
    street.goto("/cover")
    expect(street.locator("tr", has_text="广瑞一村社区")).to_contain_text("民政")
