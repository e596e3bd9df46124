"""What the clock does with the trail."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.trail import actions, idempotency


@app.periodic(cron="* * * * *", periodic_id="trail.seal")
@app.task(name="trail.seal", queueing_lock="trail.seal", pass_context=False)
def seal(timestamp: int) -> None:
    """Seal what is final, every minute; after a restore, say so first."""
    actions.note_place(at=clock.now())
    while actions.seal(at=clock.now()):
        continue


@app.periodic(cron="10 2 * * *", periodic_id="trail.verify_nightly")
@app.task(name="trail.verify_nightly", queueing_lock="trail.verify_nightly", pass_context=False)
def verify_nightly(timestamp: int) -> None:
    """Walk over the whole trail, every night."""
    actions.run_verification(SYSTEM, at=clock.now(), ended=clock.now)


@app.task(name="trail.verify", pass_context=False)
def verify(verification: int) -> None:
    """Walk over the whole trail because an auditor asked."""
    actions.run_verification(SYSTEM, at=clock.now(), ended=clock.now, asked=verification)


@app.periodic(cron="40 * * * *", periodic_id="trail.purge_answers")
@app.task(name="trail.purge_answers", queueing_lock="trail.purge_answers", pass_context=False)
def purge_answers(timestamp: int) -> None:
    """Forget answers kept for 72 hours, every hour."""
    while idempotency.purge(at=clock.now()):
        continue
