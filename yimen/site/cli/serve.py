"""Serve pages, API and built files."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import NoReturn

from yimen.site.cli.surroundings import refuse_unsafe, set_up_django


def run(parser: ArgumentParser, rest: Sequence[str]) -> NoReturn:
    """Become granian, at YIMEN_HOST and YIMEN_PORT, with YIMEN_WORKERS processes."""
    parser.parse_args(rest)
    if os.environ.get("YIMEN_DEMO") != "1":
        set_up_django()
        refuse_unsafe()
    os.execv(sys.executable, command())  # noqa: S606  # our own server, in our place


def command() -> list[str]:
    """granian's command line."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "rsgi", "--http", "1", "--no-ws"),
        *("--host", os.environ.get("YIMEN_HOST", "127.0.0.1"), "--port", os.environ.get("YIMEN_PORT", "8000")),
        *("--workers", os.environ.get("YIMEN_WORKERS", "2")),
        *("--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "2"),
        *("--log-level", "warning", "yimen.site.rsgi:application"),
    ]
