"""Follow a case by number and code, and nothing by anything else."""

from typing import Any

import pytest
from django.test import Client

from tests import cast
from tests.cases.taking import taken
from tests.portal.conftest import Clock, body, unlock
from yimen.cases import actions
from yimen.cases.models import Case, Message
from yimen.trail.models import Entry

CODE = "ACD347"


@pytest.fixture
def case(visitor: Client) -> Case:
    return taken(secret=CODE)


def test_number_and_code_open_it_and_a_sentence_says_where_it_stands(visitor: Client, case: Case) -> None:
    response = unlock(visitor, case.number, " acd-347 ")
    assert response.headers["Location"] == f"/p/track/{case.number}"
    page = visitor.get(response.headers["Location"])
    assert "The station is working on it." in body(page)
    assert "沈晓岚" in body(page), "who answers"
    assert "Wed 25 Nov" in body(page), "by when: the seventh working day"
    assert "legal limit" not in body(page), "a starting value is not shown as law"
    assert page.headers["Cache-Control"] == "no-store"


def test_opening_it_is_on_record(visitor: Client, case: Case) -> None:
    unlock(visitor, case.number, CODE)
    entry = Entry.objects.get(verb="case.follow")
    assert (entry.is_read, entry.role, entry.division_code) == (True, "resident", case.division_code)


def test_a_wrong_code_and_an_unknown_number_get_the_same_answer(visitor: Client, case: Case) -> None:
    wrong = unlock(visitor, case.number, "XXXXXX")
    unknown = unlock(visitor, "LX26-1116-999999", "XXXXXX")
    assert wrong.status_code == unknown.status_code == 422
    assert _plain(wrong, case.number) == _plain(unknown, "LX26-1116-999999")
    assert "track" not in visitor.cookies


def _plain(response: Any, number: str) -> list[str]:
    text = body(response).replace(number, "N")
    return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]


def test_guessing_slows_down_and_only_for_the_guesser(visitor: Client, case: Case, clock: Clock) -> None:
    for _try in range(5):
        assert unlock(visitor, case.number, "XXXXXX").status_code == 422
    assert "Wait" in body(unlock(visitor, case.number, CODE)), "even the right code has to wait"
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert unlock(elsewhere, case.number, CODE).status_code == 302
    clock.passes(seconds=20)
    assert unlock(visitor, case.number, CODE).status_code == 302


def test_trying_one_number_after_the_other_slows_down_too(visitor: Client, case: Case) -> None:
    answers = [body(unlock(visitor, f"LX26-1116-{n:06d}", "XXXXXX")) for n in range(200, 360)]
    assert any("Wait" in answer for answer in answers)


def test_without_the_ticket_the_code_is_asked(visitor: Client, case: Case) -> None:
    assert visitor.get(f"/p/track/{case.number}").headers["Location"] == f"/p/t/{case.number}"
    for verb in ("message", "reopen", "withdraw"):
        assert visitor.post(f"/p/track/{case.number}/{verb}", {"words": "x"}).headers["Location"].startswith("/p/t/")
    assert visitor.get(f"/p/track/{case.number}/result.pdf").headers["Location"] == f"/p/t/{case.number}"


def test_the_ticket_ends_after_half_an_hour(visitor: Client, case: Case, clock: Clock) -> None:
    unlock(visitor, case.number, CODE)
    clock.passes(minutes=29)
    assert visitor.get(f"/p/track/{case.number}").status_code == 200
    clock.passes(minutes=2)
    assert visitor.get(f"/p/track/{case.number}").status_code == 302


def test_the_ticket_of_one_visit_opens_no_other(visitor: Client, case: Case) -> None:
    other = taken(secret="34679A")
    unlock(visitor, case.number, CODE)
    assert visitor.get(f"/p/track/{other.number}").headers["Location"] == f"/p/t/{other.number}"


def test_a_forged_ticket_opens_nothing(visitor: Client, case: Case) -> None:
    unlock(visitor, case.number, CODE)
    visitor.cookies["track"] = visitor.cookies["track"].value[:-3] + "AAA"
    assert visitor.get(f"/p/track/{case.number}").status_code == 302


