"""Rate once, complain without the one it is about ever seeing it, read the figures without recognising anybody."""

import pytest
from django.test import Client

from tests import cast
from tests.cases.taking import taken
from tests.portal.conftest import Clock, body, unlock
from yimen.cases import actions
from yimen.cases.actions.figures import fold
from yimen.cases.models import Case, FollowUp, Rating
from yimen.core.actor import SYSTEM
from yimen.core.ids import new_id
from yimen.portal import kept

CODE = "ACD347"


@pytest.fixture
def finished(visitor: Client, clock: Clock) -> Case:
    case = taken(secret=CODE)
    actions.decide(cast.actor("window"), number=case.number, outcome="done", text="办好", at=clock.now)
    return case


def test_a_matter_is_rated_once_and_only_behind_its_code(visitor: Client, finished: Case) -> None:
    address = f"/p/rate/{finished.number}"
    assert visitor.post(address, {"level": "1"}).headers["Location"] == f"/p/t/{finished.number}"
    unlock(visitor, finished.number, CODE)
    assert "data-elder" in body(visitor.get(address)), "large by default"
    assert "Thank you" in body(visitor.post(address, {"level": "4", "tags": ["quick", "forged"]}, follow=True))
    visitor.post(address, {"level": "1"})
    given = Rating.objects.get()
    assert (given.level, given.tags) == (4, ["quick"])


def test_a_matter_in_hand_is_not_rated(visitor: Client) -> None:
    case = taken(secret=CODE)
    unlock(visitor, case.number, CODE)
    assert visitor.post(f"/p/rate/{case.number}", {"level": "5"}).headers["Location"] == f"/p/track/{case.number}"
    assert not Rating.objects.exists()


@pytest.mark.parametrize("level", ["", "0", "6", "x", "９"])
def test_a_mark_that_is_none_of_the_five_is_asked_again(visitor: Client, finished: Case, level: str) -> None:
    unlock(visitor, finished.number, CODE)
    response = visitor.post(f"/p/rate/{finished.number}", {"level": level, "words": "说明"})
    assert response.status_code == 422
    assert "说明" in body(response)


def test_after_a_reopening_it_may_be_rated_once_more(visitor: Client, finished: Case, clock: Clock) -> None:
    unlock(visitor, finished.number, CODE)
    visitor.post(f"/p/rate/{finished.number}", {"level": "2"})
    visitor.post(f"/p/track/{finished.number}/reopen", {"words": "没办好"})
    actions.decide(cast.actor("window"), number=finished.number, outcome="done", text="重办", at=clock.now)
    visitor.post(f"/p/rate/{finished.number}", {"level": "5"})
    assert list(Rating.objects.order_by("round").values_list("round", "level")) == [(0, 2), (1, 5)]


def test_a_bad_mark_says_that_somebody_above_gets_in_touch(visitor: Client, finished: Case) -> None:
    unlock(visitor, finished.number, CODE)
    page = visitor.post(f"/p/rate/{finished.number}", {"level": "1"}, follow=True)
    assert "gets in touch within 15 working days" in body(page)
    assert FollowUp.objects.get().kind == "rating"


def _complain(visitor: Client, **fields: str) -> str:
    visitor.get(f"/p/halls/{cast.COMMUNITY}")
    return body(visitor.post("/p/complain", {"key": str(new_id()), "about": "worker", **fields}))


def test_a_complaint_is_followed_by_number_and_code(visitor: Client) -> None:
    page = _complain(visitor, words="等了两个小时")
    made = FollowUp.objects.get()
    assert made.number in page
    code = page.split("<dt>Code</dt><dd>")[1].split("<")[0]
    assert unlock(visitor, made.number, code).headers["Location"] == f"/p/track/{made.number}"
    followed = body(visitor.get(f"/p/track/{made.number}"))
    assert "being looked into" in followed
    actions.answer_follow_up(cast.actor("head"), ref=made.ref, answer="已加开一个窗口", at=cast.MONDAY)
    assert "已加开一个窗口" in body(visitor.get(f"/p/track/{made.number}"))


def test_the_worker_complained_of_never_sees_it(visitor: Client) -> None:
    case = taken(secret=CODE)
    _complain(visitor, words="沈晓岚态度不好", number=case.number)
    made = FollowUp.objects.get()
    assert made.case == case
    signed_in = cast.client_for("window")
    for address in ("/", "/follow-ups", f"/cases/{case.number}", f"/follow-ups/{made.ref}"):
        assert made.number not in body(signed_in.get(address)), address


def test_a_complaint_about_the_station_head_opens_at_the_street(visitor: Client) -> None:
    _complain(visitor, words="站长不接待", about="head")
    assert FollowUp.objects.get().division_code == cast.STREET


def test_a_complaint_tells_nobody_which_numbers_exist(visitor: Client) -> None:
    known = taken(secret=CODE)
    first = _complain(visitor, words="不满意", number=known.number)
    second = _complain(visitor, words="不满意", number="LX26-1116-999999")
    assert "We have it." in first
    assert "We have it." in second
    assert FollowUp.objects.filter(case=None).count() == 1


def test_a_complaint_sent_twice_is_one(visitor: Client) -> None:
    key = str(new_id())
    first, second = _complain(visitor, words="等得久", key=key), _complain(visitor, words="等得久", key=key)
    assert FollowUp.objects.count() == 1
    assert first.split("<dt>Code</dt>")[1][:30] == second.split("<dt>Code</dt>")[1][:30]


def test_an_empty_complaint_is_asked_for_words_and_nothing_is_lost(visitor: Client) -> None:
    page = _complain(visitor, words=" ", contact="0510 0000 0001")
    assert "Write what happened." in page
    assert "0510 0000 0001" in page
    assert not FollowUp.objects.exists()


def test_small_numbers_are_not_shown_nor_what_gives_them_away(visitor: Client, clock: Clock) -> None:
    for community, worker, many in ((cast.COMMUNITY, "window", 3), (cast.SIBLING, "sibling", 6)):
        for _n in range(many):
            taken(community=community, owner=worker, first_asked=worker)
    fold(SYSTEM, at=clock.now)
    kept.forget()
    street = body(visitor.get(f"/p/open/{cast.STREET}"))
    assert "<dt>Taken in</dt><dd>9</dd>" in street
    assert street.count("<dt>Taken in</dt><dd>*</dd>") == 2, "9 less 6 would be 3"
    alone = body(visitor.get(f"/p/open/{cast.SIBLING}"))
    assert "<dt>Taken in</dt><dd>*</dd>" in alone, "nor on a page of its own"


def test_the_figures_count_what_was_done(visitor: Client, clock: Clock) -> None:
    for n in range(6):
        case = taken(secret=CODE)
        if n < 5:
            actions.decide(cast.actor("window"), number=case.number, outcome="done", text="办好", at=clock.now)
    fold(SYSTEM, at=clock.now)
    kept.forget()
    page = body(visitor.get(f"/p/open/{cast.COMMUNITY}"))
    assert "<dt>Taken in</dt><dd>6</dd>" in page
    assert "<dt>Kept our promise</dt><dd>100%</dd>" in page
    assert "too few to say" in page, "nobody has rated yet"
    assert visitor.get("/p/open/3202").status_code == 404, "no page spans the city"
