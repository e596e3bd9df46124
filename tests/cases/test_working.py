"""Pausing, papers, sending up, deciding, extending: what each does, what it refuses, and what it writes down."""

from datetime import date, timedelta

import pytest

from tests import cast
from tests.cases.taking import account, later, taken
from yimen.cases import actions
from yimen.cases.models import Case, Decision, Extension, Message
from yimen.cases.rules import sealed
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.orgs.models import Absence
from yimen.registry.models import MaterialOnFile, Resident
from yimen.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]
AT = later(hours=1)
RESIDENT = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def entry(case: Case, verb: str) -> Entry:
    return Entry.objects.get(verb=verb, subject_id=str(case.id), is_read=False)


class TestPausing:
    def test_a_pause_for_papers_takes_the_date_away_and_names_the_gaps(self) -> None:
        case = taken()
        actions.pause(cast.actor("window"), number=case.number, reason="缺诊断证明", gaps=["MD"], at=AT)
        after = fresh(case)
        assert (after.state, after.is_paused, after.due_on, after.waiting_for) == ("paused", True, None, "resident")
        assert list(case.materials.filter(state="missing").values_list("material_code", flat=True)) == ["MD"]
        assert entry(case, "case.pause").changes == {"kind": "correction", "gaps": ["MD"]}

    def test_a_pause_without_a_reason_or_without_gaps_is_refused(self) -> None:
        case = taken()
        with pytest.raises(RuleBroken, match="reason"):
            actions.pause(cast.actor("window"), number=case.number, reason="  ", gaps=["MD"], at=AT)
        with pytest.raises(RuleBroken, match="missing"):
            actions.pause(cast.actor("window"), number=case.number, reason="缺材料", at=AT)
        assert fresh(case).state == "open"

    def test_it_goes_on_only_when_everything_is_in_and_the_date_moves_by_the_days_that_stood(self) -> None:
        case = taken(promised=7)
        window = cast.actor("window")
        actions.pause(window, number=case.number, reason="缺诊断证明", gaps=["MD"], at=AT)
        with pytest.raises(RuleBroken, match="Still missing"):
            actions.resume(window, number=case.number, at=later(days=1))
        actions.material(window, number=case.number, code="MD", state="kept", at=later(days=2))
        actions.resume(window, number=case.number, at=later(days=2))
        after = fresh(case)
        assert case.due_on == date(2026, 11, 25)
        assert (after.state, after.due_on) == ("open", date(2026, 11, 27))

    @pytest.mark.parametrize("days", [1, 10])
    def test_a_stop_on_the_promised_day_or_later_gives_no_day_back_and_what_is_late_stays_late(self, days: int) -> None:
        case, window = taken(promised=1), cast.actor("window")
        actions.pause(window, number=case.number, reason="缺诊断证明", gaps=["MD"], at=later(days=days))
        after = fresh(case)
        assert (after.state, after.is_paused, after.due_at) == ("paused", True, case.due_at)
        actions.material(window, number=case.number, code="MD", state="kept", at=later(days=12))
        actions.resume(window, number=case.number, at=later(days=12))
        assert fresh(case).due_on == case.due_on

    def test_a_paper_that_comes_later_is_kept_on_file_as_if_it_had_come_at_once(self) -> None:
        case, window = taken(missing=("BK", "MD")), cast.actor("window")
        case.materials.filter(material_code="ID").update(state="missing")
        for code, state in (("BK", "kept"), ("ID", "look"), ("MD", "kept")):  # a diagnosis is asked for each time
            actions.material(window, number=case.number, code=code, state=state, at=later(days=2))
        kept = MaterialOnFile.objects.filter(resident=case.resident).order_by("material_code")
        assert [(row.material_code, row.source, row.case_number) for row in kept] == [
            ("BK", "desk", case.number),
            ("ID", "seen", case.number),
        ]
        assert kept[0].obtained_on == later(days=2).date()

    def test_of_somebody_who_has_moved_away_nothing_more_is_kept_here(self) -> None:
        case = taken(missing=("BK",))
        Resident.objects.filter(id=case.resident_id).update(division_code=cast.SIBLING)
        actions.material(cast.actor("window"), number=case.number, code="BK", state="kept", at=AT)
        assert case.materials.get(material_code="BK").state == "kept"
        assert not MaterialOnFile.objects.exists()

    def test_with_the_last_paper_the_case_waits_for_us_and_no_longer_for_the_resident(self) -> None:
        case, window = taken(missing=("MD", "BK")), cast.actor("window")
        Case.objects.filter(pk=case.pk).update(waiting_for="resident")
        seen = []
        for code in ("MD", "BK"):
            actions.material(window, number=case.number, code=code, state="kept", at=AT)
            seen.append(fresh(case).waiting_for)
        assert seen == ["resident", "us"]

    def test_a_public_notice_needs_no_gaps(self) -> None:
        case = taken()
        actions.pause(cast.actor("window"), number=case.number, kind="notice", reason="公示 7 日", at=AT)
        assert fresh(case).waiting_for == "us"


