"""Deliver events and run jobs."""

from argparse import ArgumentParser
from collections.abc import Sequence

from yimen.site import worker


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Work until told to stop."""
    parser.parse_args(rest)
    worker.run()
    return 0
