"""Build the made-up city, at the scale that is asked for; go on where an earlier build was killed."""

import json
import os
import secrets
import signal
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yimen.core.clock import LOCAL
from yimen.core.database import become_owner
from yimen.core.keyring import CipherError
from yimen.demo.reference import REFERENCE
from yimen.site import postgres
from yimen.site.cli.surroundings import Refusal, private_file

SCALES = {
    "community": "one community and a neighbour: for tests, in seconds",
    "street": "a street of 25 communities, 149,000 residents: the demonstration, in a minute",
    "city2010": "all 1,242 communities with the households of 2010, 6.4 million residents",
    "city": "all 1,242 communities, 7.5 million residents, 200,000 buildings",
}


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Where DATABASE_URL names no server, one of our own runs on YIMEN_HOME while the city is built; `yimen demo` in
    the same folder then shows it. Writes {"shift_days": n, "seconds": n} to --summary: by how many days the
    demonstration's clock differs from the real one, and how long the building took, None when the city stood."""
    parser.add_argument("--scale", choices=SCALES, help="; ".join(f"{name}: {what}" for name, what in SCALES.items()))
    parser.add_argument("--seed", default="yimen", help="another seed makes another city of the same size")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes; one for each core if unset"
    )
    parser.add_argument("--password-file", type=Path, help="holds the password of the cast; made when it is missing")
    parser.add_argument("--summary", type=Path, help="where to write what was found")
    options = parser.parse_args(rest)
    home = postgres.home()
    password_file = options.password_file or home / "demo-password"
    password = private_file(password_file, secrets.token_urlsafe(9))
    with _database(home):
        os.environ.setdefault("YIMEN_KEY_FILE", str(home / "keys.json"))
        django.setup()
        become_owner()
        _begin_keys(os.environ["YIMEN_KEY_FILE"])
        seconds = _build(options.scale, options.seed, password, options.workers)
        if options.summary:
            options.summary.write_text(json.dumps({"shift_days": _shift(), "seconds": seconds}))
    return 0


def _begin_keys(path: str) -> None:
    from yimen.site.first_keys import begin_keys

    try:
        begin_keys(path)
    except (CipherError, OSError) as error:
        raise Refusal(str(error)) from None


@contextmanager
def _database(home: Path) -> Iterator[None]:
    """The server that DATABASE_URL names, or our own for as long as this takes."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server = postgres.start(home)
    except postgres.PostgresError as error:
        raise Refusal(str(error)) from None
    os.environ["DATABASE_URL"] = server.url
    try:
        yield
    finally:
        connection.close()
        server.stop()


def _stop(*_: object) -> None:
    raise Refusal("Stopped. Say the same again to go on.")


def _build(scale: str | None, seed: str, password: str, workers: int) -> float | None:
    from yimen.demo import works
    from yimen.demo.build import OtherWorks, build, is_built

    bring_up_to_date()
    if is_built():
        say("The city stands already.")
        return None
    begun = works.under_way()
    if begun is not None:
        say("Going on with a city that was begun ...")
    elif scale in (None, "street"):
        say("Building the demonstration city; this happens once ...")
    else:
        say(f"Building the city at scale {scale} ...")
    scale = scale or (begun.scale if begun else "street")
    try:
        seconds = build(
            seed=seed,
            scale=scale,
            password=password,
            report=progress,
            workers=1 if scale == "community" else workers,
        )
    except OtherWorks as error:
        raise Refusal(str(error)) from None
    say(f"Built, indexed and analysed in {seconds:.0f} s.")
    tidy()
    return seconds


def _shift() -> int:
    from yimen.trail.queries import latest_at

    return shift_days(datetime.now(LOCAL), latest_at())


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
    say(f"  {done:4.0%}  {what}")


def say(line: str) -> None:
    """At once, also into a pipe."""
    print(line, flush=True)
