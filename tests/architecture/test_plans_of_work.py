"""No action and no job reads a whole table: what is posted, asked of the API, and done by the worker is explained as
the pages are. A job may read a table once with a reason; for each row or person, never."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests import cast
from tests.architecture.callers import Callers
from tests.architecture.grid import HOME, grid, staff_rows
from tests.architecture.plans import Found, explaining
from tests.architecture.things import Things
from tests.registry.town import AT, Town
from yimen.cases import actions as cases
from yimen.cases.actions import drafts, figures
from yimen.cases.queries.resident import recognised
from yimen.core.actor import SYSTEM, Role
from yimen.core.clock import now
from yimen.exchange import actions as exchange
from yimen.exchange.models import Import
from yimen.geo.actions import working as ground
from yimen.orgs import actions as orgs
from yimen.oversight import actions as oversight
from yimen.patches.actions import printing
from yimen.registry.actions.duplicates import find_in
from yimen.trail import actions as trail
from yimen.trail import idempotency, outbox
from yimen.visits.actions import folding
from yimen.visits.actions.finding_vulnerable import find_in_community

pytestmark = pytest.mark.django_db

DOING = (Role.WINDOW, Role.HEAD, Role.STREET, Role.SYSADMIN, Role.SECURITY)  # others do a part of what these do
# What a job may read whole, once, and why.
ALLOWED = {
    (
        "cases_pause",
        "figures",
    ): "for the cases that closed on a day; where those are many, all pauses at once are cheaper",
}


@pytest.mark.parametrize("role", DOING)
def test_no_action_reads_a_whole_table(role: Role, things: Things, callers: Callers, city_sized: None) -> None:
    """Pages and API. What a form lacks ends it after the look-ups that every one makes."""
    caller, found = callers(role, HOME[role]), Found()
    for row in staff_rows():
        if row.door.method != "GET" and row.may[role]:
            address = things.address(row)
            with explaining(address, found):
                caller.ask("POST", address)
    assert not found.where, found.told()


def test_the_api_reads_no_whole_table(things: Things, callers: Callers, city_sized: None) -> None:
    caller, found = callers(Role.WINDOW, cast.COMMUNITY), Found()
    for row in staff_rows():
        if row.door.address.startswith("/api/") and row.door.method == "GET" and row.may[Role.WINDOW]:
            with explaining(row.door.address, found):
                caller.ask("GET", things.address(row))
    assert not found.where, found.told()


def test_nothing_a_resident_sends_reads_a_whole_table(things: Things, callers: Callers, city_sized: None) -> None:
    caller, found = callers(Role.WINDOW, cast.COMMUNITY), Found()
    form = f"number={things.refs['case']}&code=123456&text=abc&stars=3&door=3-2-502"
    for row in grid():
        if row.door.verb == "public" and row.door.method == "POST" and row.door.address.startswith("/p/"):
            address = things.address(row).replace("<str:number>", things.refs["case"])
            with explaining(address, found):
                caller.ask("POST", address, form)
    with explaining("a number and its code", found):
        recognised(things.refs["case"], "123456")
    assert not found.where, found.told()


def _deliver(at: datetime) -> None:
    while outbox.deliver(at=at):
        continue


JOBS: dict[str, Callable[[datetime], object]] = {
    "deliveries": _deliver,
    "warnings": lambda at: cases.warn(SYSTEM, at=at),
    "figures": lambda at: figures.fold(SYSTEM, at=at),
    "drafts": lambda at: drafts.purge(SYSTEM, at=at),
    "lone matters": lambda at: orgs.count_spots(SYSTEM, at=at),
    "files of places": lambda at: ground.purge(SYSTEM, at=at),
    "rosters": lambda at: exchange.purge(SYSTEM, at=at),
    "prints": lambda at: printing.purge_prints(at=at),
    "unusual look-ups": lambda at: oversight.find(SYSTEM, at=at + timedelta(days=1)),
    "seals": lambda at: trail.seal(at=at),
    "kept answers": lambda at: idempotency.purge(at=at),
    "must-visit households": lambda at: find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=at),
    "coverage": lambda at: folding.fold(SYSTEM, at=at),
    "coverage of the month": lambda at: folding.fold_communities(
        SYSTEM, codes=(cast.COMMUNITY,), month=at.date().replace(day=1), at=at
    ),
    "duplicates of a community": lambda at: find_in(SYSTEM, division_code=cast.COMMUNITY, at=at),
}


def test_no_job_reads_a_whole_table(things: Things, city_sized: None) -> None:
    found, at = Found(), now()
    _deliver(at)  # the years of the calendar that were loaded for the test: each dates all open cases anew
    for name, job in JOBS.items():
        with explaining(name, found):
            job(at)
    left = found.besides(ALLOWED)
    assert not left.where, left.told()


def test_a_roster_is_previewed_applied_and_undone_without_reading_a_whole_table(town: Town, city_sized: None) -> None:
    found, head = Found(), cast.actor("head")
    number = town.people["张国富"].number
    _deliver(AT)
    rows = ["姓名,身份证号,电话,门牌号", f"张国富,{number},15499998888,3-2-502", "钱甲子,,15400010001,3-1-502"]
    with explaining("upload", found):
        made: Import = exchange.upload(head, chunks=["\n".join(rows).encode()], name="名册.csv", at=AT)
    for step in ("preview", "apply", "undo"):
        with explaining(step, found):
            if step != "preview":
                getattr(exchange, step)(head, ref=made.ref, at=AT)
            exchange.work(made.ref, at=AT)
            _deliver(AT)
    assert not found.where, found.told()
