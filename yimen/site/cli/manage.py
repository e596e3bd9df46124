"""Django's own commands, for developers."""

from argparse import ArgumentParser
from collections.abc import Sequence

import django
from django.core.management import execute_from_command_line

from yimen.core.database import become_owner


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Pass everything on, as the owner of the tables."""
    django.setup()
    become_owner()
    execute_from_command_line(["yimen manage", *rest])
    return 0
