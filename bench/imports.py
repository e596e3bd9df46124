"""A roster brought in by one process, as the worker does it, and the figures that come of it.

Run as `python -m bench.imports <rows> <account> [preview]`: prints seconds and megabytes as JSON. A process of its own,
so that the peak of its memory is the import's and no other's.
"""

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure, figure

ROWS, FEW = 100_000, 5_000


def figures_of(home: Path, *, rounds: int) -> list[Figure]:
    """Previews of a messy roster of 5,000 rows, then one of 100,000 previewed and applied."""
    previews = [_run(home, FEW, "preview") for _round in range(rounds)]
    whole = _run(home, ROWS)
    took = whole["preview_s"] + whole["apply_s"]
    parts = f"preview {whole['preview_s']:.0f} s, apply {whole['apply_s']:.0f} s, {whole['new']} new"
    memory = f"import {whole['own_mb']:.0f} MB beside its reader {whole['child_mb']:.0f} MB"
    return [
        figure("import.rows_s", [took], "s", "<= 300", note=parts),
        figure("import.mb", [whole["own_mb"] + whole["child_mb"]], "MB", "<= 400", note=memory),
        figure("import.preview5k_s", [one["preview_s"] for one in previews], "s", "<= 10"),
    ]


def _run(home: Path, rows: int, *more: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.imports", str(rows), "street", *more]
    environment = {**os.environ, "YIMEN_HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def bring_in(count: int, username: str, *, only_preview: bool) -> dict[str, float]:
    """Preview and apply one messy roster of so many rows as this account, in the running demonstration."""
    from bench import rosters
    from yimen.access import queries
    from yimen.access.actions.sessions import as_actor
    from yimen.core.clock import now, today
    from yimen.exchange import actions
    from yimen.exchange.actions import deciding, uploading

    for module in (deciding, uploading):  # the worker of the demonstration is to leave it to this process
        setattr(module, "order", _nobody)  # noqa: B010 - an attribute the type does not have
    account = queries.account_named(username)
    if account is None:
        raise LookupError(username)
    actor = as_actor(account, queries.live_seats(account.id, on=today())[0], request_id="bench", address="127.0.0.1")
    with tempfile.TemporaryDirectory() as folder:
        path = rosters.write(Path(folder) / "roster.xlsx", rosters.lines(actor.reach, count, messy=True))
        with path.open("rb") as file:
            made = actions.upload(actor, chunks=iter(lambda: file.read(1 << 16), b""), name="roster.xlsx", at=now())
    _forget_peak()  # of writing the roster
    found: dict[str, float] = {"preview_s": _timed(lambda: actions.work(made.ref, at=now()))}
    if only_preview:
        actions.drop(actor, ref=made.ref, at=now())
    else:
        actions.accept_all(actor, ref=made.ref, at=now())
        actions.decide_fix(actor, ref=made.ref, field="door", fix="new_door", accept=True, at=now())
        actions.apply(actor, ref=made.ref, at=now())
        found["apply_s"] = _timed(lambda: actions.work(made.ref, at=now()))
    made.refresh_from_db()
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return found | made.counts | {"own_mb": _peak_mb(), "child_mb": child, "cpu_s": time.process_time()}


def _forget_peak() -> None:
    """Have the kernel count this process's peak of memory from here on."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _nobody(_row: object) -> None:
    """Nobody is told that there is work."""


def _timed(step: Callable[[], object]) -> float:
    began = time.monotonic()
    step()
    return time.monotonic() - began


if __name__ == "__main__":
    from yimen.site.cli.surroundings import adopt_key_files, adopt_running_demo

    os.environ["DJANGO_SETTINGS_MODULE"] = "yimen.site.settings"
    adopt_running_demo()
    adopt_key_files()
    import django

    django.setup()
    from yimen.core.database import reach_everything

    reach_everything()
    said = bring_in(int(sys.argv[1]), sys.argv[2], only_preview="preview" in sys.argv[3:])
    sys.stdout.write(json.dumps(said) + "\n")
