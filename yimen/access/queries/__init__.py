"""Who is behind a cookie or a token, which seats a person has, and who sits where."""

from yimen.access.queries.accounts import PAGE, AccountRow, SeatRow, account, accounts, names_of, own_account, phones_of
from yimen.access.queries.approvals import (
    Asked,
    OwnExport,
    approval,
    approvals_asked,
    approvals_waiting,
    count_waiting,
    exports_asked,
)
from yimen.access.queries.seats import SeatHeld, account_named, has_accounts, live_seats, seats_held
from yimen.access.queries.sessions import (
    OwnSession,
    OwnToken,
    TokenFound,
    hash_of,
    is_displaced,
    is_live,
    own_sessions,
    own_tokens,
    session_actor,
    token_actor,
)

__all__ = [
    "PAGE",
    "AccountRow",
    "Asked",
    "OwnExport",
    "OwnSession",
    "OwnToken",
    "SeatHeld",
    "SeatRow",
    "TokenFound",
    "account",
    "account_named",
    "accounts",
    "approval",
    "approvals_asked",
    "approvals_waiting",
    "count_waiting",
    "exports_asked",
    "has_accounts",
    "hash_of",
    "is_displaced",
    "is_live",
    "live_seats",
    "names_of",
    "own_account",
    "own_sessions",
    "own_tokens",
    "phones_of",
    "seats_held",
    "session_actor",
    "token_actor",
]
