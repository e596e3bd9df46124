"""Print a one-time password, where nobody is left who may set it in the product."""

import getpass
from argparse import ArgumentParser
from collections.abc import Sequence

from yimen.access import actions
from yimen.core import clock
from yimen.core.actor import SYSTEM


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """It opens nothing but the choice of another; the trail says which account of the machine asked for it."""
    parser.add_argument("account", help="sign-in name")
    account = parser.parse_args(rest).account
    print(actions.renew_password(SYSTEM, username=account, note=getpass.getuser(), at=clock.now()))
    return 0
