"""Fetch the database's log as it is written, so that a backup can be restored to any second."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn

from yimen.site import postgres
from yimen.site.backup import BackupError, wal
from yimen.site.backup.programs import out_of_sight
from yimen.site.backup.programs import run as run_client
from yimen.site.backup.taking import refusal
from yimen.site.cli.surroundings import Refusal
from yimen.site.postgres.programs import client

_NOW = """
select pg_walfile_name(pg_current_wal_flush_lsn()), setting::bigint from pg_settings where name = 'wal_segment_size'
"""


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Become pg_receivewal. The server keeps what we have not fetched, up to its max_slot_wal_keep_size."""
    parser.parse_args(rest)
    url = postgres.physical_url(postgres.database_url())
    if why := refusal(url):
        raise Refusal(f"{why} Without it there are dumps only (`yimen backup --method dump`).")
    folder = wal.folder_of(postgres.backups())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = ["-d", url, "-D", str(folder), "--slot", wal.SLOT, "--no-password"]
    try:
        run_client("pg_receivewal", [*options, "--create-slot", "--if-not-exists"], place=folder)
    except BackupError as error:
        raise Refusal(str(error)) from None
    if kept := _another_life(url, folder):
        print(
            f"The server was restored and goes on from an earlier moment. What was fetched before is kept in {kept}. "
            "Take a backup now (`yimen backup`): every second can be restored from there on.",
            file=sys.stderr,
            flush=True,
        )
    program = client("pg_receivewal")
    assert program is not None
    words, secret = out_of_sight([*options, "--synchronous", "--compress=gzip:1"])
    os.execve(program, [str(program), *map(str, words)], {**os.environ, **secret})  # noqa: S606  # PostgreSQL's own program, in our place


def _another_life(url: str, folder: Path) -> Path | None:
    """Where the archive was put when the server left that log before its end; else pg_receivewal would ask for ever for
    what will never be written."""
    last = wal.newest(folder)
    if last is None:
        return None
    name, is_whole = last
    timeline = int(name[:8], 16)
    with psycopg.connect(url, autocommit=True) as connection:
        now, size = connection.execute(_NOW).fetchone() or ("", 0)
    place = (wal.number_of(name, size) + is_whole) * size
    if now[:8] == name[:8]:
        is_left = wal.number_of(name, size) > wal.number_of(now, size)
    else:
        is_left = wal.forks_before(_history(url, int(now[:8], 16)), timeline, place)
    return wal.leave(folder, name[:8]) if is_left else None


def _history(url: str, timeline: int) -> str:
    """How the server came to its timeline; "" for the first."""
    asked = make_conninfo(url, replication="true")
    connection = PGconn.connect(asked.encode())
    try:
        found = connection.exec_(f"TIMELINE_HISTORY {timeline}".encode())
        return (found.get_value(0, 1) or b"").decode() if found.ntuples else ""
    finally:
        connection.finish()
