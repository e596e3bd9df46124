"""What the clock does with cases."""

from procrastinate.contrib.django import app

from yimen.cases import actions
from yimen.cases.actions import drafts, figures
from yimen.core import clock
from yimen.core.actor import SYSTEM


@app.periodic(cron="*/15 * * * *", periodic_id="cases.warn")
@app.task(name="cases.warn", queueing_lock="cases.warn", pass_context=False)
def warn(timestamp: int) -> None:
    """Put due warnings on record, every quarter of an hour; run twice, the second finds nothing to do."""
    while actions.warn(SYSTEM, at=clock.now()):
        continue


@app.periodic(cron="* * * * *", periodic_id="cases.figures")
@app.task(name="cases.figures", queueing_lock="cases.figures", pass_context=False)
def fold_figures(timestamp: int) -> None:
    """Bring the daily counts of supervision up to date, every minute."""
    while figures.fold(SYSTEM, at=clock.now()) >= figures.BATCH // 2:
        continue


@app.periodic(cron="20 3 * * *", periodic_id="cases.purge_drafts")
@app.task(name="cases.purge_drafts", queueing_lock="cases.purge_drafts", pass_context=False)
def purge_drafts(timestamp: int) -> None:
    """Remove drafts that ended more than a day ago, every night."""
    drafts.purge(SYSTEM, at=clock.now())
