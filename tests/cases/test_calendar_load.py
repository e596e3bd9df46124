"""A year without a calendar gives a provisional date; loading it dates every open case anew, on record."""

from datetime import date, datetime

import pytest

from tests import cast
from tests.cases.taking import taken
from yimen.cases import actions
from yimen.cases.models import Case
from yimen.core.clock import LOCAL
from yimen.orgs import queries as orgs
from yimen.orgs.actions import load_calendar
from yimen.trail import outbox
from yimen.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]
TAKEN = datetime(2026, 12, 29, 10, tzinfo=LOCAL)
LOADED = datetime(2026, 12, 30, 9, tzinfo=LOCAL)


def load_2027() -> None:
    load_calendar(
        cast.actor("sysadmin"),
        year=2027,
        holidays=[date(2027, 1, 1)],
        makeup=[],
        source="a notice for tests",
        at=LOADED,
    )
    orgs.forget_calendar()
    outbox.deliver(at=LOADED)


def test_a_provisional_date_over_new_year_becomes_firm_when_the_calendar_comes() -> None:
    case = taken(at=TAKEN, promised=5)
    assert (case.due_on, case.is_provisional) == (date(2027, 1, 5), True)
    load_2027()
    after = Case.objects.get(pk=case.pk)
    assert (after.due_on, after.is_provisional) == (date(2027, 1, 6), False)
    assert after.edition == case.edition  # nobody's open form grows stale
    written = Entry.objects.get(verb="case.recompute", subject_id=str(case.id))
    assert written.changes == {"from": "2027-01-05", "to": "2027-01-06", "provisional": False}
    assert written.role == "system"


def test_closed_and_untouched_cases_are_left_alone() -> None:
    done = taken(at=TAKEN, promised=5)
    actions.decide(cast.actor("window"), number=done.number, outcome="done", text="办好", at=TAKEN)
    firm = taken(at=TAKEN, promised=1, legal=1)
    load_2027()
    assert Case.objects.get(pk=done.pk).due_on == date(2027, 1, 5)
    assert not Entry.objects.filter(verb="case.recompute", subject_id__in=[str(done.id), str(firm.id)]).exists()


def test_a_paused_case_gets_its_legal_date_but_no_due_date() -> None:
    case = taken(at=TAKEN, promised=5, legal=10)
    actions.pause(cast.actor("window"), number=case.number, reason="缺诊断证明", gaps=["MD"], at=TAKEN)
    load_2027()
    assert Case.objects.get(pk=case.pk).due_on is None
