"""A deadline in the reader's language: state and words, kept by what they depend on, so that lists stay quick."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yimen.cases.queries.words import PAUSES
from yimen.cases.rules import Badge, PauseKind, badge
from yimen.core import clock
from yimen.core.calendar import WorkingCalendar
from yimen.orgs import queries as orgs


class Due(NamedTuple):
    """The colour and shape (ok, soon, late, held, done) and the words beside them."""

    state: str
    words: str
    provisional: bool = False


def due_of(
    *,
    due_at: datetime | None,
    at: datetime,
    promised: int,
    closed_at: datetime | None = None,
    provisional: bool = False,
    pause: str = "",
) -> Due:
    """How the deadline of a case reads at a moment; `pause` is the kind of the open pause, when it is known.

    A `provisional` case whose promised day lies in a loaded year keeps that day: only its legal limit may still move.
    """
    late = due_at is not None and at > due_at
    calendar, today = orgs.working_calendar(), clock.local(at).date()
    return _due(calendar, due_at, today, late, promised, closed_at, provisional, pause, get_language() or "")


@lru_cache(maxsize=4000)
def _due(
    calendar: WorkingCalendar,
    due_at: datetime | None,
    today: date,
    late: bool,
    promised: int,
    closed_at: datetime | None,
    provisional: bool,
    pause: str,
    language: str,
) -> Due:
    """All that a moment changes is the day and whether the deadline has passed."""
    moment = datetime.combine(today, time.max if late else time.min, tzinfo=clock.LOCAL)
    shown = badge(calendar, due_at=due_at, now=moment, promised=promised, closed_at=closed_at)
    moves = provisional and closed_at is None and (due_at is None or not calendar.knows(clock.local(due_at).year))
    return Due(shown.state, _words(shown, pause, language), moves)


@lru_cache(maxsize=2000)
def _words(shown: Badge, pause: str, language: str) -> str:
    """`language` is part of the key: the words are those of the active language."""
    days = shown.days
    if shown.state == "held":
        return _("Paused (%(reason)s)") % {"reason": _(PAUSES[PauseKind(pause or PauseKind.CORRECTION)])}
    if shown.state == "late":
        if not days:
            return _("Overdue today")
        return ngettext("%(num)s day overdue", "%(num)s days overdue", days) % {"num": days}
    if shown.state == "done":
        return _closed_words(days, shown.late)
    if shown.day == "today":
        return _("Today %(time)s") % {"time": shown.time}
    if shown.day == "tomorrow":
        return _("Due tomorrow")
    return ngettext("%(num)s working day left", "%(num)s working days left", days) % {"num": days}


def _closed_words(days: int, late: bool) -> str:
    if not days:
        return _("Closed on time")
    if late:
        return ngettext("Closed %(num)s day late", "Closed %(num)s days late", days) % {"num": days}
    return ngettext("Closed %(num)s day early", "Closed %(num)s days early", days) % {"num": days}


def day_due(due_on: date, today: date) -> dict[str, Any]:
    """How a last day without a time reads, for the macro that draws it."""
    calendar = orgs.working_calendar()
    if due_on < today:
        return {"state": "late", "days": calendar.working_days_between(due_on, today)}
    left = calendar.working_days_between(today, due_on)
    day = {0: "today", 1: "tomorrow"}.get((due_on - today).days, "")
    return {"state": "soon" if left <= 1 else "ok", "days": left, "day": day}
