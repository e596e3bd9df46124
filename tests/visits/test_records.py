"""Corrections, findings, the journal and coverage: nothing is overwritten, retyped or counted twice."""

import html
import re
from datetime import date, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.registry.town import Town
from tests.visits.conftest import AT, DAY, Went, find
from yimen.catalogue import queries as catalogue
from yimen.core.actor import SYSTEM
from yimen.core.clock import now
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.patches.models import Patch
from yimen.registry.actions import correct
from yimen.registry.models import Change, Resident
from yimen.trail.models import Entry
from yimen.visits.actions.correcting import correct_visit
from yimen.visits.actions.deciding import Chosen, refuse, take
from yimen.visits.actions.finding_vulnerable import find_in_community
from yimen.visits.actions.folding import fold, fold_communities
from yimen.visits.actions.noting import add_note
from yimen.visits.models import Finding, Visit
from yimen.visits.queries.coverage import coverage
from yimen.visits.queries.journal import Scope, lines, matching, names_at
from yimen.visits.queries.visits import visit_page
from yimen.visits.rules import sealed

pytestmark = pytest.mark.django_db
FIRST = DAY.replace(day=1)
NEXT = date(2026, 12, 1)


def test_within_three_days_a_correction_simply_holds_and_later_it_shows_both_dates(went: Went) -> None:
    window = cast.actor("window")
    made = went("12-1-301", at=AT - timedelta(days=1), note="都好")
    said = {"outcome": "declined", "topics": ["health"], "note": "说没空", "reason": "记错了"}
    again = correct_visit(window, ref=made.ref, at=AT, **said)  # type: ignore[arg-type]  # a form's values
    assert not Visit.objects.get(id=made.id).is_current
    assert (again.at, again.received_at, again.is_late) == (made.at, made.received_at, False)
    with pytest.raises(Conflict):
        correct_visit(window, ref=made.ref, at=AT, **said)  # type: ignore[arg-type]  # a form's values
    later = AT + timedelta(days=5)
    third = correct_visit(window, ref=again.ref, at=later, **said)  # type: ignore[arg-type]  # a form's values
    assert (third.on, third.received_at, third.is_late) == (made.on, later, True)
    page = visit_page(window, third.ref, at=later)
    assert [note for _row, note in page.before] == ["说没空", "都好"]
    assert [one.note for one in Entry.objects.filter(verb="visit.correct")] == ["记错了", "记错了"]


def test_a_correction_keeps_the_numbers_that_its_form_shows_masked(went: Went) -> None:
    made = went("12-1-301", note="改打 15408579032 找女儿")
    client = cast.client_for("window")
    shown = re.search('<textarea[^>]*name="note"[^>]*>([^<]*)<', client.get(f"/visits/{made.ref}").content.decode())
    assert shown is not None
    assert shown[1].strip() == "改打 154 **** 9032 找女儿"
    sent = {"outcome": "met", "note": f"晚上{shown[1].strip()}", "reason": "补一句"}
    assert client.post(f"/visits/{made.ref}/correct", sent).status_code == 302
    held = Visit.objects.get(replaces=made)
    assert sealed.unseal(held.note, place=sealed.NOTE, row=held.id) == "晚上改打 15408579032 找女儿"


def test_a_correction_needs_a_reason_and_the_right_person(went: Went) -> None:
    made = went("12-1-301")
    said = {"outcome": "met", "topics": [], "note": "", "at": AT}
    with pytest.raises(RuleBroken):
        correct_visit(cast.actor("window"), ref=made.ref, reason=" ", **said)  # type: ignore[arg-type]  # a form's values
    with pytest.raises(NotAllowed):
        correct_visit(cast.actor("window3"), ref=made.ref, reason="改", **said)  # type: ignore[arg-type]  # a form's values
    with pytest.raises(NotFound):
        correct_visit(cast.actor("sibling"), ref=made.ref, reason="改", **said)  # type: ignore[arg-type]  # a form's values
    correct_visit(cast.actor("head"), ref=made.ref, reason="改", **said)  # type: ignore[arg-type]  # a form's values


