"""What the clock does with the organisation."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.orgs import actions


@app.periodic(cron="*/5 * * * *", periodic_id="orgs.count")
@app.task(name="orgs.count", queueing_lock="orgs.count", pass_context=False)
def count_spots(timestamp: int) -> None:
    """Count the weak spots of stations, every five minutes: seats end, skills grow, people fall ill."""
    actions.count_spots(SYSTEM, at=clock.now())
