"""The doors of cases, as a browser without scripts uses them."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.cases.counter import number_of
from tests.cases.taking import account, later, taken
from yimen.cases import actions
from yimen.cases.models import Case, FollowUp
from yimen.cases.queries.lists import Wanted, neighbours, work_list
from yimen.core import clock
from yimen.core.actor import Actor, Role
from yimen.orgs.models import Skill
from yimen.registry.models import Resident
from yimen.registry.rules import sealed
from yimen.registry.rules.sealed import number_cells
from yimen.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]
AT = later(hours=1)
RESIDENT = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")
STAFF = ("window", "head", "street", "district", "city", "dept", "finance", "sysadmin", "security", "auditor")


def body(client: Client, path: str, status: int = 200, language: str = "zh-hans") -> str:
    client.cookies["language"] = language
    response = client.get(path, follow=status == 200)  # a typed filter leads on to an address without it
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


@pytest.mark.parametrize("username", STAFF)
def test_every_seat_has_a_workbench_in_both_languages(username: str) -> None:
    taken(at=clock.now())
    client = cast.client_for(username)
    assert "工作台" in body(client, "/")
    assert "Workbench" in body(client, "/", language="en")


def test_the_list_shows_what_is_in_reach_soonest_first_and_masks_names_for_the_district() -> None:
    later_due, sooner = taken(promised=10), taken(promised=3, name="李慧珍")
    page = body(cast.client_for("window"), "/cases")
    assert page.index(sooner.number) < page.index(later_due.number)
    assert "李慧珍" in page
    assert "李慧珍" not in body(cast.client_for("district"), "/cases")
    assert sooner.number not in body(cast.client_for("sibling"), "/cases")


@pytest.mark.parametrize("view", ["claim", "soon", "late", "paused", "sent_up", "returned"])
def test_an_empty_view_says_so(view: str) -> None:
    assert "这里没有办件" in body(cast.client_for("window"), f"/cases?view={view}")


def test_closed_cases_are_listed_newest_first() -> None:
    first, last = taken(), taken()
    for hours, case in ((1, first), (2, last)):
        actions.decide(cast.actor("window"), number=case.number, outcome="done", text="已办好", at=later(hours=hours))
    page = body(cast.client_for("window"), "/cases?view=closed")
    assert page.index(last.number) < page.index(first.number)
    beside = body(cast.client_for("window"), f"/cases/{last.number}?view=closed")
    assert f"/cases/{first.number}?view=closed" in beside


def test_closed_cases_asked_for_by_their_days_of_acceptance_stand_by_those_and_page_by_page() -> None:
    made = [taken(at=later(hours=-24 * days), promised=60, legal=None) for days in (1, 2, 3, 40)]
    for hours, case in enumerate(made):  # the last taken in is the first closed
        actions.decide(cast.actor("window"), number=case.number, outcome="done", text="已办好", at=later(hours=hours))
    day = later(hours=-24 * 10).date()
    wanted = Wanted(view="closed", from_on=day)
    found: list[str] = []
    for _page in range(3):
        (row,), more = work_list(cast.actor("window"), wanted, at=AT, limit=1)
        found.append(row.number)
        wanted = replace(wanted, after=row.number)
    assert (found, more) == ([case.number for case in made[:3]], False)
    assert neighbours(cast.actor("window"), wanted, number=made[1].number, at=AT) == (made[0].number, made[2].number)


@pytest.mark.parametrize("view", ["all", "mine"])
def test_a_long_view_pages_by_key_and_shows_each_case_once(view: str) -> None:
    made = [taken(promised=1 + number % 4) for number in range(31)]
    for case in made[::6]:
        actions.pause(cast.actor("window"), number=case.number, reason="缺", gaps=["MD"], at=AT)
    client = cast.client_for("window")
    first = body(client, f"/cases?view={view}")
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = body(client, address)
    shown = [[case.number for case in made if case.number in page] for page in (first, second)]
    assert len(shown[0]) == 25
    assert not set(shown[0]) & set(shown[1])
    assert len(shown[0]) + len(shown[1]) == 31


def test_filters_by_text_post_and_owner() -> None:
    one, other = taken(name="李慧珍"), taken(name="周桂芬", owner="window2", post="LD")
    client = cast.client_for("window")
    for query in ("text=李慧", f"text={one.number[-6:]}", "post=MZ", f"owner={account('window').ref}"):
        page = body(client, f"/cases?{query}")
        assert one.number in page
        assert other.number not in page
    assert one.number not in body(client, "/cases?text=%25")


@pytest.mark.parametrize("who", ["window", "street", "district", "city"])
@pytest.mark.parametrize("bearers", [0, 2000])
def test_a_list_is_narrowed_by_a_name_as_every_search_reads_it(
    monkeypatch: pytest.MonkeyPatch, who: str, bearers: int
) -> None:
    """Gathered by the index of names, or, of a name that many bear, along the list."""
    monkeypatch.setattr("yimen.cases.queries.lists.MOST_BEARERS", bearers)
    one, other = taken(name="李慧珍"), taken(name="周桂芬", owner="window2", post="LD")
    client = cast.client_for(who)
    for typed in ("李慧", "慧珍", "李", "lihuizhen", "lhz", "li", "lihz"):
        page = body(client, f"/cases?text={typed}")
        assert one.number in page
        assert other.number not in page
    assert one.number not in body(client, "/cases?view=closed&text=李慧")
    for typed in ("huizhen", "张", "·"):
        assert one.number not in body(client, f"/cases?text={typed}")
    Resident.objects.filter(id=one.resident_id).update(is_protected=True)
    assert one.number not in body(client, "/cases?text=李慧珍")


@pytest.mark.parametrize("who", ["window", "street", "district", "city"])
def test_a_list_is_narrowed_by_a_number_far_from_the_stations_by_its_beginning(who: str) -> None:
    one = taken()
    client = cast.client_for(who)
    for typed in (one.number, one.number[:4], one.number[:-1].lower()):
        assert one.number in body(client, f"/cases?text={typed}")
    assert (one.number in body(client, f"/cases?text={one.number[-6:]}")) is (who in ("window", "street"))
    assert one.number not in body(client, "/cases?text=ZZ99")


def test_a_case_page_says_who_answers_and_why_this_date_and_is_on_record_as_read() -> None:
    case = taken()
    page = body(cast.client_for("window"), f"/cases/{case.number}")
    assert "为什么是 11月25日" in page
    assert "首问责任" in page
    assert "填意见" not in page  # the community decides this one
    read = Entry.objects.get(verb="case.read", subject_id=str(case.id))
    assert (read.is_read, read.actor_name) == (True, "沈晓岚")
    assert "Why Wed 25 Nov" in body(cast.client_for("window"), f"/cases/{case.number}", language="en")


def test_a_case_out_of_reach_or_restricted_is_not_found() -> None:
    plain, hidden = taken(), taken(restricted=True)
    body(cast.client_for("nextdoor"), f"/cases/{plain.number}", 404)
    body(cast.client_for("window3"), f"/cases/{hidden.number}", 404)
    assert hidden.number not in body(cast.client_for("window3"), "/cases")
    body(cast.client_for("window"), f"/cases/{hidden.number}")


def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do() -> None:
    case = taken()
    client = cast.client_for("window")
    response = client.post(
        f"/cases/{case.number}/pause", {"kind": "correction", "reason": "缺诊断证明", "edition": "1"}
    )
    assert response.status_code == 422
    assert "请写明缺什么" in response.content.decode()
    assert "缺诊断证明" in response.content.decode()
    assert Case.objects.get(pk=case.pk).state == "open"


def test_a_stale_form_is_shown_again_with_who_was_faster() -> None:
    case = taken()
    actions.note(cast.actor("head"), number=case.number, text="请抓紧", at=AT)
    response = cast.client_for("window").post(f"/cases/{case.number}/note", {"text": "打过电话", "edition": "1"})
    assert response.status_code == 409
    assert "吴静雯" in response.content.decode()
    assert "打过电话" in response.content.decode()


def test_sending_the_same_decision_twice_decides_once() -> None:
    case = taken()
    client = cast.client_for("window")
    sent = {"outcome": "done", "text": "已办好", "edition": "1"}
    first, second = (client.post(f"/cases/{case.number}/decide", sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert case.decisions.count() == 1


@pytest.mark.parametrize("edition", ["²", "٣", "x", "", "-1"])
def test_an_edition_that_is_no_number_is_no_edition(edition: str) -> None:
    case = taken()
    response = cast.client_for("window").post(f"/cases/{case.number}/note", {"text": "打过电话", "edition": edition})
    assert response.status_code == 302


@pytest.mark.parametrize("days", ["", "x", "-1", "99999999999", "３", "0"])
def test_days_that_are_no_number_get_a_sentence(days: str) -> None:
    case = taken()
    response = cast.client_for("window").post(
        f"/cases/{case.number}/ask_extension", {"days": days, "reason": "核实", "edition": "1"}
    )
    assert response.status_code == 422
    assert "工作日" in response.content.decode()


@pytest.mark.parametrize(
    "verb", ["offer", "pause", "note", "message", "decide", "withdraw", "ask_extension", "urge", "send_up"]
)
def test_every_form_opens_in_both_languages(verb: str) -> None:
    case = taken(level="street" if verb == "send_up" else "community")
    client = cast.client_for("head")
    assert case.number in body(client, f"/cases/{case.number}/{verb}")
    assert case.number in body(client, f"/cases/{case.number}/{verb}", language="en")


def test_claiming_from_the_workbench_and_handing_over_through_the_forms() -> None:
    case = taken(owner=None, first_asked="window3", at=clock.now())
    window, third = cast.client_for("window"), cast.client_for("window3")
    assert f'action="/cases/{case.number}/claim"' in body(window, "/")
    assert window.post(f"/cases/{case.number}/claim").status_code == 302
    offered = {"to": account("window3").ref, "reason": "下午外出"}
    assert window.post(f"/cases/{case.number}/offer", offered).status_code == 302
    assert "下午外出" in body(third, "/")
    third.post(f"/cases/{case.number}/answer_offer", {"answer": "accept", "reason": ""})
    assert Case.objects.get(pk=case.pk).owner == account("window3")


def test_the_street_sees_what_it_decides_and_decides_it_in_its_form() -> None:
    case = taken(level="street")
    actions.send_up(cast.actor("window"), number=case.number, opinion="情况属实", at=AT)
    street = cast.client_for("street")
    assert f"/cases/{case.number}/decide" in body(street, "/")
    street.post(f"/cases/{case.number}/decide", {"outcome": "approved", "text": "同意"})
    assert Case.objects.get(pk=case.pk).outcome == "approved"


def test_the_handler_sees_neither_the_mark_nor_its_words_and_the_head_does() -> None:
    case = taken()
    actions.decide(cast.actor("window"), number=case.number, outcome="done", text="已办好", at=AT)
    actions.rate(RESIDENT, number=case.number, level=1, comment="冷淡得很", at=AT)
    page = body(cast.client_for("window"), f"/cases/{case.number}")
    assert "冷淡得很" not in page
    assert "居民已评价" not in page
    assert "冷淡得很" in body(cast.client_for("head"), f"/cases/{case.number}")
    found = FollowUp.objects.get()
    head = cast.client_for("head")
    assert found.number in body(head, "/follow-ups")
    assert not Entry.objects.filter(verb="follow_up.read").exists()
    assert "冷淡得很" in body(head, f"/follow-ups/{found.ref}")
    seen = Entry.objects.get(verb="follow_up.read")
    assert (seen.subject_id, seen.is_read, seen.actor_name) == (str(found.id), True, "吴静雯")
    assert head.post(f"/follow-ups/{found.ref}/answer", {"answer": ""}).status_code == 422
    assert head.post(f"/follow-ups/{found.ref}/answer", {"answer": "已电话说明"}).status_code == 302
    body(cast.client_for("window"), "/follow-ups", 403)


def test_the_result_and_the_notice_are_printed_and_refused_when_there_is_none() -> None:
    case = taken()
    client = cast.client_for("window")
    body(client, f"/cases/{case.number}/decision.pdf", 404)
    actions.pause(cast.actor("window"), number=case.number, reason="缺诊断证明", gaps=["MD"], at=AT)
    assert client.get(f"/cases/{case.number}/once-notice.pdf").content.startswith(b"%PDF")
    actions.material(cast.actor("window"), number=case.number, code="MD", state="look", at=AT)
    actions.resume(cast.actor("window"), number=case.number, at=AT)
    actions.decide(cast.actor("window"), number=case.number, outcome="approved", text="符合条件", at=AT)
    assert client.get(f"/cases/{case.number}/decision.pdf").content.startswith(b"%PDF")


def test_a_worker_with_the_skill_is_offered_the_claim_on_the_page() -> None:
    case = taken(owner=None)
    third = cast.client_for("window3")
    assert f'action="/cases/{case.number}/claim"' not in body(third, f"/cases/{case.number}")
    Skill.objects.create(account=account("window3"), item_code=case.item_code, grade="alone", since_on=cast.SINCE)
    assert f'action="/cases/{case.number}/claim"' in body(third, f"/cases/{case.number}")


@pytest.mark.parametrize(("path", "most"), [("/", 15), ("/cases", 6), ("/cases/{}", 8)])
def test_pages_ask_the_database_little(path: str, most: int) -> None:
    case = taken()
    for _ in range(4):
        taken()
    client = cast.client_for("window")
    client.get(path.format(case.number))
    with CaptureQueriesContext(connection) as asked:
        client.get(path.format(case.number))
    assert len(asked) <= most, "\n".join(one["sql"][:120] for one in asked.captured_queries)


def test_a_whole_number_is_asked_for_from_the_case_which_is_the_reason_on_record() -> None:
    case = taken(at=clock.now())
    one = case.resident
    one.id_number, *_blind = sealed.number_cells(number_of("19401110", "401"), community=cast.COMMUNITY, row=one.id)
    one.save(update_fields=["id_number"])
    window = cast.client_for("window")
    link = f"/people/{one.ref}?case={case.number}"
    assert f'href="{link}#reveal"' in body(window, f"/cases/{case.number}")
    assert f'name="case_number" value="{case.number}"' in body(window, link)
    answer = window.post(f"/people/{case.resident.ref}/reveal", {"field": "id", "case_number": case.number})
    assert answer.status_code == 200
    assert Entry.objects.get(verb="resident.reveal").note == f"case {case.number}"
    other = taken(name="陈立群", at=clock.now())
    refused = window.post(f"/people/{one.ref}/reveal", {"field": "id", "case_number": other.number})
    assert refused.status_code == 422
    assert 'name="reason"' in refused.content.decode()
    assert Entry.objects.filter(verb="resident.reveal").count() == 1
    assert "#reveal" not in body(cast.client_for("district"), f"/cases/{case.number}")


def test_two_residents_of_one_name_are_told_apart_by_their_tails() -> None:
    for name, order in (("陈立新", "403"), ("陈立群", "411"), ("李慧珍", "420")):
        taken(name=name)
        made = Resident.objects.get(name=name)
        cells = number_cells(number_of("19850520", order), community=cast.COMMUNITY, row=made.id)
        Resident.objects.filter(id=made.id).update(id_number=cells.id_number)
    Resident.objects.filter(name="陈立群").update(name="陈立新")
    page = body(cast.client_for("window"), "/cases")
    assert f"尾号 {number_of('19850520', '403')[-4:]}" in page
    assert f"尾号 {number_of('19850520', '411')[-4:]}" in page
    assert number_of("19850520", "420")[-4:] not in page, "whose name stands alone"
    assert number_of("19850520", "403")[-4:] not in body(cast.client_for("city"), "/cases")


def test_cases_are_found_by_the_day_they_were_accepted() -> None:
    early, late = taken(at=later(hours=-30 * 24), promised=60, legal=None), taken()
    client = cast.client_for("window")
    day = later(hours=0).date().isoformat()
    found = body(client, f"/cases?from={day}&to={day}")
    assert late.number in found
    assert early.number not in found
    assert early.number in body(client, f"/cases?to={later(hours=-48).date().isoformat()}")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-31", "x"])
def test_a_day_that_nobody_means_gets_a_sentence(day: str) -> None:
    for query in (f"from={day}", f"to={day}", f"figure=accepted&to={day}"):
        assert "2026-11-23" in body(cast.client_for("window"), f"/cases?{query}", 422)


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "2026-13", "x"])
def test_a_month_that_nobody_means_gets_a_sentence(month: str) -> None:
    assert "例如 2026-11" in body(cast.client_for("head"), f"/supervise?month={month}", 422)


def test_a_count_of_reminders_that_is_too_long_to_be_one_is_left_out() -> None:
    body(cast.client_for("head"), f"/supervise?urged={'9' * 5000}")


def test_a_whole_number_written_to_the_resident_is_masked_for_the_staff() -> None:
    case = taken(at=clock.now())
    words = "请致电 154 0857 9032，证件 32029919730517938X"
    actions.message(cast.actor("window"), number=case.number, text=words, at=clock.now())
    for username in ("window", "street", "city"):
        page = body(cast.client_for(username), f"/cases/{case.number}")
        assert "154 **** 9032" in page
        assert "0857" not in page
        assert "19730517" not in page
