"""What cases do when something happened below."""

from datetime import datetime

from yimen.cases import actions
from yimen.core.actor import SYSTEM
from yimen.trail.outbox import Event, listen


def calendar_loaded(_event: Event, at: datetime) -> None:
    """A year's plan came or was corrected: every open case is dated anew."""
    actions.recompute(SYSTEM, at=at)


def subscribe() -> None:
    """Say what cases listen to."""
    listen("calendar.load", "cases.calendar_loaded", calendar_loaded)
