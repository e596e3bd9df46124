"""The warnings that the clock job would have put on record while a case was open."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from yimen.cases.rules import Clock, Warned
from yimen.cases.rules.thresholds import ESCALATE_DISTRICT_AFTER, ESCALATE_STREET_AFTER
from yimen.core.clock import LOCAL
from yimen.demo.reference import NOW

if TYPE_CHECKING:
    from yimen.demo.life import Life

_MORNING = time(0, 5)  # the job runs all day; a day's first run finds what the night has made soon


def warnings_of(life: Life, clock: Clock) -> str:
    """Record each warning that fell while the case was open with its last date; returns the highest."""
    if clock.due_on is None or clock.due_at is None:
        return ""
    since = max(
        life.reopened_at or life.accepted_at, *(row.to_at for row in life.pauses if row.to_at), life.accepted_at
    )
    until = life.closed_at or NOW
    highest = ""
    for level, at in _moments(life, clock.due_on, clock.due_at):
        at = max(at, since + timedelta(minutes=5))
        if at >= until:
            break
        highest = str(level)
        changes = {"level": highest}
        life.desk.enter("case.warn", None, ("case", life.id), at, changes, role="system")
    return highest


def _moments(life: Life, due_on: date, due_at: datetime) -> list[tuple[Warned, datetime]]:
    calendar = life.desk.calendar
    early = 2 if life.item.promised_days >= 10 else 1
    day = due_on
    for _ in range(early):  # the working day before, or two before
        day -= timedelta(days=1)
        while not calendar.is_working(day):
            day -= timedelta(days=1)
    return [
        (Warned.SOON, datetime.combine(day, _MORNING, tzinfo=LOCAL)),
        (Warned.LATE, due_at + timedelta(minutes=5)),
        (Warned.STREET, _late(life, due_on, ESCALATE_STREET_AFTER)),
        (Warned.DISTRICT, _late(life, due_on, ESCALATE_DISTRICT_AFTER)),
    ]


def _late(life: Life, due_on: date, days: int) -> datetime:
    return datetime.combine(life.desk.calendar.add_working_days(due_on, days), _MORNING, tzinfo=LOCAL)
