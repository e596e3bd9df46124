"""Bring the database to the form this version needs."""

from argparse import ArgumentParser
from collections.abc import Sequence

from django.core.management import call_command

from yimen.core.database import become_owner
from yimen.trail.actions import go_on_here


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Apply what is missing; nothing to do is fine."""
    parser.parse_args(rest)
    become_owner()
    call_command("migrate", interactive=False)
    go_on_here()
    return 0
