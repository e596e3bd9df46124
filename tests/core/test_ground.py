"""Shifted coordinates: what a public base map moves is moved back, to less than a centimetre, anywhere in China."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.core.ground import Point, from_bd09, from_gcj02, in_china, metres_between, to_bd09, to_gcj02

SOMEWHERE = st.tuples(st.floats(73.6, 135.1), st.floats(3.5, 53.6))
WUXI = (120.301663, 31.574729)


@given(SOMEWHERE)
def test_gcj02_and_back_is_the_same_place(point: Point) -> None:
    assert metres_between(from_gcj02(to_gcj02(point)), point) < 0.01
    assert metres_between(to_gcj02(from_gcj02(point)), point) < 0.01


@given(SOMEWHERE)
def test_bd09_and_back_is_the_same_place(point: Point) -> None:
    assert metres_between(from_bd09(to_bd09(point)), point) < 0.01


@given(SOMEWHERE)
def test_a_shift_is_at_most_some_hundred_metres(point: Point) -> None:
    assert metres_between(to_gcj02(point), point) < 1200
    assert metres_between(to_bd09(point), point) < 2600


def test_the_shift_of_wuxi_is_the_known_one() -> None:
    """437 m to the east and 211 m to the south, measured on published outlines of its districts."""
    there = to_gcj02(WUXI)
    assert metres_between(WUXI, (there[0], WUXI[1])) == pytest.approx(437, abs=12)
    assert metres_between(WUXI, (WUXI[0], there[1])) == pytest.approx(211, abs=12)
    assert there[0] > WUXI[0]
    assert there[1] < WUXI[1]


@pytest.mark.parametrize("point", [(2.35, 48.85), (-74.0, 40.7), (151.2, -33.9)])
def test_nothing_is_shifted_elsewhere(point: Point) -> None:
    assert not in_china(point)
    assert to_gcj02(point) == from_gcj02(point) == to_bd09(point) == from_bd09(point) == point


def test_a_degree_of_latitude_is_some_111_kilometres() -> None:
    assert metres_between((120.0, 31.0), (120.0, 32.0)) == pytest.approx(111_195, abs=50)
