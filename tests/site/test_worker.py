"""The worker's deliverer: events reach their handlers while it runs, and what breaks does not stop it."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from procrastinate.exceptions import AlreadyEnqueued

from tests import cast
from yimen.core.actor import SYSTEM
from yimen.site import worker
from yimen.trail import outbox
from yimen.trail.models import Delivery
from yimen.trail.queries import latest_at
from yimen.trail.record import record

VERB = "test.happened"


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Callable[[outbox.Handler], None]:
    """Have a handler hear the test's verb, for this test only."""
    monkeypatch.setattr(outbox, "_handlers", {})
    monkeypatch.setattr(worker, "PAUSE", 0.02)
    return lambda handler: outbox.listen(VERB, "test", handler)


@pytest.fixture
def deliverer() -> Iterator[threading.Event]:
    """A running deliverer; setting the event stops it."""
    stopping = threading.Event()
    thread = threading.Thread(target=worker.deliver_until, args=(stopping,))
    thread.start()
    yield stopping
    stopping.set()
    thread.join(10)
    assert not thread.is_alive()


def happen() -> str:
    """One event; returns its subject."""
    subject = str(uuid4())
    with transaction.atomic():
        record(SYSTEM, VERB, subject=("test", subject), division_code="", at=cast.MONDAY)
    return subject


def until(ask: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not ask():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_event_reaches_its_handler_once(
    own_database: None, listen: Callable[[outbox.Handler], None], deliverer: threading.Event
) -> None:
    heard: list[str] = []
    listen(lambda event, at: heard.append(event.subject_id))
    subjects = [happen() for _ in range(3)]
    until(lambda: len(heard) == 3)
    time.sleep(0.1)
    assert heard == subjects


def test_the_worker_survives_a_lost_database_and_goes_on(
    own_database: None, listen: Callable[[outbox.Handler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    listen(lambda event, at: heard.append(event.subject_id))
    subject = happen()
    deliver, losses = outbox.deliver, [OperationalError("the server is gone"), ZeroDivisionError("a bug")]

    def shaky(*, at: datetime, limit: int) -> int:
        if losses:
            raise losses.pop()
        return deliver(at=at, limit=limit)

    monkeypatch.setattr(outbox, "deliver", shaky)
    stopping = threading.Event()
    thread = threading.Thread(target=worker.deliver_until, args=(stopping,))
    thread.start()
    until(lambda: heard == [subject])
    stopping.set()
    thread.join(10)
    assert not losses


@pytest.mark.django_db
def test_a_handler_that_breaks_a_constraint_waits_and_does_not_hold_up_the_others(
    listen: Callable[[outbox.Handler], None],
) -> None:
    heard: list[str] = []

    def handler(event: outbox.Event, at: datetime) -> None:
        if event.subject_id == first:
            with connection.cursor() as cursor:
                cursor.execute("insert into trail_pending (entry_id) values (-1)")
                cursor.execute("set constraints all immediate")
        heard.append(event.subject_id)

    listen(handler)
    first, second = happen(), happen()
    assert outbox.deliver(at=cast.MONDAY) == 2
    assert heard == [second]
    waiting = Delivery.objects.get(state=Delivery.State.WAITING)
    assert waiting.entry.subject_id == first
    assert waiting.error.startswith(IntegrityError.__name__)
    assert waiting.next_try_at > cast.MONDAY


@pytest.mark.django_db
def test_the_latest_entry_is_the_one_that_happened_last() -> None:
    later = cast.MONDAY.replace(year=2031)
    with transaction.atomic():
        for at in (later, cast.MONDAY):
            record(SYSTEM, VERB, subject=("test", "1"), division_code="", at=at)
    assert latest_at() == later


def test_a_worker_that_starts_has_what_was_broken_off_gone_on_with_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Broken:
        def __init__(self, name: str) -> None:
            self.name = name

        async def defer_async(self, timestamp: int) -> None:
            asked.append(self.name)
            if self.name == "geo.resume":
                raise AlreadyEnqueued

    names = ("exchange.resume", "exchange.work", "geo.resume", "patches.resume")
    monkeypatch.setattr(worker, "app", SimpleNamespace(tasks={name: Broken(name) for name in names}))
    with ThreadPoolExecutor() as apart:  # a browser's story before this one may have left a loop running here
        apart.submit(lambda: asyncio.run(worker.take_up_again())).result()
    assert asked == ["exchange.resume", "geo.resume", "patches.resume"]
