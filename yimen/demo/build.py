"""Build the demo: one transaction, so that a build killed half-way leaves nothing and the next start begins anew."""

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from yimen.cases.actions.figures import rebuild
from yimen.catalogue import actions as catalogue
from yimen.catalogue import queries as catalogue_queries
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.demo.bare import bare_tables
from yimen.demo.community import Community, community
from yimen.demo.reference import NOW, REFERENCE, moment
from yimen.demo.staff import CITY, SINCE, Staff, office_staff
from yimen.demo.towns import Town, towns
from yimen.demo.writing import hold_entries, write_cases, write_entries, write_staff
from yimen.orgs import actions as orgs
from yimen.orgs import queries as orgs_queries
from yimen.registry.actions.loading import load_people, load_places
from yimen.trail.record import record

MARK = "demo.build"
Report = Callable[[str, float], None]
_FIRST_NUMBER = 40_000  # above every serial a community uses


def is_built() -> bool:
    """Whether a demo was built to its end in this database."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select 1 from trail_entry where verb = %s)", (MARK,))
        return bool(cursor.fetchone()[0])


@transaction.atomic
def build(*, seed: str, scale: str, password: str, report: Report) -> None:
    """Fill an empty, migrated database with the made-up city of a seed: "community" or "street".

    `report` is told what is being done and which share of the work is behind. The cast signs in with `password`.
    """
    if is_built():
        raise RuntimeError("This database holds a demo already. Use an empty one.")
    started = time.monotonic()
    _take_all_the_time_it_needs()
    with bare_tables() if scale != "community" else nullcontext():
        _fill(seed, towns(seed, scale), make_password(password), report)
        report("indexes and keys", 0.8)
    report("figures", 0.93)
    rebuild(SYSTEM, at=NOW)
    _numbers_go_on()
    record(
        SYSTEM,
        MARK,
        subject=("demo", seed),
        division_code=CITY,
        at=NOW,
        changes={"scale": scale, "reference": REFERENCE.isoformat(), "seconds": round(time.monotonic() - started, 1)},
    )
    report("done", 1.0)


def _house() -> None:
    """What a new city starts with, and numbers for the city's own parameters, marked as made up."""
    at = moment(SINCE, 8, 0)
    orgs.load_house(SYSTEM, at=at)
    catalogue.load_default_catalogue(SYSTEM, at=at)


def _write(made: Community, password: str, versions: Mapping[str, UUID]) -> None:
    load_places(SYSTEM, rows=made.places, at=NOW)
    load_people(SYSTEM, rows=made.people, at=NOW)
    orgs.load_stations(SYSTEM, rows=[_station(made)], at=NOW)
    write_staff(made.staff, password=password)
    write_cases(made.desk, versions)
    hold_entries(made.desk.entries)


def _station(made: Community) -> orgs.StationRow:
    town = made.town
    return orgs.StationRow(
        town.code,
        address=f"{made.places.compounds[0].name} 1 号楼一楼",
        phone=f"0510-0{town.ordinal:04d}100",
        hall_area=Decimal(made.desk.stream.between(520, 1800)).scaleb(-1),
        households=sum(row.kind == "living" for row in made.people.households),
    )


def _take_all_the_time_it_needs() -> None:
    """The limits of a page do not hold for a build."""
    with connection.cursor() as cursor:
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"set local {limit} = 0")


def _numbers_go_on() -> None:
    """New cases and decisions are numbered above those made here."""
    with connection.cursor() as cursor:
        for sequence in ("cases_number", "cases_decision_number"):
            cursor.execute("select setval(%s, %s)", (sequence, _FIRST_NUMBER))


def _fill(seed: str, places: list[Town], password: str, report: Report) -> None:
    report("divisions, posts, calendars, matters", 0.0)
    _house()
    for code in sorted({town.code[:length] for town in places for length in (4, 6, 9)}):
        write_staff(office_staff(seed, code), password=password)
    _parameters(office_staff(seed, CITY))
    calendar = orgs_queries.working_calendar()
    versions = {version.code: version.id for version in catalogue_queries.shelf().versions}
    for done, town in enumerate(places):
        report(town.name, 0.03 + 0.75 * done / len(places))
        _write(community(seed, town, calendar), password, versions)
    report("the trail in order of time", 0.79)
    write_entries()


# Round numbers, so that conditions can be answered; a real city sets its own.
_PARAMETERS = {
    "dibao_line": 1100,
    "dibao_edge_line": 2200,
    "bus_card_age": 70,
    "public_rental_income_line": 3600,
    "public_rental_area_line": 20,
    "working_age_max": 60,
    "affordable_area_line": 20,
}


def _parameters(city: Staff) -> None:
    """The city sets its numbers, by a document that says it is made up."""
    who = city.lines["city"]
    actor = Actor(role=Role.CITY, reach=CITY, account_id=who.account_id, name=who.name)
    for name, value in _PARAMETERS.items():
        catalogue.set_parameter(
            actor, name=name, value=Decimal(value), document="演示数据，没有真实文件", at=moment(SINCE, 9, 0)
        )
