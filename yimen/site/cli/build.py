"""Migrate, build the demonstration city where there is none, and say how to show it."""

import importlib
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from yimen.access.queries import account_named
from yimen.core.clock import LOCAL

REFERENCE = date(2026, 11, 23)
FIRST_ACCOUNT = "window"  # built with everything else in one transaction: there, or nothing is
_PATIENT = "; ".join(
    f"set local {limit} = 0" for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
)


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Writes {"shift_days": n} to --summary: by how many days the demonstration's clock differs from the real one."""
    parser.add_argument("--scale", default="street", help="how much of the city: street, or community for tests")
    parser.add_argument("--seed", default="yimen", help="another seed makes another city of the same size")
    parser.add_argument("--password-file", required=True, type=Path, help="holds the password of every account")
    parser.add_argument("--summary", type=Path, help="where to write what was found")
    options = parser.parse_args(rest)
    bring_up_to_date()
    if account_named(FIRST_ACCOUNT) is None:
        build_at_once(options.seed, options.scale, options.password_file.read_text().strip())
    if options.summary:
        options.summary.write_text(json.dumps({"shift_days": shift_days(datetime.now(LOCAL), None)}))
    return 0


def bring_up_to_date() -> None:
    """Apply the migrations that are missing."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date ...")
        call_command("migrate", interactive=False, verbosity=0)


def build_at_once(seed: str, scale: str, password: str) -> None:
    """The whole city in one transaction: an interrupted build leaves nothing behind."""
    say("Building the demonstration city; this happens once ...")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_PATIENT)
        build = importlib.import_module("yimen.demo.build").build
        build(seed=seed, scale=scale, password=password, report=progress)
    say("Counting what was built ...")
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
    """One line of progress, 0 to 1."""
    say(f"  {done:4.0%}  {what}")


def say(line: str) -> None:
    """At once, also into a pipe."""
    print(line, flush=True)
