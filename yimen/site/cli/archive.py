"""Fetch the database's log as it is written, so that a backup can be restored to any second."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence

from yimen.site import postgres
from yimen.site.backup import BackupError, wal
from yimen.site.backup.programs import out_of_sight
from yimen.site.backup.programs import run as run_client
from yimen.site.backup.taking import refusal
from yimen.site.cli.surroundings import Refusal
from yimen.site.postgres.programs import client


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
    program = client("pg_receivewal")
    assert program is not None
    words, secret = out_of_sight([*options, "--synchronous", "--compress=gzip:1"])
    os.execve(program, [str(program), *map(str, words)], {**os.environ, **secret})  # noqa: S606  # PostgreSQL's own program, in our place
