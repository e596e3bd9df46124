"""The working calendar: counted against a published table, and held to its algebra."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import chinese_calendar
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import yimen.orgs
from yimen.core.calendar import (
    DayKind,
    DayLine,
    Deadline,
    DueState,
    Pause,
    WorkingCalendar,
    YearPlan,
    deadline,
    due_state,
    remaining_working_days,
)
from yimen.core.clock import LOCAL
from yimen.core.errors import RuleBroken

PLANS = Path(yimen.orgs.__file__).parent / "calendars"


def _plan(path: Path) -> YearPlan:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return YearPlan(data["year"], frozenset(data["holidays"]), frozenset(data["makeup"]), data["source"])


CALENDAR = WorkingCalendar(_plan(path) for path in sorted(PLANS.glob("*.yaml")))
BARE = WorkingCalendar()

days = st.dates(date(2018, 6, 1), date(2028, 12, 31))
known_days = st.dates(date(2019, 1, 1), date(2025, 12, 31))
limits = st.integers(0, 90)


@st.composite
def pause_lists(draw: st.DrawFn, since: date = date(2019, 1, 1)) -> list[Pause]:
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        start = since + timedelta(days=draw(st.integers(-20, 200)))
        pauses.append(Pause(start, start + timedelta(days=draw(st.integers(0, 60)))))
    return pauses


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=LOCAL)


def due(day: date, n: int, *pauses: Pause, calendar: WorkingCalendar = CALENDAR, hour: int = 10) -> Deadline:
    return deadline(calendar, at(day, hour), n, pauses=pauses)


# --- the published years --------------------------------------------------------------------------


def test_every_published_year_ships_and_names_its_notice() -> None:
    assert sorted(CALENDAR.plans) == list(range(2019, 2027))
    assert all(str(year) in plan.source for year, plan in CALENDAR.plans.items())


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_agrees_with_the_published_table(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        assert CALENDAR.is_working(day) is chinese_calendar.is_workday(day), day
        assert (CALENDAR.kind(day) in (DayKind.WORKING, DayKind.MAKEUP)) is CALENDAR.is_working(day)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("accepted", "n", "expected"),
    [
        # National Day 2025 (1 to 8 October) is paid for by Sunday 28 September and Saturday 11 October.
        (date(2025, 9, 26), 1, date(2025, 9, 28)),
        (date(2025, 9, 26), 3, date(2025, 9, 30)),
        (date(2025, 9, 26), 4, date(2025, 10, 9)),
        (date(2025, 9, 26), 5, date(2025, 10, 10)),
        (date(2025, 9, 26), 6, date(2025, 10, 11)),
        (date(2025, 9, 26), 7, date(2025, 10, 13)),
        # National Day 2026 (1 to 7 October): Saturday 10 October counts, Sunday 11 October does not.
        (date(2026, 9, 18), 5, date(2026, 9, 24)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
        # Spring Festival 2024 (10 to 17 February), with Sunday 4 and Sunday 18 February worked.
        (date(2024, 2, 2), 1, date(2024, 2, 4)),
        (date(2024, 2, 9), 2, date(2024, 2, 19)),
        # The Spring Festival that was made longer in 2020.
        (date(2020, 1, 23), 1, date(2020, 2, 3)),
        # Year end, leap day.
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
    ],
)
def test_a_limit_over_a_holiday_falls_on_the_right_day(accepted: date, n: int, expected: date) -> None:
    assert due(accepted, n).due_on == expected


def test_accepted_on_the_friday_before_a_long_holiday_counts_the_make_up_sunday_and_saturday() -> None:
    result = due(date(2025, 9, 26), 6)
    assert [(line.on.day, line.kind, line.number) for line in result.lines] == [
        (26, DayKind.ACCEPTED, 0),
        (27, DayKind.WEEKEND, 0),
        (28, DayKind.MAKEUP, 1),
        (29, DayKind.WORKING, 2),
        (30, DayKind.WORKING, 3),
        *[(day, DayKind.HOLIDAY, 0) for day in range(1, 9)],
        (9, DayKind.WORKING, 4),
        (10, DayKind.WORKING, 5),
        (11, DayKind.DUE, 6),
    ]
    assert result.due_at == datetime(2025, 10, 11, 17, tzinfo=LOCAL)
    assert not result.provisional


def test_the_case_page_s_example_is_explained_as_it_is_drawn() -> None:
    result = due(date(2026, 11, 11), 7, Pause(date(2026, 11, 16), date(2026, 11, 18)))
    kinds = {line.on.day: (line.kind, line.number) for line in result.lines}
    assert result.due_on == date(2026, 11, 24)
    assert kinds[16] == (DayKind.WORKING, 3)
    assert kinds[17] == kinds[18] == (DayKind.PAUSED, 0)
    assert kinds[19] == (DayKind.WORKING, 4)
    assert kinds[24] == (DayKind.DUE, 7)
    assert (result.used, result.remaining, result.paused) == (7, 0, 2)


# --- the algebra ----------------------------------------------------------------------------------


@given(days, limits, limits)
def test_adding_is_monotone(day: date, m: int, n: int) -> None:
    low, high = sorted((m, n))
    a, b = CALENDAR.add_working_days(day, low), CALENDAR.add_working_days(day, high)
    assert a < b if low < high else a == b


@given(days, days, st.integers(1, 60))
def test_a_later_start_never_ends_earlier(a: date, b: date, n: int) -> None:
    low, high = sorted((a, b))
    assert CALENDAR.add_working_days(low, n) <= CALENDAR.add_working_days(high, n)


@given(days, limits, limits)
def test_adding_is_additive(day: date, m: int, n: int) -> None:
    step = CALENDAR.add_working_days(CALENDAR.add_working_days(day, m), n)
    assert step == CALENDAR.add_working_days(day, m + n)


@given(days, st.integers(1, 90))
def test_a_limit_never_ends_on_a_rest_day(day: date, n: int) -> None:
    assert CALENDAR.is_working(CALENDAR.add_working_days(day, n))


@given(days, limits)
def test_counting_undoes_adding(day: date, n: int) -> None:
    assert CALENDAR.working_days_between(day, CALENDAR.add_working_days(day, n)) == n


@given(days, st.integers(0, 800))
def test_counting_in_bulk_agrees_with_counting_day_by_day(day: date, span: int) -> None:
    end = day + timedelta(days=span)
    one_by_one = sum(CALENDAR.is_working(day + timedelta(days=i)) for i in range(1, span + 1))
    assert CALENDAR.working_days_between(day, end) == one_by_one
    assert CALENDAR.working_days_between(end, day) == 0


@given(days)
def test_the_next_working_day_is_the_first_one_after(day: date) -> None:
    following = CALENDAR.next_working(day)
    assert following > day
    assert CALENDAR.is_working(following)
    assert not any(CALENDAR.is_working(day + timedelta(days=i)) for i in range(1, (following - day).days))


@given(days, st.integers(0, 90), pause_lists())
def test_lines_tell_the_same_story_as_the_date(day: date, n: int, pauses: list[Pause]) -> None:
    result = due(day, n, *pauses)
    counted = [line for line in result.lines if line.number]
    assert [line.number for line in counted] == list(range(1, result.used + 1))
    assert result.lines[0] == DayLine(day, DayKind.ACCEPTED, 0)
    assert result.lines[-1].kind is DayKind.DUE
    assert result.lines[-1].on == result.due_on
    assert sum(line.kind is DayKind.PAUSED for line in result.lines) == result.paused
    if n:
        first, last = day.toordinal(), result.lines[-1].on.toordinal()
        assert [line.on.toordinal() for line in result.lines] == list(range(first, last + 1))


# --- pauses ---------------------------------------------------------------------------------------


def _slow_due(accepted: date, n: int, pauses: list[Pause]) -> date:
    """The definition, day by day."""
    day, left = accepted, n
    while left:
        day += timedelta(days=1)
        stopped = any(p.from_on < day and (p.to_on is None or day <= p.to_on) for p in pauses)
        left -= CALENDAR.is_working(day) and not stopped
    return day


@given(known_days, st.integers(1, 60), st.data())
def test_pauses_agree_with_the_definition(day: date, n: int, data: st.DataObject) -> None:
    pauses = data.draw(pause_lists(since=day))
    assert due(day, n, *pauses).due_on == _slow_due(day, n, pauses)


@given(known_days, st.integers(1, 60), st.data())
def test_pauses_move_the_date_by_exactly_the_working_days_they_cover(day: date, n: int, data: st.DataObject) -> None:
    pauses = data.draw(pause_lists(since=day))
    result = due(day, n, *pauses)
    assert result.due_on == CALENDAR.add_working_days(day, n + result.paused)


@given(known_days, st.integers(1, 60), st.data())
def test_the_order_and_the_overlap_of_pauses_do_not_matter(day: date, n: int, data: st.DataObject) -> None:
    pauses = data.draw(pause_lists(since=day))
    again = data.draw(st.permutations(pauses + pauses))
    assert due(day, n, *pauses) == due(day, n, *again)


@given(known_days, st.integers(1, 40), st.integers(0, 60), st.integers(0, 30), st.integers(0, 30))
def test_one_pause_equals_two_that_meet(day: date, n: int, start: int, a: int, b: int) -> None:
    first = day + timedelta(days=start)
    middle, last = first + timedelta(days=a), first + timedelta(days=a + b)
    assert due(day, n, Pause(first, last)) == due(day, n, Pause(first, middle), Pause(middle, last))


@given(known_days, st.integers(1, 40), st.integers(0, 60), st.integers(0, 60))
def test_what_remained_at_an_open_pause_is_owed_when_it_ends(day: date, n: int, start: int, length: int) -> None:
    stop = day + timedelta(days=start)
    resume = stop + timedelta(days=length)
    held, closed = due(day, n, Pause(stop, None)), due(day, n, Pause(stop, resume))
    if held.due_on is None:
        assert held.due_at is None
        assert held.used + held.remaining == n
        assert held.remaining > 0
        assert held.lines[-1].on == max(stop, day)
        assert closed.due_on == CALENDAR.add_working_days(resume, held.remaining)
    else:
        assert held == closed == due(day, n)


def test_a_pause_that_began_before_acceptance_counts_from_acceptance() -> None:
    assert due(date(2026, 11, 11), 2, Pause(date(2026, 11, 1), date(2026, 11, 12))).due_on == date(2026, 11, 16)


def test_a_pause_on_the_very_day_it_ends_moves_nothing() -> None:
    day = date(2026, 11, 16)
    assert due(date(2026, 11, 11), 7, Pause(day, day)) == due(date(2026, 11, 11), 7)


def test_a_pause_over_a_weekend_shows_the_weekend_as_a_weekend() -> None:
    result = due(date(2026, 11, 11), 7, Pause(date(2026, 11, 13), date(2026, 11, 16)))
    kinds = {line.on.day: line.kind for line in result.lines}
    assert (kinds[14], kinds[15], kinds[16]) == (DayKind.WEEKEND, DayKind.WEEKEND, DayKind.PAUSED)
    assert result.paused == 1


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(RuleBroken, match="Check both dates"):
        Pause(date(2026, 11, 16), date(2026, 11, 15))


# --- the hour, the zone, zero ---------------------------------------------------------------------


def test_a_limit_of_zero_is_due_the_same_day() -> None:
    result = due(date(2026, 11, 11), 0)
    assert result.due_at == datetime(2026, 11, 11, 17, tzinfo=LOCAL)
    assert [line.kind for line in result.lines] == [DayKind.ACCEPTED, DayKind.DUE]


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (date(2026, 11, 11), 16, date(2026, 11, 11)),
        (date(2026, 11, 11), 17, date(2026, 11, 12)),  # exactly at closing time
        (date(2026, 11, 13), 18, date(2026, 11, 16)),  # a Friday evening
        (date(2026, 11, 14), 9, date(2026, 11, 16)),  # a Saturday
        (date(2026, 9, 20), 9, date(2026, 9, 20)),  # a Sunday that is worked
        (date(2026, 9, 30), 18, date(2026, 10, 8)),
    ],
)
def test_a_limit_of_zero_on_a_rest_day_or_after_closing_waits_for_the_next_working_day(
    day: date, hour: int, expected: date
) -> None:
    assert due(day, 0, hour=hour).due_on == expected


def test_a_limit_of_zero_that_is_paused_at_once_is_still_owed() -> None:
    evening = due(date(2026, 11, 11), 0, Pause(date(2026, 11, 11), None), hour=18)
    assert (evening.due_on, evening.remaining) == (None, 1)


@pytest.mark.parametrize("moment", [time(0, 0), time(0, 0, 1), time(12), time(23, 59, 59)])
def test_the_hour_of_acceptance_does_not_matter_for_a_limit_in_days(moment: time) -> None:
    accepted = datetime.combine(date(2026, 11, 11), moment, tzinfo=LOCAL)
    assert deadline(CALENDAR, accepted, 5).due_on == date(2026, 11, 18)


def test_the_day_is_the_local_day() -> None:
    evening_utc = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)  # 00:30 on the 11th in Wuxi
    assert deadline(CALENDAR, evening_utc, 5) == due(date(2026, 11, 11), 5)
    assert deadline(CALENDAR, evening_utc - timedelta(hours=1), 5) == due(date(2026, 11, 10), 5)


def test_closing_time_is_the_city_s() -> None:
    result = deadline(CALENDAR, at(date(2026, 11, 11)), 1, closing=time(18, 30))
    assert result.due_at == datetime(2026, 11, 12, 18, 30, tzinfo=LOCAL)


# --- years nobody loaded, and the edges of time ---------------------------------------------------


def test_a_year_without_a_plan_counts_monday_to_friday_and_is_provisional() -> None:
    result = due(date(2026, 12, 31), 1)
    assert (result.due_on, result.provisional) == (date(2027, 1, 1), True)
    assert not due(date(2026, 12, 30), 1).provisional
    assert due(date(2026, 12, 30), 2).provisional
    assert not CALENDAR.knows(2027)


def test_only_the_days_that_were_counted_make_a_date_provisional() -> None:
    assert not due(date(2018, 12, 31), 1).provisional  # the day of acceptance itself does not count
    assert due(date(2027, 3, 1), 0).provisional
    assert due(date(2026, 12, 30), 30, Pause(date(2027, 1, 5), None)).provisional
    assert not due(date(2026, 12, 1), 30, Pause(date(2026, 12, 3), None)).provisional


def test_loading_the_missing_year_makes_the_date_sure() -> None:
    plan = YearPlan(2027, frozenset({date(2027, 1, 1)}), frozenset({date(2027, 1, 2)}), "trial")
    later = WorkingCalendar([*CALENDAR.plans.values(), plan])
    result = due(date(2026, 12, 31), 1, calendar=later)
    assert (result.due_on, result.provisional) == (date(2027, 1, 2), False)


@given(st.dates(), st.integers(0, 1500))
def test_no_day_of_any_year_crashes(day: date, n: int) -> None:
    try:
        end = BARE.add_working_days(day, n)
    except RuleBroken:
        assert day > date(9993, 1, 1)
    else:
        assert BARE.working_days_between(day, end) == n


@given(
    st.datetimes(timezones=st.sampled_from([UTC, LOCAL, timezone(timedelta(hours=14)), timezone(-timedelta(hours=12))]))
)
def test_no_moment_of_any_year_crashes(moment: datetime) -> None:
    try:
        result = deadline(CALENDAR, moment, 20)
    except RuleBroken:
        assert moment.year in (1, 9999)
    else:
        assert result.due_on is not None


@pytest.mark.parametrize("n", [2_100_000, 10**9, 10**30])
def test_a_limit_past_the_year_9999_is_refused_in_words(n: int) -> None:
    with pytest.raises(RuleBroken, match="after the year 9999") as refusal:
        due(date(2026, 11, 11), n)
    assert refusal.value.field == "working_days"


@pytest.mark.parametrize("n", [1001, 250_000])
def test_a_very_long_limit_is_counted_and_explained_in_short(n: int) -> None:
    result = due(date(2026, 11, 11), n)
    assert result.provisional
    assert result.lines[-1].number == n
    assert len(result.lines) < 4100


def test_a_negative_limit_and_a_moment_without_a_zone_are_refused() -> None:
    with pytest.raises(RuleBroken, match="cannot be negative"):
        due(date(2026, 11, 11), -1)
    with pytest.raises(RuleBroken, match="no zone"):
        deadline(CALENDAR, datetime(2026, 11, 11, 10), 5)  # noqa: DTZ001  # without a zone on purpose


# --- plans ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holidays", "makeup", "message"),
    [
        ({date(2026, 12, 31)}, set(), "does not lie in 2027"),
        ({date(2027, 1, 2)}, {date(2027, 1, 2)}, "both as a holiday and as a make-up day"),
        (set(), {date(2027, 1, 4)}, "no Saturday or Sunday"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(holidays: set[date], makeup: set[date], message: str) -> None:
    with pytest.raises(RuleBroken, match=message):
        YearPlan(2027, frozenset(holidays), frozenset(makeup), "trial")


def test_two_plans_for_one_year_are_refused() -> None:
    with pytest.raises(RuleBroken, match="two plans for 2026"):
        WorkingCalendar([CALENDAR.plans[2026], CALENDAR.plans[2026]])


# --- colours --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2025, 9, 29), 2),
        (date(2025, 9, 30), 1),
        (date(2025, 10, 5), 1),
        (date(2025, 10, 9), 0),
        (date(2025, 10, 11), -2),
        (date(2025, 10, 12), -2),
        (date(2025, 10, 13), -3),
    ],
)
def test_working_days_left_step_over_the_holiday(today: date, left: int) -> None:
    assert remaining_working_days(CALENDAR, date(2025, 10, 9), today) == left


@given(days, days)
def test_working_days_left_agree_with_the_calendar(due_on: date, today: date) -> None:
    left = remaining_working_days(CALENDAR, due_on, today)
    if left > 0:
        assert CALENDAR.working_days_between(today, due_on) == left
    else:
        assert CALENDAR.working_days_between(due_on, today) == -left or today <= due_on


@pytest.mark.parametrize(
    ("now", "promised", "state"),
    [
        (at(date(2025, 9, 26)), 7, DueState.OK),
        (at(date(2025, 9, 29)), 7, DueState.OK),
        (at(date(2025, 9, 29)), 10, DueState.SOON),
        (at(date(2025, 9, 30)), 7, DueState.SOON),
        (at(date(2025, 10, 3)), 7, DueState.SOON),
        (at(date(2025, 10, 9), 17, 0), 7, DueState.SOON),
        (at(date(2025, 10, 9), 17, 1), 7, DueState.LATE),
        (datetime(2025, 10, 9, 9, 1, tzinfo=UTC), 7, DueState.LATE),
    ],
)
def test_the_colour_follows_working_days_and_the_hour(now: datetime, promised: int, state: DueState) -> None:
    due_at = at(date(2025, 10, 9), 17)
    assert due_state(CALENDAR, due_at, now, promised=promised) is state


def test_a_stopped_clock_is_grey_and_a_closed_case_is_done_even_when_late() -> None:
    now = at(date(2026, 11, 11))
    assert due_state(CALENDAR, None, now, promised=7) is DueState.HELD
    assert due_state(CALENDAR, now - timedelta(days=9), now, promised=7, done=True) is DueState.DONE
    assert due_state(CALENDAR, None, now, promised=7, done=True) is DueState.DONE
