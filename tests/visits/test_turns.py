"""Many phones at once: a few are answered, the others are told to come again, and every record arrives exactly once."""

import json
from datetime import timedelta
from heapq import heappop, heappush
from random import Random
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import cast
from tests.registry.town import Town
from tests.visits.walking import AT, Phone, patches, refs
from yimen.visits.models import Visit
from yimen.visits.rules.turns import Turns
from yimen.visits.views import turns

PHONES, RECORDS, TAKES = 24, 3, 0.05  # seconds that one sending takes


class Passing:
    """A clock that goes on when it is told, and each time it is looked at."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        self.now += TAKES / 2
        return self.now


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Passing:
    """A process that has answered no phone yet, and its clock."""
    made = Passing()
    monkeypatch.setattr(turns, "TURNS", Turns(share=0.1, most=0.1))
    monkeypatch.setattr(turns, "monotonic", made.monotonic)
    return made


def parcel(phone: Phone, doors: list[str]) -> str:
    """What one phone has to send."""
    records: list[dict[str, object]] = [
        {
            **{"id": str(uuid4()), "door": doors[n % len(doors)], "outcome": "met", "topics": [], "note": ""},
            **{"at": (AT - timedelta(minutes=n)).isoformat(), "found": {}, "version": None},
        }
        for n in range(RECORDS)
    ]
    head = {"account": phone.account, "device": str(phone.id), "sent_at": AT.isoformat()}
    return json.dumps(head | {"records": records})


@pytest.mark.django_db
def test_of_many_phones_at_once_each_record_arrives_exactly_once(town: Town, passing: Passing) -> None:
    doors, chance, browser = refs(patches()[0]), Random(1), cast.client_for("window")
    waiting = [(passing.now, number, 0, parcel(Phone(), doors)) for number in range(PHONES)]
    held = answered = 0
    while waiting:
        due, number, times, body = heappop(waiting)
        passing.now, before = max(passing.now, due), Visit.objects.count()
        said = browser.post("/m/sync", body, content_type="text/plain")
        if said.status_code == 503:
            assert "会自动重发" in said.json()["refused"]
            assert Visit.objects.count() == before
            held += 1
            again = passing.now + int(said.headers["Retry-After"]) + chance.random() * 2 * 2**times
            heappush(waiting, (again, number, times + 1, body))
            continue
        answered += 1
        assert {one["state"] for one in said.json()["records"]} == {"sent"}
        if times < 9 and chance.random() < 0.3:  # the answer was lost on its way: the phone sends the same once more
            heappush(waiting, (passing.now, number, 9, body))
    assert held > 0
    assert answered > PHONES
    assert Visit.objects.count() == PHONES * RECORDS


@pytest.mark.django_db
def test_a_phone_that_packs_takes_its_turn_too_and_nobody_else_waits(town: Town, passing: Passing) -> None:
    patches()
    browser = cast.client_for("window")
    asked = [browser.post("/m/pack", {"device": str(uuid4())}).status_code for _ in range(20)]
    assert set(asked) == {200, 503}
    assert browser.get("/visits").status_code == 200
    assert browser.get("/m/hello").status_code == 200
    passing.now += 5
    assert browser.post("/m/pack", {"device": str(uuid4())}).status_code == 200


TIMES = st.lists(st.tuples(st.floats(0, 2), st.floats(0.001, 0.5)), max_size=30)


@given(TIMES)
def test_phones_never_take_more_than_their_share_and_one_turn_beyond(said: list[tuple[float, float]]) -> None:
    taking, now, took = Turns(), 0.0, 0.0
    for pause, seconds in said:
        now += pause
        if taking.wait(now):
            continue
        now += seconds
        took += seconds
        taking.took(seconds, now)
        assert took <= taking.most + taking.share * now + 0.5


@given(TIMES)
def test_who_comes_when_told_to_is_answered_if_nobody_else_came(said: list[tuple[float, float]]) -> None:
    taking, now = Turns(), 0.0
    for pause, seconds in said:
        now += pause
        if wait := taking.wait(now):
            now += wait
            assert taking.wait(now) == 0
        now += seconds
        taking.took(seconds, now)
