"""Say whether this installation can start."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection

from yimen.core import clock
from yimen.core.keyring import CipherError, load_key_file
from yimen.site import fitness
from yimen.site.cli.surroundings import Refusal
from yimen.site.static_files import FOLDER
from yimen.trail import queries

SEALED_BY = timedelta(minutes=15)


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """One line per thing that must be there; 1 when any is missing."""
    parser.add_argument("--deploy", action="store_true", help="and whether it is safe to let people in")
    if parser.parse_args(rest).deploy:
        return _deploy()
    return _told(
        (
            ("database", database),
            ("migrations", migrations),
            ("keys", keys),
            ("signing key", signing_key),
            ("built files", built_files),
            ("settings", settings),
            ("trail", trail),
        )
    )


def _deploy() -> int:
    return _told((*fitness.GUARDS, *fitness.CARES, ("trail", trail)))


def _told(questions: tuple[fitness.Question, ...]) -> int:
    is_fit = True
    for what, fault in fitness.faults(questions):
        is_fit = is_fit and not fault
        print(f"{'no ' if fault else 'ok '} {what}{': ' + fault if fault else ''}", flush=True)
    return 0 if is_fit else 1


def database() -> None:
    """It answers and is of a version we test."""
    with connection.cursor() as cursor:
        cursor.execute("show server_version_num")
        version = int(cursor.fetchone()[0]) // 10000
    if not 15 <= version <= 18:
        raise Refusal(f"PostgreSQL {version}; Yimen runs on 15 to 18.")


def migrations() -> None:
    """None is waiting."""
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except SystemExit:
        raise Refusal("some are not applied; run `yimen migrate`.") from None


def keys() -> None:
    """The key file is there and closed to others."""
    try:
        load_key_file(os.environ["YIMEN_KEY_FILE"])
    except KeyError:
        raise Refusal("YIMEN_KEY_FILE is not set and the data folder has no keys.json.") from None
    except CipherError as error:
        raise Refusal(str(error)) from None


def signing_key() -> None:
    """Without one, every restart signs everybody's forms anew."""
    if not Path(os.environ.get("YIMEN_SECRET_FILE", "-")).is_file():
        raise Refusal("YIMEN_SECRET_FILE is not set and the data folder has no secret.")


def built_files() -> None:
    """Style sheets and scripts were built."""
    if not (FOLDER / "manifest.json").exists():
        raise Refusal("style sheets and scripts are not built; run `make setup`.")


def settings() -> None:
    """Django finds no fault with the settings."""
    if faults := run_checks():
        raise Refusal("; ".join(str(fault) for fault in faults))


def trail() -> None:
    """What happened a while ago is sealed; where nothing is sealed yet, no worker has run."""
    state = queries.seal_state()
    if (
        state.sealed_at
        and state.oldest_waiting
        and clock.now() - max(state.sealed_at, state.oldest_waiting) > SEALED_BY
    ):
        raise Refusal(f"{state.waiting} entries older than {SEALED_BY} are not sealed; see that `yimen work` runs.")
