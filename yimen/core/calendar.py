"""The working calendar: which days count, when a limit falls due, and why.

The day of acceptance does not count; a limit of n working days is due at closing time on the n-th working
day after it. Working days follow the State Council's yearly notice (国务院办公厅关于部分节假日安排的通知)
with its holidays and make-up days; each year is data that an administrator loads. A year without a plan
counts Monday to Friday and makes every date that depends on it provisional.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from yimen.core import clock
from yimen.core.errors import N_, RuleBroken

CLOSING = time(17, 0)
LINES_LIMIT = 4000  # calendar days explained one by one; beyond it only the first and the last line are given
_SATURDAY = 5
_FROM_THEN_ON = date.max  # the end of an open pause


@dataclass(frozen=True, slots=True)
class YearPlan:
    """One year's holidays (weekends inside them included or not) and the rest days that are worked instead.

    `source` names the notice. Dates of another year, or a day that is both, are refused.
    """

    year: int
    holidays: frozenset[date]
    makeup: frozenset[date]
    source: str

    def __post_init__(self) -> None:
        for day in sorted(self.holidays | self.makeup):
            if day.year != self.year:
                raise RuleBroken(
                    N_("%(day)s does not lie in %(year)s. Put it into the plan of its own year."),
                    field="plan",
                    day=day.isoformat(),
                    year=self.year,
                )
        for day in sorted(self.holidays & self.makeup):
            raise RuleBroken(
                N_("%(day)s is listed both as a holiday and as a make-up day. Keep the one in the notice."),
                field="plan",
                day=day.isoformat(),
            )
        for day in sorted(self.makeup):
            if day.weekday() < _SATURDAY:
                raise RuleBroken(
                    N_("%(day)s is no Saturday or Sunday and cannot be a make-up day. Check the notice."),
                    field="plan",
                    day=day.isoformat(),
                )


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still on the days after `from_on` up to and including `to_on`; None = it still does.

    The day on which a pause begins still counts; counting resumes on the day after it ends.
    """

    from_on: date
    to_on: date | None

    def __post_init__(self) -> None:
        if self.to_on is not None and self.to_on < self.from_on:
            raise RuleBroken(
                N_("The pause ends on %(to_on)s, before it begins on %(from_on)s. Check both dates."),
                field="pauses",
                from_on=self.from_on.isoformat(),
                to_on=self.to_on.isoformat(),
            )


class DayKind(StrEnum):
    """What one day meant for the count."""

    ACCEPTED = "accepted"  # the day of acceptance: does not count
    WORKING = "working"  # counts
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # a day off by the yearly plan
    MAKEUP = "makeup"  # a Saturday or Sunday worked by the yearly plan: counts
    PAUSED = "paused"  # would have counted, but the clock stood still
    DUE = "due"  # the last day that counts


