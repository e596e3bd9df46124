"""What the worker does with files of outlines and places."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.geo.actions import working


@app.task(name="geo.work", pass_context=False)
def work(ref: str) -> None:
    """Read, bring in or take back one file."""
    working.work(ref, at=clock.now())


@app.periodic(cron="* * * * *", periodic_id="geo.resume")
@app.task(name="geo.resume", queueing_lock="geo.resume", pass_context=False)
def resume(timestamp: int) -> None:
    """Go on, every minute, with what a worker that ended left in the middle."""
    for ref in working.unfinished():
        working.work(ref, at=clock.now())


@app.periodic(cron="45 3 * * *", periodic_id="geo.purge")
@app.task(name="geo.purge", queueing_lock="geo.purge", pass_context=False)
def purge(timestamp: int) -> None:
    """Remove what nobody brought in, every night."""
    while working.purge(SYSTEM, at=clock.now()):
        continue
