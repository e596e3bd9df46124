"""Who is behind a cookie or a token, which seats a person has, and who sits where."""

from yimen.access.queries.seats import (
    SeatHeld,
    account_named,
    live_seats,
    seats_held,
)
from yimen.access.queries.sessions import TokenFound, hash_of, session_actor, token_actor

__all__ = [
    "SeatHeld",
    "TokenFound",
    "account_named",
    "hash_of",
    "live_seats",
    "seats_held",
    "session_actor",
    "token_actor",
]