class TestDeciding:
    def test_the_community_decides_what_is_its_own(self) -> None:
        case = taken()
        made = actions.decide(cast.actor("window"), number=case.number, outcome="approved", text="符合条件", at=AT)
        after = fresh(case)
        assert (after.state, after.outcome, after.closed_at) == ("closed", "approved", AT)
        assert made.document_no.startswith("LXD26-1116-")
        assert entry(case, "case.decide").note == "符合条件"

    def test_a_decision_at_the_wrong_level_is_refused_and_nothing_is_saved(self) -> None:
        case = taken(level="street")
        for username in ("window", "head", "street", "district"):
            with pytest.raises(RuleBroken, match=case.number):
                actions.decide(cast.actor(username), number=case.number, outcome="approved", text="好", at=AT)
        actions.send_up(cast.actor("window"), number=case.number, opinion="情况属实", at=AT)
        for username in ("window", "head", "district", "city", "dept"):
            with pytest.raises(RuleBroken, match="lies with"):
                actions.decide(cast.actor(username), number=case.number, outcome="approved", text="好", at=AT)
        assert not Decision.objects.filter(case=case).exists()

    def test_the_street_decides_what_was_sent_up_or_sends_it_back(self) -> None:
        case = taken(level="street")
        actions.send_up(cast.actor("window"), number=case.number, opinion="情况属实", at=AT)
        assert (fresh(case).desk_code, fresh(case).waiting_for) == (cast.STREET, "street")
        actions.send_back(cast.actor("street"), number=case.number, reason="缺入户记录", at=AT)
        back = fresh(case)
        assert (back.state, back.desk_code, back.returned_at) == ("open", cast.COMMUNITY, AT)
        actions.send_up(cast.actor("window"), number=case.number, opinion="已补", at=AT)
        assert fresh(case).returned_at is None
        actions.decide(cast.actor("street"), number=case.number, outcome="refused", text="收入超过标准", at=AT)
        assert fresh(case).outcome == "refused"

    def test_at_the_district_the_department_of_the_matter_decides_and_no_other(self) -> None:
        case = taken(level="district", department="MZJ")
        other = taken(level="district", department="RS")
        for one in (case, other):
            actions.send_up(cast.actor("window"), number=one.number, opinion="情况属实", at=AT)
        with pytest.raises(NotFound):
            actions.decide(cast.actor("dept"), number=other.number, outcome="approved", text="好", at=AT)
        actions.decide(cast.actor("dept"), number=case.number, outcome="approved", text="同意", at=AT)
        assert fresh(case).state == "closed"

    def test_missing_papers_stop_a_decision_and_are_listed(self) -> None:
        case = taken(missing=("MD", "BK"))
        with pytest.raises(RuleBroken, match="Still missing"):
            actions.decide(cast.actor("window"), number=case.number, outcome="done", text="办好", at=AT)

    def test_nobody_closes_a_case_as_not_ours(self) -> None:
        case = taken()
        for outcome in ("", "not_ours", "withdrawn"):
            with pytest.raises(RuleBroken, match="result"):
                actions.decide(cast.actor("window"), number=case.number, outcome=outcome, text="不归我们", at=AT)

    def test_a_closed_case_takes_nothing_more(self) -> None:
        case = taken()
        actions.decide(cast.actor("window"), number=case.number, outcome="done", text="办好", at=AT)
        for act in (
            lambda: actions.decide(cast.actor("window"), number=case.number, outcome="done", text="再办", at=AT),
            lambda: actions.pause(cast.actor("window"), number=case.number, reason="缺", gaps=["MD"], at=AT),
            lambda: actions.note(cast.actor("window"), number=case.number, text="补一句", at=AT),
        ):
            with pytest.raises(RuleBroken, match="closed"):
                act()

    def test_the_resident_may_withdraw_even_while_papers_are_missing(self) -> None:
        case = taken()
        actions.pause(cast.actor("window"), number=case.number, reason="缺诊断证明", gaps=["MD"], at=AT)
        actions.withdraw(RESIDENT, number=case.number, reason="不办了", at=later(hours=2))
        after = fresh(case)
        assert (after.outcome, after.is_paused, after.pauses.get().to_at) == ("withdrawn", False, later(hours=2))


