"""Sign-in rules: how long a session lives, how fast a guesser may go, which seats a person may take."""

import re
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


_LOCAL_WORDS = (
    *("yimen", "wuxi", "jiangsu", "liangxi", "xishan", "huishan", "binhu", "xinwu", "jiangyin", "yixing", "guangyi"),
    *("guangrui", "taihu", "lihu", "shequ", "jiedao", "community", "station", "window", "password", "admin", "mima"),
)


def is_made_of_local_words(password: str) -> bool:
    """Whether fewer than six letters are left once the words of this place, digits and signs are taken out."""
    rest = password.lower()
    for word in _LOCAL_WORDS:
        rest = rest.replace(word, "")
    left = re.sub(r"[\W\d_]", "", rest)
    return len(left) < 6 and len(left) < len(re.sub(r"[\W\d_]", "", password))
