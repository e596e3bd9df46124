"""`yimen setup`: a migrated database becomes a city with three administrators, once."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from yimen.access.models import Account, Seat
from yimen.catalogue import queries as catalogue
from yimen.core.actor import SYSTEM, Role
from yimen.orgs import queries as orgs
from yimen.orgs.models import CalendarYear, Department, Norm, Post, ServiceSystem, Station
from yimen.site import fitness
from yimen.site.cli import main
from yimen.trail.models import Entry

PEOPLE = {"system": ("方哲", "fangzhe"), "security": ("邵青", "shaoqing"), "audit": ("马骏", "majun")}
OWN = "seven herons over the lake"


@pytest.fixture(scope="module")
def migrated(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database in which nothing but the migrations has happened."""
    default = connections["default"]
    shared, name = default.settings_dict["NAME"], f"{default.settings_dict['NAME']}_bare"
    default.close()
    with django_db_blocker.unblock():
        with default._nodb_cursor() as cursor:
            cursor.execute(f'drop database if exists "{name}" with (force)')
            cursor.execute(f'create database "{name}" template template0')
        default.settings_dict["NAME"] = name
        call_command("migrate", interactive=False, verbosity=0)
        default.close()
        default.settings_dict["NAME"] = shared
        yield name
        with default._nodb_cursor() as cursor:
            cursor.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture
def bare(
    migrated: str, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    """Work in a copy of it, without a terminal to ask."""
    default = connections["default"]
    shared, name = default.settings_dict["NAME"], f"{migrated}_copy"
    default.close()
    monkeypatch.setenv("YIMEN_HOME", str(tmp_path))
    monkeypatch.delenv("YIMEN_DEMO", raising=False)
    monkeypatch.setattr("sys.stdin", StringIO(""))
    with django_db_blocker.unblock():
        with default._nodb_cursor() as cursor:
            cursor.execute(f'drop database if exists "{name}" with (force)')
            cursor.execute(f'create database "{name}" template "{migrated}"')
        default.settings_dict["NAME"] = name
        orgs.forget_names()
        orgs.forget_calendar()
        catalogue.forget()
        try:
            yield
        finally:
            default.close()
            default.settings_dict["NAME"] = shared
            with default._nodb_cursor() as cursor:
                cursor.execute(f'drop database if exists "{name}" with (force)')


def options(**others: tuple[str, str]) -> list[str]:
    said = []
    for option, (name, username) in (PEOPLE | others).items():
        said += [f"--{option}-name", name, f"--{option}-username", username]
    return said


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The passwords that were handed out, by sign-in name."""
    return dict(re.findall(r"  (\w+)  ((?:\w{4}-){3}\w{4})$", capsys.readouterr().out, re.MULTILINE))


def signed_in(username: str, password: str) -> Client:
    client = Client()
    answer = client.post("/login", {"username": username, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def choose(client: Client, present: str, own: str = OWN) -> None:
    answer = client.post("/me/password", {"present": present, "password": own, "again": own})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_city_is_set_up_with_what_it_starts_with_and_nobody_elses_data(
    bare: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YIMEN_KEY_FILE", str(tmp_path / "keys" / "keys.json"))
    assert main(["setup", *options()]) == 0
    assert len(printed(capsys)) == 3
    fitness.keys()  # without them no web and no worker would start
    assert orgs.division(cast.COMMUNITY) is not None
    assert Station.objects.count() == Station.objects.filter(division__level="community").count() > 1000
    assert Post.objects.count() == 6
    assert len(catalogue.shelf().versions) == 88
    assert all(model.objects.exists() for model in (Department, Norm, ServiceSystem, CalendarYear))
    with connection.cursor() as cursor:
        for table in ("registry_resident", "registry_building", "cases_case"):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (0,)
    seats = {seat.account.username: seat for seat in Seat.objects.select_related("account")}
    assert {name: (seat.role, seat.division_code) for name, seat in seats.items()} == {
        "fangzhe": (Role.SYSADMIN, cast.CITY),
        "shaoqing": (Role.SECURITY, cast.CITY),
        "majun": (Role.AUDITOR, cast.CITY),
    }
    kept = list(Account.objects.values_list("must_choose", flat=True))
    assert kept == [True, True, True]
    verbs = list(Entry.objects.order_by("id").values_list("verb", flat=True))
    assert {"division.load", "station.load", "calendar.load", "catalogue.load"} <= set(verbs)
    assert (verbs.count("account.create"), verbs.count("seat.grant")) == (3, 3)
    assert set(Entry.objects.values_list("actor_name", flat=True)) == {SYSTEM.name}


def test_the_three_choose_their_passwords_and_then_do_their_own_work_only(
    bare: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", *options()]) == 0
    clients = {}
    for username, password in printed(capsys).items():
        clients[username] = signed_in(username, password)
        assert clients[username].get("/").headers["Location"] == "/me/password"
        choose(clients[username], password)
        signed_in(username, OWN)
        assert Client().post("/login", {"username": username, "password": password}).status_code == 422
    system, security, audit = (clients[username] for _name, username in PEOPLE.values())
    new = {"username": "wujingwen", "name": "吴静雯", "password": "nine magpies on a wire"}
    assert [one.post("/accounts/new", new).status_code for one in (audit, security, system)] == [403, 403, 302]
    ref = Account.objects.get(username="wujingwen").ref
    seat = {"role": "head", "division": cast.COMMUNITY, "reason": "任命"}
    assert audit.post(f"/accounts/{ref}/seats", seat).status_code == 403
    assert security.post(f"/accounts/{ref}/seats", seat).headers["Location"].endswith("done=granted")
    assert [one.get("/trail").status_code for one in (system, security, audit)] == [403, 403, 200]
    assert [one.get("/people").status_code for one in (system, security, audit)] == [403, 403, 403]
    head = signed_in("wujingwen", new["password"])
    choose(head, new["password"], "four kites above the bridge")
    assert [head.get(page).status_code for page in ("/", "/people", "/cases", "/station")] == [200] * 4


def test_it_is_refused_where_anybody_has_an_account(bare: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", *options()]) == 0
    before = Entry.objects.count()
    capsys.readouterr()
    assert main(["setup", *options(audit=("华宁", "huaning"))]) == 1
    assert "has accounts already" in capsys.readouterr().err
    assert (Account.objects.count(), Entry.objects.count()) == (3, before)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"audit": ("方 哲", "majun")}, "three people, with three names"),
        ({"audit": ("马骏", "FangZhe")}, "three people, with three names"),
        ({"audit": (" ", "majun")}, "each need a name and a sign-in name"),
        ({"audit": ("马骏", "m" * 41)}, "each need a name and a sign-in name"),
    ],
)
def test_three_people_are_named_or_nothing_happens(
    said: dict[str, tuple[str, str]], why: str, bare: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", *options(**said)]) == 1
    assert why in capsys.readouterr().err
    assert not Account.objects.exists()
    assert not Entry.objects.exists()
    assert not Station.objects.exists()


def test_what_was_not_given_is_asked_and_where_nobody_answers_the_option_is_named(
    bare: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["setup", *options()[:-2]]) == 1
    assert "--audit-username" in capsys.readouterr().err
    answers = iter(["马骏", "majun"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    assert main(["setup", *options()[:-4]]) == 0
    assert set(printed(capsys)) == {"fangzhe", "shaoqing", "majun"}


def test_the_demonstration_is_not_set_up(
    bare: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMEN_DEMO", "1")
    assert main(["setup", *options()]) == 1
    assert "This is the demonstration" in capsys.readouterr().err
    assert not Account.objects.exists()
