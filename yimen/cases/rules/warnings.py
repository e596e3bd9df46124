"""Who is told that a case is nearly or already late, and when."""

from datetime import datetime
from enum import StrEnum

from yimen.cases.rules.thresholds import ESCALATE_DISTRICT_AFTER, ESCALATE_STREET_AFTER
from yimen.core import clock
from yimen.core.calendar import DueState, WorkingCalendar, due_state, remaining_working_days


class Warned(StrEnum):
    """The highest warning of a case so far, mildest first."""

    NONE = ""
    SOON = "soon"  # yellow: on the worker's list
    LATE = "late"  # red: the station head
    STREET = "street"  # red and escalated
    DISTRICT = "district"


ORDER = tuple(Warned)


def warning_level(calendar: WorkingCalendar, *, due_at: datetime | None, now: datetime, promised: int) -> Warned:
    """The warning a case deserves at a moment: soon, late to the station head, then street, then district."""
    state = due_state(calendar, due_at, now, promised=promised)
    if due_at is None or state is DueState.OK:
        return Warned.NONE
    if state is DueState.SOON:
        return Warned.SOON
    over = -remaining_working_days(calendar, clock.local(due_at).date(), clock.local(now).date())
    if over >= ESCALATE_DISTRICT_AFTER:
        return Warned.DISTRICT
    return Warned.STREET if over >= ESCALATE_STREET_AFTER else Warned.LATE


def is_higher(level: str, than: str) -> bool:
    """Whether a warning is sharper than the one already on record."""
    return ORDER.index(Warned(level)) > ORDER.index(Warned(than))
