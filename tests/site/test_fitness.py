"""Whether it is safe to let people in: each thing broken once, each with what to do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from yimen.core.keyring import create_key_file
from yimen.core.reach import APP_ROLE
from yimen.site import classification, fitness
from yimen.site.backup import store
from yimen.site.backup.store import Backup
from yimen.site.cli.surroundings import Refusal, refuse_unsafe
from yimen.site.fitness import Unfit

SECRET = "k7Qd-2mZx9Rw_4tYbN1sVh8LpC3gJf6TaE5uKoXi0WqMzD"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound installation: keys in one folder, backups in another."""
    for name in [name for name in os.environ if name.startswith("YIMEN_")]:
        monkeypatch.delenv(name)
    (tmp_path / "keys").mkdir()
    create_key_file(tmp_path / "keys" / "keys.json")
    (tmp_path / "keys" / "secret").write_text(SECRET)
    (tmp_path / "keys" / "secret").chmod(0o600)
    monkeypatch.setenv("YIMEN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("YIMEN_KEY_FILE", str(tmp_path / "keys" / "keys.json"))
    monkeypatch.setenv("YIMEN_SECRET_FILE", str(tmp_path / "keys" / "secret"))
    monkeypatch.setenv("YIMEN_BACKUPS", str(tmp_path / "backups"))
    monkeypatch.setenv("YIMEN_HOSTS", "yimen.example.gov.cn")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() or 4711)
    monkeypatch.setattr(fitness, "_clock_state", lambda: 0)
    return tmp_path


@pytest.fixture(autouse=True)
def _settings(place: Path) -> object:
    with override_settings(DEMO=False, HTTPS=True, ALLOWED_HOSTS=["yimen.example.gov.cn"]):
        yield


def keep_backup(place: Path, age: timedelta, *, verified: bool = True) -> None:
    ended = datetime.now(UTC) - age
    one = Backup("one", "physical", 1806, ended, ended, (), 0, (), {}, verified_at=ended if verified else None)
    one.folder(place / "backups").mkdir(parents=True)
    store.keep(place / "backups", one)


def sound(*questions: Callable[[], None]) -> None:
    for ask in questions:
        ask()


def test_a_sound_installation_has_no_fault_outside_the_database(place: Path) -> None:
    keep_backup(place, timedelta(hours=3))
    sound(fitness.demonstration, fitness.root, fitness.keys, fitness.signing_key, fitness.keys_apart)
    sound(fitness.https, fitness.hosts, fitness.backups, fitness.time_service)


@override_settings(DEMO=True)
def test_the_demonstration_is_refused() -> None:
    with pytest.raises(Unfit, match="YIMEN_DEMO is set"):
        fitness.demonstration()


@override_settings(DEBUG=True)
def test_debug_is_refused() -> None:
    with pytest.raises(Unfit, match="DEBUG is on"):
        fitness.demonstration()


def test_a_shifted_clock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMEN_CLOCK_SHIFT_DAYS", "3")
    with pytest.raises(Unfit, match="every date would be wrong"):
        fitness.demonstration()


def test_root_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(Unfit, match=r"runs as root. Start it as an account of its own"):
        fitness.root()


def test_keys_that_others_can_read_are_refused(place: Path) -> None:
    (place / "keys" / "keys.json").chmod(0o640)
    with pytest.raises(Unfit, match=r"mode 0640. Others could read it: set 0600"):
        fitness.keys()


def test_keys_that_belong_to_somebody_else_are_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4712)
    if os.getuid() == 0:
        os.chown(place / "keys" / "keys.json", 4713, -1)
    with pytest.raises(Unfit, match=r"who could replace it. chown it"):
        fitness.keys()


def test_missing_keys_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIMEN_KEY_FILE")
    with pytest.raises(Unfit, match="YIMEN_KEY_FILE is not set"):
        fitness.keys()


def test_a_key_file_that_is_not_there_yet_is_told_how_to_get(place: Path) -> None:
    (place / "keys" / "keys.json").unlink()
    with pytest.raises(Unfit, match="for a new database `yimen setup` makes one"):
        fitness.keys()


