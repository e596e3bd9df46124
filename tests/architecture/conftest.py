from functools import cache

import pytest

from tests.architecture.callers import Callers, sit
from tests.architecture.things import Things, one_of_each


@pytest.fixture
def things(matters: None) -> Things:
    """One of each kind of object, all in the window's community."""
    return one_of_each()


@pytest.fixture
def callers() -> Callers:
    """A function from role and reach to a caller, each made once."""
    return cache(sit)
