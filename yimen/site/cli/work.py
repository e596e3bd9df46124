"""Deliver events and run jobs."""

from argparse import ArgumentParser
from collections.abc import Sequence

from yimen.site import worker
from yimen.site.cli.surroundings import refuse_unsafe


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Work until told to stop."""
    parser.parse_args(rest)
    refuse_unsafe()
    worker.run()
    return 0
