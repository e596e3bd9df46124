"""What the clock does with visits."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.orgs.queries import community_codes
from yimen.visits.actions import folding
from yimen.visits.actions.finding_vulnerable import find_in_community
from yimen.visits.rules.months import first_of, month_before

CLOSING_DAYS = 3  # of a month, in which late records of the one before still come in


@app.periodic(cron="10 16 * * *", periodic_id="visits.find")  # ten past midnight in Shanghai: somebody is 80 today
@app.task(name="visits.find", queueing_lock="visits.find", pass_context=False)
def find(timestamp: int) -> None:
    """Find the must-visit households of every community anew, each in a transaction of its own: every night, and when
    the rule changes. Run twice, the second finds nothing to do."""
    for code in community_codes(""):
        find_in_community(SYSTEM, division_code=code, at=clock.now())


@app.periodic(cron="* * * * *", periodic_id="visits.fold")
@app.task(name="visits.fold", queueing_lock="visits.fold", pass_context=False)
def fold_coverage(timestamp: int) -> None:
    """Bring coverage up to date with the visits that came in, every minute."""
    while folding.fold(SYSTEM, at=clock.now()) >= folding.BATCH // 2:
        continue


@app.periodic(cron="40 16 * * *", periodic_id="visits.fold_all")  # 00:40 in Shanghai: one more day unseen
@app.task(name="visits.fold_all", queueing_lock="visits.fold_all", pass_context=False)
def fold_everything(timestamp: int) -> None:
    """Count the running month of every community anew, every night; in the first days of a month the one before too."""
    at = clock.now()
    first = first_of(at.date())
    for code in community_codes(""):
        for month in (first, month_before(first)) if at.day <= CLOSING_DAYS else (first,):
            folding.fold_communities(SYSTEM, codes=(code,), month=month, at=at)
