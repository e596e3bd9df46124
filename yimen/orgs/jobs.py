"""What the clock does with the organisation."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.orgs import actions


@app.periodic(cron="*/15 * * * *", periodic_id="orgs.count")
@app.task(name="orgs.count", queueing_lock="orgs.count", pass_context=False)
def count_lone_matters(timestamp: int) -> None:
    """Count which stations have a matter that hangs on one person, every quarter of an hour: seats end, skills grow."""
    actions.count_lone_matters(SYSTEM, at=clock.now())