def test_a_new_phone_goes_into_the_register_with_its_source_once(town: Town, went: Went) -> None:
    window, person = cast.actor("window"), town.people["陈桂芬"]
    version = Resident.objects.get(ref=person.ref).version
    made = find(
        went("12-1-301", at=AT - timedelta(days=2)), "phone", {"phone": "15400009999"}, person.ref, seen_version=version
    )
    with pytest.raises(RuleBroken):
        take(window, ref=made.ref, chosen=Chosen(), at=AT)
    with pytest.raises(Conflict):
        take(window, ref=made.ref, chosen=Chosen([(person.ref, version + 1)]), at=AT)
    take(window, ref=made.ref, chosen=Chosen([(person.ref, version)]), at=AT)
    change = Change.objects.get(field="phone")
    assert (change.source, change.evidence) == ("visit", "stated")
    assert Resident.objects.get(ref=person.ref).provenance["phone"] == ["visit", str(made.visit.on), "stated"]
    assert Finding.objects.get().state == "taken"
    with pytest.raises(Conflict):
        take(window, ref=made.ref, chosen=Chosen([(person.ref, None)]), at=AT)
    assert [one.changes for one in Entry.objects.filter(verb="finding.take")] == [{"kind": "phone"}]


def test_a_record_that_changed_since_the_phone_was_packed_is_said_and_nothing_is_chosen(town: Town, went: Went) -> None:
    client, person = cast.client_for("window2"), town.people["陈桂芬"]
    version = Resident.objects.get(ref=person.ref).version
    made = find(went("12-1-301"), "phone", {"phone": "15400009999"}, person.ref, seen_version=version)
    changed = "走访以后登记又改过"
    assert changed not in client.get(f"/findings/{made.ref}").content.decode()
    said = {"phone": "15400008888"}
    correct(
        cast.actor("window2"), ref=person.ref, values=said, source="resident", evidence="stated", version=version, at=AT
    )
    shown = client.get(f"/findings/{made.ref}").content.decode()
    assert changed in shown
    assert "154 **** 9999" in shown
    assert "154 **** 8888" in shown
    assert "checked" not in shown.partition("f-resident")[2].partition("</fieldset>")[0]


def test_a_need_opens_an_intake_and_a_refusal_says_why(town: Town, went: Went, matters: None) -> None:
    window, visit = cast.actor("window"), went("12-1-301")
    need = find(visit, "need", {"words": "想申请助浴"})
    draft = take(window, ref=need.ref, chosen=Chosen([(town.people["陈桂芬"].ref, None)]), at=AT).draft
    opened = Finding.objects.get(id=need.id)
    assert (opened.draft_ref, opened.state) == (draft, "open")  # until the intake is accepted
    assert f"/intake/{draft}" in cast.client_for("window").get(f"/findings/{need.ref}").content.decode()
    other = find(visit, "moved_out", {"words": "邻居说搬走了"})
    with pytest.raises(RuleBroken):
        refuse(window, ref=other.ref, note="", at=AT)
    with pytest.raises(NotFound):
        refuse(cast.actor("sibling"), ref=other.ref, note="没有", at=AT)
    refuse(window, ref=other.ref, note="本人电话说还住", at=AT)
    assert Finding.objects.get(id=other.id).state == "refused"


