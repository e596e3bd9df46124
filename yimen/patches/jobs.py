"""What the worker does with patches."""

from procrastinate.contrib.django import app

from yimen.core import clock
from yimen.patches.actions import printing


@app.task(name="patches.print", pass_context=False)
def draw(ref: str) -> None:
    """Draw one PDF of boards or cards."""
    printing.draw_print(ref, at=clock.now())


@app.periodic(cron="* * * * *", periodic_id="patches.resume")
@app.task(name="patches.resume", queueing_lock="patches.resume", pass_context=False)
def resume(timestamp: int) -> None:
    """Go on, every minute, with what a worker that ended left in the middle."""
    for ref in printing.unfinished_prints():
        printing.draw_print(ref, at=clock.now())


@app.periodic(cron="40 3 * * *", periodic_id="patches.purge")
@app.task(name="patches.purge", queueing_lock="patches.purge", pass_context=False)
def purge(timestamp: int) -> None:
    """Remove old PDFs, every night."""
    printing.purge_prints(at=clock.now())
