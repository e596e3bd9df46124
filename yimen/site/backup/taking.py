"""Take a backup: the server's files where it lets us, else a dump."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from yimen.core.cipher import KEY_FILE_VARIABLE
from yimen.core.keyring import load_key_file
from yimen.site.backup import store, wal
from yimen.site.backup.problems import BackupError, room_on
from yimen.site.backup.programs import run
from yimen.site.backup.store import Backup
from yimen.site.postgres import physical_url

_COUNTED = """
select table_name::text from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE' order by 1
"""


@dataclass(frozen=True, slots=True)
class Source:
    """The server to copy, and what it was when we looked."""

    url: str  # where the tables are read
    physical: str  # where its files are copied from
    version: int
    size: int
    migrations: tuple[str, ...]
    trail: tuple[int, int]
    segment_bytes: int


def take(folder: Path, url: str, *, method: str) -> tuple[Backup, str]:
    """Take one; returns it and, where it is a dump although nobody asked for one, why."""
    source, started = look(url), datetime.now(UTC)
    why = "" if method == "dump" else refusal(source.physical)
    if method == "physical" and why:
        raise BackupError(why)
    kind = "dump" if method == "dump" or why else "physical"
    with room_on(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _refuse_small(folder, source.size)
        name = f"{started.strftime('%Y%m%dT%H%M%SZ')}-{kind}"
        growing = folder / f"{name}{store.PARTIAL}"
        shutil.rmtree(growing, ignore_errors=True)
        growing.mkdir(mode=0o700)
        try:
            told = _copy(source, growing) if kind == "physical" else _dump(source, growing)
            backup = Backup(
                name=name,
                method=kind,
                server_version=source.version,
                started_at=started,
                ended_at=_server_time(source.url),
                files=store.files_of(growing),
                migrations=source.migrations,
                keys=fingerprints(),
                trail=source.trail,
                segment_bytes=source.segment_bytes,
                **told,
            )
            growing.rename(backup.folder(folder))
        except BaseException:
            shutil.rmtree(growing, ignore_errors=True)
            raise
        store.keep(folder, backup)
    return backup, why


def look(url: str) -> Source:
    """What there is to copy."""
    with psycopg.connect(url, autocommit=True) as connection:
        one = _one_of(connection)
        if one("select count(*) from pg_tablespace where spcname not in ('pg_default', 'pg_global')"):
            raise BackupError("The server uses tablespaces, which Yimen does not copy. Use `--method dump`.")
        applied = connection.execute("select app || '.' || name from django_migrations order by 1").fetchall()
        last = one("select coalesce(max(id), 0) from trail_entry")
        return Source(
            url,
            physical_url(url),
            int(one("show server_version_num")),
            int(one("select pg_database_size(current_database())")),
            tuple(str(row[0]) for row in applied),
            (int(last), int(one(f"select count(*) from trail_entry where id <= {int(last)}"))),
            int(one("select setting::bigint * case unit when '8kB' then 8192 else 1 end from pg_settings"
                    " where name = 'wal_segment_size'")),
        )  # fmt: skip


def _one_of(connection: "psycopg.Connection[Any]") -> Any:
    def one(sql: Any) -> Any:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]

    return one


def refusal(url: str) -> str:
    """Why the server's files cannot be copied from here, empty when they can."""
    try:
        with psycopg.connect(url, autocommit=True, replication="database", connect_timeout=10) as connection:
            connection.execute("IDENTIFY_SYSTEM")
    except psycopg.Error as error:
        return (
            f"The database does not let this role copy its files ({str(error).strip().splitlines()[-1]}). "
            "Set YIMEN_BACKUP_URL to a role with REPLICATION that pg_hba.conf admits."
        )
    return ""


def _copy(source: Source, into: Path) -> dict[str, Any]:
    """The server's files, with the log written meanwhile."""
    options: list[str | Path] = [
        "-d",
        source.physical,
        "-D",
        into,
        "-F",
        "tar",
        "-Z",
        "gzip:1",
        "-X",
        "stream",
        "-c",
        "fast",
    ]
    run("pg_basebackup", [*options, "--manifest-checksums=SHA256", "--no-password"], place=into)
    manifest = json.loads((into / "backup_manifest").read_text())
    span = manifest["WAL-Ranges"][0]
    return {
        "restored_bytes": sum(int(file["Size"]) for file in manifest["Files"]),
        "timeline": int(span["Timeline"]),
        "next_segment": wal.segment_after(int(span["Timeline"]), span["End-LSN"], source.segment_bytes),
    }


def _dump(source: Source, into: Path) -> dict[str, Any]:
    """What is in the tables at one moment, and how many rows that is."""
    with psycopg.connect(source.url) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        one = _one_of(connection)
        snapshot = one("select pg_export_snapshot()")
        tables = [str(row[0]) for row in connection.execute(_COUNTED).fetchall()]
        rows = {table: int(one(f'select count(*) from "{table}"')) for table in tables}
        options = ["-d", source.url, "-F", "custom", "-Z", "1", f"--snapshot={snapshot}"]
        run("pg_dump", [*options, "--no-password", "-f", into / "yimen.dump"], place=into)
    return {"restored_bytes": source.size, "rows": rows}


def _server_time(url: str) -> datetime:
    with psycopg.connect(url, autocommit=True) as connection:
        found: datetime = _one_of(connection)("select clock_timestamp()")
    return found.astimezone(UTC)


def _refuse_small(folder: Path, size: int) -> None:
    """A packed copy is a quarter of the database or less; half is asked for."""
    free = shutil.disk_usage(folder).free
    if free < size // 2:
        raise BackupError(
            f"{folder} has {free >> 20} MB left and the database holds {size >> 20} MB. "
            "Make room for half of that, or set YIMEN_BACKUPS to a larger disk."
        )


def fingerprints(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What tells the keys in use apart, without telling them."""
    path = environment.get(KEY_FILE_VARIABLE, "")
    if not path or not Path(path).exists():
        return {}
    return load_key_file(path).fingerprints()