@pytest.mark.parametrize("secret", ["short", "a" * 60, "secretsecretsecretsecretsecretsecretsecretsecret"])
def test_a_weak_signing_key_is_refused(place: Path, secret: str) -> None:
    (place / "keys" / "secret").write_text(secret)
    with pytest.raises(Unfit, match=r"weak signing key. Write a new one"):
        fitness.signing_key()


def test_an_open_or_missing_signing_key_is_refused(place: Path) -> None:
    (place / "keys" / "secret").chmod(0o644)
    with pytest.raises(Unfit, match="can be read by others: chmod 600 it"):
        fitness.signing_key()
    (place / "keys" / "secret").unlink()
    with pytest.raises(Unfit, match="Write 48 random characters"):
        fitness.signing_key()


@pytest.mark.parametrize("mode", [0o777, 0o720, 0o702])
def test_keys_that_others_could_replace_are_refused(place: Path, mode: int) -> None:
    (place / "keys").chmod(mode)
    for ask, name in ((fitness.keys, "keys.json"), (fitness.signing_key, "secret")):
        with pytest.raises(Unfit, match=rf"Others may write in .*/keys and could replace {name}: chmod 700 it"):
            ask()
    (place / "keys").chmod(0o1777)  # nobody takes away what is another's
    sound(fitness.keys, fitness.signing_key)


