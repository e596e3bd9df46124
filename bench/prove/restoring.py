"""A backup and its log under load, a restore drill, and restores to random seconds."""

import json
import random
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.figures import Figure, figure
from bench.prove.driver import Crew, Ledger
from bench.prove.house import House, Program
from yimen.site import postgres
from yimen.site.backup import restoring, store, wal

SECONDS = 30.0  # of work between the backup and the restores
SHARP = 0.005  # seconds: the clocks of driver and server are one, their reading is not


def restores(house: House, points: int, *, seed: int) -> list[Figure]:
    """Back up, work on, restore to the end by the drill, and to so many random seconds."""
    folder = Path(house.environment["YIMEN_BACKUPS"])
    house.cli("backup")
    archive = Program("archive", "archive", house.environment, (house.home / "log" / "archive.log").open("ab"))
    house.programs["archive"] = archive
    archive.start()
    _until(lambda: wal.segments(wal.folder_of(folder)), house)
    crew = Crew(house, seed=seed, takers=2, mergers=1, noters=3)
    began = time.time()
    crew.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        house.tend()
        time.sleep(0.05)
    crew.stop(house.tend)
    last = house.one("select pg_current_wal_flush_lsn()::text")
    _until(lambda: house.one(_FETCHED, last), house)
    found = _drill(house)
    dice = random.Random(seed)
    moments = sorted(dice.uniform(began + 3, began + SECONDS - 3) for _ in range(points))
    wrong, took = [], []
    for moment in moments:
        asked = time.monotonic()
        wrong += _point(folder, house, crew.ledger, moment)
        took.append(time.monotonic() - asked)
    note = f"{points} random moments within {SECONDS:.0f} s of work, {len(crew.ledger.notes)} acknowledged notes; " + (
        "; ".join(wrong[:3]) or "every note acknowledged before is there, none sent later"
    )
    found.append(figure("pitr.wrong", [len(wrong)], "", "<= 0", note=note))
    found.append(figure("pitr.restore_s", took, "s", "<= 300", note="unpack, verify, replay; the machine was shared"))
    archive.end_group()
    del house.programs["archive"]
    return found


_FETCHED = """
select coalesce(bool_and(flush_lsn >= %s::pg_lsn), false) from pg_stat_replication
where application_name = 'pg_receivewal'
"""


def _drill(house: House) -> list[Figure]:
    report = house.home / "drill.json"
    began = time.monotonic()
    done = house.cli("restore", "--drill", "--report", str(report), check=False)
    seconds = time.monotonic() - began
    told = json.loads(report.read_text()) if report.exists() else {"well": False, "lines": [[False, done.stderr]]}
    bad = [words for well, words in told["lines"] if not well]
    rows = sum(told.get("rows", {}).values())
    note = (
        "; ".join(bad) or f"{rows:,} rows, keys open {told['opened'][0]} of {told['opened'][1]}, {told['lines'][-1][1]}"
    )
    return [
        figure("drill.faults", [len(bad)], "", "<= 0", note=note),
        figure(
            "drill.s", [seconds], "s", "<= 1800", note="checked, restored, replayed, counted, chain verified, opened"
        ),
    ]


def _point(folder: Path, house: House, ledger: Ledger, moment: float) -> list[str]:
    """What is wrong in a copy restored to this moment."""
    to = datetime.fromtimestamp(moment, UTC)
    place = Path(tempfile.mkdtemp(prefix="yimen-pitr-"))
    place.chmod(0o711)
    try:
        restoring.lay_out(folder, store.chosen(folder, to=to), place, to)
        copy = postgres.open_copy(place)
        try:
            with psycopg.connect(copy.url, user="postgres") as connection:
                rows = connection.execute(
                    "select note from trail_entry where verb = 'case.note' and note like 'prove %'"
                )
                there = {row[0] for row in rows}
        finally:
            copy.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    lost = [text for text, at in ledger.notes.items() if at < moment - SHARP and text not in there]
    early = [text for text, at in ledger.sent.items() if at > moment + SHARP and text in there]
    return [f"{to.time()} lacks {text}" for text in lost] + [f"{to.time()} has {text} of later" for text in early]


def _until(ask: object, house: House) -> None:
    deadline = time.monotonic() + 120
    assert callable(ask)
    while not ask():
        if time.monotonic() > deadline:
            raise RuntimeError("the archive does not catch up: see archive.log")
        house.tend()
        time.sleep(0.1)
