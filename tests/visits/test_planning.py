"""Whom a month's plan names: everybody who must be seen, nobody twice, and nobody for longer than a year."""

import itertools
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from yimen.visits.rules.months import first_of, last_of, month_before, months_before, next_month
from yimen.visits.rules.planning import Household, Why, place_of, plan, walk

FIRST = date(2026, 11, 1)
YEAR_BEFORE = date(2025, 11, 30)
DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 30))


_SAID = st.tuples(
    st.none() | DAYS,
    st.sampled_from([("1", "1"), ("3", "2"), ("12", "10"), ("A2", "1")]),
    st.integers(-1, 33),
    st.integers(0, 7),
)


def _household(place: int, seen_on: date | None, where: tuple[str, str], floor: int, flags: int) -> Household:
    return Household(
        dwelling=UUID(int=place),
        building=where[0],
        stairwell=where[1],
        floor=floor,
        room=f"{place:03}",
        since_on=date(2025, 6, 1),
        seen_on=seen_on,
        is_must=bool(flags & 1),
        has_need=bool(flags & 2),
        has_gap=bool(flags & 4),
        is_reached=seen_on is not None and seen_on >= FIRST,
    )


def households() -> st.SearchStrategy[list[Household]]:
    return st.lists(_SAID, max_size=40).map(lambda said: [_household(place, *one) for place, one in enumerate(said)])


GOALS = st.integers(0, 70)


@given(households(), GOALS)
def test_every_must_visit_every_open_need_and_everybody_a_year_unseen_is_in_the_plan(
    found: list[Household], goal: int
) -> None:
    planned = {due.household.dwelling for due in plan(found, goal=goal, first=FIRST, unseen_months=12)}
    for one in found:
        open_ = not (one.is_reached or one.has_gap)
        if open_ and (one.is_must or one.has_need or one.waits_since < YEAR_BEFORE):
            assert one.dwelling in planned
        if not open_:
            assert one.dwelling not in planned


@given(households(), GOALS)
def test_the_goal_is_met_while_there_are_households_and_never_overshot_by_choice(
    found: list[Household], goal: int
) -> None:
    planned = plan(found, goal=goal, first=FIRST, unseen_months=12)
    reached = sum(one.is_reached for one in found)
    open_ = sum(not (one.is_reached or one.has_gap) for one in found)
    asked = sum(due.why < Why.LONGEST for due in planned)
    assert len(planned) == min(open_, max(asked, goal - reached))
    assert len({due.household.dwelling for due in planned}) == len(planned)


@given(households(), GOALS)
def test_nobody_left_out_is_more_pressing_than_somebody_taken_by_choice(found: list[Household], goal: int) -> None:
    planned = plan(found, goal=goal, first=FIRST, unseen_months=12)
    taken = {due.household.dwelling for due in planned}
    chosen = [due.household for due in planned if due.why is Why.LONGEST]
    out = [one for one in found if one.dwelling not in taken and not (one.is_reached or one.has_gap)]
    for left in out:
        for one in chosen:
            assert one.waits_since <= left.waits_since


@given(households(), GOALS)
def test_the_same_doors_in_any_order_give_the_same_plan(found: list[Household], goal: int) -> None:
    straight, back = (plan(some, goal=goal, first=FIRST, unseen_months=12) for some in (found, found[::-1]))
    assert straight == back


@given(households())
def test_a_walk_keeps_stairwells_together_and_goes_down(found: list[Household]) -> None:
    dues = plan(found, goal=70, first=FIRST, unseen_months=12)
    stops = walk(dues)
    assert sorted(due.household.dwelling for stop in stops for due in stop.dues) == sorted(
        due.household.dwelling for due in dues
    )
    assert len({(stop.building, stop.stairwell) for stop in stops}) == len(stops)
    buildings = [stop.building for stop in stops]
    assert sum(a != b for a, b in itertools.pairwise(buildings)) == max(0, len(set(buildings)) - 1)
    for stop in stops:
        floors = [due.household.floor for due in stop.dues]
        assert floors == sorted(floors, reverse=True)
        assert [due.household for due in stop.dues] == sorted((due.household for due in stop.dues), key=place_of)


def test_a_patch_of_300_walked_at_30_a_month_is_seen_whole_within_a_year() -> None:
    month, found = date(2026, 1, 1), {}
    for number in range(300):
        found[number] = Household(UUID(int=number), "1", "1", number // 4, f"{number}", since_on=month)
    for _ in range(12):
        for due in plan(found.values(), goal=30, first=month, unseen_months=12)[:30]:
            one = due.household
            found[one.dwelling.int] = Household(
                one.dwelling, one.building, one.stairwell, one.floor, one.room, one.since_on, seen_on=last_of(month)
            )
        month = next_month(month)
    assert all(one.seen_on is not None for one in found.values())
    assert not any(one.waits_since < months_before(last_of(month_before(month)), 12) for one in found.values())


@given(DAYS)
def test_months_follow_each_other_without_a_gap(day: date) -> None:
    first = first_of(day)
    assert first <= day <= last_of(first) < next_month(first)
    assert last_of(first) + timedelta(days=1) == next_month(first)
    assert month_before(next_month(first)) == first
    assert month_before(first, 12) == first.replace(year=first.year - 1)


@given(households(), st.integers(1, 24))
def test_how_long_is_too_long_is_the_citys_norm(found: list[Household], months: int) -> None:
    planned = {due.household.dwelling for due in plan(found, goal=0, first=FIRST, unseen_months=months)}
    waiting = [one for one in found if not (one.is_reached or one.has_gap or one.is_must or one.has_need)]
    since = months_before(last_of(FIRST), months)
    assert {one.dwelling for one in waiting} & planned == {one.dwelling for one in waiting if one.waits_since < since}
