"""A POST that is sent many times happens once, and its answer is kept for 72 hours."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests import cast
from yimen.core.errors import RuleBroken
from yimen.trail.idempotency import once, purge
from yimen.trail.models import Entry, Idempotency
from yimen.trail.record import record

AT = cast.MONDAY
CALLER = UUID(int=7)


def act() -> tuple[int, Any]:
    """Leaves an entry; answers with something nobody could guess."""
    record(cast.actor("window"), "absence.mark", subject=("test", "once"), division_code="", at=AT)
    return 201, {"number": str(uuid4()), "on": AT.date()}


def acts() -> int:
    return Entry.objects.filter(subject_kind="test", subject_id="once").count()


def test_of_fifty_senders_at_once_one_acts_and_all_get_its_answer(own_database: None) -> None:
    answers: list[tuple[int, Any]] = []
    gate = threading.Barrier(50)

    def send() -> None:
        gate.wait(20)
        answers.append(once(CALLER, "visit-1", b"body", act, at=AT))
        connection.close()

    senders = [threading.Thread(target=send) for _n in range(50)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert len(answers) == 50
    assert all(answer == answers[0] for answer in answers)
    assert acts() == 1


@pytest.mark.django_db
def test_a_key_may_be_used_again_after_72_hours_and_not_before() -> None:
    first = once(CALLER, "visit-1", b"body", act, at=AT)
    once(CALLER, "visit-2", b"body", act, at=AT + timedelta(hours=1))
    assert purge(at=AT + timedelta(hours=71, minutes=59)) == 0
    assert once(CALLER, "visit-1", b"body", act, at=AT + timedelta(hours=71)) == first
    assert purge(at=AT + timedelta(hours=72, minutes=1)) == 1
    assert purge(at=AT + timedelta(hours=72, minutes=1)) == 0
    assert once(CALLER, "visit-1", b"other", act, at=AT + timedelta(hours=73)) != first
    assert acts() == 3


@pytest.mark.django_db
def test_a_key_is_free_after_72_hours_also_where_nothing_was_purged_yet() -> None:
    first = once(CALLER, "visit-1", b"body", act, at=AT)
    assert once(CALLER, "visit-1", b"other", act, at=AT + timedelta(hours=72, minutes=1)) != first
    assert acts() == 2


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused_and_does_nothing() -> None:
    once(CALLER, "visit-1", b"body", act, at=AT)
    with pytest.raises(RuleBroken, match="another request"):
        once(CALLER, "visit-1", b"other", act, at=AT)
    once(UUID(int=8), "visit-1", b"other", act, at=AT)  # keys are each caller's own
    assert acts() == 2


@pytest.mark.django_db
def test_an_answer_is_sealed_at_rest() -> None:
    _status, body = once(CALLER, "visit-1", b"body", act, at=AT)
    row = Idempotency.objects.get()
    assert (row.body, row.status) == (None, 201)
    assert body["number"].encode() not in bytes(row.answer or b"")


@pytest.mark.django_db
def test_an_answer_stored_before_it_was_sealed_is_still_given() -> None:
    once(CALLER, "visit-1", b"body", act, at=AT)
    Idempotency.objects.update(answer=None, body={"number": "1"})
    assert once(CALLER, "visit-1", b"body", act, at=AT) == (201, {"number": "1"})