@dataclass(frozen=True, slots=True)
class DayLine:
    """One line of "why this date". `number` is which working day it was, 0 for a day that did not count."""

    on: date
    kind: DayKind
    number: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit falls due. While the clock stands still `due_on` and `due_at` are None.

    `used` counts working days up to `due_on` (or to the open pause), `remaining` those still owed after an
    open pause (0 otherwise), `paused` those by which pauses moved the date. `due_at` is in local time.
    """

    due_on: date | None
    due_at: datetime | None
    provisional: bool
    lines: tuple[DayLine, ...]
    used: int
    remaining: int
    paused: int


class DueState(StrEnum):
    """The colour, shape and word of a deadline (experience.md 4.4)."""

    OK = "ok"
    SOON = "soon"
    LATE = "late"
    HELD = "held"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class _Shape:
    """A year as offsets from 1 January: `before[i]` working days precede day i, `days[k]` is the k-th."""

    before: tuple[int, ...]
    days: tuple[int, ...]


def _shape(working: Iterable[bool]) -> _Shape:
    before, days = [0], []
    for offset, works in enumerate(working):
        if works:
            days.append(offset)
        before.append(len(days))
    return _Shape(tuple(before), tuple(days))


@lru_cache(maxsize=14)
def _plain_shape(first_weekday: int, length: int) -> _Shape:
    """A year without a plan: one of fourteen."""
    return _shape((first_weekday + offset) % 7 < _SATURDAY for offset in range(length))


def _year_length(year: int) -> int:
    return date(year, 12, 31).toordinal() - date(year, 1, 1).toordinal() + 1


class WorkingCalendar:
    """Yearly plans, asked day by day or counted in bulk. Immutable; build a new one when a plan changes."""

    def __init__(self, plans: Iterable[YearPlan] = ()) -> None:
        self.plans: dict[int, YearPlan] = {}
        for plan in plans:
            if plan.year in self.plans:
                raise RuleBroken(
                    N_("There are two plans for %(year)s. Keep the one in force."),
                    field="plan",
                    year=plan.year,
                )
            self.plans[plan.year] = plan
        self._years: dict[int, tuple[int, _Shape]] = {}

    def knows(self, year: int) -> bool:
        """Whether the year has a plan."""
        return year in self.plans

    def is_working(self, day: date) -> bool:
        """Whether the day counts as a working day."""
        plan = self.plans.get(day.year)
        if plan is not None and (day in plan.holidays or day in plan.makeup):
            return day in plan.makeup
        return day.weekday() < _SATURDAY

    def kind(self, day: date) -> DayKind:
        """WORKING, MAKEUP, HOLIDAY or WEEKEND."""
        plan = self.plans.get(day.year)
        if plan is not None and day in plan.makeup:
            return DayKind.MAKEUP
        if plan is not None and day in plan.holidays:
            return DayKind.HOLIDAY
        return DayKind.WORKING if day.weekday() < _SATURDAY else DayKind.WEEKEND

    def next_working(self, day: date) -> date:
        """The first working day after `day`."""
        return self.add_working_days(day, 1)

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after `start`, which itself does not count; n = 0 gives `start` back.

        Raises RuleBroken for a negative n and past the year 9999.
        """
        if n < 0:
            raise RuleBroken(
                N_("A limit cannot be negative. Give the number of working days, 0 or more."),
                field="working_days",
            )
        if n == 0:
            return start
        year = start.year
        first, shape = self._year(year)
        target = shape.before[start.toordinal() - first + 1] + n - 1
        while target >= len(shape.days):
            target -= len(shape.days)
            year += 1
            if year > MAXYEAR or target > (MAXYEAR - year + 1) * 366:
                raise RuleBroken(
                    N_("The date would lie after the year 9999. Give a smaller number of working days."),
                    field="working_days",
                )
            first, shape = self._year(year)
        return date.fromordinal(first + shape.days[target])

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days d with a < d <= b there are; 0 when b is not after a."""
        if b <= a:
            return 0
        total = self._before_or_on(b) - self._before_or_on(a)
        return total + sum(len(self._year(year)[1].days) for year in range(a.year, b.year))

    def _before_or_on(self, day: date) -> int:
        """Working days of the day's own year up to and including it."""
        first, shape = self._year(day.year)
        return shape.before[day.toordinal() - first + 1]

    def _year(self, year: int) -> tuple[int, _Shape]:
        """Ordinal of 1 January, and the year's shape; built when first asked."""
        found = self._years.get(year)
        if found is None:
            first = date(year, 1, 1)
            length = _year_length(year)
            if year in self.plans:
                shape = _shape(self.is_working(first + timedelta(days=offset)) for offset in range(length))
            else:
                shape = _plain_shape(first.weekday(), length)
            found = self._years[year] = (first.toordinal(), shape)
        return found


def deadline(
    calendar: WorkingCalendar,
    accepted_at: datetime,
    working_days: int,
    *,
    pauses: Iterable[Pause] = (),
    closing: time = CLOSING,
    with_lines: bool = True,
) -> Deadline:
    """When a limit of `working_days` from `accepted_at` (aware) falls due, pauses left out.

    A limit of 0 is due on the day of acceptance, or (rest day, or closing time reached) the next working day.
    Raises RuleBroken for a naive moment, a negative limit, or a date past the year 9999.
    """
    moment = _local(accepted_at)
    accepted = moment.date()
    counted = working_days
    if working_days == 0 and (moment.time() >= closing or not calendar.is_working(accepted)):
        counted = 1
    stops = _merged(pauses, accepted)
    due_on, used, paused = _count(calendar, accepted, counted, stops)
    last = due_on or max(accepted, stops[-1].from_on)
    return Deadline(
        due_on=due_on,
        due_at=None if due_on is None else datetime.combine(due_on, closing, tzinfo=clock.LOCAL),
        provisional=_provisional(calendar, accepted, last),
        lines=tuple(_lines(calendar, accepted, last, due_on, stops)) if with_lines else (),
        used=used,
        remaining=counted - used,
        paused=paused,
    )