def test_a_folder_of_keys_that_belongs_to_somebody_else_is_refused(place: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root gives a folder away")
    os.chown(place / "keys", 4713, -1)
    for name in ("keys.json", "secret"):
        os.chown(place / "keys" / name, os.geteuid(), -1)
    with pytest.raises(Unfit, match=r"/keys belongs to user 4713, who could replace keys.json"):
        fitness.keys()


@pytest.mark.parametrize("backups", ["keys", "keys/backups", "."])
def test_keys_beside_backups_are_refused(place: Path, backups: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMEN_BACKUPS", str(place / backups))
    with pytest.raises(Unfit, match="lie beside the backups"):
        fitness.keys_apart()


@override_settings(HTTPS=False)
def test_plain_http_is_refused() -> None:
    with pytest.raises(Unfit, match="Put a TLS proxy in front"):
        fitness.https()


@override_settings(ALLOWED_HOSTS=["*"])
def test_every_host_is_refused() -> None:
    with pytest.raises(Unfit, match=r"admits every name. List the names"):
        fitness.hosts()


def test_hosts_that_nobody_named_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIMEN_HOSTS")
    with pytest.raises(Unfit, match="YIMEN_HOSTS is not set"):
        fitness.hosts()


@pytest.mark.parametrize("name", [".gov.cn", "*.example.gov.cn", " .example.gov.cn"])
def test_hosts_that_name_a_whole_domain_are_refused(name: str) -> None:
    named = override_settings(ALLOWED_HOSTS=["yimen.example.gov.cn", name])
    with named, pytest.raises(Unfit, match=r"which is no name of a host. Write each name out"):
        fitness.hosts()


@pytest.mark.parametrize("listed", ["0.0.0.0/0", "127.0.0.1,::/0", "128.0.0.0/1"])
def test_proxies_that_hold_half_the_world_are_refused(listed: str) -> None:
    with override_settings(PROXIES=listed), pytest.raises(Unfit, match=r"anybody could say which address they ask"):
        fitness.proxies()


@override_settings(PROXIES="127.0.0.1, ::1, 10.0.0.0/8")
def test_proxies_of_ones_own_network_are_believed() -> None:
    fitness.proxies()


@pytest.mark.django_db
def test_clocks_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fitness.clock()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 60)
    with pytest.raises(Unfit, match=r"differ by .* s. Run chrony or ntpd on both"):
        fitness.clock()


@pytest.mark.django_db
def test_a_role_for_which_no_policy_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {APP_ROLE}")
    fitness.role()
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
    with pytest.raises(Unfit, match="owns the tables, so row-level security would not hold"):
        fitness.role()
    for found, why in ((True, False), "is a superuser"), ((False, True), "has BYPASSRLS"):
        for name, advice in ("somebody", "Leave `role` out"), (APP_ROLE, "ALTER ROLE yimen_app NOSUPERUSER"):
            monkeypatch.setattr(fitness, "_row", lambda sql, found=found, name=name: (*found, False, name))
            with pytest.raises(Unfit, match=f"{why}.*{advice}"):
                fitness.role()


@pytest.mark.django_db
@pytest.mark.parametrize("trigger", fitness.TRIGGERS)
def test_a_guard_of_the_trail_that_is_off_is_refused(trigger: str) -> None:
    fitness.append_only()
    table = "trail_seal" if "seal" in trigger else "trail_entry"
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute(f"alter table {table} disable trigger {trigger}")
    with pytest.raises(Unfit, match=f"The trigger {trigger} is missing or off"):
        fitness.append_only()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            "create or replace function trail_refuse() returns trigger language plpgsql as $$ begin return new; end $$",
            "The function trail_refuse is not as its migration made it",
        ),
        (f"grant delete on trail_seal to {APP_ROLE}", "holds the right to DELETE on trail_seal"),
        ("grant update on trail_entry to public", "REVOKE UPDATE ON trail_entry FROM yimen_app, PUBLIC"),
        (f"grant update (note) on trail_entry to {APP_ROLE}", "holds the right to UPDATE on trail_entry"),
    ],
)
def test_a_guard_of_the_trail_that_was_weakened_is_refused(statement: str, why: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute(statement)
    with pytest.raises(Unfit, match=why):
        fitness.append_only()


@pytest.mark.django_db
def test_policies_that_are_off_are_refused() -> None:
    fitness.policies()
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute("alter table registry_trait disable row level security")
    with pytest.raises(Unfit, match="Row-level security of the table registry_trait is off"):
        fitness.policies()


@pytest.mark.django_db
def test_policies_that_are_off_and_dropped_as_well_are_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute("alter table registry_trait disable row level security")
        for act in ("read", "insert", "update", "delete"):
            cursor.execute(f"drop policy reach_{act} on registry_trait")
    with pytest.raises(Unfit, match="Row-level security of the table registry_trait is off"):
        fitness.policies()
    assert any("registry_trait" in sentence for sentence in fitness.refusals())


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "name"), [("cases_case", "reach_update"), ("registry_resident", "case_read")])
def test_a_policy_that_was_dropped_is_refused(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute(f"drop policy {name} on {table}")
    with pytest.raises(Unfit, match=f"The policy {name} of the table {table} is missing"):
        fitness.policies()


@pytest.mark.django_db
def test_a_policy_that_no_migration_made_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute(f"create policy helpful on registry_trait for select to {APP_ROLE} using (true)")
    with pytest.raises(Unfit, match=r"policy helpful that no migration made.*DROP POLICY helpful ON registry_trait"):
        fitness.policies()


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["true", "1 = 1", "division_code is not null"])
def test_a_policy_that_was_made_to_ask_nothing_is_refused(asked: str) -> None:
    """Under its own name, so that nothing is missing and nothing is more."""
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute(f"alter policy reach_read on cases_case using ({asked})")
    with pytest.raises(Unfit, match="policy reach_read of the table cases_case asks nothing"):
        fitness.policies()


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_refused() -> None:
    fitness.migrations()
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute("delete from django_migrations where app = 'trail'")
    with pytest.raises(Unfit, match=r"Take a backup, then run `yimen migrate`"):
        fitness.migrations()


def test_files_that_were_not_built_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitness, "FOLDER", tmp_path)
    with pytest.raises(Unfit, match=r"Run `make setup`"):
        fitness.built_files()


def test_an_old_a_missing_and_an_unread_backup_are_told(place: Path) -> None:
    with pytest.raises(Unfit, match=r"There is no backup in .* now and every night"):
        fitness.backups()
    keep_backup(place, timedelta(hours=30))
    with pytest.raises(Unfit, match=r"30 hours old. Run `yimen backup`"):
        fitness.backups()
    (place / "backups" / "one" / store.MANIFEST).unlink()
    (place / "backups" / "one").rmdir()
    keep_backup(place, timedelta(hours=1), verified=False)
    with pytest.raises(Unfit, match="was never read again"):
        fitness.backups()


