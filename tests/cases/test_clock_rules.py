"""The clock: pauses move the date, nothing else does, and the reasons given lead to the date shown."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.cases.rules import Stop, badge, clock_of, soon_until
from yimen.core.calendar import DayKind, WorkingCalendar, YearPlan
from yimen.core.clock import LOCAL

PLAN_2026 = YearPlan(
    2026,
    frozenset(
        date(2026, m, d)
        for m, d in [(1, 1), (1, 2), *((2, day) for day in range(15, 24)), *((10, day) for day in range(1, 8))]
    ),
    frozenset([date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 27), date(2026, 10, 10)]),
    "a plan for tests",
)
CALENDAR = WorkingCalendar([PLAN_2026])
moments = st.integers(0, 298 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 5, tzinfo=LOCAL) + timedelta(minutes=minutes)
)
limits = st.integers(0, 30)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


def test_five_days_from_the_friday_before_the_autumn_holiday_cross_the_holiday_and_the_make_up_day() -> None:
    clock = clock_of(CALENDAR, accepted_at=at(9, 25), promised=5)
    # 27 Sep is a make-up Sunday; 28, 29, 30 Sep; 1 to 7 Oct rest; 8 Oct is the fifth
    assert clock.due_on == date(2026, 10, 8)
    assert not clock.provisional


def test_a_correction_of_two_days_moves_the_date_by_two_working_days() -> None:
    pause = Stop(at(11, 16, 15), at(11, 18, 15))
    clock = clock_of(CALENDAR, accepted_at=at(11, 11), promised=7, legal=15, pauses=[pause], with_lines=True)
    assert clock.due_on == date(2026, 11, 24)
    assert clock.paused == 2
    assert [line.on.day for line in clock.days if line.kind is DayKind.PAUSED] == [17, 18]


def test_while_the_clock_stands_there_is_no_date_and_the_days_left_are_said() -> None:
    clock = clock_of(CALENDAR, accepted_at=at(11, 11), promised=7, pauses=[Stop(at(11, 16), None)], with_lines=True)
    assert (clock.due_on, clock.due_at, clock.used, clock.remaining) == (None, None, 3, 4)
    assert clock.lines[-1].params == {"left": 4}


def test_a_limit_over_a_year_without_a_plan_is_provisional_and_says_which_year() -> None:
    clock = clock_of(CALENDAR, accepted_at=at(12, 29), promised=5, with_lines=True)
    assert clock.provisional
    assert {"year": 2027} in [dict(line.params) for line in clock.lines]


def test_a_legal_limit_over_a_year_without_a_plan_says_that_it_is_the_legal_day_that_may_move() -> None:
    clock = clock_of(CALENDAR, accepted_at=at(11, 20), promised=5, legal=30, with_lines=True)
    assert (clock.due_on, clock.provisional) == (date(2026, 11, 27), True)
    assert dict(clock.lines[-1].params) == {"days": 30, "on": date(2027, 1, 1), "year": 2027}
    assert "provisional" in clock.lines[-1].message
    assert [line for line in clock.lines[:-1] if "year" in line.params] == []


def test_loading_the_next_year_makes_the_date_firm_and_moves_it_over_new_year() -> None:
    plan = YearPlan(2027, frozenset([date(2027, 1, 1)]), frozenset(), "a plan for tests")
    before = clock_of(CALENDAR, accepted_at=at(12, 29), promised=5)
    after = clock_of(WorkingCalendar([PLAN_2026, plan]), accepted_at=at(12, 29), promised=5)
    assert (before.due_on, after.due_on) == (date(2027, 1, 5), date(2027, 1, 6))
    assert not after.provisional


@given(moments, limits, st.integers(0, 10))
def test_an_extension_never_brings_the_date_forward(accepted: datetime, promised: int, extended: int) -> None:
    plain = clock_of(CALENDAR, accepted_at=accepted, promised=promised)
    longer = clock_of(CALENDAR, accepted_at=accepted, promised=promised, extended=extended)
    assert plain.due_at is not None
    assert longer.due_at is not None
    assert longer.due_at >= plain.due_at


@given(moments, limits, st.integers(0, 20), st.integers(0, 20))
def test_a_pause_moves_the_date_by_exactly_the_working_days_it_lasted(
    accepted: datetime, promised: int, wait: int, length: int
) -> None:
    begins = accepted + timedelta(days=wait)
    plain = clock_of(CALENDAR, accepted_at=accepted, promised=promised)
    paused = clock_of(
        CALENDAR, accepted_at=accepted, promised=promised, pauses=[Stop(begins, begins + timedelta(days=length))]
    )
    assert plain.due_on is not None
    assert paused.due_on is not None
    moved = CALENDAR.working_days_between(plain.due_on, paused.due_on)
    assert moved == paused.paused
    assert paused.due_on >= plain.due_on


@given(moments, st.integers(1, 30), st.integers(0, 40))
def test_the_promise_is_never_due_after_a_longer_legal_limit(accepted: datetime, promised: int, more: int) -> None:
    clock = clock_of(CALENDAR, accepted_at=accepted, promised=promised, legal=promised + more)
    assert clock.due_on is not None
    assert clock.legal_due_on is not None
    assert clock.due_on <= clock.legal_due_on


@given(moments, st.integers(1, 30), st.integers(0, 15), st.integers(0, 15))
def test_the_days_of_the_table_that_count_are_as_many_as_the_limit(
    accepted: datetime, promised: int, wait: int, length: int
) -> None:
    begins = accepted + timedelta(days=wait)
    stop = Stop(begins, begins + timedelta(days=length))
    clock = clock_of(CALENDAR, accepted_at=accepted, promised=promised, pauses=[stop], with_lines=True)
    counted = [line for line in clock.days if line.number]
    assert [line.number for line in counted] == list(range(1, promised + 1))
    assert counted[-1].on == clock.due_on


def test_a_reopening_starts_the_limit_anew_and_forgets_older_pauses() -> None:
    older = Stop(at(11, 2), at(11, 6))
    clock = clock_of(CALENDAR, accepted_at=at(11, 16), promised=3, pauses=[older], reopened=True, with_lines=True)
    assert clock.due_on == date(2026, 11, 19)
    assert clock.paused == 0
    assert len(clock.lines) == 2


@pytest.mark.parametrize(
    ("due", "now", "promised", "words"),
    [
        (at(11, 24, 17), at(11, 23, 9), 7, ("soon", 1, "tomorrow", "")),
        (at(11, 24, 17), at(11, 24, 9), 7, ("soon", 0, "today", "17:00")),
        (at(11, 30, 17), at(11, 27, 9), 7, ("soon", 1, "", "")),  # the working day after a Friday is no tomorrow
        (at(11, 26, 17), at(11, 24, 9), 7, ("ok", 2, "", "")),
        (at(11, 26, 17), at(11, 24, 9), 10, ("soon", 2, "", "")),
        (at(11, 24, 17), at(11, 26, 9), 7, ("late", 2, "", "")),
        (at(11, 24, 17), at(11, 24, 18), 7, ("late", 0, "", "")),
    ],
)
def test_a_deadline_reads_as_shape_word_and_number(
    due: datetime, now: datetime, promised: int, words: tuple[str, int, str, str]
) -> None:
    shown = badge(CALENDAR, due_at=due, now=now, promised=promised)
    assert (shown.state, shown.days, shown.day, shown.time) == words


def test_a_paused_deadline_has_no_number_and_a_closed_one_says_early_or_late() -> None:
    assert badge(CALENDAR, due_at=None, now=at(11, 24), promised=7).state == "held"
    early = badge(CALENDAR, due_at=at(11, 24, 17), now=at(12, 1), promised=7, closed_at=at(11, 20))
    late = badge(CALENDAR, due_at=at(11, 24, 17), now=at(12, 1), promised=7, closed_at=at(11, 26))
    assert (early.state, early.days, early.late) == ("done", 2, False)
    assert (late.state, late.days, late.late) == ("done", 2, True)


@given(moments, st.integers(0, 12), st.sampled_from([3, 5, 10, 20]))
def test_the_bounds_of_the_list_and_the_badge_agree_on_what_is_soon(now: datetime, ahead: int, promised: int) -> None:
    due_on = CALENDAR.add_working_days(now.date(), ahead)
    due = datetime.combine(due_on, time(17), tzinfo=LOCAL)
    short, long = soon_until(CALENDAR, now)
    listed = now <= due <= (long if promised >= 10 else short)
    assert listed == (badge(CALENDAR, due_at=due, now=now, promised=promised).state == "soon")


def test_a_matter_done_at_once_says_so_and_counts_no_days() -> None:
    clock = clock_of(
        WorkingCalendar(),
        accepted_at=datetime(2026, 11, 23, 14, 50, tzinfo=LOCAL),
        promised=0,
        extended=0,
        legal=None,
        with_lines=True,
    )
    assert clock.due_on == date(2026, 11, 23)
    shown = [line.message for line in clock.lines]
    assert shown[:1] + shown[-1:] == [
        "Accepted on %(on)s at %(time)s; this matter is finished while the resident waits.",
        "It is due on %(on)s, until %(time)s.",
    ]
