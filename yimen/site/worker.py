"""The worker process: delivers events to their handlers and runs jobs."""

import asyncio
import logging
import threading
from contextlib import suppress

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from yimen.core import clock
from yimen.trail import outbox

CONCURRENCY = 2
BATCH = 100
PAUSE = 1.0  # seconds between looks at the outbox
GRACE = 2.0  # seconds a running job gets when the worker is told to stop
_RESUME = ".resume"  # how the jobs end that go on with what was broken off
_log = logging.getLogger(__name__)


def run() -> None:
    """Work until SIGTERM or SIGINT. A job or delivery under way finishes, or is rolled back and done again later."""
    stopping = threading.Event()
    deliverer = threading.Thread(target=deliver_until, args=(stopping,), name="outbox")
    deliverer.start()
    try:
        asyncio.run(_work())
    finally:
        stopping.set()
        deliverer.join(GRACE)


def deliver_until(stopping: threading.Event) -> None:
    """Deliver in batches, at once while there is more and else every second; a lost database is waited for."""
    while not stopping.is_set():
        try:
            ran = outbox.deliver(at=clock.now(), limit=BATCH)
        except (OperationalError, InterfaceError) as error:
            _log.warning("The database did not answer; trying again: %s", error)
            connection.close()
            ran = 0
        except Exception:
            _log.exception("A delivery broke; trying again.")
            connection.close()
            ran = 0
        if ran < BATCH:
            close_old_connections()
            stopping.wait(PAUSE)
    connection.close()


async def _work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]  # Django's has it
        async with app.open_async():
            await take_up_again()
            await app.run_worker_async(
                concurrency=CONCURRENCY, install_signal_handlers=True, shutdown_graceful_timeout=GRACE
            )


async def take_up_again() -> None:
    """Have what an earlier worker left in the middle gone on with now, not at the next full minute."""
    for name in sorted(app.tasks):
        if name.endswith(_RESUME):
            with suppress(AlreadyEnqueued):
                await app.tasks[name].defer_async(timestamp=int(clock.now().timestamp()))