def test_the_journal_gathers_and_finds_by_door_name_topic_and_word(
    town: Town, patches: list[Patch], went: Went
) -> None:
    window = cast.actor("window")
    went("12-1-301", topics=["repair"], note="楼道灯坏了 2 盏")
    went("12-1-302", at=AT - timedelta(days=2), received_at=AT, outcome="not_home")
    add_note(window, on=DAY - timedelta(days=1), words="雨天，走访改到下午", at=AT)
    add_note(window, on=DAY, words="和物业约了看水管", dwelling_ref=town.door("12-1-302"), at=AT)
    own = lines(window, Scope(account_id=window.person), first=FIRST, following=NEXT, at=AT)
    assert [line.kind for line in own] == ["visit", "visit", "note", "note"] or len(own) == 4
    late = [line for line in own if line.written_on]
    assert {(line.kind, line.written_on) for line in late} == {("visit", DAY), ("note", DAY)}
    names = names_at(window, own)
    topics = {"repair": "房屋报修"}
    places = {line.dwelling_ref: "广瑞别苑" for line in own if line.door == "12-1-301"}

    def found(text: str) -> list[str]:
        return [line.words for line in matching(own, names, text, topics, places)]

    assert (
        found("12-1-301")
        == found("12-301")
        == found("报修")
        == found("楼道灯")
        == found("陈桂芬")
        == ["楼道灯坏了 2 盏"]
    )
    assert found("别苑") == found("广瑞别苑 12-1-301") == ["楼道灯坏了 2 盏"]
    assert found("火星") == []
    patch = lines(window, Scope(patch_id=patches[0].id), first=FIRST, following=NEXT, at=AT)
    assert len(patch) == 3
    door = Visit.objects.filter(outcome="not_home").values_list("dwelling_id", flat=True)[0]
    assert len(lines(window, Scope(dwelling_id=door), first=FIRST, following=NEXT, at=AT)) == 2
    assert lines(cast.actor("sibling"), Scope(patch_id=patches[0].id), first=FIRST, following=NEXT, at=AT) == []


def test_a_month_of_the_journal_is_read_some_whole_days_at_a_time(town: Town, patches: list[Patch], went: Went) -> None:
    for days in range(8):
        for minute in range(6):
            went("12-1-301", at=AT - timedelta(days=days, minutes=minute), note=f"第 {days} 天 {minute}")
    client, month = cast.client_for("window"), "month=2026-11"
    address, seen = f"/journal?{month}", []
    while address:
        page = client.get(address).content.decode()
        seen.append(re.findall(r"第 (\d) 天 (\d)", page))
        assert "走访 48" in page, "the head counts the whole month"
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = html.unescape(following[1]) if following else ""
    assert [len(rows) for rows in seen] == [24, 24]
    assert len({row for rows in seen for row in rows}) == 48
    assert client.get(f"/journal?{month}&until=soon").status_code == 404


def test_a_note_tells_of_a_day_that_came_and_says_something(town: Town) -> None:
    window = cast.actor("window")
    for on, words in ((DAY + timedelta(days=1), "明天"), (DAY, "  "), (DAY, "长" * 1001)):
        with pytest.raises(RuleBroken):
            add_note(window, on=on, words=words, at=AT)


def test_the_book_of_a_month_is_printed_and_on_record(town: Town, went: Went) -> None:
    went("12-1-301", at=now(), topics=["fine"], note="都好")
    client = cast.client_for("window")
    for language in ("zh-hans", "en"):
        client.cookies["language"] = language
        made = client.get("/journal.pdf")
        assert made.status_code == 200
        assert made.content.startswith(b"%PDF")
    assert Entry.objects.filter(verb="journal.print", is_read=True).count() == 2


def test_coverage_adds_up_from_patch_to_city_and_follows_what_is_recorded(
    town: Town, patches: list[Patch], went: Went
) -> None:
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    visit = went("3-2-502", who="window2", topics=["neighbour"])
    went("12-1-301", outcome="not_home")
    need = find(visit, "need", {"words": "楼上漏水"})
    assert fold(SYSTEM, at=AT) >= 1
    assert fold(SYSTEM, at=AT) == 0
    city = coverage(cast.actor("city"), cast.CITY, FIRST)
    assert (city.now["households"], city.now["reached"], city.now["goal"], city.now["patches"]) == (4, 1, 60, 2)
    assert (city.now["must"], city.now["must_reached"], city.now["visits"], city.now["needs"]) == (1, 1, 2, 1)
    assert city.now["disputes"] == 1
    refuse(cast.actor("window2"), ref=need.ref, note="已当面说清", at=AT)
    fold(SYSTEM, at=AT)
    station = coverage(cast.actor("head"), cast.COMMUNITY, FIRST)
    assert station.now["refused"] == 1
    assert [code for code, _row in station.parts] == [patch.code for patch in patches]
    assert {name: sum(row[name] for _code, row in station.parts) for name in station.now} == dict(station.now)
    with pytest.raises(NotFound):
        coverage(cast.actor("head"), cast.SIBLING, FIRST)
    fold_communities(SYSTEM, codes=(cast.COMMUNITY,), month=FIRST, at=AT)
    assert coverage(cast.actor("head"), cast.COMMUNITY, FIRST).now == station.now


