"""One embedded server per worktree for all test sessions and xdist workers, started when a test first asks
for the database and stopped by whoever uses it last. With DATABASE_URL set, that server is used instead."""

import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from django.test.utils import override_settings, setup_databases, teardown_databases
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from playwright.sync_api import Browser
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.browser import NoBrowser, is_required, open_chromium
from tests.parts import play_both_parts, play_owner
from tests.patches.conftest import begin, name
from tests.registry.town import Town, build_town
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM
from yimen.core.keyring import create_key_file
from yimen.orgs import queries as orgs
from yimen.patches.models import Patch
from yimen.site import postgres, wsgi
from yimen.site.postgres.programs import CHOICE
from yimen.visits.views.turns import TURNS

play_both_parts()

# The build looks at the same examples each time; at a desk they are new each time. How slow the machine is today is no
# answer of the product's.
hypothesis.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.register_profile("build", hypothesis.get_profile("desk"), derandomize=True)
hypothesis.load_profile("build" if os.environ.get("CI") else "desk")

TEST_HOME = Path(__file__).resolve().parent.parent / "var" / f"test{os.environ.get(CHOICE, '').replace('/', '-')}"
create_key_file(os.environ.setdefault("YIMEN_KEY_FILE", str(TEST_HOME / "keys.json")))

LATENCY = float(os.environ.get("YIMEN_LATENCY_S", "0"))

# Sessions side by side get databases of their own; all xdist workers of one run agree on its name.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex(4))[:8]


class Lease:
    """A share in the test server, given back when this process ends, however it ends."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.turn = (home / "turn").open("w")
        self.share = (home / "share").open("w")
        fcntl.flock(self.turn, fcntl.LOCK_EX)
        self.server = postgres.start(home, shared=True, durable=False)
        if self._alone():
            drop_leftovers(self.server.url)
        fcntl.flock(self.share, fcntl.LOCK_SH)
        fcntl.flock(self.turn, fcntl.LOCK_UN)

    def give_back(self) -> None:
        """Stop the server if nobody else has a share in it."""
        fcntl.flock(self.turn, fcntl.LOCK_EX)
        if self._alone():
            self.server.stop()
        self.share.close()
        self.turn.close()

    def _alone(self) -> bool:
        try:
            fcntl.flock(self.share, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def drop_leftovers(url: str) -> None:
    """Databases of sessions that were killed."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        found = connection.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_run\_%'").fetchall()
        for (name,) in found:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session", autouse=True)
def _made_up_numbers() -> Iterator[None]:
    """Everybody in the tests is invented, down to their numbers."""
    with override_settings(MADE_UP_NUMBERS=True):
        yield


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a PostgreSQL server for this session."""
    if chosen := os.environ.get("DATABASE_URL"):
        yield chosen
        return
    lease = Lease(TEST_HOME)
    yield lease.server.url
    lease.give_back()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    server_url: str, django_db_modify_db_settings_xdist_suffix: None, request: pytest.FixtureRequest
) -> None:
    """Point Django at that server, just before pytest-django makes the test database."""
    found = postgres.connection_settings(server_url)
    settings = connections["default"].settings_dict
    for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        settings[key] = found[key]
    settings["OPTIONS"] = {**django_settings.OWNER_DATABASE["OPTIONS"], **found["OPTIONS"]}
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    kept = request.config.getoption("reuse_db")
    settings["TEST"]["NAME"] = f"test_kept_{worker}" if kept else f"test_run_{RUN}_{worker}"


@pytest.fixture
def served(own_database: None) -> Iterator[str]:
    """The product at an address of this machine, on a copy of the world where what a page does is really committed."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(in_pieces if LATENCY else wsgi.application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def in_pieces(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    """The product behind a slow network: each answer comes late, and its second half later. A story that reads a page
    which has not come whole fails here every time, and else one day in ten, on a busy machine."""
    time.sleep(LATENCY)
    answer = wsgi.application(environ, start_response)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    yield body[: len(body) // 2]
    time.sleep(LATENCY)
    yield body[len(body) // 2 :]


class QuietHandler(WSGIRequestHandler):
    """A browser closes connections it opened to be early; that is no news."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """A real browser. Where none can be had the test is skipped with the reason, or fails if one is required.

    Comes after the database: connections made before and after Playwright's loop starts are not the same.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs beside the test, not around its queries
    connections.close_all()  # once that loop runs, Django opens new ones and would forget these
    try:
        with open_chromium() as opened:
            yield opened
    except NoBrowser as error:
        if is_required():
            pytest.fail(str(error))
        pytest.skip(str(error))


NEEDS = {"browser", "served", "db", "transactional_db", "live_server", "django_db_setup", "server_url", "own_database"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-database", action="store_true", help="leave out tests that need a database, processes or a browser"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("no_database"):
        return
    chosen = [item for item in items if not needs_more_than_python(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def needs_more_than_python(item: pytest.Item) -> bool:
    """Whether the test needs a database, starts processes, or drives a browser."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "processes", "browser"))
    return marked or bool(NEEDS & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Argon2 is slow by design; a cast of twenty should not wait for it."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    quick.enable()
    yield
    quick.disable()


@pytest.fixture(scope="session")
def django_db_setup(
    _quick_passwords: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[None]:
    """The world every test finds: divisions, posts, calendars, stations and the cast. Each test's own changes are
    rolled back.

    pytest-django makes no test database in a session of browser stories alone, and would leave them the real one.
    """
    settings, made = connections["default"].settings_dict, None
    with django_db_blocker.unblock():
        if settings["NAME"] != settings["TEST"]["NAME"]:
            kept = request.config.getoption("reuse_db")
            made = setup_databases(verbosity=0, interactive=False, aliases={"default": True}, keepdb=kept)
        if orgs.division(cast.CITY) is None:  # kept from an earlier session with --reuse-db
            cast.build_world()
    yield
    if made is not None:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0, keepdb=kept)


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """What a process keeps in memory must not outlive the test that changed it, nor the language of its last page."""
    yield
    play_owner()
    translation.deactivate()
    orgs.forget_calendar()
    orgs.forget_names()
    catalogue.forget()
    TURNS.taken = 0.0


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of the world in a database of its own, where transactions really commit: for tests with two connections.

    Threads open their own connection by simply using the ORM; they must close it.
    """
    default = connections["default"]
    shared = default.settings_dict["NAME"]
    name = f"{shared}_own"
    default.close()
    with django_db_blocker.unblock():
        with default._nodb_cursor() as cursor:
            cursor.execute(f'drop database if exists "{name}" with (force)')
            cursor.execute(f'create database "{name}" template "{shared}"')
        default.settings_dict["NAME"] = name
        try:
            yield
        finally:
            default.close()
            default.settings_dict["NAME"] = shared
            with default._nodb_cursor() as cursor:
                cursor.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture
def town(db: None) -> Town:
    """Doors and people in three communities."""
    return build_town()


@pytest.fixture
def patches(town: Town) -> list[Patch]:
    """Building 12 is patch 1 of the window, building 3 patch 2 of her colleague; each is the other's deputy."""
    made = begin()
    for patch, a, b in ((made[0], "window", "window2"), (made[1], "window2", "window")):
        name(patch, a, "A")
        name(patch, b, "B")
    return made


@pytest.fixture
def matters(db: None) -> Iterator[None]:
    """The default catalogue is in force."""
    load_default_catalogue(SYSTEM, at=cast.MONDAY)
    catalogue.forget()
    yield
    catalogue.forget()
