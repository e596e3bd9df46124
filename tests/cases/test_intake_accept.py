"""Taking matters in: what happens, what is refused, what is written down."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests import cast
from tests.cases.counter import people
from yimen.cases.actions import drafts
from yimen.cases.actions.intake import accept
from yimen.cases.models import Case, Draft, Visit
from yimen.cases.queries.person import person_at_counter
from yimen.cases.rules import sealed
from yimen.cases.rules.application import Application, Unfinished
from yimen.core.actor import Actor, Role
from yimen.core.clock import LOCAL
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.orgs.models import CalendarYear, Skill
from yimen.registry.models import MaterialOnFile, Resident
from yimen.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]

AT = cast.MONDAY
ALLOWANCE = "MZ-11"
SEEN = {"ID": "seen"}


@pytest.fixture
def who() -> dict[str, str]:
    return people()


@pytest.fixture
def window() -> Actor:
    return cast.actor("window")


def one(matter: str = ALLOWANCE, **more: Any) -> Application:
    return Application(matters=(matter,), asked=True, papers=SEEN, **more)


def test_one_matter_becomes_one_case_with_number_promise_owner_and_papers(who: dict[str, str], window: Actor) -> None:
    receipt = accept(window, resident_ref=who["张国富"], application=one(), at=AT)
    case = Case.objects.get(number=receipt.number)
    assert receipt.number.startswith("LX26-1116-")
    assert (case.first_asked_id, case.owner_id) == (window.account_id, window.account_id)
    assert (case.state, case.waiting_for, case.desk_code) == ("open", "us", cast.COMMUNITY)
    assert case.due_on == date(2026, 11, 30)
    assert case.promised_days == 10
    papers = dict(case.materials.values_list("material_code", "state"))
    assert papers == {"ID": "look", "HK": "shared", "BK": "kept", "AP": "shared"}
    values = sealed.unseal_values(case.form, place=sealed.FORM, row=case.id)
    assert values["bank_card"] == "社会保障卡，尾号 7735"
    assert "1946" not in values["id_number"]


def test_acceptance_is_one_entry_that_names_the_matter_and_no_person(who: dict[str, str], window: Actor) -> None:
    receipt = accept(window, resident_ref=who["张国富"], application=one(), at=AT)
    entry = Entry.objects.get(verb="case.accept")
    assert entry.changes["number"] == receipt.number
    assert entry.changes["matter"] == ALLOWANCE
    assert "张国富" not in str(entry.changes)


def test_the_second_secret_is_sealed_and_found_only_by_its_hash(who: dict[str, str], window: Actor) -> None:
    receipt = accept(window, resident_ref=who["张国富"], application=one(), at=AT)
    visit = Visit.objects.get(number=receipt.number)
    assert receipt.secret.encode() not in bytes(visit.secret)
    assert bytes(visit.secret_hash) == sealed.secret_hash(receipt.secret.lower())


def test_several_matters_of_one_visit_share_one_number_and_one_secret(who: dict[str, str], window: Actor) -> None:
    both = Application(matters=(ALLOWANCE, "MZ-10", ALLOWANCE), papers=SEEN)
    receipt = accept(window, resident_ref=who["张国富"], application=both, at=AT)
    assert [taken.item_code for taken in receipt.cases] == [ALLOWANCE, "MZ-10"]
    assert Visit.objects.get().number == receipt.cases[0].number == receipt.number
    assert Case.objects.values("visit").distinct().count() == 1
    assert Entry.objects.filter(verb="case.accept").count() == 2


def test_a_matter_of_another_post_goes_to_that_pool_and_the_taker_stays_answerable(
    who: dict[str, str], window: Actor
) -> None:
    worker = cast.actor("window3")
    receipt = accept(worker, resident_ref=who["张国富"], application=one(), at=AT)
    case = Case.objects.get(number=receipt.number)
    assert receipt.cases[0].is_pooled
    assert (case.owner_id, case.first_asked_id, case.post) == (None, worker.account_id, "MZ")


def test_the_b_post_of_another_seat_and_a_skill_make_an_owner_too(who: dict[str, str]) -> None:
    backup = cast.actor("window2")
    assert not accept(backup, resident_ref=who["张国富"], application=one(), at=AT).cases[0].is_pooled
    skilled = cast.actor("window3")
    assert skilled.account_id
    Skill.objects.create(account_id=skilled.account_id, item_code=ALLOWANCE, grade="alone", since_on=AT.date())
    again = one(again=(ALLOWANCE,))
    assert not accept(skilled, resident_ref=who["张国富"], application=again, at=AT).cases[0].is_pooled


def test_an_original_nobody_looked_at_is_missing_and_the_case_says_whom_it_waits_for(
    who: dict[str, str], window: Actor
) -> None:
    receipt = accept(window, resident_ref=who["张国富"], application=Application(matters=(ALLOWANCE,)), at=AT)
    case = Case.objects.get(number=receipt.number)
    assert receipt.cases[0].missing == 1
    assert case.materials.get(material_code="ID").state == "missing"
    assert case.waiting_for == "resident"
    assert case.due_on is not None, "the clock runs: accepted, papers to follow"


def test_what_is_handed_in_today_is_on_file_for_the_next_matter(who: dict[str, str], window: Actor) -> None:
    handed = Application(matters=("MZ-10",), papers={"ID": "in", "PH": "in"}, answers={"photo": "bring"})
    receipt = accept(window, resident_ref=who["张国富"], application=handed, at=AT)
    rows = MaterialOnFile.objects.filter(case_number=receipt.number)
    assert rows.exists()
    assert all(row.source == "desk" and row.obtained_on == AT.date() for row in rows)


def test_the_same_draft_twice_gives_the_same_receipt_and_one_visit(who: dict[str, str], window: Actor) -> None:
    ref = drafts.start(window, resident_ref=who["张国富"], at=AT)
    first = accept(window, draft_ref=ref, application=one(), at=AT)
    second = accept(window, draft_ref=ref, application=one(), at=AT + timedelta(seconds=1))
    assert (second.number, second.secret, second.repeated) == (first.number, first.secret, True)
    assert [case.number for case in second.cases] == [case.number for case in first.cases]
    assert Case.objects.count() == 1
    assert Draft.objects.get(ref=ref).content is None, "nothing personal stays in a finished draft"


def test_an_expired_draft_says_when_it_ended_and_what_to_do(who: dict[str, str], window: Actor) -> None:
    ref = drafts.start(window, resident_ref=who["张国富"], at=AT)
    with pytest.raises(RuleBroken, match="2026-11-23"):
        accept(window, draft_ref=ref, application=one(), at=AT + timedelta(days=8))
    assert not Case.objects.exists()


def test_a_colleagues_draft_has_to_be_taken_over_first(who: dict[str, str], window: Actor) -> None:
    ref = drafts.start(window, resident_ref=who["张国富"], at=AT)
    colleague = cast.actor("window2")
    with pytest.raises(Conflict, match="沈晓岚"):
        accept(colleague, draft_ref=ref, application=one(), at=AT)
    drafts.take_over(colleague, ref=ref, at=AT)
    accept(colleague, draft_ref=ref, application=one(), at=AT)
    assert Case.objects.get().first_asked_id == colleague.account_id


def test_a_second_open_case_of_the_matter_has_to_be_confirmed(who: dict[str, str], window: Actor) -> None:
    first = accept(window, resident_ref=who["张国富"], application=one(), at=AT)
    with pytest.raises(RuleBroken, match=first.number) as refused:
        accept(window, resident_ref=who["张国富"], application=one(), at=AT)
    assert refused.value.field == f"again-{ALLOWANCE}"
    accept(window, resident_ref=who["张国富"], application=one(again=(ALLOWANCE,)), at=AT)
    assert Case.objects.count() == 2


def test_a_form_that_is_not_complete_names_every_field_at_once(who: dict[str, str], window: Actor) -> None:
    with pytest.raises(Unfinished) as refused:
        accept(window, resident_ref=who["王秀英"], application=one(), at=AT)
    assert {problem.field for problem in refused.value.problems} >= {"phone", "bank_card"}
    typed = {"phone": "１９９００００５５５５", "bank_card": "银行卡，尾号 1200"}
    accept(window, resident_ref=who["王秀英"], application=one(fields=typed), at=AT)


@pytest.mark.parametrize(
    ("application", "words"),
    [
        (Application(), "at least one matter"),
        (Application(matters=("XX-99",)), "No matter has this code"),
        (replace(one(), by="other"), "who came"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(
    who: dict[str, str], window: Actor, application: Application, words: str
) -> None:
    with pytest.raises((RuleBroken, NotFound), match=words):
        accept(window, resident_ref=who["张国富"], application=application, at=AT)
    assert not Visit.objects.exists()


def test_a_matter_not_yet_in_force_is_refused_with_its_day(who: dict[str, str], window: Actor) -> None:
    with pytest.raises(RuleBroken, match="comes into force on"):
        accept(window, resident_ref=who["张国富"], application=one(), at=datetime(2000, 1, 4, 9, tzinfo=LOCAL))


def test_for_the_dead_only_what_concerns_them_is_taken(who: dict[str, str], window: Actor) -> None:
    with pytest.raises(RuleBroken, match="has died"):
        accept(window, resident_ref=who["钱德明"], application=one(), at=AT)
    typed = {"phone": "19900005555", "bank_card": "银行卡，尾号 1200", "deceased": "钱德明", "address": "广瑞一村"}
    funeral = one("MZ-35", fields=typed, by="other", proxy_name="钱小妹", proxy_relation="女儿")
    accept(window, resident_ref=who["钱德明"], application=funeral, at=AT)
    assert Case.objects.get().proxy_name == "钱小妹"


def test_a_relative_of_the_household_is_named_as_proxy_and_a_letter_is_asked_for(
    who: dict[str, str], window: Actor
) -> None:
    accept(window, resident_ref=who["张国富"], application=one(by=who["王秀英"]), at=AT)
    case = Case.objects.get()
    assert (case.proxy_name, case.proxy_relation) == ("王秀英", "spouse")
    assert case.materials.filter(material_code="PR").exists()


def test_a_resident_of_another_community_is_not_found(who: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        accept(cast.actor("sibling"), resident_ref=who["张国富"], application=one(), at=AT)


def test_a_protected_resident_is_opened_by_the_head_and_by_nobody_else(who: dict[str, str], window: Actor) -> None:
    Resident.objects.filter(name="张国富").update(is_protected=True)
    with pytest.raises(NotFound):
        drafts.start(window, resident_ref=who["张国富"], at=AT)
    with pytest.raises(NotFound):
        accept(window, resident_ref=who["张国富"], application=one(), at=AT)
    assert (Draft.objects.count(), Case.objects.count()) == (0, 0)
    with_them = person_at_counter(window, who["王秀英"], at=AT)
    assert "张国富" not in {each.name for each in with_them.household}
    assert "张国富" not in with_them.facts.values()
    assert accept(cast.actor("head"), resident_ref=who["张国富"], application=one(), at=AT).number


@pytest.mark.parametrize("username", ["street", "district", "city", "dept", "auditor", "sysadmin"])
def test_only_the_counter_takes_matters_in(who: dict[str, str], username: str) -> None:
    with pytest.raises(NotAllowed):
        accept(cast.actor(username), resident_ref=who["张国富"], application=one(), at=AT)


def test_a_machine_without_a_name_takes_nothing(who: dict[str, str]) -> None:
    nobody = Actor(role=Role.HEAD, reach=cast.COMMUNITY)
    with pytest.raises(NotAllowed, match="named person"):
        accept(nobody, resident_ref=who["张国富"], application=one(), at=AT)


def test_a_date_beyond_the_loaded_calendar_is_marked_and_never_a_crash(who: dict[str, str], window: Actor) -> None:
    late = datetime(2026, 12, 28, 10, tzinfo=LOCAL)
    receipt = accept(window, resident_ref=who["张国富"], application=one(), at=late)
    assert receipt.cases[0].provisional
    assert Case.objects.get().is_provisional
    CalendarYear.objects.all().delete()
    from yimen.orgs.queries import forget_calendar

    forget_calendar()
    assert accept(window, resident_ref=who["张国富"], application=one(again=(ALLOWANCE,)), at=AT).cases[0].provisional


def test_a_restricted_matter_is_marked_so_that_only_its_handlers_know(who: dict[str, str], window: Actor) -> None:
    from yimen.catalogue import queries as catalogue
    from yimen.catalogue.rules import AccessKind

    live = catalogue.live(AT.date())
    code, version = next((c, v) for c, v in live.items() if v.item.access is AccessKind.RESTRICTED)
    typed = {field.key: _any_value(field) for field in version.item.form}
    accept(window, resident_ref=who["张国富"], application=one(code, fields=typed), at=AT)
    assert Case.objects.get().is_restricted


def _any_value(field: Any) -> str:
    if field.options:
        return str(field.options[0].key)
    return {"int": "2", "money": "10", "date": "2026-01-05", "bool": "yes", "phone": "19900005555"}.get(
        str(field.type), "无"
    )
