"""Rosters that were broken off, undone or thrown away: nothing is left half."""

from datetime import timedelta

import pytest

from tests.cast import actor
from tests.exchange.bringing import applied, people, previewed, shown, worked
from tests.registry.town import AT, Town
from yimen.core.actor import SYSTEM
from yimen.core.alone import alone_with
from yimen.core.errors import Conflict, RuleBroken
from yimen.exchange import actions, queries
from yimen.exchange.actions import applying, staging
from yimen.exchange.models import FilePart, Import, StagedRow
from yimen.registry import actions as registry
from yimen.registry.models import Resident
from yimen.trail.models import Entry


def test_killed_between_two_batches_it_goes_on_from_its_mark(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH", 3)
    made = previewed(*people(8))
    actions.apply(actor("head"), ref=made.ref, at=AT)
    run, batches = applying.run_of(made), iter((True, True))
    while next(batches, False):
        assert applying.apply_batch(made.id, run, AT)
    made.refresh_from_db()
    assert (made.state, made.done, Resident.objects.filter(source="import").count()) == ("applying", 6, 6)
    made = worked(made)
    assert (made.state, made.done, made.counts["new"]) == ("applied", 8, 8)
    assert Resident.objects.filter(source="import").count() == 8
    assert Entry.objects.filter(verb="resident.import").count() == 8


def test_a_batch_that_breaks_leaves_nothing_of_itself(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = previewed(*people(4))
    actions.apply(actor("head"), ref=made.ref, at=AT)

    def broken(*_args: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(applying, "_note", broken)
    with pytest.raises(RuntimeError):
        worked(made)
    assert not Resident.objects.filter(source="import").exists()
    monkeypatch.undo()
    assert worked(made).counts["new"] == 4


def test_reading_that_was_interrupted_begins_anew(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "JUDGED", 2)
    monkeypatch.setattr(staging, "_end", lambda *_args, **_named: None)
    made = previewed(*people(5))
    assert (made.state, StagedRow.objects.count()) == ("reading", 5)
    monkeypatch.undo()
    assert worked(made).counts["new"] == 5
    assert StagedRow.objects.count() == 5


def test_undo_puts_everything_back_and_a_second_order_changes_nothing(town: Town) -> None:
    old = town.people["张国富"]
    made = applied(previewed(*people(2), f"张国富,{old.number},15499998888,12-2-301"))
    for _twice in range(2):
        actions.undo(actor("head"), ref=made.ref, at=AT + timedelta(days=1))
        made = worked(made, AT + timedelta(days=1))
    assert (made.state, made.stays) == ("undone", 0)
    assert not Resident.objects.filter(source="import").exists()
    again = previewed(f"张国富,{old.number},{old.phone},3-2-502")
    assert again.counts["same"] == 1


def test_undo_names_what_was_touched_since(town: Town) -> None:
    old = town.people["张国富"]
    made = applied(previewed(f"张国富,{old.number},15499998888,"))
    registry.correct(
        actor("window"), ref=old.ref, values={"phone": "15411112222"}, source="desk", evidence="seen", at=AT
    )
    actions.undo(actor("head"), ref=made.ref, at=AT)
    assert worked(made).stays == 1
    assert [len(row.stays) for row in shown(made, "stays")] == [1]


def test_after_seven_days_there_is_no_undo_and_the_file_is_gone(town: Town) -> None:
    made = applied(previewed(*people(1)))
    later = AT + timedelta(days=8)
    with pytest.raises(RuleBroken, match="7 days"):
        actions.undo(actor("head"), ref=made.ref, at=later)
    assert actions.purge(SYSTEM, at=later) == 1
    assert not StagedRow.objects.exists()
    assert not FilePart.objects.exists()
    made.refresh_from_db()
    assert (made.state, made.counts["new"]) == ("applied", 1)


def test_a_preview_may_be_thrown_away_and_nothing_of_it_stays(town: Town) -> None:
    made = previewed(*people(1))
    actions.drop(actor("head"), ref=made.ref, at=AT)
    assert not StagedRow.objects.exists()
    with pytest.raises(Conflict):
        actions.apply(actor("head"), ref=made.ref, at=AT)


def test_a_page_says_whether_somebody_is_at_it_just_now(town: Town) -> None:
    made = previewed(*people(1))
    actions.apply(actor("head"), ref=made.ref, at=AT)
    assert not queries.import_page(actor("head"), made.ref).is_in_hand
    with alone_with(Import.objects.all(), made.ref):
        assert queries.import_page(actor("head"), made.ref).is_in_hand
    assert not queries.import_page(actor("head"), made.ref).is_in_hand
