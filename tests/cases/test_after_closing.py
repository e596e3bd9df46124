"""Rating, call-back, reopening, complaint: what the resident says, and who never sees it."""

from datetime import date, timedelta

import pytest

from tests import cast
from tests.cases.taking import account, later, taken
from yimen.cases import actions
from yimen.cases.models import Case, FollowUp
from yimen.cases.queries.follow_ups import Sought, follow_up, follow_ups
from yimen.core.actor import Actor, Role
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]
AT = later(hours=1)
RESIDENT = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")


def closed(owner: str = "window", by: str = "") -> Case:
    case = taken(owner=owner)
    actions.decide(cast.actor(by or owner), number=case.number, outcome="refused", text="不符合条件", at=AT)
    return case


def test_a_good_mark_opens_nothing_and_a_second_mark_is_refused() -> None:
    case = closed()
    actions.rate(RESIDENT, number=case.number, level=4, at=AT)
    assert not FollowUp.objects.exists()
    with pytest.raises(Conflict):
        actions.rate(RESIDENT, number=case.number, level=1, at=AT)
    assert Case.objects.get(pk=case.pk).rating == 4


def test_a_bad_mark_is_called_back_by_the_head_within_fifteen_working_days() -> None:
    case = closed()
    actions.rate(RESIDENT, number=case.number, level=2, comment="等太久", at=AT)
    found = FollowUp.objects.get()
    assert (found.division_code, found.about, found.due_on) == (cast.COMMUNITY, account("window"), date(2026, 12, 7))
    assert [line.ref for line in follow_ups(cast.actor("head"))[0]] == [found.ref]
    assert follow_up(cast.actor("head"), found.ref).text == "等太久"
    with pytest.raises(NotAllowed):
        follow_ups(cast.actor("window"))


def test_what_concerns_the_head_is_answered_by_the_street_and_invisible_to_the_head() -> None:
    case = closed(by="head")
    actions.rate(RESIDENT, number=case.number, level=1, at=AT)
    found = FollowUp.objects.get()
    assert found.division_code == cast.STREET
    assert follow_ups(cast.actor("head")) == ([], "", 0)
    with pytest.raises(NotFound):
        actions.answer_follow_up(cast.actor("head"), ref=found.ref, answer="已处理", at=AT)
    actions.answer_follow_up(cast.actor("street"), ref=found.ref, answer="已电话致歉并说明", at=AT)
    with pytest.raises(Conflict):
        actions.answer_follow_up(cast.actor("street"), ref=found.ref, answer="再答", at=AT)


def test_call_backs_are_listed_page_by_page_and_none_is_cut_off() -> None:
    for level in (1, 2, 1):
        actions.rate(RESIDENT, number=closed().number, level=level, at=AT)
    head = cast.actor("head")
    first, after, total = follow_ups(head, limit=2)
    second, last, same = follow_ups(head, Sought(after=after), limit=2)
    assert (len(first), len(second), last, total, same) == (2, 1, "", 3, 3)
    assert [*first, *second] == follow_ups(head)[0]
    for line in first:
        actions.answer_follow_up(head, ref=line.ref, answer="已致歉并说明", at=AT)
    one, after, _total = follow_ups(head, Sought("answered"), limit=1)
    other, last, _total = follow_ups(head, Sought("answered", after=after), limit=1)
    assert ([*one, *other], last) == (follow_ups(head, Sought("answered"))[0], "")
    page = cast.client_for("head").get("/follow-ups?state=answered").content.decode()
    assert "本页 2 条，共 2 条" in page


def test_a_complaint_goes_above_the_worker_with_a_number_and_a_secret() -> None:
    case = taken()
    found, secret = actions.complain(RESIDENT, number=case.number, text="态度不好", contact="0510 0000 0000", at=AT)
    assert found.number.startswith("LXF26-1116-")
    assert len(secret) == 6
    assert "态度不好".encode() not in bytes(found.text or b"")
    assert follow_up(cast.actor("head"), found.ref).contact == "0510 0000 0000"
    with pytest.raises(NotFound):
        follow_up(cast.actor("siblinghead"), found.ref)


def test_a_complaint_about_the_station_needs_no_case_but_words() -> None:
    actions.complain(RESIDENT, text="门口没有坡道", at=AT)
    with pytest.raises(RuleBroken):
        actions.complain(RESIDENT, text="  ", at=AT)


def test_a_reopened_case_starts_a_new_limit_and_can_be_rated_again() -> None:
    case = closed()
    actions.rate(RESIDENT, number=case.number, level=3, at=AT)
    actions.reopen(RESIDENT, number=case.number, reason="材料没有看完", at=later(days=7))
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.owner, after.reopened, after.rating) == ("open", account("window"), 1, None)
    assert after.due_on == date(2026, 12, 2)
    actions.decide(cast.actor("window"), number=case.number, outcome="approved", text="符合", at=later(days=8))
    actions.rate(RESIDENT, number=case.number, level=5, at=later(days=8))
    assert after.decisions.count() == 2


def test_a_reopening_needs_a_reason_and_comes_within_thirty_days() -> None:
    case = closed()
    with pytest.raises(RuleBroken, match="reason"):
        actions.reopen(RESIDENT, number=case.number, reason="", at=later(days=1))
    with pytest.raises(RuleBroken, match="30 days"):
        actions.reopen(RESIDENT, number=case.number, reason="不满意", at=AT + timedelta(days=31))


def test_a_case_whose_owner_has_left_goes_back_into_the_pool() -> None:
    case = closed()
    account("window").seats.update(to_on=later(days=2).date())
    actions.reopen(RESIDENT, number=case.number, reason="不满意", at=later(days=7))
    assert Case.objects.get(pk=case.pk).owner is None


def test_staff_neither_rate_nor_reopen() -> None:
    case = closed()
    with pytest.raises(NotAllowed):
        actions.rate(cast.actor("window"), number=case.number, level=5, at=AT)
    with pytest.raises(NotAllowed):
        actions.reopen(cast.actor("head"), number=case.number, reason="重办", at=AT)
