"""The clock of one case: when it falls due, why, and how that is said beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from yimen.cases.rules.states import PauseKind
from yimen.core import clock
from yimen.core.calendar import (
    CLOSING,
    DayKind,
    DayLine,
    Deadline,
    Pause,
    WorkingCalendar,
    deadline,
    due_state,
    remaining_working_days,
)
from yimen.core.errors import N_


@dataclass(frozen=True, slots=True)
class Stop:
    """A pause as it is on record: from a moment to a moment (None: it still lasts), and for which kind of reason."""

    from_at: datetime
    to_at: datetime | None
    kind: str = PauseKind.CORRECTION


@dataclass(frozen=True, slots=True)
class Line:
    """One reason why the date is what it is: a message id and its parameters; dates stay dates, doors write them."""

    message: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Clock:
    """When a case falls due, by promise and by law. While it is paused there is no date.

    `used` working days have been counted of `total`; `paused` were left out. `lines` says why in words and `days` day
    by day; both are empty unless asked for.
    """

    due_on: date | None
    due_at: datetime | None
    legal_due_on: date | None
    provisional: bool
    total: int
    used: int
    remaining: int
    paused: int
    lines: tuple[Line, ...] = ()
    days: tuple[DayLine, ...] = ()


def clock_of(
    calendar: WorkingCalendar,
    *,
    accepted_at: datetime,
    promised: int,
    extended: int = 0,
    legal: int | None = None,
    pauses: Sequence[Stop] = (),
    closing: time = CLOSING,
    reopened: bool = False,
    with_lines: bool = False,
) -> Clock:
    """The clock of a case counted from `accepted_at` (aware; the reopening, when `reopened`).

    `promised`, `extended` and `legal` are working days. Depends on nothing but its arguments, so the date of any past
    case can be computed again with the calendar of its day.
    """
    spans = [_span(stop) for stop in pauses if stop.to_at is None or stop.to_at >= accepted_at]
    total = promised + extended
    promise = deadline(calendar, accepted_at, total, pauses=spans, closing=closing, with_lines=with_lines)
    law = None
    if legal is not None:
        law = deadline(calendar, accepted_at, legal, pauses=spans, closing=closing, with_lines=False)
    lines: tuple[Line, ...] = ()
    if with_lines:
        lines = tuple(_lines(calendar, accepted_at, extended, pauses, promise, law, legal, closing, reopened))
    return Clock(
        due_on=promise.due_on,
        due_at=promise.due_at,
        legal_due_on=law.due_on if law else None,
        provisional=promise.provisional or bool(law and law.provisional),
        total=promise.used + promise.remaining,
        used=promise.used,
        remaining=promise.remaining,
        paused=promise.paused,
        lines=lines,
        days=promise.lines,
    )


def _span(stop: Stop) -> Pause:
    return Pause(clock.local(stop.from_at).date(), clock.local(stop.to_at).date() if stop.to_at else None)


_ACCEPTED = N_("Accepted on %(on)s at %(time)s; counting starts the day after.")
_AT_ONCE = N_("Accepted on %(on)s at %(time)s; this matter is finished while the resident waits.")
_REOPENED = N_("Reopened by the resident on %(on)s at %(time)s; the limit starts anew the day after.")
_EXTENDED = N_("Extended once by %(days)s working days, allowed a level up.")
_PAUSED: dict[str, str] = {
    PauseKind.CORRECTION: N_("On %(on)s papers were asked for; the clock stands from the day after."),
    PauseKind.NOTICE: N_("On %(on)s the public notice began; the clock stands from the day after."),
    PauseKind.ASSESSMENT: N_("On %(on)s the assessment began; the clock stands from the day after."),
}
_RESUMED = N_("On %(on)s it went on; counting continues the day after. %(days)s working days were left out.")
_STANDING = N_("It still stands. %(left)s working days are left; the date is set when it goes on.")
_HOLIDAY = N_("%(on)s to %(to)s: holiday by the yearly plan, not counted.")
_HOLIDAY_ONE = N_("%(on)s: holiday by the yearly plan, not counted.")
_MAKEUP = N_("%(on)s: a make-up working day, counted.")
_NO_PLAN = N_(
    "The calendar of %(year)s is not loaded yet. Only weekends are left out there, so the date is provisional; it is "
    "computed again when the calendar comes."
)
_DUE = N_("Working day %(n)s is %(on)s, until %(time)s.")
_DUE_AT_ONCE = N_("It is due on %(on)s, until %(time)s.")
_LAW = N_("The legal limit is %(days)s working days, until %(on)s.")
_LAW_PROVISIONAL = N_(
    "The legal limit is %(days)s working days, until %(on)s; that day is provisional, for the calendar of %(year)s is "
    "not loaded yet."
)


def _lines(
    calendar: WorkingCalendar,
    since: datetime,
    extended: int,
    pauses: Sequence[Stop],
    promise: Deadline,
    law: Deadline | None,
    legal: int | None,
    closing: time,
    reopened: bool,
) -> Iterable[Line]:
    began = clock.local(since)
    at_once = promise.due_on is not None and promise.used == 0  # 即办: nothing is counted
    first = _REOPENED if reopened else _AT_ONCE if at_once else _ACCEPTED
    yield Line(first, {"on": began.date(), "time": f"{began:%H:%M}"})
    yield from _pause_lines(calendar, began, pauses, promise)
    yield from _calendar_lines(promise.lines)
    if extended:
        yield Line(_EXTENDED, {"days": extended})
    last = promise.due_on or began.date()
    for year in range(began.year, last.year + 1):
        if promise.provisional and not calendar.knows(year):
            yield Line(_NO_PLAN, {"year": year})
    if promise.due_on is not None:
        due = {"on": promise.due_on, "time": f"{closing:%H:%M}"}
        yield Line(_DUE_AT_ONCE, due) if at_once else Line(_DUE, {"n": promise.used, **due})
    if law is not None and law.due_on is not None:
        until = {"days": legal, "on": law.due_on}
        unknown = [year for year in range(began.year, law.due_on.year + 1) if not calendar.knows(year)]
        if law.provisional and unknown:
            yield Line(_LAW_PROVISIONAL, {**until, "year": unknown[0]})
        else:
            yield Line(_LAW, until)


def _pause_lines(
    calendar: WorkingCalendar, began: datetime, pauses: Sequence[Stop], promise: Deadline
) -> Iterable[Line]:
    for stop in sorted(pauses, key=lambda one: one.from_at):
        if stop.to_at is not None and stop.to_at < began:
            continue
        from_on = max(clock.local(stop.from_at).date(), began.date())
        yield Line(_PAUSED[stop.kind], {"on": from_on})
        if stop.to_at is None:
            yield Line(_STANDING, {"left": promise.remaining})
        else:
            to_on = clock.local(stop.to_at).date()
            yield Line(_RESUMED, {"on": to_on, "days": calendar.working_days_between(from_on, to_on)})


def _calendar_lines(days: Sequence[DayLine]) -> Iterable[Line]:
    for kind, run in groupby(days, key=lambda day: day.kind):
        spell = [day.on for day in run]
        if kind is DayKind.HOLIDAY and len(spell) > 1:
            yield Line(_HOLIDAY, {"on": spell[0], "to": spell[-1]})
        elif kind is DayKind.HOLIDAY:
            yield Line(_HOLIDAY_ONE, {"on": spell[0]})
        elif kind is DayKind.MAKEUP:
            yield from (Line(_MAKEUP, {"on": day}) for day in spell)


@dataclass(frozen=True, slots=True)
class Badge:
    """A deadline as it is shown: shape and colour (`state`), a word (`day`), a number (`days`).

    `days` are working days left, over, or early; `day` is "today" or "tomorrow" by the calendar; `time` when due today.
    """

    state: str
    days: int = 0
    day: str = ""
    time: str = ""
    late: bool = False


def badge(
    calendar: WorkingCalendar,
    *,
    due_at: datetime | None,
    now: datetime,
    promised: int,
    closed_at: datetime | None = None,
) -> Badge:
    """How a deadline reads at a moment (experience.md 4.4)."""
    if closed_at is not None:
        return _closed_badge(calendar, due_at, closed_at)
    state = due_state(calendar, due_at, now, promised=promised)
    if due_at is None:
        return Badge(state)
    today, due_on = clock.local(now).date(), clock.local(due_at).date()
    left = remaining_working_days(calendar, due_on, today)
    if now > due_at:
        return Badge(state, days=-left)
    day = {0: "today", 1: "tomorrow"}.get((due_on - today).days, "")
    return Badge(state, days=left, day=day, time=f"{clock.local(due_at):%H:%M}" if day == "today" else "")


def _closed_badge(calendar: WorkingCalendar, due_at: datetime | None, closed_at: datetime) -> Badge:
    if due_at is None:
        return Badge("done")
    left = remaining_working_days(calendar, clock.local(due_at).date(), clock.local(closed_at).date())
    return Badge("done", days=abs(left), late=closed_at > due_at)


def soon_until(calendar: WorkingCalendar, now: datetime, closing: time = CLOSING) -> tuple[datetime, datetime]:
    """The last moments that still count as soon: for a short promise (1 working day) and a long one (2)."""
    today = clock.local(now).date()
    first, second = calendar.add_working_days(today, 1), calendar.add_working_days(today, 2)
    return (_end_of(first, closing), _end_of(second, closing))


def _end_of(day: date, closing: time) -> datetime:
    return datetime.combine(day, closing, tzinfo=clock.LOCAL) + timedelta(seconds=1)
