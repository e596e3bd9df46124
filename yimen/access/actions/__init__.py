"""Sign in and out, switch seat, hold tokens; create accounts and grant seats."""

from yimen.access.actions.accounts import close_account, create_account
from yimen.access.actions.seats import end_seat, grant_seat
from yimen.access.actions.sessions import seen, sign_in, sign_out, switch_seat
from yimen.access.actions.throttle import note_failure, wait_for_turn
from yimen.access.actions.tokens import issue_token, token_bearer

__all__ = [
    "close_account",
    "create_account",
    "end_seat",
    "grant_seat",
    "issue_token",
    "note_failure",
    "seen",
    "sign_in",
    "sign_out",
    "switch_seat",
    "token_bearer",
    "wait_for_turn",
]
