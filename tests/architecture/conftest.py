from functools import cache

import pytest

from tests.architecture.callers import Callers, sit
from tests.architecture.plans import believe_a_city
from tests.architecture.things import Things, one_of_each


@pytest.fixture
def things(matters: None) -> Things:
    """One of each kind of object, all in the window's community."""
    return one_of_each()


@pytest.fixture
def callers() -> Callers:
    """A function from role and reach to a caller, each made once."""
    return cache(sit)


@pytest.fixture
def city_sized() -> None:
    """For this test, the planner believes that the tables are as big as a city's."""
    believe_a_city()
