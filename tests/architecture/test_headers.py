"""What every answer carries, and what no page may do: generic over all routes."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tests import cast
from tests.architecture.routes import Route, routes
from yimen.access.matrix import MATRIX
from yimen.site.middleware import HEADERS

pytestmark = pytest.mark.django_db

PAGES = [route for route in routes() if not route.is_api]
READ = [route for route in PAGES if "GET" in route.methods]
WRITE = [route for route in PAGES if "POST" in route.methods]
READERS = ("window", "head", "street", "city", "sysadmin", "security", "auditor")
EXPECTED = {200, 302, 403, 404, 405, 422}
BARE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", re.IGNORECASE)
INLINE = re.compile(r"<[a-z][^>]*\s(style|on[a-z]+)\s*=", re.IGNORECASE)


def name_of(route: Route) -> str:
    return route.pattern or "/"


@pytest.mark.parametrize("route", READ, ids=name_of)
def test_every_page_answers_every_role_in_words_and_with_all_headers(route: Route) -> None:
    for username in READERS:
        answer = cast.client_for(username).get(route.path)
        assert answer.status_code in EXPECTED, f"{username}: {answer.status_code}"
        for header, value in HEADERS.items():
            assert answer.headers[header] == value, header
        kept = {"no-store", "private, no-cache"} if route.verb == "public" else {"no-store"}
        assert answer.headers["Cache-Control"] in kept
        if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            text = answer.content.decode()
            assert not BARE_SCRIPT.search(text)
            assert not INLINE.search(text)


@pytest.mark.parametrize("route", READ, ids=name_of)
def test_a_visitor_sees_public_pages_only(route: Route) -> None:
    answer = Client().get(route.path)
    for header, value in HEADERS.items():
        assert answer.headers[header] == value, header
    if route.verb != "public":
        assert (answer.status_code, answer.headers["Location"][:12]) == (302, "/login?next=")


@pytest.mark.parametrize("route", WRITE, ids=name_of)
def test_a_form_without_its_token_is_refused(route: Route) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = cast.client_for("window").cookies
    assert client.post(route.path).status_code == 403


@pytest.mark.parametrize("route", PAGES, ids=name_of)
def test_a_method_that_a_door_does_not_know_is_refused(route: Route) -> None:
    username = next((name for name in cast.SEATS if opens(route, name)), None)
    assert username is not None, "nobody in the cast may open this door"
    assert cast.client_for(username).delete(route.path).status_code == 405


def opens(route: Route, username: str) -> bool:
    return route.verb == "public" or cast.SEATS[username].role in MATRIX[route.verb]


def test_reading_changes_nothing() -> None:
    """Reading may record that somebody looked, and keeps the session alive; it changes no other row."""
    clients = [cast.client_for(username) for username in READERS]
    before = rows()
    for route in READ:
        for client in clients:
            client.get(route.path)
    assert rows() == before


def rows() -> dict[str, int]:
    """How many rows each table holds; entries of the trail that record a look are left out."""
    counted = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            where = " where not is_read" if table == "trail_entry" else ""
            cursor.execute(f'select count(*) from "{table}"{where}')
            counted[table] = cursor.fetchone()[0]
    return counted


@pytest.mark.parametrize("path", ["/login", "/api/v1/matters"])
def test_nothing_answers_under_a_name_that_is_not_ours(path: str) -> None:
    answer = Client().get(path, headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "YIMEN_HOSTS" in answer.content.decode()
    for header, value in HEADERS.items():
        assert answer.headers[header] == value, header


def test_whoever_watches_the_house_asks_by_its_address() -> None:
    assert Client().get("/healthz", headers={"host": "10.0.0.7:8000"}).status_code == 200
