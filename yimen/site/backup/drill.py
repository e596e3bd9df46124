"""A restore that nobody needs, so that the one somebody needs will work: into a scratch server, looked at, removed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from yimen.site import postgres
from yimen.site.backup import restoring
from yimen.site.backup.store import Backup


@dataclass
class Report:
    """One line per thing looked at; `facts` for machines."""

    lines: list[tuple[bool, str]] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)

    def add(self, well: bool, words: str) -> None:
        """A thing, and whether it was well."""
        self.lines.append((well, words))

    @property
    def is_well(self) -> bool:
        """Nothing was found wrong."""
        return all(well for well, _ in self.lines)


@contextmanager
def scratch(folder: Path, backup: Backup, to: datetime | None, report: Report) -> Iterator[postgres.Server]:
    """A server of its own on a restored copy, removed afterwards."""
    place = Path(tempfile.mkdtemp(prefix="yimen-drill-"))
    place.chmod(0o711)  # the server's account must reach its data
    try:
        began = time.monotonic()
        if backup.method == "dump":
            server = postgres.start(place)
            restoring.into_database(folder, backup, server.url)
            report.add(True, f"dump of {backup.ended_at.isoformat()} restored in {time.monotonic() - began:.1f} s")
        else:
            replayed = restoring.lay_out(folder, backup, place, to)
            server = postgres.open_copy(place)
            until = f"to {to.isoformat()}" if to else "to the end of the archive"
            report.add(
                True,
                f"{restoring.packed_files(folder, backup)} files unpacked and as they were, "
                f"{replayed.segments} segments of the archive replayed {until}, {time.monotonic() - began:.1f} s",
            )
            if replayed.last_change:
                report.add(True, f"last change in it: {replayed.last_change}")
        report.facts["restore_s"] = round(time.monotonic() - began, 2)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def drill(folder: Path, backup: Backup, to: datetime | None) -> Report:
    """Restore, look, remove, and say what was found."""
    report = Report()
    restoring.refuse_unfit(backup)
    checked = restoring.checked(folder, backup, datetime.now(UTC))
    total = sum(size for _, size, _ in checked.files)
    report.add(True, f"{len(checked.files)} files of {backup.name}, {total >> 20} MB, as they were written")
    with scratch(folder, backup, to, report) as server:
        environment = {name: value for name, value in os.environ.items() if name != "YIMEN_OWNER_URL"}
        environment["DATABASE_URL"] = server.url
        seen = _look(environment, report)
        if seen:
            _judge(backup, server, seen, report)
        _audit(environment, report)
    return report


def _look(environment: dict[str, str], report: Report) -> dict[str, object]:
    done = _python(environment, "yimen.site.backup.look")
    if done.returncode:
        report.add(False, f"the product cannot read the copy: {done.stderr.strip().splitlines()[-1:]}")
        return {}
    seen: dict[str, object] = json.loads(done.stdout)
    report.facts |= seen
    return seen


def _judge(backup: Backup, server: postgres.Server, seen: dict[str, object], report: Report) -> None:
    rows, opened, pages, missing = seen["rows"], seen["opened"], seen["pages"], seen["missing"]
    assert isinstance(rows, dict)
    assert isinstance(opened, list)
    assert isinstance(pages, dict)
    assert isinstance(missing, list)
    report.add(sum(rows.values()) > 0, f"{sum(rows.values()):,} rows in {len(rows)} tables")
    for table in ("registry_resident", "cases_case", "trail_entry"):
        report.add(True, f"  {table}: {rows.get(table, 0):,}")
    if backup.rows:
        wrong = [table for table, count in backup.rows.items() if rows.get(table) != count]
        report.add(not wrong, f"every table has the rows it had{': not ' + ', '.join(wrong) if wrong else ''}")
    last, count = backup.trail
    there = _count_trail(server, last)
    report.add(there == count, f"of {count:,} entries of the trail before the backup {there:,} are there")
    pending = f"{len(missing)} migrations to apply" if missing else "of the form this version needs"
    report.add(True, pending)
    report.add(opened[0] == opened[1], f"{opened[0]} of {opened[1]} sealed values open with the keys in use")
    bad = {path: status for path, status in pages.items() if status != 200}
    report.add(not bad, f"{len(pages)} pages answer" if not bad else f"pages that do not answer: {bad}")


def _count_trail(server: postgres.Server, last: int) -> int:
    with psycopg.connect(server.url) as connection:
        row = connection.execute("select count(*) from trail_entry where id <= %s", (last,)).fetchone()
    assert row is not None
    return int(row[0])


def _audit(environment: dict[str, str], report: Report) -> None:
    """The chain of seals, by the same command an auditor uses."""
    done = _python(environment, "yimen.site.cli", "audit", "verify")
    said = (done.stdout.strip() or done.stderr.strip()).splitlines()
    report.add(done.returncode == 0, f"the sealed trail: {said[-1] if said else 'no answer'}")


def _python(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own modules
        [sys.executable, "-m", *words], env=environment, capture_output=True, text=True, check=False
    )
