from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture(scope="session", autouse=True)
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sealed words need a key file of their own."""
    path: Path = tmp_path_factory.mktemp("keys") / "keys.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIMEN_KEY_FILE", str(path))
        yield
