"""What the clock does with visits."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.orgs.queries import community_codes
from yimen.visits.actions.finding_vulnerable import find_in_community


@app.periodic(cron="10 16 * * *", periodic_id="visits.find")  # ten past midnight in Shanghai: somebody is 80 today
@app.task(name="visits.find", queueing_lock="visits.find", pass_context=False)
def find(timestamp: int) -> None:
    """Find the must-visit households of every community anew, each in a transaction of its own: every night, and when
    the rule changes. Run twice, the second finds nothing to do."""
    for code in community_codes(""):
        find_in_community(SYSTEM, division_code=code, at=clock.now())
