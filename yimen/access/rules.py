"""Sign-in rules: how long a session lives, how fast a guesser may go, which seats a person may take."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from yimen.core.actor import ADMIN_ROLES, Role
from yimen.core.errors import N_, RuleBroken

IDLE = timedelta(minutes=15)  # counter PCs are shared
ABSOLUTE = timedelta(hours=8)
ABSOLUTE_PHONE = timedelta(hours=12)  # one's own phone with a lock: a day of walking, without idling out
SEEN_EVERY = timedelta(seconds=60)  # how often an active session is written
MAX_SESSIONS = 3
TYPED = "access_typedfilter.words"  # where what was typed into a filter lies sealed
TOKEN_LIFE = timedelta(days=90)
MAX_TOKENS = 5
PROOF_LASTS = timedelta(minutes=5)  # ASVS 7.5.3: what is most dangerous asks for the password again
APPROVAL_LASTS = timedelta(days=3)  # a request that nobody answered runs out [proposed]
EXPORT_READY_FOR = timedelta(hours=24)  # trust: a file that lies about is a file that leaks
EXPORTS_COUNT_FOR = timedelta(days=30)
MOST_ROWS = 5000  # of one file
APPROVERS = {  # who answers which kind of request, when it lies within their reach and is not their own
    "seat": (Role.SECURITY,),
    "export": (Role.HEAD, Role.STREET, Role.DISTRICT, Role.CITY, Role.SECURITY),
}
TRIES = 5  # failures before each further one must wait
WINDOW = timedelta(minutes=15)


def delay_after(failures: int) -> timedelta:
    """How long a name and address must wait after this many failures in the window: growing, never a permanent lock."""
    if failures < TRIES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** (failures - TRIES + 3)), WINDOW)


def no_file(rows: int) -> RuleBroken | None:
    """Why no file can be made of so many rows, whoever asks; None where one can."""
    if not rows:
        return RuleBroken(N_("There is nothing to take out. Choose another filter."))
    if rows > MOST_ROWS:
        return RuleBroken(
            N_("No file holds more than %(most)s rows, not with a second person either. Narrow the list down first."),
            most=f"{MOST_ROWS:,}",
        )
    return None


_LOCAL_WORDS = (
    *("yimen", "wuxi", "jiangsu", "liangxi", "xishan", "huishan", "binhu", "xinwu", "jiangyin", "yixing", "guangyi"),
    *("guangrui", "taihu", "lihu", "shequ", "jiedao", "community", "station", "window", "password", "admin", "mima"),
)


def is_too_plain(password: str, own_names: Iterable[str]) -> bool:
    """Whether a password repeats a few signs, or is little more than words of this place or the person's own names."""
    lowered = password.lower()
    if len(set(lowered)) < 5:
        return True
    rest = lowered
    for word in (*_LOCAL_WORDS, *own_names):
        rest = rest.replace(word.lower(), "")
    left = re.sub(r"[\W\d_]", "", rest)
    return rest != lowered and len(left) < 6


# Digits of the division a role sits in; a role that is not named sits at any level.
_DIGITS = {
    Role.WINDOW: (12,),
    Role.HEAD: (12,),
    Role.STREET: (9,),
    Role.DISTRICT: (6,),
    Role.CITY: (4,),
    Role.DEPT: (4, 6),
}


_CITY_DIGITS = 4


# Blanks, controls, format characters, and marks such as variation selectors that change no letter.
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})


def plain(name: str) -> str:
    """A name of a person or a sign-in, whatever its width, case, spaces and signs that nobody sees: one person is not
    written two ways."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign) not in _UNSEEN)


def is_city_level(role: Role, division_code: str) -> bool:
    """Whether a seat reaches a whole city or administers: nobody gives such a seat alone."""
    return len(division_code) <= _CITY_DIGITS or role in ADMIN_ROLES


def seat_problem(role: Role, *, division_code: str, line: str, post: str, side: str) -> tuple[str, str] | None:
    """Why such a seat cannot be, and the field it belongs to; None when it can."""
    if len(division_code) not in _DIGITS.get(role, (4, 6, 9, 12)):
        return "division", N_(
            "This role does not sit at that level. Give the code of a division of the role's own level."
        )
    if bool(post) != bool(side):
        return "post", N_("A post of the hall needs both the post and A or B.")
    if post and role is not Role.WINDOW:
        return "post", N_("Only window workers hold one of the six posts. Leave the post empty for this role.")
    if bool(line) != (role is Role.DEPT):
        return "line", N_("A line department, and only that, names its department. Choose it, or leave it empty.")
    return None


_BROWSERS = (  # the first that fits: many call themselves Chrome or Safari too
    ("WeChat", r"MicroMessenger/(\d+)"),
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)[.\d]* (?:Mobile/\w+ )?Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS|OpenHarmony"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Macintosh|Mac OS X"),
    ("Linux", "Linux|X11"),
)


def browser_name(agent: str) -> str:
    """A browser by what it says of itself, "Chrome 120 · Windows"; "" where neither half can be told."""
    found = [f"{name} {match[1]}" for name, pattern in _BROWSERS if (match := re.search(pattern, agent))][:1]
    found += [name for name, pattern in _SYSTEMS if re.search(pattern, agent)][:1]
    return " · ".join(found)
