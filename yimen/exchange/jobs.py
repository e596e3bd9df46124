"""What the worker does with rosters."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.exchange import actions


@app.task(name="exchange.work", pass_context=False)
def work(ref: str) -> None:
    """Bring one import forward."""
    actions.work(ref, at=clock.now())


@app.periodic(cron="* * * * *", periodic_id="exchange.resume")
@app.task(name="exchange.resume", queueing_lock="exchange.resume", pass_context=False)
def resume(timestamp: int) -> None:
    """Go on, every minute, with what a worker that ended left in the middle; one that is at work is left alone."""
    for ref in actions.unfinished():
        actions.work(ref, at=clock.now())


@app.periodic(cron="50 2 * * *", periodic_id="exchange.purge")
@app.task(name="exchange.purge", queueing_lock="exchange.purge", pass_context=False)
def purge(timestamp: int) -> None:
    """Remove what can no longer be undone, every night."""
    while actions.purge(SYSTEM, at=clock.now()):
        continue
