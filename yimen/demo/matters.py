"""What people come for: how often each matter, for whom, and in which months. Modelled, not counted."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from yimen.catalogue.rules import Item, read_defaults
from yimen.core.calendar import WorkingCalendar
from yimen.demo.people import Person
from yimen.demo.reference import REFERENCE, TWO_YEARS_AGO, YEAR_AGO
from yimen.demo.stream import Stream, Weighted

CASES_PER_HOUSEHOLD = 0.47  # in the last year
FIRST_YEAR = 0.1  # and in the year before it, when the doors had just been opened
# Each of some other pool, or of those with a fact.
_POOLS: dict[str, tuple[str, Callable[[Person], bool]]] = {
    "anybody": ("", lambda one: one.age >= 18),
    "living": ("anybody", lambda one: one.lives_here),
    "old": ("living", lambda one: one.age >= 60),
    "eighty": ("anybody", lambda one: one.age >= 80 and one.is_registered_here),
    "paid": ("receives_zunlaojin", lambda one: one.facts["receives_zunlaojin"] is True),
    "alone": ("old", lambda one: one.old_only),
    "pensioner": ("pension_recipient", lambda one: True),
    "retiree": ("is_enterprise_retiree", lambda one: True),
    "poor": ("is_low_income_any", lambda one: one.age >= 18),
    "disabled": ("has_disability_certificate", lambda one: one.age >= 18),
    "severe": ("disability_level", lambda one: int(str(one.facts["disability_level"])) <= 2 and one.age >= 18),
    "ill": ("has_severe_mental_disorder", lambda one: True),
    "veteran": ("is_veteran", lambda one: True),
    "conscript": ("is_conscript_family", lambda one: True),
    "migrant": ("anybody", lambda one: not one.is_local),
    "worker": ("living", lambda one: one.age < 60),
    "jobless": ("employment_status", lambda one: one.facts["employment_status"] == "unemployed"),
    "flexible": ("employment_status", lambda one: one.facts["employment_status"] == "flexible"),
    "young_man": ("anybody", lambda one: one.row.sex == "1" and one.age <= 24),
    "parent": ("anybody", lambda one: 24 <= one.age <= 45 and one.size >= 3 and one.relation in ("02", "10")),
    "new_parent": ("is_pregnant_or_new_parent", lambda one: True),
    "woman": ("anybody", lambda one: one.row.sex == "2" and 20 <= one.age <= 45),
    "one_child": ("is_only_child_parent", lambda one: True),
    "bereaved": ("anybody", lambda one: one.age >= 55 and one.row.marital == "30"),
}
# matter: (weight, pool, months in which most come; none: all year)
_MIX: dict[str, tuple[float, str, tuple[int, ...]]] = {
    "MZ-01": (6, "poor", ()), "MZ-02": (5, "poor", (3, 6, 9, 12)), "MZ-03": (3, "poor", ()),
    "MZ-04": (1, "poor", ()), "MZ-05": (7, "living", ()), "MZ-06": (7, "poor", ()), "MZ-07": (4, "poor", (8, 9)),
    "MZ-08": (10, "poor", (1, 2, 9)), "MZ-09": (1, "living", (6, 7)), "MZ-10": (26, "old", ()),
    "MZ-11": (20, "eighty", ()), "MZ-12": (22, "paid", (3, 4, 10)), "MZ-13": (28, "old", ()),
    "MZ-14": (15, "old", ()), "MZ-15": (12, "alone", (11, 12)), "MZ-16": (9, "alone", ()),
    "MZ-17": (22, "old", ()), "MZ-18": (10, "anybody", ()), "MZ-19": (8, "disabled", ()),
    "MZ-20": (8, "disabled", ()), "MZ-21": (6, "severe", ()), "MZ-22": (5, "disabled", ()),
    "MZ-23": (2, "disabled", ()), "MZ-24": (2, "disabled", ()), "MZ-25": (3, "veteran", (7, 8)),
    "MZ-26": (5, "veteran", ()), "MZ-27": (2, "conscript", (7, 8)), "MZ-28": (6, "living", ()),
    "MZ-29": (4, "poor", (4, 5)), "MZ-30": (3, "living", ()), "MZ-31": (1, "anybody", ()),
    "MZ-32": (18, "living", (3, 12)), "MZ-33": (3, "anybody", ()), "MZ-34": (7, "alone", ()),
    "MZ-35": (10, "bereaved", ()), "MZ-36": (60, "living", ()), "WJ-01": (16, "living", ()),
    "WJ-02": (22, "living", ()), "WJ-03": (2, "old", ()), "WJ-04": (12, "parent", (1, 6, 7)),
    "WJ-05": (9, "parent", (5, 6)), "WJ-06": (14, "old", (2, 9)), "WJ-07": (3, "poor", (8, 9)),
    "WJ-08": (7, "living", ()), "WJ-09": (8, "living", ()), "HW-01": (34, "living", (6, 7, 8)),
    "HW-02": (30, "living", ()), "HW-03": (12, "living", (5, 6, 7)), "HW-04": (20, "living", ()),
    "HW-05": (4, "living", ()), "HW-06": (3, "anybody", ()), "HW-07": (36, "living", ()),
    "HW-08": (24, "old", ()), "HW-09": (8, "parent", ()), "HW-10": (2, "living", (12, 1)),
    "ZZ-01": (16, "living", ()), "ZZ-02": (5, "living", ()), "ZZ-03": (2, "poor", ()),
    "ZZ-04": (12, "living", (12,)), "ZZ-05": (14, "living", (1, 11)), "ZZ-06": (2, "anybody", ()),
    "ZZ-07": (7, "anybody", ()), "ZZ-08": (44, "migrant", (2, 3)), "ZZ-09": (28, "migrant", (5, 6)),
    "ZZ-10": (15, "anybody", ()), "ZZ-11": (12, "living", ()), "ZZ-12": (1, "worker", ()),
    "ZZ-13": (1.5, "worker", ()), "ZZ-14": (0.6, "worker", ()), "ZZ-15": (3, "ill", ()),
    "ZZ-16": (6, "young_man", (1, 2, 7)), "ZZ-17": (7, "living", ()), "JS-01": (18, "new_parent", ()),
    "JS-03": (4, "one_child", ()), "JS-05": (9, "one_child", ()), "JS-06": (0.8, "one_child", ()),
    "JS-07": (14, "woman", ()), "LD-01": (24, "jobless", ()), "LD-02": (11, "jobless", ()),
    "LD-03": (13, "flexible", ()), "LD-04": (20, "worker", (2, 3)), "LD-05": (11, "worker", ()),
    "LD-06": (18, "worker", ()), "LD-07": (40, "living", (9, 10, 11, 12)), "LD-08": (46, "pensioner", ()),
    "LD-09": (12, "retiree", ()),
}  # fmt: skip
_FEWEST = 90  # cases of a year, however small the community
_SEASON_FACTOR = 3.0
_MONDAY_FACTOR = (1.25, 1.05, 1.0, 0.95, 0.9, 0.7, 0.7)


@dataclass(slots=True)
class Demand:
    """The matters of one community: people by pool, and what is likely in each month."""

    pools: dict[str, list[Person]]
    months: dict[int, Weighted[Item]]

    def matter(self, stream: Stream, day: date) -> tuple[Item, Person]:
        """Somebody's matter on a day."""
        item = stream.draw(self.months[day.month])
        return item, stream.one(self.pools[_MIX[item.code][1]])