class TestWhoWorks:
    def test_a_colleague_who_is_not_the_other_side_is_told_whom_to_ask(self) -> None:
        case = taken()
        with pytest.raises(RuleBroken, match="沈晓岚 is working on"):
            actions.note(cast.actor("window3"), number=case.number, text="看过", at=AT)

    def test_a_marked_absent_at_ten_and_at_ten_b_sees_and_acts_and_the_record_names_both(self) -> None:
        case = taken(owner="window", at=later(days=-1))
        b = cast.actor("window2", "MZ")
        with pytest.raises(RuleBroken):
            actions.note(b, number=case.number, text="打过电话", at=later(minutes=-1))
        Absence.objects.create(
            account=account("window"),
            division_code=cast.COMMUNITY,
            from_at=later(),
            to_at=later(hours=4),
            reason="visit",
        )
        actions.decide(b, number=case.number, outcome="done", text="已办好", at=later())
        written = entry(case, "case.decide")
        assert (written.actor_name, written.acting_for_name) == ("许一帆", "沈晓岚")
        assert written.acting_for == account("window").id

    def test_b_no_longer_acts_when_a_is_back(self) -> None:
        case = taken(owner="window", at=later(days=-1))
        Absence.objects.create(
            account=account("window"),
            division_code=cast.COMMUNITY,
            from_at=later(),
            to_at=later(hours=4),
            reason="visit",
        )
        with pytest.raises(RuleBroken):
            actions.note(cast.actor("window2", "MZ"), number=case.number, text="打过电话", at=later(hours=4))

    def test_the_head_acts_as_himself(self) -> None:
        case = taken()
        actions.note(cast.actor("head"), number=case.number, text="请抓紧", at=AT)
        assert entry(case, "case.note").acting_for_name == ""

    def test_who_has_only_read_rights_is_not_allowed(self) -> None:
        case = taken()
        for username in ("finance", "sysadmin", "security", "auditor", "city"):
            with pytest.raises(NotAllowed):
                actions.pause(cast.actor(username), number=case.number, reason="缺", gaps=["MD"], at=AT)

    def test_a_stale_form_is_refused_with_the_name_of_who_was_faster(self) -> None:
        case = taken()
        actions.note(cast.actor("head"), number=case.number, text="请抓紧", at=AT)
        with pytest.raises(Conflict, match="吴静雯"):
            actions.pause(
                cast.actor("window"), number=case.number, reason="缺诊断", gaps=["MD"], edition=case.edition, at=AT
            )
        assert fresh(case).state == "open"

    def test_a_restricted_matter_does_not_exist_for_others(self) -> None:
        case = taken(restricted=True, level="street")
        for username in ("window3", "head", "street", "district"):
            with pytest.raises(NotFound):
                actions.note(cast.actor(username), number=case.number, text="看", at=AT)
        actions.send_up(cast.actor("window"), number=case.number, opinion="情况属实", at=AT)
        actions.decide(cast.actor("street"), number=case.number, outcome="done", text="已办好", at=AT)


