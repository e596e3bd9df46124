"""When a day of look-ups is unusual. Everything is counted against the person's own habit, because posts differ.

A look-up is a resident opened, or a number revealed. It is idle when that person did nothing for that resident on that
day and no open matter of the resident asked for it. The thresholds are proposed by the product, not law; the replay of
a year (tests/oversight) says what they find and how often they are wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from yimen.core.errors import N_

LATE_FROM, LATE_UNTIL = 22, 6  # o'clock, local time
HABIT_DAYS = 30  # days with look-ups that make a habit
_NEW = 5  # with fewer days than this nobody has a habit yet

TIMES = 3  # more than this many times one's own median
MANY = 20  # people a day that are many for anybody
IDLE = 13  # idle look-ups on a day
IDLE_TWO_DAYS = 18  # or on two days together
KIN = 4  # people of one's own family name, idle
NEAR = 3  # people of one's own building, idle
_AT_ONCE = (  # whatever one's habit: rule, what it counts, how many
    ("outside", "outside", 5),  # people of other communities, idle
    ("near", "near", NEAR),
    ("own", "own", 1),
    ("reveals", "reveals_idle", 5),  # numbers revealed, idle
    ("shielded", "shielded", 1),  # protected residents, idle, by somebody who is not named for them
)
LATE = 5  # look-ups at night
FRUITLESS = 15  # searches after which nobody they showed was opened or served, so many more than ...
FRUITLESS_TIMES = 1.5  # ... so many times what is usual for the people of that day
PAGES = 24  # pages of the register, 25 residents each, of whom none was opened or served
PAGES_TWO_DAYS = 30  # or on two days together
PAGES_MONTH = 100  # on 30 days together, each day too few to be seen by itself ...
PAGES_PEERS = 3  # ... and so many times what colleagues of the same post turn

RULES = {
    "volume": N_(
        "%(people)s residents opened, where %(median)s a day are usual; nothing was done for %(idle)s of them"
    ),
    "idle": N_("%(idle)s residents opened on this day and %(idle_before)s on the day before without a cause"),
    "outside": N_("%(outside)s residents of other communities opened, none with an open matter"),
    "kin": N_("%(kin)s residents with the worker's own family name opened without a cause"),
    "near": N_("%(near)s residents of one building, where somebody of the worker's name lives, opened without a cause"),
    "own": N_("A record of somebody with the worker's own name was opened without a cause"),
    "late": N_("%(late)s residents opened between 22:00 and 06:00"),
    "reveals": N_("%(reveals_idle)s whole numbers looked at without a cause"),
    "shielded": N_("%(shielded)s protected residents opened without a cause by somebody not named for them"),
    "searches": N_("%(fruitless)s searches after which none of the residents shown was opened or served"),
    "pages": N_("%(pages)s pages of the register turned, of whose residents none was opened or served"),
    "register": N_(
        "%(pages)s pages of the register turned on this day and %(pages_month)s on the 29 before, whose residents were "
        "neither opened nor served; colleagues of the same post turn %(pages_peers)s in that time"
    ),
}


@dataclass(frozen=True, slots=True)
class Day:
    """What one account looked up on one day. All but `searches` and `fruitless` count people, each once; `fruitless`
    counts lists of residents found, each once, of whom none was opened or served on that day, and `pages` such pages of
    the register."""

    people: int = 0
    idle: int = 0
    outside: int = 0
    kin: int = 0
    near: int = 0
    own: int = 0
    late: int = 0
    reveals_idle: int = 0
    searches: int = 0
    fruitless: int = 0
    shielded: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Habit:
    """The last 30 days with look-ups before this one, in numbers. `late` is the mean."""

    days: int = 0
    median_people: float = 0
    median_idle: float = 0
    late: float = 0
    idle_before: int = 0  # on the working day before
    median_fruitless: float = 0
    median_pages: float = 0
    pages_before: int = 0  # on the working day before
    pages_month: int = 0  # on the last 29 of them together
    pages_oldest: int = 0  # on the one before those
    pages_peers: float = 0  # the median of what colleagues of the same post turned in six weeks


def unusual(day: Day, habit: Habit) -> Iterator[str]:
    """The rules that this day breaks, as keys of RULES."""
    known = habit.days >= _NEW
    usual = habit.median_people if known else MANY
    usual_idle = habit.median_idle if known else 0
    if day.people > max(TIMES * usual, MANY) and day.idle * 2 >= day.people:
        yield "volume"
    both = day.idle + habit.idle_before
    if day.idle >= max(IDLE, TIMES * usual_idle) or (
        day.idle > IDLE // 2 and both >= max(IDLE_TWO_DAYS, 6 * usual_idle)
    ):
        yield "idle"
    if day.kin >= KIN and day.kin * 2 >= day.idle:
        yield "kin"
    if day.late >= max(LATE, TIMES * habit.late):
        yield "late"
    if day.fruitless >= FRUITLESS + FRUITLESS_TIMES * _usual_fruitless(day, habit):
        yield "searches"
    both, usual_pages = day.pages + habit.pages_before, TIMES * habit.median_pages
    if day.pages >= max(PAGES, usual_pages) or (
        day.pages > PAGES // 2 and both >= max(PAGES_TWO_DAYS, 2 * usual_pages)
    ):
        yield "pages"
    if _passes_a_month_of_pages(day, habit):
        yield "register"
    yield from (rule for rule, counted, many in _AT_ONCE if getattr(day, counted) >= many)


def _passes_a_month_of_pages(day: Day, habit: Habit) -> bool:
    """Told once, on the day that goes over it: whoever goes on is not told of every night."""
    most = max(PAGES_MONTH, PAGES_PEERS * habit.pages_peers)
    return habit.pages_month + habit.pages_oldest < most <= habit.pages_month + day.pages


def _usual_fruitless(day: Day, habit: Habit) -> float:
    """Searches that lead nowhere belong to the work: names are misheard, lists come while one types, a question is
    answered from the list. They grow with the people of the day, so a campaign is measured by its own."""
    if habit.days < _NEW:
        return max(MANY, 2 * day.people)
    return habit.median_fruitless * max(1, day.people / max(1, habit.median_people))
