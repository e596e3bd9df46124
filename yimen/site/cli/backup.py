"""Take a backup of the database, check the ones there are, and thin them out."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from yimen.core.clock import LOCAL
from yimen.site import postgres
from yimen.site.backup import BackupError, restoring, store, taking, wal
from yimen.site.cli.surroundings import Refusal

KINDS = {
    "physical": "the server's files; with `yimen archive` running it can be restored to any second since",
    "dump": "a dump; it brings back this moment and no other",
}


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """The keys are in no backup: a line says so each time."""
    parser.add_argument(
        "--method", choices=("auto", "physical", "dump"), default="auto", help="auto: files, else a dump"
    )
    parser.add_argument("--keep", type=int, default=7, metavar="N", help="how many to keep afterwards (7)")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--verify", action="store_true", help="only read every byte of the newest again and compare")
    options = parser.parse_args(rest)
    folder = postgres.backups()
    try:
        if options.list:
            return _list(folder)
        if options.verify:
            return _verify(folder)
        return _take(folder, options.method, options.keep)
    except BackupError as error:
        raise Refusal(str(error)) from None


def _take(folder: Path, method: str, keep: int) -> int:
    began = datetime.now(UTC)
    backup, why = taking.take(folder, os.environ.get("YIMEN_OWNER_URL") or postgres.database_url(), method=method)
    checked = restoring.checked(folder, backup, datetime.now(UTC))
    if why:
        print(f"{why} A dump was taken instead.")
    size = sum(size for _, size, _ in checked.files) >> 20
    seconds = (datetime.now(UTC) - began).total_seconds()
    print(f"{backup.name}: {size} MB in {seconds:.1f} s, checked. It is {KINDS[backup.method]}.")
    print("It holds no keys. Without the key file its sealed values cannot be read: keep a copy of that elsewhere.")
    gone = store.thin_out(folder, keep)
    if gone:
        print(f"Removed, to keep {keep}: {', '.join(gone)}.")
    physical = [one for one in store.all_backups(folder) if one.method == "physical"]
    if physical:
        wal.thin_out(wal.folder_of(folder), physical[0].next_segment)
    return 0


def _list(folder: Path) -> int:
    found = store.all_backups(folder)
    for one in found:
        size = sum(size for _, size, _ in one.files) >> 20
        checked = f"checked {_day(one.verified_at)}" if one.verified_at else "never checked"
        print(f"{one.name}  {_day(one.ended_at)}  {size:>7} MB  PostgreSQL {one.server_version // 10000}  {checked}")
    print(f"{len(found)} backups in {folder}.")
    archived = wal.segments(wal.folder_of(folder))
    if archived:
        newest = datetime.fromtimestamp(max(path.stat().st_mtime for path in archived.values()), LOCAL)
        print(f"The archive has {len(archived)} segments, the newest of {_day(newest)}.")
    return 0


def _verify(folder: Path) -> int:
    checked = restoring.checked(folder, store.chosen(folder), datetime.now(UTC))
    print(f"{checked.name}: {len(checked.files)} files as they were written, the log since then whole.")
    return 0


def _day(moment: datetime) -> str:
    return moment.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
