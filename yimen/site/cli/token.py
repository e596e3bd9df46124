"""Print a bearer token for the API."""

from argparse import ArgumentParser
from collections.abc import Sequence

from yimen.access import actions
from yimen.core import clock


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """The token alone on one line, so that a script can take it."""
    parser.add_argument("account", help="sign-in name, such as window")
    account = parser.parse_args(rest).account
    print(actions.issue_token(account, at=clock.now()))
    return 0
