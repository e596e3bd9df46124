"""The rule for must-visit households: what a form may say, and that the database finds whom the rule names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.core.errors import RuleBroken
from yimen.core.identity import age_on
from yimen.visits.rules.vulnerable import DEFAULT, GROUPS, Person, born_by, groups_of, kinds_of, read_limits

DAY = date(2026, 11, 16)


@given(
    st.dates(date(1900, 1, 1), date(2030, 12, 31)), st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(55, 110)
)
def test_born_by_agrees_with_the_age(birth: date, day: date, years: int) -> None:
    if birth <= day:
        assert (birth <= born_by(day, years)) is (age_on(birth, day) >= years)


@pytest.mark.parametrize(
    ("people", "groups"),
    [
        ([], ()),
        ([(1990, {})], ()),
        ([(1990, {"is_dibao": True, "is_low_income_any": True})], ("allowance",)),
        ([(1990, {"is_dibao": False, "is_low_income_any": True})], ("edge",)),
        ([(1990, {"disability_level": 2})], ("disabled",)),
        ([(1990, {"disability_level": 3})], ()),
        ([(1990, {"has_severe_mental_disorder": True})], ("mental",)),
        ([(1940, {}), (1990, {})], ("old",)),
        ([(1940, {})], ("old", "alone")),
        ([(1960, {}), (1962, {})], ("alone",)),
        ([(1960, {}), (None, {})], ()),
        ([(2015, {"is_child_without_care": True})], ("child",)),
        ([(1960, {"only_child_dead_or_disabled": True}), (1990, {})], ("lost_child",)),
        (
            [(1970, {"no_labour_capacity": True, "no_income_source": True, "no_able_supporter": True})],
            ("extreme",),
        ),
    ],
)
def test_the_default_names_whom_it_says(
    people: list[tuple[int | None, dict[str, object]]], groups: tuple[str, ...]
) -> None:
    living = [Person(date(year, 5, 1) if year else None, facts) for year, facts in people]
    assert groups_of(living, DEFAULT, DAY) == groups


def test_a_form_may_switch_groups_off_and_move_limits_within_bounds() -> None:
    assert read_limits(["old", "allowance"], {"old": "75"}) == {"allowance": None, "old": 75}
    for chosen, limits, field in (
        ([], {}, "groups"),
        (["rich"], {}, "groups"),
        (["old"], {"old": "12"}, "limit-old"),
        (["old"], {"old": "eighty"}, "limit-old"),
        (["old"], {}, "limit-old"),
    ):
        with pytest.raises(RuleBroken) as refused:
            read_limits(chosen, limits)
        assert refused.value.field == field


def test_lists_show_a_class_and_never_a_group() -> None:
    assert kinds_of(["mental", "disabled", "old"]) == ("B", "C")
    assert kinds_of([], is_marked=True) == ("E",)
    assert {group.kind for group in GROUPS.values()} == set("ABCD")
