"""The city of a demonstration: built once, looked after once a day."""

import contextlib
import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from yimen.core.clock import LOCAL
from yimen.site.cli.surroundings import Refusal, Stopped
from yimen.site.processes import dies_with_us, ending

PACKAGE = Path(__file__).resolve().parents[2]


def city_of(home: Path, environment: Mapping[str, str], scale: str | None, *, data: Path | None) -> int:
    """Migrate and build, unless that was done today by this code; returns by how many days the clock is shifted.

    `data` is the folder of our own server; of another server we cannot know what happened since.
    """
    if data is None:
        return _build(home, environment, scale)
    note, stamp = data.parent / "built.json", _stamp()
    with contextlib.suppress(OSError, ValueError):
        last = json.loads(note.read_text())
        has_keys = Path(environment["YIMEN_KEY_FILE"]).exists()  # where they are lost, `yimen city` says so
        if has_keys and last["stamp"] == stamp:  # of the same day: nothing on record can lie ahead of the clock
            return int(last["shift_days"])
    shift = _build(home, environment, scale)
    note.write_text(json.dumps({"stamp": stamp, "shift_days": shift}))
    return shift


def _stamp() -> str:
    """Changes with the date and with the migrations of any room."""
    migrations = sorted((path.name, path.stat().st_size) for path in PACKAGE.glob("*/migrations/*.py"))
    return f"{datetime.now(LOCAL).date()} {hashlib.sha256(repr(migrations).encode()).hexdigest()}"


def _build(home: Path, environment: Mapping[str, str], scale: str | None) -> int:
    """In a process of its own, so that its memory goes with it."""
    summary = home / "build.json"
    command = [sys.executable, "-m", "yimen.site.cli", "city", "--summary", str(summary)]
    if scale:
        command += ["--scale", scale]
    building = subprocess.Popen(
        [*command, "--password-file", str(home / "demo-password")],
        env=environment,
        start_new_session=True,
        preexec_fn=dies_with_us(signal.SIGTERM),
    )
    try:
        code = building.wait()
    except Stopped:
        building.terminate()
        building.wait()
        raise
    if code:
        raise Refusal(f"The demonstration could not be built ({ending(code)}); the lines above say why.")
    return int(json.loads(summary.read_text())["shift_days"])
