import pytest

from tests.registry.town import Town, build_town


@pytest.fixture
def town(db: None) -> Town:
    """Doors and people in three communities."""
    return build_town()
