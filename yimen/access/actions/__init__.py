"""Sign in and out, switch seat, hold tokens; create accounts and grant seats."""

from yimen.access.actions.accounts import (
    change_password,
    close_account,
    create_account,
    prove,
    reset_password,
    set_language,
)
from yimen.access.actions.approvals import answer_approval, propose_seat
from yimen.access.actions.exports import ask_export, hand_out, take_export, taken_out
from yimen.access.actions.filters import keep_typed
from yimen.access.actions.first import Newcomer, appoint_first, renew_password
from yimen.access.actions.seats import end_seat, grant_seat
from yimen.access.actions.sessions import end_other_sessions, end_session, seen, sign_in, sign_out, switch_seat
from yimen.access.actions.throttle import note_failure, wait_for_turn
from yimen.access.actions.tokens import end_token, issue_own_token, issue_token, token_bearer

__all__ = [
    "Newcomer",
    "answer_approval",
    "appoint_first",
    "ask_export",
    "change_password",
    "close_account",
    "create_account",
    "end_other_sessions",
    "end_seat",
    "end_session",
    "end_token",
    "grant_seat",
    "hand_out",
    "issue_own_token",
    "issue_token",
    "keep_typed",
    "note_failure",
    "propose_seat",
    "prove",
    "renew_password",
    "reset_password",
    "seen",
    "set_language",
    "sign_in",
    "sign_out",
    "switch_seat",
    "take_export",
    "taken_out",
    "token_bearer",
    "wait_for_turn",
]
