"""What the clock does about look-ups."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.oversight import actions


@app.periodic(cron="50 18 * * *", periodic_id="oversight.find")  # 02:50 in Shanghai: the day before is over
@app.task(name="oversight.find", queueing_lock="oversight.find", pass_context=False)
def find(timestamp: int) -> None:
    """Judge yesterday's look-ups, every night."""
    actions.find(SYSTEM, at=clock.now())
