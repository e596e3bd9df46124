"""Backups of a real server: taken, checked, restored to a chosen second, and refused with a sentence."""

import gzip
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any

import psycopg
import pytest

from yimen.core.keyring import create_key_file
from yimen.site import postgres
from yimen.site.backup import BackupError, restoring, store, taking, wal
from yimen.site.backup.problems import in_words
from yimen.site.backup.programs import out_of_sight
from yimen.site.backup.store import Backup
from yimen.site.cli import main
from yimen.site.postgres.server import open_copy
from yimen.trail.actions.placing import HERE

pytestmark = pytest.mark.processes
TABLES = """
create table django_migrations (app text, name text);
insert into django_migrations values ('trail', '0001_initial'), ('procrastinate', '0099_unknown');
create table trail_entry (id bigint primary key);
insert into trail_entry select generate_series(1, 10);
create table kept (what text);
"""
PATIENCE = 30.0


class House:
    """A server with a few tables, its backups, and where they are restored."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.backups = folder, folder / "home", folder / "backups"
        self.server = postgres.start(self.home, durable=False)
        self.run(TABLES)

    def run(self, sql: Any, url: str = "") -> None:
        with psycopg.connect(url or self.server.url, autocommit=True) as connection:
            connection.execute(sql)

    def ask(self, sql: Any, url: str = "") -> Any:
        with psycopg.connect(url or self.server.url, autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    def new_folder(self) -> Path:
        found = Path(tempfile.mkdtemp(dir=self.folder))
        found.chmod(0o711)
        return found

    def restored(self, backup: Backup, to: datetime | None = None, *, alone: bool = False) -> set[str]:
        """What the table `kept` holds in a restored copy."""
        place = self.new_folder()
        restoring.lay_out(self.backups, backup, place, to, alone=alone)
        copy = open_copy(place)
        try:
            return {row[0] for row in self.ask("select what from kept", copy.url)}
        finally:
            copy.stop()
            rmtree(place)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """One server for all: copies are taken of it and never of each other."""
    with tempfile.TemporaryDirectory(prefix="yimen-test-") as name, pytest.MonkeyPatch.context() as environment:
        Path(name).chmod(0o711)
        for variable in [found for found in os.environ if found.startswith("YIMEN_")]:
            environment.delenv(variable)
        environment.delenv("DATABASE_URL", raising=False)
        environment.setenv("YIMEN_HOME", f"{name}/home")
        environment.setenv("YIMEN_BACKUPS", f"{name}/backups")
        (Path(name) / "home").mkdir()
        environment.setenv("YIMEN_KEY_FILE", f"{name}/keys.json")
        create_key_file(f"{name}/keys.json")
        made = House(Path(name))
        yield made
        made.server.stop()


@pytest.fixture(scope="module")
def backup(house: House) -> Backup:
    """A copy of its files."""
    found, why = taking.take(house.backups, house.server.url, method="physical")
    assert why == ""
    return found


def until(question: str, ask: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not ask():
        assert time.monotonic() < end, question
        time.sleep(0.02)


@pytest.fixture(scope="module")
def archived(house: House, backup: Backup) -> list[datetime]:
    """Two changes after the backup, fetched by `yimen archive`; the moments before, between and after them."""
    process = subprocess.Popen(
        [sys.executable, "-m", "yimen.site.cli", "archive"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    folder = wal.folder_of(house.backups)
    until("the archive begins", lambda: wal.segments(folder) or process.poll() is not None)
    moments = [house.ask("select clock_timestamp()")[0][0]]
    for what in ("first", "second"):
        house.run(f"insert into kept values ('{what}')")
        moments.append(house.ask("select clock_timestamp()")[0][0])
    house.run("select pg_switch_wal()", postgres.physical_url(house.server.url))
    house.run("insert into kept select 'later'")
    last = house.ask("select pg_walfile_name(pg_current_wal_insert_lsn())")[0][0]
    house.run("select pg_switch_wal()", postgres.physical_url(house.server.url))
    until("what was written is fetched", lambda: (folder / f"{last}.gz").exists())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    return moments


def test_every_second_since_the_backup_can_be_restored(house: House, backup: Backup, archived: list[datetime]) -> None:
    _, between, _ = archived
    assert house.restored(backup, between) == {"first"}
    assert house.restored(backup) == {"first", "second", "later"}
    assert house.restored(backup, alone=True) == set()


@pytest.mark.parametrize("alone", [True, False])
def test_the_trail_tells_a_restored_copy_from_what_it_was_taken_of(
    house: House, backup: Backup, archived: list[datetime], alone: bool
) -> None:
    place = house.new_folder()
    restoring.lay_out(house.backups, backup, place, None, alone=alone)
    copy = open_copy(place)
    try:
        there, here = house.ask(HERE, copy.url)[0][0], house.ask(HERE)[0][0]
    finally:
        copy.stop()
        rmtree(place)
    assert there.split("/")[0] == here.split("/")[0]  # the same server's files
    assert int(there.split("/")[1]) > int(here.split("/")[1])


def test_a_second_that_the_archive_does_not_reach_is_refused(
    house: House, backup: Backup, archived: list[datetime]
) -> None:
    with pytest.raises(BackupError, match=r"does not reach .* It ends with a change of"):
        restoring.lay_out(house.backups, backup, house.new_folder(), archived[-1] + timedelta(days=1))


def test_what_could_not_be_laid_out_leaves_no_half_of_a_server(
    house: House, backup: Backup, archived: list[datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    place = house.new_folder()
    beyond = (archived[-1] + timedelta(days=1)).isoformat()
    assert main(["restore", "--to", beyond, "--into", str(place)]) == 1
    assert "does not reach" in capsys.readouterr().err
    assert not list(place.iterdir())
    assert main(["restore", "--alone", "--into", str(place)]) == 0
    assert (place / "data" / "PG_VERSION").exists()


def in_segment(data: bytes, what: str) -> int:
    """Where a row's value stands in a segment."""
    return data.index(what.encode())


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "zeros to its end": lambda data: data[: in_segment(data, "second")].ljust(len(data), b"\0"),
    "zeros in the middle": lambda data: data.replace(b"second", bytes(6)),
    "cut short": lambda data: data[: in_segment(data, "second")],
    "nothing in it": lambda data: b"",
    "nothing but zeros": lambda data: bytes(len(data)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_segment_is_named_and_nothing_comes_up_short(
    house: House, backup: Backup, archived: list[datetime], damage: str
) -> None:
    before, _between, after = archived
    path = wal.segments(wal.folder_of(house.backups))[backup.next_segment]
    whole = path.read_bytes()
    path.write_bytes(gzip.compress(DAMAGES[damage](gzip.decompress(whole))))
    try:
        for to in (None, after + timedelta(hours=1)):
            with pytest.raises(BackupError, match=f"damaged in {backup.next_segment}"):
                house.restored(backup, to)
        if damage != "nothing in it" and damage != "nothing but zeros":
            assert house.restored(backup, before) == set(), "what lies before it is there"
        assert house.restored(backup, alone=True) == set()
    finally:
        path.write_bytes(whole)


def test_a_segment_that_does_not_unpack_to_its_end_is_damaged(
    house: House, backup: Backup, archived: list[datetime]
) -> None:
    path = wal.segments(wal.folder_of(house.backups))[backup.next_segment]
    whole = path.read_bytes()
    for broken in (whole[:150], whole[:200] + bytes(64) + whole[264:]):
        path.write_bytes(broken)
        try:
            with pytest.raises(BackupError, match=f"damaged in {backup.next_segment}"):
                house.restored(backup)
        finally:
            path.write_bytes(whole)


def test_the_newest_finished_segment_is_full_or_ends_with_a_switch(
    house: House, backup: Backup, archived: list[datetime]
) -> None:
    """Nothing lies after it that would tell."""
    found = wal.segments(wal.folder_of(house.backups))
    newest = max(name for name, path in found.items() if path.suffix == ".gz")
    whole = found[newest].read_bytes()
    data = gzip.decompress(whole)
    found[newest].write_bytes(gzip.compress(data[: in_segment(data, "later")].ljust(len(data), b"\0")))
    try:
        with pytest.raises(BackupError, match=f"damaged in {newest}"):
            house.restored(backup)
    finally:
        found[newest].write_bytes(whole)
    assert house.restored(backup) == {"first", "second", "later"}


def test_a_second_before_the_first_backup_is_refused(house: House, backup: Backup) -> None:
    asked = (backup.started_at - timedelta(hours=1)).astimezone(timezone(timedelta(hours=8)))
    with pytest.raises(BackupError, match=r"No backup reaches back to .*\+08:00. The earliest is .*\+08:00\."):
        store.chosen(house.backups, to=asked)
    assert store.chosen(house.backups, to=backup.ended_at + timedelta(hours=1)).name == backup.name


def test_a_damaged_or_missing_file_is_named(house: House, backup: Backup) -> None:
    path = backup.folder(house.backups) / "base.tar.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:])
    with pytest.raises(BackupError, match=r"base.tar.gz is not as it was written"):
        restoring.checked(house.backups, backup, datetime.now(UTC))
    path.unlink()
    with pytest.raises(BackupError, match=r"base.tar.gz is missing"):
        restoring.checked(house.backups, backup, datetime.now(UTC))
    path.write_bytes(whole)
    assert restoring.checked(house.backups, backup, datetime.now(UTC)).verified_at is not None


def test_other_keys_are_refused_before_anything_is_restored(
    backup: Backup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    restoring.refuse_unfit(backup)
    create_key_file(tmp_path / "other.json")
    with pytest.raises(BackupError, match=r"which is not in .*other.json. Put the key file of that day there"):
        restoring.refuse_unfit(backup, {"YIMEN_KEY_FILE": str(tmp_path / "other.json")})
    with pytest.raises(BackupError, match="not in any key file here"):
        restoring.refuse_unfit(backup, {})


def test_a_backup_holds_no_keys(house: House, backup: Backup) -> None:
    keys = json.loads((house.folder / "keys.json").read_text())
    manifest = (backup.folder(house.backups) / store.MANIFEST).read_text()
    assert backup.keys
    assert not any(key in manifest for kind in ("keys", "index_keys", "seal_keys") for key in keys[kind].values())


def test_a_backup_of_a_newer_version_is_refused(backup: Backup) -> None:
    newer = replace(backup, migrations=(*backup.migrations, "trail.9999_from_the_future"))
    with pytest.raises(BackupError, match=r"made by a newer Yimen \(it has trail.9999_from_the_future\)"):
        restoring.refuse_unfit(newer)


def test_too_little_room_is_said_before_anything_is_written(
    house: House, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = disk_usage(house.folder)._replace(free=1)
    monkeypatch.setattr("shutil.disk_usage", lambda path: full)
    with pytest.raises(BackupError, match="Make room for half of that, or set YIMEN_BACKUPS"):
        taking.take(house.backups, house.server.url, method="physical")
    place = house.new_folder()
    with pytest.raises(BackupError, match="Make room, or restore on another disk"):
        restoring.lay_out(house.backups, backup, place, None, alone=True)
    assert list(place.iterdir()) == []
    assert len(store.all_backups(house.backups)) == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("error: could not write: No space left on device", "There is no room left on /b"),
        ("FATAL: permission denied to start WAL sender", "Give it REPLICATION"),
        ("pg_dump: error: aborting because of server version mismatch", "are older than the server"),
        ("something new", "something new"),
    ],
)
def test_what_postgresql_says_is_told_in_a_sentence(said: str, sentence: str) -> None:
    assert sentence in in_words(said, Path("/b"))


def test_a_role_that_may_not_copy_files_gets_a_dump_and_is_told_why(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgres, "backups", lambda: house.folder / "dumps")
    monkeypatch.setenv("YIMEN_BACKUP_URL", house.server.url)  # the owner of the tables, no administrator
    assert main(["backup"]) == 0
    said = capsys.readouterr().out
    assert "does not let this role copy its files" in said
    assert "It is a dump; it brings back this moment and no other" in said
    assert "holds no keys" in said
    assert main(["backup", "--method", "physical"]) == 1
    dump = store.chosen(house.folder / "dumps")
    assert dump.rows["trail_entry"] == 10

    with pytest.raises(BackupError, match="The database is not empty"):
        restoring.into_database(house.folder / "dumps", dump, house.server.url)
    house.run("create database another")
    url = house.server.url.replace("/yimen?", "/another?")
    restoring.into_database(house.folder / "dumps", dump, url)
    assert house.ask("select count(*) from trail_entry", url) == [(10,)]
    with pytest.raises(BackupError, match="is a dump; it brings back"):
        restoring.lay_out(house.folder / "dumps", dump, house.new_folder(), None)


def test_a_segment_that_is_missing_is_named(tmp_path: Path, backup: Backup) -> None:
    size = backup.segment_bytes
    start = wal.number_of(backup.next_segment, size)
    names = [wal.name_of(backup.timeline, start + n, size) for n in range(4)]
    for name in (names[0], names[1], names[3]):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(b"log"))
    with pytest.raises(BackupError, match=f"lacks {names[2]}, so nothing after it"):
        wal.refuse_gap(tmp_path, backup.timeline, backup.next_segment, size)
    (tmp_path / f"{names[2]}.gz").write_bytes(gzip.compress(b"log"))
    wal.refuse_gap(tmp_path, backup.timeline, backup.next_segment, size)


