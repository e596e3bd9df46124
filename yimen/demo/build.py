"""Build a city in an empty database: the ground, then town by town, then keys, indexes and figures.

What was done is marked in the transaction that did it (`yimen.demo.works`), so a build that was killed goes on where
it stood. Every town is made from its own stream of chance and written by COPY, in as many processes as are wanted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from yimen.cases.actions.figures import rebuild
from yimen.catalogue import actions as catalogue
from yimen.catalogue import queries as catalogue_queries
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.core.calendar import WorkingCalendar
from yimen.demo import works
from yimen.demo.bare import strip
from yimen.demo.community import Community, community
from yimen.demo.crew import together
from yimen.demo.desk import first_number
from yimen.demo.reference import NOW, REFERENCE, moment
from yimen.demo.rosters import bring_rosters
from yimen.demo.staff import CITY, SINCE, Staff, office_staff
from yimen.demo.towns import Town, towns
from yimen.demo.walking import fold_months, live_in_patches
from yimen.demo.writing import write_cases, write_division, write_staff
from yimen.orgs import actions as orgs
from yimen.orgs import queries as orgs_queries
from yimen.patches import queries as patches
from yimen.registry.actions.loading import load_people, load_places
from yimen.trail.record import record

MARK = "demo.build"
Report = Callable[[str, float], None]
_FIRST_NUMBER = 40_000  # above every serial a community uses
_INDEXES, _KEYS, _CHECKS = 1, 2, 3  # stages
_MEMORY_MB = 1024  # for one index of the whole city
_TOWNS_SHARE = 0.7  # of the time of a build


class OtherWorks(RuntimeError):
    """The database holds another city, or a part of one; the message says what to do."""


def is_built() -> bool:
    """Whether a city was built to its end in this database."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select 1 from trail_entry where verb = %s)", (MARK,))
        return bool(cursor.fetchone()[0])


def build(*, seed: str, scale: str, password: str, report: Report, workers: int = 1) -> float:
    """Fill a migrated database with the made-up city of a seed, at a scale of `yimen.demo.towns`, or go on with it.

    `report` is told what is being done and which share of the work is behind. The cast signs in with `password`.
    Returns the seconds since the build was begun. OtherWorks when the database is not empty and not this city's.
    """
    places = {town.code: town for town in towns(seed, scale)}
    _break_ground(seed, scale, list(places.values()), make_password(password), report)
    site = _Site(
        seed, places, orgs_queries.working_calendar(), make_password(password), _versions(), patches.sizes_on(SINCE)
    )
    progress = _Progress(report)
    together(workers, site.build_next, progress.towns)
    for stage, crew in ((_INDEXES, workers), (_KEYS, 1)):
        together(crew, _Stage(stage, scale).run_next, progress.tasks)
    report("figures", max(progress.reached, _TOWNS_SHARE))
    with transaction.atomic():
        works.at_leisure(_MEMORY_MB)
        rebuild(SYSTEM, at=NOW)
        orgs.count_spots(SYSTEM, at=NOW)
    together(workers, _Stage(_CHECKS, scale).run_next, progress.tasks)
    if not scale.startswith("city"):
        progress.lives()
        together(1, partial(works.live_next, partial(live_in_patches, seed)), progress.lives)
    took = _open(seed, scale)
    report("done", 1.0)
    return took


@transaction.atomic
def _break_ground(seed: str, scale: str, places: list[Town], password: str, report: Report) -> None:
    """What all towns share, and the list of what is to be done; nothing when that was done before."""
    if is_built():
        raise OtherWorks("This database holds a city already. Use an empty one.")
    if (begun := works.under_way()) is not None:
        if begun != works.Works(seed, scale):
            raise OtherWorks(
                f"The city of seed {begun.seed!r} at scale {begun.scale} was begun in this database. "
                "Go on with that one, or use an empty database."
            )
        return
    with connection.cursor() as cursor:
        cursor.execute("select exists (select 1 from registry_resident)")
        if cursor.fetchone()[0]:
            raise OtherWorks("This database holds residents already. Use an empty one.")
    report("divisions, posts, calendars, matters", 0.0)
    works.at_leisure()
    _house()
    for code in sorted({town.code[:length] for town in places for length in (4, 6, 9)}):
        write_staff(office_staff(seed, code), password=password)
    _parameters(office_staff(seed, CITY))
    with connection.cursor() as cursor:
        cursor.execute("select setval('trail_entry_id_seq', %s)", (first_number(NOW + timedelta(seconds=1)),))
    _numbers_go_on()
    works.begin(seed, scale, [town.code for town in places])
    if scale != "community":
        for stage, statements in zip((_INDEXES, _KEYS, _CHECKS), strip(), strict=True):
            works.plan_tasks(stage, statements)


