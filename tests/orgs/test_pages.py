"""The pages of the organisation open for those who may, and for nobody else."""

import pytest

from tests import cast
from yimen.access.queries import account_named

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
    response = client.get(path, follow=True)  # what was typed leads on to an address without it
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


NO_NUMBERS = ["1e27", "1e400", "NaN", "-", "五十"]


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_an_area_that_is_no_number_gets_a_sentence(typed: str) -> None:
    form = {"address": "广瑞一村1号", "phone": "", "hall_area": typed, "opens_at": "08:30", "closes_at": "17:00"}
    response = cast.client_for("head").post(f"/station/{cast.COMMUNITY}/edit", form)
    assert response.status_code == 422
    assert "这不是数字" in response.content.decode()


def test_an_hour_with_a_zone_is_no_hour_of_the_station() -> None:
    form = {"address": "广瑞一村1号", "phone": "", "hall_area": "52", "opens_at": "0001-01", "closes_at": "17:00"}
    response = cast.client_for("head").post(f"/station/{cast.COMMUNITY}/edit", form)
    assert response.status_code == 422
    assert "这不是时间" in response.content.decode()


@pytest.mark.parametrize(
    ("path", "words"), [("/p/forget", "这个地址不能单独打开"), ("/logout", "这个地址不能单独打开")]
)
def test_an_address_of_a_button_that_is_opened_by_itself_says_so(path: str, words: str) -> None:
    response = cast.client_for("window").get(path)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert words in response.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-31"])
def test_a_day_that_nobody_means_gets_a_sentence(day: str) -> None:
    response = cast.client_for("auditor").get(f"/trail?last={day}")
    assert response.status_code == 422
    assert "这不是日期" in response.content.decode()
    me = account_named("window")
    assert me is not None
    away = {"person": me.ref, "reason": "leave", "from_at": f"{day}T09:00"}
    response = cast.client_for("window").post("/cover/away", away)
    assert response.status_code == 422
    assert "这不是日期时间" in response.content.decode()