def remaining_working_days(calendar: WorkingCalendar, due_on: date, today: date) -> int:
    """Working days left: 0 = due today (or no working day since), negative = working days overdue."""
    if today > due_on:
        return -calendar.working_days_between(due_on, today)
    return calendar.working_days_between(today, due_on)


def due_state(
    calendar: WorkingCalendar,
    due_at: datetime | None,
    now: datetime,
    *,
    promised: int,
    done: bool = False,
) -> DueState:
    """The state to show: done, held (no due date), late (past it), soon, or ok.

    Soon is at most 1 working day left, 2 where the promise is 10 working days or longer (experience.md 4.4).
    """
    if done:
        return DueState.DONE
    if due_at is None:
        return DueState.HELD
    if now > due_at:
        return DueState.LATE
    left = remaining_working_days(calendar, clock.local(due_at).date(), clock.local(now).date())
    return DueState.SOON if left <= (2 if promised >= 10 else 1) else DueState.OK


def _local(moment: datetime) -> datetime:
    """The moment in local time."""
    if moment.tzinfo is None:
        raise RuleBroken(
            N_("The time has no zone. Write it with one, such as 2026-09-30T10:00:00+08:00."),
            field="accepted_at",
        )
    try:
        return clock.local(moment)
    except OverflowError:
        raise RuleBroken(
            N_("The time lies outside the years 1 to 9999. Check the year."), field="accepted_at"
        ) from None


@dataclass(frozen=True, slots=True)
class _Stop:
    """A stretch without counting: the days after `from_on` up to and including `to_on`."""

    from_on: date
    to_on: date


def _merged(pauses: Iterable[Pause], accepted: date) -> list[_Stop]:
    """Pauses as stretches in order and apart from one another, none before the day of acceptance."""
    stops: list[_Stop] = []
    spans = sorted((max(pause.from_on, accepted), pause.to_on or _FROM_THEN_ON) for pause in pauses)
    for from_on, to_on in spans:
        if to_on <= from_on:
            continue
        if stops and from_on <= stops[-1].to_on:
            stops[-1] = _Stop(stops[-1].from_on, max(stops[-1].to_on, to_on))
        else:
            stops.append(_Stop(from_on, to_on))
    return stops


def _count(calendar: WorkingCalendar, accepted: date, n: int, stops: list[_Stop]) -> tuple[date | None, int, int]:
    """The n-th day that counts (None while stopped), days counted so far, working days stopped."""
    since, left, paused = accepted, n, 0
    for stop in stops:
        run = calendar.working_days_between(since, stop.from_on)
        if run >= left:
            break
        left -= run
        if stop.to_on == _FROM_THEN_ON:
            return None, n - left, paused
        paused += calendar.working_days_between(stop.from_on, stop.to_on)
        since = stop.to_on
    return calendar.add_working_days(since, left), n, paused


def _provisional(calendar: WorkingCalendar, accepted: date, last: date) -> bool:
    """Whether any day that was looked at lies in a year without a plan."""
    first = accepted if last <= accepted else accepted + timedelta(days=1)
    return any(not calendar.knows(year) for year in range(first.year, last.year + 1))


def _lines(
    calendar: WorkingCalendar, accepted: date, last: date, due_on: date | None, stops: list[_Stop]
) -> Iterator[DayLine]:
    """Day by day from acceptance to the due date, or to the day on which the clock stopped."""
    yield DayLine(accepted, DayKind.ACCEPTED, 0)
    number = 0
    if (last - accepted).days <= LINES_LIMIT:
        starts = [stop.from_on for stop in stops]
        for day in map(date.fromordinal, range(accepted.toordinal() + 1, last.toordinal() + (due_on is None))):
            kind = calendar.kind(day)
            if kind in (DayKind.WORKING, DayKind.MAKEUP):
                stop = bisect_right(starts, day - timedelta(days=1)) - 1
                if stop >= 0 and day <= stops[stop].to_on:
                    kind = DayKind.PAUSED
                else:
                    number += 1
            counts = kind in (DayKind.WORKING, DayKind.MAKEUP)
            yield DayLine(day, kind, number if counts else 0)
    if due_on is not None:
        paused = sum(calendar.working_days_between(stop.from_on, min(stop.to_on, due_on)) for stop in stops)
        yield DayLine(due_on, DayKind.DUE, calendar.working_days_between(accepted, due_on) - paused)
