"""The made-up community, once as rows and once built into a database of its own."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from yimen import orgs as orgs_room
from yimen.access.models import Account, Seat
from yimen.catalogue import queries as catalogue
from yimen.core.calendar import WorkingCalendar, YearPlan
from yimen.demo import works
from yimen.demo.build import build, is_built
from yimen.demo.community import Community, community
from yimen.demo.towns import HOME, town
from yimen.orgs import queries as orgs
from yimen.registry.models import Resident
from yimen.visits.models import Visit

SEED = "a quiet street"
PASSWORD = "seven lanterns over the canal"


SAID: list[float] = []  # the shares that the last whole build told


def said(what: str, share: float) -> None:
    """Keeps what is told."""
    SAID.append(share)


def silent(what: str, share: float) -> None:
    """Nobody is told."""


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    """The years that come with the product."""
    folder = Path(str(orgs_room.__file__)).parent / "calendars"
    plans = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    return WorkingCalendar(
        YearPlan(plan["year"], frozenset(plan["holidays"]), frozenset(plan["makeup"]), plan["source"]) for plan in plans
    )


@pytest.fixture(scope="session")
def home(calendar: WorkingCalendar) -> Community:
    """广瑞一村, as rows."""
    return community(SEED, town(SEED, HOME), calendar)


@pytest.fixture(scope="module")
def bare_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own with the organisation in it, but nobody who works there."""
    default = connections["default"]
    shared = default.settings_dict["NAME"]
    name = f"{shared}_demo"
    with django_db_blocker.unblock():
        default.close()
        with default._nodb_cursor() as cursor:
            cursor.execute(f'drop database if exists "{name}" with (force)')
            cursor.execute(f'create database "{name}" template "{shared}"')
        default.settings_dict["NAME"] = name
        try:
            Seat.objects.all().delete()
            Account.objects.all().delete()
            yield
        finally:
            default.close()
            default.settings_dict["NAME"] = shared
            with default._nodb_cursor() as cursor:
                cursor.execute(f'drop database if exists "{name}" with (force)')
            for forget in (orgs.forget_calendar, orgs.forget_names, catalogue.forget):
                forget()


class Killed(Exception):
    """The power went."""


@dataclass(frozen=True)
class Stood:
    """What was there when the power went."""

    residents: dict[str, int]  # by community
    is_built: bool


@pytest.fixture(scope="module")
def half_built(bare_database: None, django_db_blocker: DjangoDbBlocker) -> Stood:
    """The first of two communities, and then the power went."""

    def die(what: str, share: float) -> None:
        if share > 0:
            raise Killed

    with django_db_blocker.unblock():
        with pytest.raises(Killed):
            build(seed=SEED, scale="community", password=PASSWORD, report=die)
        found = Counter(Resident.objects.values_list("division_code", flat=True))
        return Stood(dict(found), is_built())


@pytest.fixture(scope="module")
def half_lived(half_built: Stood, django_db_blocker: DjangoDbBlocker) -> dict[str, int]:
    """Visits by community, when the process was killed as soon as the first of the two was walked."""
    with django_db_blocker.unblock():
        connections.close_all()  # a fork must not inherit one
        forked = multiprocessing.get_context("fork").Process(target=_build_silently)
        forked.start()
        while forked.is_alive() and works.lives_lived()[0] == 0:
            time.sleep(0.05)
        os.kill(forked.pid or 0, signal.SIGKILL)
        forked.join()
        assert (forked.exitcode, works.lives_lived()) == (-signal.SIGKILL, (1, 2))
        return dict(Counter(Visit.objects.values_list("division_code", flat=True)))


def _build_silently() -> None:
    build(seed=SEED, scale="community", password=PASSWORD, report=silent)


@pytest.fixture(scope="module")
def built(half_lived: dict[str, int], django_db_blocker: DjangoDbBlocker) -> None:
    """广瑞一村 and its neighbour: begun, killed twice, and built to the end by two processes."""
    with django_db_blocker.unblock():
        build(seed=SEED, scale="community", password=PASSWORD, report=said, workers=2)
