"""Migrate, build the demonstration city where there is none, and say how to show it."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yimen.core.clock import LOCAL
from yimen.core.database import become_owner
from yimen.demo.build import build, is_built
from yimen.demo.reference import REFERENCE
from yimen.trail.queries import latest_at

STEPS = {
    "house": "posts, calendars and the catalogue",
    "trail": "what happened in a year",
    "analyze": "statistics for the database",
    "done": "done",
}


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Writes {"shift_days": n} to --summary: by how many days the demonstration's clock differs from the real one."""
    parser.add_argument("--scale", default="street", help="how much of the city: street, or community for tests")
    parser.add_argument("--seed", default="yimen", help="another seed makes another city of the same size")
    parser.add_argument("--password-file", required=True, type=Path, help="holds the password of every account")
    parser.add_argument("--summary", type=Path, help="where to write what was found")
    options = parser.parse_args(rest)
    become_owner()
    bring_up_to_date()
    if not is_built():
        say("Building the demonstration city; this happens once ...")
        build(
            seed=options.seed,
            scale=options.scale,
            password=options.password_file.read_text().strip(),
            report=progress,
        )
        tidy()
    if options.summary:
        options.summary.write_text(json.dumps({"shift_days": shift_days(datetime.now(LOCAL), latest_at())}))
    return 0


def bring_up_to_date() -> None:
    """Apply the migrations that are missing."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date ...")
        call_command("migrate", interactive=False, verbosity=0)


def tidy() -> None:
    """What the database would do by itself in the first minutes, at the expense of the first pages."""
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        cursor.execute("vacuum analyze")
        cursor.execute("reset statement_timeout")


def shift_days(real: datetime, latest: datetime | None) -> int:
    """Days from the real date to the demonstration's: its reference date is today, or so much later that nothing on
    record lies in the future."""
    shift = (REFERENCE - real.date()).days
    while latest is not None and real + timedelta(days=shift) < latest:
        shift += 1
    return shift


def progress(what: str, done: float) -> None:
    """One line for one step; `done` is the share of the work behind, 0 to 1."""
    say(f"  {done:4.0%}  {STEPS.get(what, what)}")


def say(line: str) -> None:
    """At once, also into a pipe."""
    print(line, flush=True)
