"""A journal that leaves on paper is on record."""

from datetime import date, datetime

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.trail.record import looked


def printed(actor: Actor, *, month: date, lines: int, at: datetime) -> None:
    """Write down that a month of the journal was printed, before it is given out."""
    require(actor, "journal.print")
    looked(
        actor,
        "journal.print",
        subject=("journal", actor.person),
        division_code=actor.reach,
        at=at,
        changes={"month": month.isoformat(), "lines": lines},
    )