def test_a_log_that_nobody_fetches_is_told(place: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fitness.archive()  # no backup at all is another question
    keep_backup(place, timedelta(hours=1))
    with pytest.raises(Unfit, match="Nobody fetches the database's log"):
        fitness.archive()
    for slot, fault in (
        ("true, 'reserved'", ""),
        ("false, 'reserved'", "Nobody fetches"),
        ("true, 'lost'", "Run `yimen backup` now"),
    ):
        monkeypatch.setattr(fitness, "_FETCHING", f"select {slot} where %s <> ''")
        if not fault:
            fitness.archive()
            continue
        with pytest.raises(Unfit, match=fault):
            fitness.archive()


@pytest.mark.parametrize(
    ("asker", "is_sealed", "is_told"),
    [
        *((None, False, False), ("127.0.0.1", False, False), ("::1", False, False), ("10.3.0.7", True, False)),
        *(("10.3.0.7", False, True), ("2001:db8::7", False, True), ("10.3.0.7", None, True)),
    ],
)
def test_a_link_to_another_machine_that_is_not_encrypted_is_told(
    asker: str | None, is_sealed: bool | None, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitness, "_row", lambda sql: (asker, is_sealed))
    if is_told:
        with pytest.raises(Unfit, match="not encrypted"):
            fitness.database_link()
    else:
        fitness.database_link()


def test_the_link_to_the_own_server_is_nothing_to_tell(db: None) -> None:
    fitness.database_link()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_a_clock_that_nothing_keeps_right_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitness, "_clock_state", lambda: 5)
    with pytest.raises(Unfit, match="Run chrony or systemd-timesyncd"):
        fitness.time_service()


def test_worries_are_told_and_stop_nothing_while_a_fault_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fitness, "GUARDS", (("HTTPS", fitness.https),))
    refuse_unsafe()
    assert "See to it soon: fresh backup: There is no backup" in capsys.readouterr().err
    with (
        override_settings(HTTPS=False),
        pytest.raises(Refusal, match=r"not safe to let people in:\n  HTTPS: YIMEN_HTTPS"),
    ):
        refuse_unsafe()
    monkeypatch.setenv("YIMEN_DEMO", "1")
    with override_settings(HTTPS=False):
        refuse_unsafe()


@pytest.mark.processes
@pytest.mark.parametrize("verb", ["serve", "work"])
def test_web_and_worker_refuse_an_unsafe_start(verb: str, server_url: str, place: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": server_url.replace("/yimen?", "/postgres?"), "YIMEN_HTTPS": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "yimen.site.cli", verb], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "It is not safe to let people in:" in done.stderr
    assert "HTTPS: YIMEN_HTTPS is off" in done.stderr


def test_a_database_that_is_away_is_said_once(place: Path) -> None:
    nowhere = {"DATABASE_URL": "postgresql://yimen@127.0.0.1:1/yimen", "YIMEN_HTTPS": "1", "PATH": os.environ["PATH"]}
    ours = {name: value for name, value in os.environ.items() if name.startswith("YIMEN_")}
    command = [sys.executable, "-m", "yimen.site.cli", "check"]
    for more in ([], ["--deploy"]):
        told = subprocess.run([*command, *more], env=ours | nowhere, capture_output=True, text=True, check=False)
        assert told.returncode == 1, told.stderr
        assert told.stdout.count("connection failed") == 1, told.stdout
        asked = [line for line in told.stdout.splitlines() if line.endswith(fitness.UNASKED)]
        assert len(asked) >= 2, told.stdout
        assert all(line.startswith("no ") for line in asked), told.stdout


def test_a_field_that_nobody_classified_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    sound(fitness.fields)
    said = [line for line in classification.lines() if line.name != "access.Account.phone"]
    monkeypatch.setattr(classification, "lines", lambda: said)
    with pytest.raises(Unfit, match=r"access.Account.phone is not classified. A line of classification.csv reads"):
        fitness.fields()
    assert any(fault.startswith("fields classified: access.Account.phone") for fault in fitness.refusals())
