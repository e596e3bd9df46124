"""Every route × method × role × place. The expected grid is `access_matrix.csv`, reviewed by people: `y` may, `-` not.

A route without a row fails. Out of reach and not existing are the same answer.
"""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from tests import cast
from tests.architecture.callers import Callers
from tests.architecture.doors import doors
from tests.architecture.grid import HOME, PLACES, grid, staff_rows
from tests.architecture.routes import routes
from tests.architecture.things import Things
from yimen.access.models import Seat
from yimen.core.actor import STAFF_ROLES, Role
from yimen.core.clock import now

pytestmark = pytest.mark.django_db

STATION_ONLY = {"draft", "absence", "worker", "portrait", "print"}  # things that only their own station knows
OTHER_ROSTERS = (Role.DEPT, Role.SYSADMIN)  # who know rosters of their own line, or of staff, and no station's
NOT_YET = {  # they need a second thing that is not there: a decision, a notice, a correction, a merge
    "/cases/<str:number>/decision.pdf",
    "/cases/<str:number>/once-notice.pdf",
    "/people/<str:ref>/part",
    "/people/<str:ref>/undo",
}


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert [row.door for row in grid()] == doors()


def test_no_route_hides_one_that_comes_after_it() -> None:
    """`x/<str:ref>` takes `x/abc.pdf` too, when it is asked first."""
    assert [route.pattern for route in routes() if resolve(route.path).route != route.pattern] == []


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_role_opens_what_the_grid_says_and_nothing_else(role: Role, things: Things, callers: Callers) -> None:
    caller = callers(role, HOME[role])
    wrong = []
    for row in staff_rows():
        status = caller.ask(row.door.method, things.address(row)).status_code
        if status >= 500 or (status == 403) is row.may[role]:
            wrong.append((row.door.method, row.door.address, status))
    assert wrong == []


def test_the_auditor_changes_nothing_but_their_own_account() -> None:
    """Everything else is closed to them for every method but GET. A question is sent by POST so that no name stands in
    an address; it changes nothing. Having the seals verified and reviewing look-ups is their office."""
    own = re.compile(
        r"trail\.(verify|read)|unusual\.review|account\.(own|change_password)|seat\.switch|session\.end|token\.(issue|end)|search\.ask"
    )
    writing = {row.door.verb for row in staff_rows() if row.door.method != "GET" and row.may[Role.AUDITOR]}
    assert {verb for verb in writing if not own.fullmatch(verb)} == set()


def test_nobody_opens_a_staff_door_without_signing_in(things: Things) -> None:
    wrong = []
    for row in staff_rows():
        client = Client(raise_request_exception=False)
        address = things.address(row)
        answer = client.get(address) if row.door.method == "GET" else client.post(address)
        sent_away = answer.status_code == 401 or answer.headers.get("Location", "").startswith("/login")
        if not sent_away:
            wrong.append((row.door.method, row.door.address, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in STAFF_ROLES if role not in (Role.FINANCE, Role.AUDITOR)])
def test_an_object_exists_only_within_reach(role: Role, things: Things, callers: Callers) -> None:
    wrong = []
    for row in staff_rows():
        if not row.kind or not row.may[role]:
            continue
        address = things.address(row)
        for reach in PLACES[HOME[role]]:
            answer = callers(role, reach).ask(row.door.method, address)
            known = reach == cast.COMMUNITY if row.kind in STATION_ONLY else cast.COMMUNITY.startswith(reach)
            known = known and row.door.address not in NOT_YET
            known = known and not (row.kind == "import" and role in OTHER_ROSTERS)
            if answer.status_code >= 500 or (answer.status_code == 404) is known:
                wrong.append((row.door.method, row.door.address, reach, answer.status_code))
    assert wrong == []


def test_a_department_knows_no_case_of_another_line(things: Things, callers: Callers) -> None:
    case = next(row for row in grid() if row.door.address == "/cases/<str:number>")
    caller = callers(Role.DEPT, cast.DISTRICT)
    Seat.objects.filter(account__username=f"dept-{cast.DISTRICT}").update(line="GA")
    assert caller.ask("GET", things.address(case)).status_code == 404


def test_out_of_reach_and_not_existing_are_the_same_answer(
    things: Things, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, moment = callers(Role.WINDOW, cast.SIBLING), now()
    monkeypatch.setattr("yimen.site.middleware.now", lambda: moment)  # the page says the minute
    for row in staff_rows():
        if row.kind not in ("resident", "case") or row.door.method != "GET" or not row.may[Role.WINDOW]:
            continue
        address = things.address(row)
        nowhere = address.replace(things.refs[row.kind], "LX26-0101-999999" if row.kind == "case" else "zzzzzzzzzzzz")
        there, not_there = caller.ask("GET", address), caller.ask("GET", nowhere)
        assert there.status_code == not_there.status_code == 404
        same = there.content.replace(things.refs[row.kind].encode(), b"").replace(address.encode(), b"")
        also = not_there.content.replace(nowhere.encode(), b"")
        assert re.sub(rb'value="[^"]*"|content="[^"]*"', b"", same) == re.sub(
            rb'value="[^"]*"|content="[^"]*"', b"", also
        )


def test_no_state_changes_by_get(things: Things, callers: Callers) -> None:
    """A GET leaves entries of reading and nothing else."""
    from yimen.trail.models import Entry

    for role in (Role.WINDOW, Role.STREET, Role.SYSADMIN):
        client = Client(raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE] = callers(role, HOME[role]).cookie
        before = Entry.objects.filter(is_read=False).count()
        for row in staff_rows():
            if row.door.method == "GET" and not row.door.address.startswith("/api/") and row.may[role]:
                client.get(things.address(row))
        assert Entry.objects.filter(is_read=False).exclude(verb__in=("case.print", "trail.export")).count() == before
