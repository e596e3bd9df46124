"""The pages of the organisation open for those who may, and for nobody else."""

import pytest

from tests import cast

pytestmark = pytest.mark.django_db

OPEN = [
    *(("window", path) for path in ("/cover", "/station", "/me", "/me/trail", "/switch", "/help", "/help/keys")),
    *(("window", path) for path in ("/matrix", "/matrix?role=dept", "/calendar", "/calendar/2026")),
    *(("head", path) for path in ("/cover", "/station")),
    *(("street", path) for path in ("/cover", f"/cover?station={cast.COMMUNITY}", "/station")),
    *(("city", path) for path in ("/station", f"/station?within={cast.STREET}", f"/station/{cast.COMMUNITY}")),
    *(("sysadmin", path) for path in ("/accounts", "/accounts?closed=1", "/accounts?q=ab&role=head", "/calendar")),
    *(("security", path) for path in ("/accounts", "/matrix")),
    *(("auditor", path) for path in ("/accounts", "/trail", "/trail?reads=1&person=x&first=2026-01-01", "/trail.csv")),
]


@pytest.mark.parametrize(("username", "path"), OPEN)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_opens_in_both_languages(username: str, path: str, language: str) -> None:
    client = cast.client_for(username)
    client.cookies["language"] = language
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("username", "path", "status"),
    [
        ("window", "/accounts", 403),
        ("window", "/trail", 403),
        ("city", "/cover", 403),
        ("dept", "/station", 403),
        ("sysadmin", "/trail", 403),
        ("street", f"/cover?station={cast.NEXT_COMMUNITY}", 404),
        ("head", f"/station/{cast.SIBLING}", 404),
        ("city", "/station/999999999999", 404),
        ("window", "/calendar/2031", 404),
        ("sysadmin", "/accounts/nobodyatall0", 404),
    ],
)
def test_a_page_stays_shut_for_others(username: str, path: str, status: int) -> None:
    assert cast.client_for(username).get(path).status_code == status


def test_a_visitor_is_sent_to_sign_in_and_back(client) -> None:  # type: ignore[no-untyped-def]  # pytest-django's client
    response = client.get("/cover")
    assert (response.status_code, response.headers["Location"]) == (302, "/login?next=/cover")
