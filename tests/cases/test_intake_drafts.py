"""Drafts: kept on every change, taken over, thrown away and brought back, ended after a week."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from tests import cast
from tests.cases.counter import people
from yimen.cases.actions import drafts
from yimen.cases.actions.intake import Receipt, accept
from yimen.cases.models import Case, Draft, Visit
from yimen.cases.queries import drafts as waiting
from yimen.cases.queries import intake as asking
from yimen.cases.rules.application import Application
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM, Actor
from yimen.core.errors import Conflict, NotFound, RuleBroken
from yimen.trail.models import Entry

AT = cast.MONDAY
FILLED = Application(matters=("MZ-11",), papers={"ID": "seen"}, fields={"note": "上下楼吃力"})

database = pytest.mark.django_db
in_force = pytest.mark.usefixtures("matters")


@pytest.fixture
def ref() -> str:
    return drafts.start(cast.actor("window"), resident_ref=people()["张国富"], at=AT)


@database
@in_force
def test_what_is_typed_is_kept_sealed_and_comes_back(ref: str) -> None:
    window = cast.actor("window")
    drafts.save(window, ref=ref, application=FILLED, at=AT + timedelta(minutes=1))
    assert "上下楼".encode() not in bytes(Draft.objects.get(ref=ref).content or b"")
    shown = asking.intake_page(window, ref, at=AT + timedelta(minutes=2))
    assert shown.application.matters == ("MZ-11",)
    assert shown.application.fields == {"note": "上下楼吃力"}


@database
@in_force
def test_opening_a_person_is_on_record_and_saving_is_not(ref: str) -> None:
    drafts.save(cast.actor("window"), ref=ref, application=FILLED, at=AT)
    assert list(Entry.objects.filter(verb__startswith="draft.").values_list("verb", "is_read")) == [
        ("draft.start", True)
    ]


@database
@in_force
def test_the_same_resident_goes_on_in_the_same_draft(ref: str) -> None:
    window = cast.actor("window")
    again = drafts.start(window, resident_ref=asking.intake_page(window, ref, at=AT).person.ref, at=AT)
    assert again == ref


@database
@in_force
def test_after_a_takeover_the_former_owner_saves_nothing_more(ref: str) -> None:
    window, colleague = cast.actor("window"), cast.actor("window2")
    with pytest.raises(Conflict, match="沈晓岚"):
        drafts.save(colleague, ref=ref, application=FILLED, at=AT)
    drafts.take_over(colleague, ref=ref, at=AT)
    with pytest.raises(Conflict, match="许一帆"):
        drafts.save(window, ref=ref, application=FILLED, at=AT)
    assert Entry.objects.filter(verb="draft.take_over").count() == 1


@database
@in_force
def test_a_deleted_draft_comes_back_within_a_day_and_not_later(ref: str) -> None:
    window = cast.actor("window")
    drafts.drop(window, ref=ref, at=AT)
    assert waiting.drafts(window, at=AT) == []
    drafts.restore(window, ref=ref, at=AT + timedelta(hours=23))
    drafts.drop(window, ref=ref, at=AT + timedelta(hours=23))
    with pytest.raises(RuleBroken, match="Start again"):
        drafts.restore(window, ref=ref, at=AT + timedelta(hours=48))


@database
@in_force
def test_a_draft_ends_after_a_week_and_is_removed_a_day_later(ref: str) -> None:
    later = AT + timedelta(days=7)
    with pytest.raises(RuleBroken, match="ended on 2026-11-23"):
        drafts.save(cast.actor("window"), ref=ref, application=FILLED, at=later)
    assert drafts.purge(SYSTEM, at=later) == 0
    assert drafts.purge(SYSTEM, at=later + timedelta(days=1)) == 1
    assert not Draft.objects.exists()


@database
@in_force
def test_a_notice_accepts_nothing_and_its_code_brings_the_draft_back(ref: str) -> None:
    window = cast.actor("window")
    with pytest.raises(RuleBroken, match="at least one matter"):
        drafts.give_notice(window, ref=ref, at=AT)
    drafts.save(window, ref=ref, application=FILLED, at=AT)
    code = drafts.give_notice(window, ref=ref, at=AT).upper()
    later = AT + timedelta(days=20)
    assert not Visit.objects.exists()
    assert waiting.draft_by_code(cast.actor("window3"), f"{code[:4]}-{code[4:8]} {code[8:]}", at=later) == ref
    assert waiting.draft_by_code(cast.actor("sibling"), code, at=later) == ""


@database
@in_force
def test_the_next_station_sees_no_draft(ref: str) -> None:
    sibling = cast.actor("sibling")
    assert waiting.drafts(sibling, at=AT) == []
    with pytest.raises(NotFound):
        asking.intake_page(sibling, ref, at=AT)
    with pytest.raises(NotFound):
        drafts.take_over(sibling, ref=ref, at=AT)


def together(first: Actor, ref_or_refs: list[dict[str, object]]) -> list[object]:
    """Accept in as many threads as there are calls, all let go at once; what each came to."""
    gate = threading.Barrier(len(ref_or_refs))
    results: list[object] = [None] * len(ref_or_refs)

    def run(place: int, call: dict[str, object]) -> None:
        gate.wait()
        try:
            results[place] = accept(first, at=AT, **call)  # type: ignore[arg-type]  # the call's own arguments
        except RuleBroken as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(ref_or_refs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def counter(own_database: None) -> dict[str, str]:
    load_default_catalogue(SYSTEM, at=AT)
    catalogue.forget()
    return people()


def test_one_draft_submitted_by_four_clicks_at_once_is_one_visit(counter: dict[str, str]) -> None:
    window = cast.actor("window")
    ref = drafts.start(window, resident_ref=counter["张国富"], at=AT)
    results = together(window, [{"draft_ref": ref, "application": FILLED}] * 4)
    receipts = [result for result in results if isinstance(result, Receipt)]
    assert len(receipts) == 4
    assert len({receipt.number for receipt in receipts}) == 1
    assert sum(not receipt.repeated for receipt in receipts) == 1
    assert (Visit.objects.count(), Case.objects.count()) == (1, 1)


def test_two_tabs_with_two_drafts_of_one_resident_take_the_matter_once(counter: dict[str, str]) -> None:
    calls: list[dict[str, object]] = [{"resident_ref": counter["张国富"], "application": FILLED}] * 2
    results = together(cast.actor("window"), calls)
    assert sum(isinstance(result, Receipt) for result in results) == 1
    assert any(isinstance(result, RuleBroken) and "is open with" in str(result) for result in results)
    assert Case.objects.count() == 1


def test_numbers_taken_at_the_same_moment_differ(counter: dict[str, str]) -> None:
    calls: list[dict[str, object]] = [
        {"resident_ref": counter["张国富"], "application": FILLED},
        {
            "resident_ref": counter["张国富"],
            "application": Application(matters=("MZ-10", "MZ-14"), papers={"ID": "seen"}),
        },
    ]
    results = together(cast.actor("window"), calls)
    numbers = [case.number for result in results if isinstance(result, Receipt) for case in result.cases]
    assert len(numbers) == len(set(numbers)) == Case.objects.count()
