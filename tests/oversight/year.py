"""A made-up year of a district's staff: what they look up when they work, and what some of them look up to sell it."""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from statistics import fmean, median

from yimen.oversight.rules import HABIT_DAYS, Day, Habit, unusual

DAYS = 250  # working days of a year


@dataclass
class Person:
    """One worker. `leak` is what they do beside their work from the day `since` on."""

    chance: random.Random
    pace: float  # people a day
    advice: float = 0.15  # share of those who come that are answered from the list, or asked for in vain
    typing: float = 0.4  # lists that came while a name was typed, for each
    paging: float = 0.05  # share of days on which the register is gone through for a list on paper
    is_head: bool = False
    leak: str = ""
    since: int = DAYS
    past: deque[Day] = field(default_factory=lambda: deque(maxlen=HABIT_DAYS))

    def day(self, on: int) -> Day:
        """What the trail says of this person on a working day."""
        worked = self._work(on)
        return self._leaked(worked) if on >= self.since and self.leak else worked

    def _work(self, on: int) -> Day:
        chance = self.chance
        if chance.random() < 0.06:  # on leave
            return Day()
        busy = 2.0 if on % 21 in (0, 20) else 3.5 if on % 62 == 30 else 1.0  # ends of months, campaigns
        people = round(max(0.0, chance.gauss(self.pace, self.pace**0.5 * 1.6)) * busy)
        idle = min(people, _few(chance, 1.5) + _some(chance, people, 0.04))  # questions by telephone, wrong namesakes
        kin = _some(chance, idle, 0.08)
        late = _few(chance, 1.0) if chance.random() < 0.01 else 0  # an evening of overtime
        return Day(
            people=people,
            idle=idle,
            outside=_some(chance, idle, 0.02),
            kin=kin,
            near=_some(chance, idle, 0.01),
            own=1 if chance.random() < 0.0002 else 0,
            late=late,
            reveals_idle=_some(chance, idle, 0.15),
            **self._searched(people, self._turned(on)),
        )

    def _turned(self, on: int) -> int:
        """Pages of the register turned for work of which nobody was opened or served: who is over 80, who is missing on
        a list from the street. Heads do so for the figures of a month too. How long a list is varies widely."""
        chance = self.chance
        is_due = chance.random() < self.paging or (self.is_head and on % 21 in (0, 20))
        pages = 1 + _few(chance, chance.expovariate(1 / 4)) if is_due else 0
        return pages - _some(chance, pages, 0.2)

    def _searched(self, people: int, turned: int) -> dict[str, int]:
        """Whoever is opened was mostly searched for; some searches are misheard names and lists while one types, and
        some are all it takes: "does she live here?", asked by telephone, needs no page."""
        chance = self.chance
        came = people + _few(chance, people * self.advice + 1)
        fruitless = came - people + _few(chance, came * self.typing)
        return {
            "searches": people + fruitless + turned,
            "fruitless": fruitless,
            "pages": turned,
            "shielded": int(self.is_head and chance.random() < 0.004),
        }

    def _leaked(self, day: Day) -> Day:
        chance, more = self.chance, 0
        if self.leak == "bulk":  # a list for a buyer
            more = chance.randint(40, 180)
            return _with(day, more, reveals_idle=more // 2)
        if self.leak == "steady":  # ten or so a day, for months
            return _with(day, chance.randint(10, 18))
        if self.leak == "outside":  # people of other communities
            more = chance.randint(6, 12)
            return _with(day, more, outside=more)
        if self.leak == "night":  # when nobody is there
            more = chance.randint(6, 15)
            return _with(day, more, late=more)
        if self.leak == "family":  # a quarrel over an inheritance
            return _with(day, chance.randint(4, 7), kin=chance.randint(4, 7), near=chance.randint(0, 4))
        if self.leak == "searches":  # addresses for a debt collector, read from the lists, nobody opened
            more = chance.randint(30, 80)
            return replace(day, searches=day.searches + more, fruitless=day.fruitless + more)
        if self.leak == "pages":  # the register from one end to the other, some hundred residents a day
            more = chance.randint(12, 40)
            return replace(day, searches=day.searches + more, pages=day.pages + more)
        if self.leak == "drip":  # the same, never many a day, for months
            more = chance.randint(6, 10)
            return replace(day, searches=day.searches + more, pages=day.pages + more)
        if self.leak == "shielded":  # where does she live now?
            return _with(day, 1, shielded=1)
        more = chance.randint(5, 10)  # numbers for somebody who asks
        return _with(day, more, reveals_idle=more)


def _with(day: Day, more: int, **others: int) -> Day:
    added = {name: getattr(day, name) + count for name, count in others.items()}
    return replace(day, people=day.people + more, idle=day.idle + more, searches=day.searches + more, **added)


def _few(chance: random.Random, mean: float) -> int:
    """A Poisson number."""
    number, left = 0, chance.expovariate(1)
    while left < mean:
        number, left = number + 1, left + chance.expovariate(1)
    return number


def _some(chance: random.Random, count: int, share: float) -> int:
    return sum(chance.random() < share for _one in range(count))


LEAKS = ("bulk", "steady", "outside", "night", "family", "numbers", "searches", "pages", "shielded")


def staff(seed: int, *, honest: int, leakers: int) -> list[Person]:
    """So many honest people, and leakers of every kind in turn who begin somewhere in the year."""
    chance = random.Random(seed)
    made = [_somebody(chance) for _one in range(honest)]
    for number in range(leakers):
        person = _somebody(chance)
        person.leak = LEAKS[number % len(LEAKS)]
        person.since = chance.randrange(40, DAYS - 10)
        made.append(person)
    return made


def _somebody(chance: random.Random) -> Person:
    """Paces differ, and so do ways to search: some type in full, some open nobody they can answer from the list."""
    return Person(
        random.Random(chance.random()),
        chance.lognormvariate(2.6, 0.6),
        advice=chance.uniform(0.05, 0.6),
        typing=chance.uniform(0.1, 1.2),
        paging=chance.uniform(0.0, 0.15),
        is_head=chance.random() < 0.15,
    )


def flags(person: Person) -> Iterator[tuple[int, str]]:
    """Day and rule of every flag of the year."""
    before = Day()
    for on in range(DAYS):
        day = person.day(on)
        yield from ((on, rule) for rule in unusual(day, habit(person.past, before)))
        if day.searches:
            person.past.append(day)
        before = day


def habit(past: deque[Day], before: Day) -> Habit:
    """As the nightly job counts it."""
    worked = [one for one in past if one.people]
    month, oldest = sum(one.pages for one in list(past)[-HABIT_DAYS + 1 :]), 0
    if len(past) == HABIT_DAYS:
        oldest = past[0].pages
    if not worked:
        return Habit(idle_before=before.idle, pages_month=month, pages_oldest=oldest)
    counted = ("people", "idle", "fruitless", "pages")
    people, idle, fruitless, pages = (median(getattr(one, name) for one in worked) for name in counted)
    return Habit(
        *(len(worked), people, idle, fmean(one.late for one in worked), before.idle, fruitless, pages, before.pages),
        pages_month=month,
        pages_oldest=oldest,
    )
