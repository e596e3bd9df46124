from collections.abc import Iterator

import pytest

from tests import cast
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM


@pytest.fixture
def matters(db: None) -> Iterator[None]:
    """The default catalogue is in force."""
    load_default_catalogue(SYSTEM, at=cast.MONDAY)
    catalogue.forget()
    yield
    catalogue.forget()