@pytest.mark.parametrize("is_cut", [True, False])
def test_a_segment_that_cannot_be_read_is_named_before_anybody_needs_it(
    tmp_path: Path, backup: Backup, *, is_cut: bool
) -> None:
    size, first = 1 << 20, wal.number_of(backup.next_segment, 1 << 20)
    names = [wal.name_of(backup.timeline, first + number, size) for number in range(3)]
    for name in names:
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(os.urandom(size)))
    (tmp_path / f"{names[2]}.gz").rename(tmp_path / f"{names[2]}.gz.partial")  # still being fetched
    log = (tmp_path, backup.timeline, names[0], size)
    wal.refuse_damaged(*log)
    packed = bytearray((tmp_path / f"{names[1]}.gz").read_bytes())
    packed[size // 2] ^= 1
    (tmp_path / f"{names[1]}.gz").write_bytes(packed[: size // 3] if is_cut else packed)
    with pytest.raises(BackupError, match=f"damaged in {names[1]}"):
        wal.refuse_damaged(*log)
    assert wal.thin_out(tmp_path, names[2]) == 2
    assert set(wal.segments(tmp_path)) == set(names[2:])


@pytest.mark.parametrize("is_stopped", [False, True], ids=["still fetching", "fetching was stopped"])
def test_what_was_fetched_of_the_newest_segment_is_laid_out_to_its_last_byte(tmp_path: Path, is_stopped: bool) -> None:
    """Else the last changes could not be restored; and the server takes no segment that is shorter than others."""
    name, log, size = "000000010000000000000004", os.urandom(90_000), 1 << 20
    packing = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    fetched = packing.compress(log) + packing.flush(zlib.Z_FINISH if is_stopped else zlib.Z_SYNC_FLUSH)
    folder, into = tmp_path / "wal", tmp_path / "laid"
    folder.mkdir()
    into.mkdir()
    (folder / f"{name}.gz.partial").write_bytes(fetched)
    assert wal.lay_out(folder, into, name, size) == wal.LaidOut(1, set(), set())
    assert (into / name).read_bytes() == log + bytes(size - len(log))


@pytest.mark.parametrize(
    ("lsn", "name"),
    [
        ("0/3000060", "000000010000000000000004"),
        ("0/3000000", "000000010000000000000003"),  # ended with the segment before
        ("1/0", "000000010000000100000000"),
        ("0/FF000001", "000000010000000100000000"),
    ],
)
def test_a_backup_names_the_first_segment_it_does_not_hold(lsn: str, name: str) -> None:
    assert wal.segment_after(1, lsn, 16 << 20) == name


def test_only_the_newest_are_kept_and_remains_of_interrupted_ones_go(tmp_path: Path, backup: Backup) -> None:
    for day in range(4):
        one = replace(backup, name=f"day{day}", ended_at=backup.ended_at + timedelta(days=day))
        one.folder(tmp_path).mkdir()
        store.keep(tmp_path, one)
    (tmp_path / "day9.partial").mkdir()
    assert store.thin_out(tmp_path, 2) == ["day0", "day1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["day2", "day3"]
    assert store.thin_out(tmp_path, 0) == ["day2"]  # the last one never goes


def test_a_restore_in_place_keeps_what_was_there_and_refuses_a_running_server(
    house: House, backup: Backup, archived: list[datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    """Last of this file: the server is stopped and comes back from the backup."""
    assert main(["restore", "--alone"]) == 1
    assert "is in use. Stop what runs on it" in capsys.readouterr().err
    house.run("insert into kept values ('lost')")
    house.server.stop()
    assert main(["restore", "--to", archived[1].isoformat()]) == 0
    said = capsys.readouterr().out
    assert "is kept in" in said
    house.server = postgres.start(house.home, durable=False)
    assert {row[0] for row in house.ask("select what from kept")} == {"first"}
    assert len(list(house.server.data.parent.glob("data.before-*"))) == 1
    folder, before = wal.folder_of(house.backups), set(wal.segments(wal.folder_of(house.backups)))
    process = subprocess.Popen([sys.executable, "-m", "yimen.site.cli", "archive"], stderr=subprocess.PIPE, text=True)
    slots = "select count(*) from pg_replication_slots where active"
    until("the archive goes on", lambda: house.ask(slots)[0][0] or process.poll() is not None)
    house.run("insert into kept values ('another life')")
    last = house.ask("select pg_walfile_name(pg_current_wal_insert_lsn())")[0][0]
    house.run("select pg_switch_wal()", postgres.physical_url(house.server.url))
    until("what is written now is fetched", lambda: (folder / f"{last}.gz").exists())
    process.send_signal(signal.SIGINT)
    assert "goes on from an earlier moment" in process.communicate(timeout=PATIENCE)[1]
    assert before < set(wal.segments(folder))  # what was fetched before is still found
    again = house.new_folder()
    restoring.lay_out(house.backups, backup, again, archived[0])  # and brings back its seconds


@pytest.mark.parametrize("time", ["noon", "2026-13-01", "25:00"])
def test_a_time_that_is_none_is_refused(house: House, time: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", "--to", time]) == 1
    assert "Write it as 2026-11-23T10:15:00+08:00" in capsys.readouterr().err


def test_no_password_of_a_database_stands_in_the_list_of_processes() -> None:
    address = "postgresql://yimen_backup:s3%40cret@[::1]:5433/yimen?sslmode=require"
    words, secret = out_of_sight(["-d", address, "-D", Path("/backups")])
    assert words == ["-d", "postgresql://yimen_backup@[::1]:5433/yimen?sslmode=require", "-D", Path("/backups")]
    assert secret == {"PGPASSWORD": "s3@cret"}
    assert out_of_sight(["-d", "postgresql://yimen@/yimen?host=%2Ftmp"])[1] == {}


@pytest.mark.parametrize("there", [True, False], ids=["as it is", "Python 3.11.2 of Debian 12"])
def test_only_files_and_folders_of_the_place_are_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    if not there:
        monkeypatch.setattr(restoring, "_FILTER", {})
    place = tmp_path / "data"
    for name, kind, fits in (
        ("base/1", tarfile.REGTYPE, True),
        ("base", tarfile.DIRTYPE, True),
        ("../outside", tarfile.REGTYPE, False),
        ("/etc/outside", tarfile.REGTYPE, False),
        ("pg_tblspc/1", tarfile.SYMTYPE, False),
    ):
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc" if kind == tarfile.SYMTYPE else ""
        with tarfile.open(tmp_path / "one.tar", "w") as packed:
            packed.addfile(member)
        with tarfile.open(tmp_path / "one.tar") as packed:
            if fits:
                restoring._extract(packed, place)
            else:
                with pytest.raises(tarfile.TarError, match="no file of a data directory"):
                    restoring._extract(packed, place)
    assert sorted(path.name for path in place.rglob("*")) == ["1", "base"]
    assert not (tmp_path / "outside").exists()


def test_a_history_tells_whether_a_server_left_a_timeline_before_a_place() -> None:
    history = "1\t0/431C4E8\tbefore 2026-11-28 13:03:10+00\n\n2\t0/9000000\tno recovery target specified\n"
    assert wal.forks_before(history, 1, 0x8000000)
    assert not wal.forks_before(history, 1, 0x4000000)
    assert not wal.forks_before(history, 2, 0x9000000)
    assert wal.forks_before(history, 3, 0)
