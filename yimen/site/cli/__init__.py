"""The `yimen` command: one verb, one small module."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from django.db import OperationalError

from yimen.core import database
from yimen.core.errors import YimenError
from yimen.core.reach import APP_ROLE
from yimen.site.cli.surroundings import (
    Refusal,
    adopt_key_files,
    adopt_running_demo,
    refuse_wrong_settings,
    set_up_django,
)

# verb: what it does, and whether Django is set up before its module is loaded.
VERBS = {
    "demo": ("start the demonstration and everything it needs", False),
    "serve": ("serve pages and API (granian)", False),
    "work": ("deliver events and run jobs", True),
    "migrate": ("bring the database to the form this version needs", True),
    "setup": ("fill an empty database with what a city starts with, and name its three administrators", True),
    "city": ("build the made-up city, small or whole", False),
    "roster": ("write messy rosters and score how they are read", True),
    "outlines": ("judge outlines of divisions in a GeoJSON file, load them, take them back", True),
    "token": ("print a bearer token for an account", True),
    "password": ("print a one-time password for an account", True),
    "audit": ("seal the trail, verify it, print its head", True),
    "backup": ("take a backup of the database, check and thin them out", False),
    "archive": ("fetch the database's log, so that backups reach every second", False),
    "restore": ("bring a backup back, to any second, or show that it could be", False),
    "keys": ("list keys, add one, rotate to it, retire the old one", True),
    "check": ("say whether this installation can start", True),
    "manage": ("Django's own commands, for developers", False),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. A refusal is one sentence on stderr and code 1."""
    parser = argparse.ArgumentParser(
        prog="yimen",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(["verbs:", *(f"  {name:<9} {what}" for name, (what, _) in VERBS.items())]),
    )
    parser.add_argument("verb", choices=VERBS, metavar="verb")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="`yimen <verb> --help` says more")
    arguments = parser.parse_args(argv)
    try:
        return _run(arguments.verb, arguments.rest)
    except (Refusal, YimenError) as refusal:
        print(refusal, file=sys.stderr)
    except OperationalError as error:
        print(f"The database does not answer: {error}", file=sys.stderr)
        print(_what_to_do(str(error)), file=sys.stderr)
    return 1


def _what_to_do(error: str) -> str:
    if f'role "{APP_ROLE}"' in error:
        return (
            f"Yimen works as the role {APP_ROLE}: run `yimen migrate`, or have the server's administrator make it "
            "and grant it to this login (docs/operations.md)."
        )
    return "Start the demonstration (make demo), or set DATABASE_URL to a running server."


def _run(verb: str, rest: Sequence[str]) -> int:
    what, needs_django = VERBS[verb]
    if verb != "demo":
        adopt_running_demo()
    adopt_key_files()
    refuse_wrong_settings()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.site.settings")
    if needs_django:
        set_up_django()
        database.reach_everything()
    module = importlib.import_module(f"yimen.site.cli.{verb}")
    parser = argparse.ArgumentParser(prog=f"yimen {verb}", description=what, allow_abbrev=False)
    code: int = module.run(parser, rest)
    return code