def demand_of(persons: list[Person]) -> Demand:
    """Who may come for what. Matters nobody here can come for are left out."""
    known = [person for person in persons if person.row.died_on is None and not person.row.is_protected]
    pools: dict[str, list[Person]] = defaultdict(list, {"": known})
    for person in known:
        for fact in person.facts:
            pools[fact].append(person)
    for name, (source, suits) in _POOLS.items():
        pools[name] = [person for person in pools[source] if suits(person)]
    items = read_defaults().items
    months = {}
    for month in range(1, 13):
        pairs = [
            (items[code], weight * (_SEASON_FACTOR if month in season else 1.0 if not season else 0.45))
            for code, (weight, pool, season) in _MIX.items()
            if pools[pool]
        ]
        months[month] = Weighted(pairs)
    return Demand(pools, months)


def days_of_cases(calendar: WorkingCalendar, stream: Stream, households: int) -> list[date]:
    """The days on which the cases of two years come in, in order, one day for each case."""
    first = round(households * FIRST_YEAR)
    last = max(_FEWEST, round(households * CASES_PER_HOUSEHOLD))
    early = _weighted_days(calendar, TWO_YEARS_AGO, YEAR_AGO)
    late = _weighted_days(calendar, YEAR_AGO, REFERENCE)
    return sorted(stream.draw(early) for _ in range(first)) + sorted(stream.draw(late) for _ in range(last))


@lru_cache(maxsize=4)
def _weighted_days(calendar: WorkingCalendar, first: date, last: date) -> Weighted[date]:
    """Working days, busier on Mondays and towards the year's end."""
    days = [first + timedelta(days=offset) for offset in range((last - first).days)]
    return Weighted(
        [
            (day, _MONDAY_FACTOR[day.weekday()] * (1.15 if day.month in (3, 9, 10, 11) else 1.0))
            for day in days
            if calendar.is_working(day)
        ]
    )
