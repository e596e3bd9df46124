"""What the clock does with the register."""

from procrastinate.contrib.django import app

from yimen.core.actor import SYSTEM
from yimen.registry import actions


@app.periodic(cron="20 17 * * *", periodic_id="registry.count")  # 01:20 in Shanghai
@app.task(name="registry.count", queueing_lock="registry.count", pass_context=False)
def count_households(timestamp: int) -> None:
    """Count the households of every station anew, every night: one by one people move and die."""
    actions.count_households(SYSTEM, division_code="")
