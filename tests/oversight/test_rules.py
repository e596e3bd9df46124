"""Which days of look-ups are flagged, and a replayed year that says how good the rules are."""

from dataclasses import replace

import pytest

from tests.oversight.year import DAYS, Person, flags, staff
from yimen.oversight.rules import RULES, Day, Habit, unusual

HABIT = Habit(days=30, median_people=12, median_idle=1, late=0.1, median_fruitless=8)


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        (Day(people=14, idle=2, searches=20), []),
        (Day(people=60, idle=4), []),  # a campaign: much was opened, and much was done
        (Day(people=60, idle=40), ["volume", "idle"]),
        (Day(people=30, idle=13), ["idle"]),
        (Day(people=9, idle=5, outside=5), ["outside"]),
        (Day(people=20, idle=5, kin=4), ["kin"]),
        (Day(people=20, idle=9, kin=4), []),  # four of nine may be chance
        (Day(people=20, idle=3, near=3), ["near"]),
        (Day(people=8, idle=1, own=1), ["own"]),
        (Day(people=8, late=5), ["late"]),
        (Day(people=8, idle=5, reveals_idle=5), ["reveals"]),
        (Day(people=8, idle=1, shielded=1), ["shielded"]),
        (Day(people=12, searches=30, fruitless=18), []),  # questions answered from the list
        (Day(people=12, searches=52, fruitless=40), ["searches"]),
        (Day(searches=40, fruitless=40), ["searches"]),  # opened nobody at all
        (Day(people=48, idle=3, searches=92, fruitless=44), []),  # a campaign searches more, and serves more
        (Day(people=12, searches=23, pages=11), []),  # a list on paper held against the register
        (Day(people=12, searches=32, pages=24), ["pages"]),
    ],
)
def test_a_day_is_measured_against_its_cause(day: Day, rules: list[str]) -> None:
    assert list(unusual(day, HABIT)) == rules


def test_a_night_shift_is_measured_against_its_own_habit() -> None:
    assert list(unusual(Day(people=20, late=12), Habit(days=30, median_people=20, late=11))) == []


def test_who_makes_lists_every_day_is_measured_by_that() -> None:
    assert list(unusual(Day(people=12, pages=26), replace(HABIT, median_pages=9))) == []


def test_a_month_of_a_few_pages_a_day_is_told_on_the_day_that_goes_over_it() -> None:
    assert list(unusual(Day(people=12, pages=8), replace(HABIT, pages_month=91))) == []
    assert list(unusual(Day(people=12, pages=9), replace(HABIT, pages_month=91))) == ["register"]
    assert list(unusual(Day(people=12, pages=9), replace(HABIT, pages_month=99, pages_oldest=8))) == []  # told before


def test_a_post_that_turns_pages_for_its_work_is_measured_by_its_own() -> None:
    day, turned = Day(people=12, pages=9), replace(HABIT, pages_month=95, pages_peers=60)
    assert list(unusual(day, turned)) == []
    assert list(unusual(replace(day, pages=11), replace(turned, pages_month=170))) == ["register"]


def test_two_days_together_show_what_one_hides() -> None:
    assert list(unusual(Day(people=20, idle=9), HABIT)) == []
    assert list(unusual(Day(people=20, idle=9), Habit(30, 12, 1, 0, idle_before=9))) == ["idle"]


def test_somebody_new_is_measured_by_what_is_many_for_anybody() -> None:
    assert list(unusual(Day(people=25, idle=3), Habit())) == []
    assert list(unusual(Day(people=70, idle=40), Habit())) == ["volume", "idle"]


def test_every_rule_can_be_broken_and_has_words() -> None:
    worst = Day(people=99, idle=99, outside=9, kin=60, near=9, own=1, late=9, reveals_idle=9, shielded=2, fruitless=900)
    worst = replace(worst, pages=40)
    assert set(unusual(worst, replace(HABIT, pages_month=80))) == set(RULES)


def test_a_year_with_thirty_leakers_finds_them_in_two_days_and_rarely_anybody_else() -> None:
    """A false alarm is an honest day with any flag."""
    honest, leakers = 200, 30
    found, false_alarms = 0, 0
    for person in staff(7, honest=honest, leakers=leakers):
        days = {on for on, _rule in flags(person)}
        found += bool(person.leak and days & {person.since, person.since + 1})
        false_alarms += len({on for on in days if on < person.since})
    weeks = DAYS / 5
    assert found >= 28
    assert false_alarms / weeks / (honest / 100) <= 1


def test_who_turns_the_register_page_by_page_to_sell_it_is_found_in_two_days() -> None:
    sellers = [person for person in staff(11, honest=0, leakers=9 * 40) if person.leak == "pages"]
    found = [person for person in sellers if _days(person) & {person.since, person.since + 1}]
    assert len(sellers) == 40
    assert len(found) >= 36


def test_who_turns_a_few_pages_every_day_to_sell_them_is_found_within_a_month() -> None:
    sellers = [replace(person, leak="drip", since=60) for person in staff(13, honest=40, leakers=0)]
    days = [
        min((on for on, rule in flags(person) if rule == "register" and on >= 60), default=DAYS) for person in sellers
    ]
    assert sum(on <= 80 for on in days) >= 38


def test_hardly_anybody_honest_turns_so_many_pages_in_a_month() -> None:
    flagged = sum(rule == "register" for person in staff(14, honest=200, leakers=0) for _on, rule in flags(person))
    assert flagged / (DAYS / 5) / 2 <= 0.05


def test_who_holds_a_list_on_paper_against_the_register_is_rarely_flagged_for_it() -> None:
    honest = 200
    flagged = sum(rule == "pages" for person in staff(12, honest=honest, leakers=0) for _on, rule in flags(person))
    assert flagged / (DAYS / 5) / (honest / 100) <= 0.2


def _days(person: Person) -> set[int]:
    return {on for on, rule in flags(person) if rule == "pages"}
