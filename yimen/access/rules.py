"""Sign-in rules: how long a session lives, how fast a guesser may go, which seats a person may take."""

from datetime import timedelta

IDLE = timedelta(minutes=15)  # counter PCs are shared
ABSOLUTE = timedelta(hours=8)
SEEN_EVERY = timedelta(seconds=60)  # how often an active session is written
MAX_SESSIONS = 3
TOKEN_LIFE = timedelta(days=90)
TRIES = 5  # failures before each further one must wait
WINDOW = timedelta(minutes=15)


def delay_after(failures: int) -> timedelta:
    """How long a name and address must wait after this many failures in the window: growing, never a permanent lock."""
    if failures < TRIES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** (failures - TRIES + 3)), WINDOW)
