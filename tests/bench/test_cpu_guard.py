"""What a request may cost, application and database: `make bench` measures it on the street, this holds the slope.

The limits are the goals with 30 % slack where the goal is met, and what was measured with the same slack where it is
not: the case page (goal 1.5 ms), the search (1.5 ms) and the acceptance through its page (6 ms) are short. The
cheapest of many rounds counts.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from bench import cpu
from bench.load import Request, by_htmx, request
from bench.people import CSRF
from tests import cast
from tests.cases.counter import people
from yimen.cases.actions import drafts
from yimen.cases.actions.intake import accept
from yimen.cases.rules.application import Application
from yimen.core.clock import now

pytestmark = [pytest.mark.alone, pytest.mark.django_db, pytest.mark.usefixtures("matters")]
LIST_MS, DETAIL_MS, SEARCH_MS, ACCEPT_MS = 2.5, 4.4, 2.4, 10.5
SLACK = 1.3
ROUNDS = 60  # at most: one cheap enough ends it, and a machine that does other things needs more to have a quiet one


def cheapest(batch: list[Request], enough: float) -> float:
    """Milliseconds per request in the cheapest round."""
    app, best = get_wsgi_application(), float("inf")
    cpu.cost_ms(app, [batch])  # plans, caches
    for _ in range(ROUNDS):
        best = min(best, *cpu.cost_ms(app, [batch]))
        if best <= enough:
            break
    return best


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """The test's own transaction must outlive each request, as in Django's test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def cookie() -> str:
    key = cast.client_for("window").cookies[settings.SESSION_COOKIE].value
    return f"{settings.SESSION_COOKIE}={key}; csrf={CSRF}"


@pytest.fixture
def number() -> str:
    """An open case of the window's."""
    form = Application(matters=("MZ-11",), asked=True, papers={"ID": "seen"})
    return accept(cast.actor("window"), resident_ref=people()["张国富"], application=form, at=now()).number


def test_the_work_list_stays_cheap(cookie: str, number: str) -> None:
    batch = [request("list", "GET", "/cases", cookie=cookie)] * 10
    assert cheapest(batch, LIST_MS * SLACK) <= LIST_MS * SLACK


def test_a_case_page_stays_cheap(cookie: str, number: str) -> None:
    batch = [request("detail", "GET", f"/cases/{number}", cookie=cookie)] * 10
    assert cheapest(batch, DETAIL_MS * SLACK) <= DETAIL_MS * SLACK


def test_a_search_stays_cheap(cookie: str, number: str) -> None:
    wanted = request("search", "POST", "/search", cookie=cookie, form=cpu.form(q="zgf", csrfmiddlewaretoken=CSRF))
    assert cheapest([by_htmx(wanted)] * 10, SEARCH_MS * SLACK) <= SEARCH_MS * SLACK


def test_an_acceptance_stays_cheap(cookie: str) -> None:
    resident, window = people()["陈立新"], cast.actor("window")
    body = f"m=MZ-10&again=MZ-10&p.ID=seen&p.PH=in&asked=1&then=accept&csrfmiddlewaretoken={CSRF}".encode()
    batches = []
    for _ in range(ROUNDS // 2):  # its first rounds are dear: plans, caches, fresh pages
        ref = drafts.start(window, resident_ref=resident, at=now())
        wanted = request("accept", "POST", f"/intake/{ref}", cookie=cookie, form=body, expect=(302,))
        batches.append(cpu.cost_ms(get_wsgi_application(), [[wanted]])[0])
    assert min(batches[1:]) <= ACCEPT_MS * SLACK