def test_it_can_be_closed_on_a_screen_that_others_use(visitor: Client, case: Case) -> None:
    unlock(visitor, case.number, CODE)
    visitor.post("/p/forget")
    assert visitor.get(f"/p/track/{case.number}").status_code == 302


def test_the_cases_of_one_visit_open_together(visitor: Client, case: Case) -> None:
    second = taken(secret=CODE, post="LD")
    Case.objects.filter(pk=second.pk).update(visit=case.visit)
    assert unlock(visitor, second.number, CODE).headers["Location"] == f"/p/track/{second.number}"
    assert case.number in body(visitor.get(f"/p/track/{second.number}"))
    assert visitor.get(f"/p/track/{case.number}").status_code == 200


def test_missing_papers_are_named_and_the_date_stands(visitor: Client, clock: Clock) -> None:
    case = taken(secret=CODE, missing=("IN",))
    actions.pause(cast.actor("window"), number=case.number, reason="收入证明", gaps=["IN"], at=clock.now)
    unlock(visitor, case.number, CODE)
    page = body(visitor.get(f"/p/track/{case.number}"))
    assert "We are waiting for papers from you." in page
    assert "Household income statement and proof" in page
    assert "Not counted now" in page


def test_a_restricted_matter_tells_hardly_anything(visitor: Client, clock: Clock) -> None:
    case = taken(secret=CODE, restricted=True, missing=("IN",))
    actions.message(cast.actor("window"), number=case.number, text="内部细节", at=clock.now)
    unlock(visitor, case.number, CODE)
    page = body(visitor.get(f"/p/track/{case.number}"))
    assert "Details are told in person only." in page
    for secret in ("沈晓岚", "Household income", "内部细节", "Minimum living"):
        assert secret not in page


def test_the_resident_writes_to_the_station(visitor: Client, case: Case) -> None:
    unlock(visitor, case.number, CODE)
    answer = visitor.post(f"/p/track/{case.number}/message", {"words": "我明天来"}, follow=True)
    assert "Your words have been sent" in body(answer)
    assert "我明天来" in body(answer)
    assert Message.objects.get().from_resident
    assert visitor.post(f"/p/track/{case.number}/message", {"words": " "}).status_code == 422


def test_the_resident_takes_it_back_and_asks_to_look_again(visitor: Client, case: Case, clock: Clock) -> None:
    unlock(visitor, case.number, CODE)
    assert visitor.post(f"/p/track/{case.number}/withdraw", {"words": "", "edition": "1"}).status_code == 422
    other = taken(secret="34679A")
    actions.decide(cast.actor("window"), number=other.number, outcome="refused", text="不符合", at=clock.now)
    assert "You took your application back." in body(
        visitor.post(f"/p/track/{case.number}/withdraw", {"words": "不办了"}, follow=True)
    )
    unlock(visitor, other.number, "34679A")
    again = visitor.post(f"/p/track/{other.number}/reopen", {"words": "材料有新的"}, follow=True)
    assert "It is open again." in body(again)
    other.refresh_from_db()
    assert (other.state, other.reopened) == ("open", 1)


def test_a_form_older_than_the_case_is_refused_and_the_words_stay(visitor: Client, case: Case) -> None:
    unlock(visitor, case.number, CODE)
    response = visitor.post(f"/p/track/{case.number}/withdraw", {"words": "不办了", "edition": "77"})
    assert response.status_code == 422
    assert "不办了" in body(response)
    case.refresh_from_db()
    assert case.state == "open"


def test_the_result_is_a_document_without_names_of_staff(visitor: Client, case: Case, clock: Clock) -> None:
    actions.decide(cast.actor("window"), number=case.number, outcome="approved", text="符合规定", at=clock.now)
    unlock(visitor, case.number, CODE)
    response = visitor.get(f"/p/track/{case.number}/result.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_the_course_names_nobody_and_keeps_notes_inside(visitor: Client, case: Case, clock: Clock) -> None:
    actions.note(cast.actor("window"), number=case.number, text="家里情况复杂", at=clock.now)
    unlock(visitor, case.number, CODE)
    assert "家里情况复杂" not in body(visitor.get(f"/p/track/{case.number}"))
