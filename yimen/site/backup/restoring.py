"""Bring a backup back: into a folder of files that a server has replayed, or into an empty database."""

import json
import os
import re
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from yimen.core.reach import APP_ROLE
from yimen.site import postgres
from yimen.site.backup import store, wal
from yimen.site.backup.problems import BackupError, room_on
from yimen.site.backup.programs import run
from yimen.site.backup.store import Backup
from yimen.site.backup.taking import fingerprints
from yimen.site.backup.unread import damaged
from yimen.site.postgres.account import PostgresError, account_for

_RECOVERY = "# restored by Yimen"
_STOPS = "recovery stopping"  # at the moment that was asked for
_LAST = re.compile(r"redo done at ([0-9A-F]+)/([0-9A-F]+)")
_REACHED = re.compile(r"last completed transaction was at log time (\S+ \S+)")
_ARCHIVED = "archived"
_FILTER = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
ROOMS = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a recovery did."""

    segments: int
    last_change: str  # when the last transaction in it was, empty where the log does not tell


def refuse_unfit(backup: Backup, environment: Mapping[str, str] = os.environ) -> None:
    """BackupError when this code or these keys cannot serve what is in the backup."""
    ours = fingerprints(environment)
    strange = [number for number, mark in backup.keys.items() if ours.get(number) != mark]
    if strange:
        raise BackupError(
            f"The values in {backup.name} were sealed with key {', '.join(strange)}, which is not in "
            f"{environment.get('YIMEN_KEY_FILE') or 'any key file here'}. Put the key file of that day there: "
            "backups hold no keys, so without it the values stay sealed."
        )
    known = {f"{path.parents[1].name}.{path.stem}" for path in ROOMS.glob("*/migrations/[0-9]*.py")}
    rooms = {name.split(".")[0] for name in known}
    newer = [name for name in backup.migrations if name.split(".")[0] in rooms and name not in known]
    if newer:
        raise BackupError(
            f"{backup.name} was made by a newer Yimen (it has {newer[0]}). Install that version, then restore."
        )


def lay_out(folder: Path, backup: Backup, into: Path, to: datetime | None, *, alone: bool = False) -> Replayed:
    """The files of a physical backup in `into`/data, replayed up to `to` or to the end of the archive, and stopped.

    `alone` leaves the archive out: the moment the backup ended.
    """
    if backup.method != "physical":
        raise BackupError(f"{backup.name} is a dump; it brings back {backup.ended_at.isoformat()} and no other second.")
    archive, laid_out = wal.folder_of(folder), wal.LaidOut(0, set(), set())
    if not alone:
        wal.refuse_gap(archive, backup.timeline, backup.next_segment, backup.segment_bytes)
    _refuse_closed(into)
    with room_on(into):
        _refuse_small(into, backup)
        _unpack(backup.folder(folder), into / "data")
        run("pg_verifybackup", ["-q", "-n", into / "data"], place=into)
        (into / _ARCHIVED).mkdir()
        if not alone:
            laid_out = wal.lay_out(archive, into / _ARCHIVED, backup.next_segment, backup.segment_bytes)
    _order_replay(into, to)
    _give(into)
    try:
        server = postgres.open_copy(into)
    except PostgresError as error:
        _refuse_damaged(into, laid_out, backup, archive)
        raise BackupError(_why(str(error), to, archive)) from None
    server.stop()
    _refuse_damaged(into, laid_out, backup, archive)
    found = _REACHED.findall((into / "log").read_text(errors="replace"))
    _forget_replay(into)
    os.sync()  # the replay did not wait for the disk
    return Replayed(laid_out.count, found[-1] if found else "")


def _refuse_damaged(into: Path, laid_out: wal.LaidOut, backup: Backup, archive: Path) -> None:
    """BackupError when the replay ended at something it could not read, with more of the log after it: the copy would
    be short of changes that somebody counts on."""
    said = (into / "log").read_text(errors="replace")
    last = _LAST.findall(said)
    if not last or _STOPS in said:
        return
    place = (int(last[-1][0], 16) << 32) + int(last[-1][1], 16)
    there = {"finished": laid_out.finished, "short": laid_out.short}
    segment = damaged(into / _ARCHIVED, place, backup.segment_bytes, **there)
    if not segment:
        return
    found = _REACHED.findall(said)
    end = f"a change of {found[-1]}" if found else "the end of the backup"
    raise BackupError(
        f"The archive {archive} is damaged in {segment}: it can be read up to {end}, and holds more that cannot be "
        "read. Fetch that file from a copy of the archive if there is one. Without it, restore to an earlier second "
        "with --to, or the backup by itself with --alone, and take a new backup now."
    )


def _refuse_closed(into: Path) -> None:
    """The server refuses root, so it runs as another account, which must be able to enter."""
    account = account_for(into)
    if not account.can_enter(into):
        raise BackupError(
            f"The account {account.name}, as which PostgreSQL replays the log, cannot enter {into}. "
            "Name a folder whose parents are open, such as /var/lib/yimen/restored."
        )


def _refuse_small(into: Path, backup: Backup) -> None:
    free = shutil.disk_usage(into).free
    if free < backup.restored_bytes * 1.1:
        raise BackupError(
            f"{into} has {free >> 20} MB left and {backup.name} needs {backup.restored_bytes >> 20} MB unpacked. "
            "Make room, or restore on another disk with --into."
        )


def _unpack(folder: Path, data: Path) -> None:
    data.mkdir(mode=0o700)
    for name, place in (("base.tar.gz", data), ("pg_wal.tar.gz", data / "pg_wal")):
        try:
            with tarfile.open(folder / name) as packed:
                _extract(packed, place)
        except (tarfile.TarError, EOFError) as error:
            raise BackupError(f"{folder / name} is damaged ({error}). Use another backup.") from None
    shutil.copy(folder / "backup_manifest", data / "backup_manifest")
    for path in data.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _extract(packed: tarfile.TarFile, place: Path) -> None:
    """Files and folders within this place, and nothing else. Asked here, because the filter that asks it too is not
    there in every Python 3.11: Debian 12 has 3.11.2."""
    for member in packed:
        lies_within = (place / member.name).resolve().is_relative_to(place.resolve())
        if not (member.isfile() or member.isdir()) or not lies_within:
            raise tarfile.TarError(f"it holds {member.name!r}, which is no file of a data directory")
        packed.extract(member, place, set_attrs=False, **_FILTER)  # type: ignore[arg-type]  # "data", or nothing


def _order_replay(into: Path, to: datetime | None) -> None:
    """Settings of one recovery. Nobody is let in before it has ended."""
    lines = [
        _RECOVERY,
        f'restore_command = \'cp "{into / _ARCHIVED}/%f" "%p"\'',
        "recovery_target_action = 'promote'",
        "hot_standby = off",
        "shared_preload_libraries = ''",
    ]
    if to is not None:
        lines.append(f"recovery_target_time = '{to.isoformat()}'")
    with (into / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.write("\n".join(["", *lines, ""]))
    (into / "data" / "recovery.signal").touch(mode=0o600)


def _forget_replay(into: Path) -> None:
    settings = into / "data" / "postgresql.auto.conf"
    settings.write_text(settings.read_text().split(_RECOVERY)[0])
    shutil.rmtree(into / _ARCHIVED)


def _give(into: Path) -> None:
    """The server's account owns what it serves."""
    account = account_for(into)
    for path in (into / "data", *(into / "data").rglob("*"), into / _ARCHIVED, *(into / _ARCHIVED).iterdir()):
        account.give(path)