class TestTheClock:
    def test_an_extension_is_asked_once_and_moves_the_date_when_the_street_allows_it(self) -> None:
        case = taken(promised=7, legal=15)
        actions.ask_extension(cast.actor("window"), number=case.number, days=3, reason="要核实两次", at=AT)
        with pytest.raises(RuleBroken, match="once"):
            actions.ask_extension(cast.actor("window"), number=case.number, days=3, reason="再要", at=AT)
        with pytest.raises(NotAllowed):
            actions.answer_extension(cast.actor("head"), number=case.number, grant=True, at=AT)
        with pytest.raises(RuleBroken, match="street"):
            actions.answer_extension(cast.actor("district"), number=case.number, grant=True, at=AT)
        actions.answer_extension(cast.actor("street"), number=case.number, grant=True, at=AT)
        assert fresh(case).due_on == date(2026, 11, 30)

    def test_a_refused_extension_needs_a_reason_and_changes_no_date(self) -> None:
        case = taken()
        actions.ask_extension(cast.actor("window"), number=case.number, days=3, reason="要核实两次", at=AT)
        with pytest.raises(RuleBroken, match="reason"):
            actions.answer_extension(cast.actor("street"), number=case.number, grant=False, at=AT)
        actions.answer_extension(cast.actor("street"), number=case.number, grant=False, answer="来得及", at=AT)
        assert fresh(case).due_on == case.due_on
        assert Extension.objects.get(case=case).state == "refused"

    def test_warnings_climb_each_once(self) -> None:
        case = taken(promised=5)  # due Monday 23 November 17:00
        seen = []
        for days in (0, 4, 4, 8, 8, 10, 14, 15):
            actions.warn(SYSTEM, at=later(days=days))
            seen.append(fresh(case).warned)
        assert seen == ["", "soon", "soon", "late", "late", "street", "district", "district"]
        assert Entry.objects.filter(verb="case.warn", subject_id=str(case.id)).count() == 4

    def test_a_case_is_urged_once_a_day(self) -> None:
        case = taken()
        actions.urge(cast.actor("street"), number=case.number, at=AT)
        with pytest.raises(RuleBroken, match="once a day"):
            actions.urge(cast.actor("head"), number=case.number, at=AT + timedelta(hours=5))
        actions.urge(cast.actor("head"), number=case.number, at=AT + timedelta(days=1))


def test_messages_are_sealed_at_rest_and_go_both_ways() -> None:
    case = taken()
    actions.message(RESIDENT, number=case.number, text="请问还要多久？", at=AT)
    sent = actions.message(cast.actor("window"), number=case.number, text="最迟周三", at=AT)
    kept = Message.objects.get(pk=sent.pk)
    assert "最迟周三".encode() not in bytes(kept.text)
    assert sealed.unseal(kept.text, place=sealed.MESSAGE, row=kept.id) == "最迟周三"
    assert [one.from_resident for one in case.messages.order_by("id")] == [True, False]


def test_a_resident_of_another_division_reaches_nothing() -> None:
    case = taken()
    stranger = Actor(role=Role.RESIDENT, reach=cast.SIBLING, name="resident")
    with pytest.raises(NotFound):
        actions.message(stranger, number=case.number, text="请问", at=AT)