@transaction.atomic
def _open(seed: str, scale: str) -> float:
    """The city stands: put that on record and take down the scaffolding."""
    bring_rosters()
    fold_months()
    took = round(works.seconds(), 1)
    record(
        SYSTEM,
        MARK,
        subject=("demo", seed),
        division_code=CITY,
        at=NOW,
        changes={"scale": scale, "reference": REFERENCE.isoformat(), "seconds": took},
    )
    works.end()
    return took


@dataclass(frozen=True, slots=True)
class _Stage:
    """Statements of one stage, run by whoever is free."""

    number: int
    scale: str

    def run_next(self) -> bool:
        return works.run_next(self.number, _MEMORY_MB if self.scale.startswith("city") else _MEMORY_MB // 4)


@dataclass(slots=True)
class _Progress:
    """What has been said, so that nothing is said twice."""

    report: Report
    said: str = ""
    reached: float = 0.0

    def towns(self) -> None:
        """How far each district is."""
        done = works.towns_done()
        parts = [
            f"{orgs_queries.division_name(code)} {stand}/{every}" for code, (stand, every) in done.items() if stand
        ]
        share = sum(stand for stand, _ in done.values()) / max(1, sum(every for _, every in done.values()))
        self._say(", ".join(parts[-2:]), share * _TOWNS_SHARE)

    def tasks(self) -> None:
        """How many of the keys and indexes are there."""
        done, every = works.tasks_done()
        if every:
            self._say(f"indexes and keys {done}/{every}", _TOWNS_SHARE + 0.25 * done / every)

    def lives(self) -> None:
        """In how many towns people were visited."""
        lived, every = works.lives_lived()
        self._say("patches and visits", 0.97 + 0.02 * lived / max(1, every))

    def _say(self, what: str, share: float) -> None:
        self.reached, said = share, f"{share:.0%}"
        if what and said != self.said:
            self.said = said
            self.report(what, share)


def _versions() -> dict[str, UUID]:
    return {version.code: version.id for version in catalogue_queries.shelf().versions}


@dataclass(frozen=True, slots=True)
class _Site:
    """What is needed to build any town."""

    seed: str
    places: Mapping[str, Town]
    calendar: WorkingCalendar
    password: str
    versions: Mapping[str, UUID]
    sizes: patches.Sizes

    def build_next(self) -> bool:
        return works.build_next(self._build)

    def _build(self, code: str) -> None:
        _write(community(self.seed, self.places[code], self.calendar, self.sizes), self.password, self.versions)


def _house() -> None:
    """What a new city starts with, and numbers for the city's own parameters, marked as made up."""
    at = moment(SINCE, 8, 0)
    orgs.load_house(SYSTEM, at=at)
    _outlines(at)
    catalogue.load_default_catalogue(SYSTEM, at=at)


def _outlines(at: datetime) -> None:
    """Where the divisions lie: real for city and districts, made up below them."""
    orgs.load_outlines(
        SYSTEM,
        rows=orgs.shipped_shapes(),
        source="演示边界：市和区为真，街道和社区为编造",
        reference="EPSG:4326",
        on=SINCE,
        at=at,
    )


def _write(made: Community, password: str, versions: Mapping[str, UUID]) -> None:
    load_places(SYSTEM, rows=made.places, at=NOW)
    load_people(SYSTEM, rows=made.people, at=NOW)
    orgs.load_stations(SYSTEM, rows=[_station(made)], at=NOW)
    write_staff(made.staff, password=password)
    write_cases(made.desk, versions)
    write_division(made.division)


def _station(made: Community) -> orgs.StationRow:
    town = made.town
    return orgs.StationRow(
        town.code,
        address=f"{made.places.compounds[0].name} 1 号楼一楼",
        phone=f"0510-0{town.ordinal:04d}100",
        hall_area=Decimal(made.desk.stream.between(520, 1800)).scaleb(-1),
        households=sum(row.kind == "living" for row in made.people.households),
    )


def _numbers_go_on() -> None:
    """New cases and decisions are numbered above those made here."""
    with connection.cursor() as cursor:
        for sequence in ("cases_number", "cases_decision_number"):
            cursor.execute("select setval(%s, %s)", (sequence, _FIRST_NUMBER))


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
