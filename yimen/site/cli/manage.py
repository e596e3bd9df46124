"""Django's own commands, for developers."""

from argparse import ArgumentParser
from collections.abc import Sequence

from django.core.management import execute_from_command_line


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Pass everything on."""
    execute_from_command_line(["yimen manage", *rest])
    return 0
