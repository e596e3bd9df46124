"""The rail marks where the reader is."""

import pytest

from tests import cast
from yimen.site.menu import menu

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "href"),
    [
        ("/", "/"),
        ("/cases/LX26-1123-000001", "/cases"),
        ("/intake/0123456789ab", "/intake"),
        ("/visits/LX26-1123-000001/receipt", "/intake"),
        ("/visits/0123456789ab", "/visits"),
        ("/patches/signs", "/patches/signs"),
        ("/patches/0123456789ab", "/patches"),
        ("/me", ""),
    ],
)
def test_the_nearest_entry_is_marked_and_no_other(path: str, href: str) -> None:
    entries = [entry for group in menu(cast.actor("head"), path) for entry in group["items"]]
    assert [entry["href"] for entry in entries if entry["current"]] == ([href] if href else [])