def test_who_waits_for_half_a_year_and_for_a_year_is_counted(patches: list[Patch], went: Went) -> None:
    went("12-1-301", at=AT - timedelta(days=400))
    went("12-1-302", at=AT - timedelta(days=200))
    fold_communities(SYSTEM, codes=(cast.COMMUNITY,), month=FIRST, at=AT)
    found = coverage(cast.actor("head"), patches[0].code, FIRST).now
    assert (found["unseen_half"], found["unseen_year"]) == (2, 1)


def test_a_month_before_visits_were_kept_is_said_to_be_none_not_shown_as_a_bad_one(
    town: Town, patches: list[Patch], went: Went
) -> None:
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    went("12-1-301", at=AT - timedelta(days=365))  # a stray record of the year before
    went("12-1-302")
    fold(SYSTEM, at=AT)
    found = coverage(cast.actor("head"), cast.COMMUNITY, FIRST)
    assert found.now["reached"] == 1
    assert found.year_before["visits"] == 0
    assert found.kept_since == FIRST
    page = cast.client_for("head").get("/coverage?month=2026-11").content.decode()
    assert page.count("未记录") == 2, "the month before and the year before"
    assert "2026-11 起按月记录走访" in page
    assert cast.client_for("head").get("/coverage.pdf?month=2026-11").content.startswith(b"%PDF")


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "now"])
def test_a_month_that_no_calendar_here_has_is_said_and_breaks_nothing(patches: list[Patch], month: str) -> None:
    head = cast.client_for("head")
    for path in ("/coverage", "/coverage.pdf", "/journal", "/journal.pdf"):
        assert head.get(f"{path}?month={month}").status_code == 422, path
    assert head.get(f"/journal/{month}-01").status_code == 404
    for path, name in (("/journal/note", "on"), ("/my-patch/goal", "month"), ("/vulnerable/mark", "until")):
        assert head.post(path, {name: f"{month}-01"[: 7 if name == "month" else 10]}).status_code in (404, 422), path


@pytest.mark.parametrize(
    ("who", "path"),
    [
        *(("window", path) for path in ("/my-patch", "/visits", "/visits/plan", "/journal", "/journal/2026-11-16")),
        *(("head", path) for path in ("/my-patch", "/coverage", "/vulnerable", "/vulnerable/rule", "/findings")),
        *(("street", path) for path in ("/coverage", "/visits", "/vulnerable")),
        *(("city", path) for path in ("/coverage", "/coverage?of=320213&month=2026-11", "/vulnerable/rule")),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_opens_in_both_languages_with_few_questions(
    town: Town, patches: list[Patch], went: Went, who: str, path: str, language: str
) -> None:
    from django.db import connection

    find(went("12-1-301", topics=["fine"], note="都好"), "need", {"words": "想找工作"})
    fold(SYSTEM, at=AT)
    client = cast.client_for(who)
    client.cookies["language"] = language
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == language
    assert len([one for one in asked if one["sql"].lstrip().lower().startswith(("select", "with"))]) <= 15


@pytest.fixture
def matters() -> None:
    """The catalogue, as the cases of other tests know it."""
    catalogue.forget()


def test_the_workbench_shows_the_month_of_one_s_patch_and_offices_who_was_not_reached(
    town: Town, patches: list[Patch]
) -> None:
    from yimen.visits.queries.bench import block

    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    told = block(cast.actor("window2"), AT)
    assert told is not None
    assert [one.door for one in told.context["month"].pressing] == ["3-2-502"]
    assert block(cast.actor("sibling"), AT) is None
    late = AT + timedelta(days=5)  # the 21st
    fold_communities(SYSTEM, codes=(cast.COMMUNITY,), month=FIRST, at=late)
    assert block(cast.actor("street"), AT) is None
    office = block(cast.actor("street"), late)
    assert office is not None
    assert [(code, count) for code, _name, count in office.context["rows"]] == [(cast.COMMUNITY, 1)]