def _why(said: str, to: datetime | None, archive: Path) -> str:
    """Why a server did not come up from a backup."""
    if "recovery ended before configured recovery target was reached" in said:
        found = _REACHED.findall(said)
        end = f"It ends with a change of {found[-1]}" if found else "It holds no change after the backup"
        wanted = to.isoformat() if to else "that far"
        return f"The archive {archive} does not reach {wanted}. {end}. Choose that or earlier."
    if "invalid checkpoint record" in said or "could not locate required checkpoint" in said:
        return f"The backup lacks the log it needs to be whole. Use another one.\n{said}"
    return said


def into_database(folder: Path, backup: Backup, url: str) -> None:
    """A dump into an empty database."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
        if row and row[0]:
            raise BackupError(
                "The database is not empty, and a restore never writes over one. "
                "Create another (createdb), set DATABASE_URL to it, and restore there."
            )
        role = connection.execute("select 1 from pg_roles where rolname = %s", (APP_ROLE,)).fetchone()
        if role is None:
            try:
                connection.execute(f"create role {APP_ROLE} nologin")
                connection.execute(f"grant {APP_ROLE} to current_user")
            except psycopg.errors.InsufficientPrivilege:
                raise BackupError(
                    f"The role {APP_ROLE} is missing. Have a database administrator run: "
                    f"CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO your role;"
                ) from None
    dump = backup.folder(folder) / "yimen.dump"
    run("pg_restore", ["-d", url, "--no-owner", "--no-comments", "-e", "-1", "--no-password", dump], place=folder)


def packed_files(folder: Path, backup: Backup) -> int:
    """How many files of the server a physical backup holds."""
    return len(json.loads((backup.folder(folder) / "backup_manifest").read_text())["Files"])


def checked(folder: Path, backup: Backup, at: datetime) -> Backup:
    """Every byte is as it was written, and the log since then is without a gap and can be read."""
    found = store.verify(folder, backup, at)
    if found.method == "physical":
        log = (wal.folder_of(folder), found.timeline, found.next_segment, found.segment_bytes)
        wal.refuse_gap(*log)
        wal.refuse_damaged(*log)
    return found
