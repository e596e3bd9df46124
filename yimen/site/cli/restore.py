"""Bring a backup back, or show that it could be."""

import json
import os
import shutil
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from yimen.core.clock import LOCAL
from yimen.site import postgres
from yimen.site.backup import BackupError, restoring, store
from yimen.site.backup.drill import drill
from yimen.site.backup.store import Backup
from yimen.site.cli.surroundings import Refusal
from yimen.site.postgres.account import PostgresError


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Nothing is ever written over: what was there is moved aside, and a database must be empty."""
    parser.add_argument("--backup", default="", metavar="NAME", help="which one (the newest)")
    parser.add_argument("--to", default="", metavar="TIME", help="go back to this second, as 2026-11-23T10:15:00+08:00")
    parser.add_argument(
        "--into", type=Path, metavar="FOLDER", help="leave the restored files here, for a server of yours"
    )
    parser.add_argument("--alone", action="store_true", help="without the archive: the moment the backup ended")
    parser.add_argument("--drill", action="store_true", help="restore into a scratch server, look, remove it, report")
    parser.add_argument("--report", type=Path, metavar="FILE", help="with --drill: what was found, as JSON")
    options = parser.parse_args(rest)
    folder, to = postgres.backups(), _moment(options.to)
    try:
        backup = store.chosen(folder, options.backup, to)
        if options.drill:
            return _drill(folder, backup, to, options.report)
        restoring.refuse_unfit(backup)
        if backup.method == "dump":
            return _fill(folder, backup, to)
        return _replace(folder, backup, to, options)
    except (BackupError, PostgresError) as error:
        raise Refusal(str(error)) from None


def _moment(typed: str) -> datetime | None:
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise Refusal(f"{typed!r} is no time. Write it as 2026-11-23T10:15:00+08:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def _drill(folder: Path, backup: Backup, to: datetime | None, report: Path | None) -> int:
    found = drill(folder, backup, to)
    for well, words in found.lines:
        print(f"{'ok ' if well else 'no '} {words}")
    if report:
        report.write_text(json.dumps({"well": found.is_well, "lines": found.lines, **found.facts}, default=str))
    print("The drill passed; nothing was left behind." if found.is_well else "The drill failed: see the lines with no.")
    return 0 if found.is_well else 1


def _fill(folder: Path, backup: Backup, to: datetime | None) -> int:
    if to is not None:
        raise BackupError(f"{backup.name} is a dump; it brings back {backup.ended_at.isoformat()} and no other second.")
    if "DATABASE_URL" not in os.environ:
        raise BackupError("A dump is restored into an empty database: set DATABASE_URL to one.")
    restoring.into_database(folder, backup, os.environ.get("YIMEN_OWNER_URL") or postgres.database_url())
    print(f"{backup.name} is restored. Run `yimen migrate`, then `yimen audit verify`, then start web and worker.")
    return 0


def _replace(folder: Path, backup: Backup, to: datetime | None, options: Namespace) -> int:
    if options.into is not None:
        return _lay_out(folder, backup, to, options.into.absolute(), options.alone)
    if not postgres.is_ours(os.environ.get("DATABASE_URL", "")):
        raise BackupError(
            "DATABASE_URL names a server of your own, whose files only you may replace. "
            "Say --into FOLDER, and put that folder in the place of its data directory while it is stopped."
        )
    kept = postgres.swap_in(
        postgres.home(),
        lambda growing: _told(restoring.lay_out(folder, backup, growing, to, alone=options.alone), backup),
        datetime.now(LOCAL).strftime("%Y%m%dT%H%M%S"),
    )
    (postgres.home() / "postgres" / "built.json").unlink(missing_ok=True)
    if kept:
        print(f"The data that was there is kept in {kept}. Remove it when you are content.")
    print("Start again as before, run `yimen audit verify`, and take a backup: older ones end where this one began.")
    return 0


def _lay_out(folder: Path, backup: Backup, to: datetime | None, into: Path, alone: bool) -> int:
    if into.exists() and any(into.iterdir()):
        raise BackupError(f"{into} is not empty. Name a new folder.")
    into.mkdir(parents=True, exist_ok=True)
    into.chmod(0o711)
    try:
        _told(restoring.lay_out(folder, backup, into, to, alone=alone), backup)
    except (BackupError, PostgresError):
        for half in into.iterdir():  # of a server, which somebody could take for a whole one
            shutil.rmtree(half) if half.is_dir() else half.unlink()
        raise
    print(
        f"{into / 'data'} is a data directory of PostgreSQL {backup.server_version // 10000}. Stop your server, put it "
        "in the place of the old one, give it to the server's account (chown -R postgres:), start the server, "
        "and run `yimen audit verify`."
    )
    return 0


def _told(replayed: restoring.Replayed, backup: Backup) -> None:
    last = f"; the last change in it is of {replayed.last_change}" if replayed.last_change else ""
    print(f"{backup.name} restored, {replayed.segments} segments of the archive replayed{last}.")
