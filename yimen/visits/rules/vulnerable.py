"""必访户规则: which households are seen every month, in groups that a city switches on and off and gives limits.

Default of facts.md row 32: the source names "vulnerable groups" and defines none, so every city confirms or edits it.
"""

from calendar import isleap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yimen.core.errors import N_, RuleBroken

Limits = Mapping[str, int | None]  # key of a group that is on → its limit, None where it has none


@dataclass(frozen=True, slots=True)
class Group:
    """One group: the class under which lists show it (never its name), its words, and the limit it has, if any.

    `least` and `most` bound the limit, `default` is facts.md's. `is_silent`: its words are never shown about a
    household, not even to the station: the class is all there is.
    """

    kind: str
    words: str
    default: int | None = None
    least: int = 0
    most: int = 0
    is_silent: bool = False


# Classes: A means, B health, C age, D family, E marked by hand.
GROUPS: dict[str, Group] = {
    "allowance": Group("A", N_("somebody on the minimum living allowance")),
    "extreme": Group("A", N_("somebody in extreme difficulty: unable to work, without income, without support")),
    "edge": Group("A", N_("somebody of a low-income edge household")),
    "disabled": Group("B", N_("somebody severely disabled, level 1 to %(limit)s"), 2, 1, 4),
    "mental": Group("B", N_("somebody with a mental or intellectual disability"), is_silent=True),
    "illness": Group("B", N_("somebody with a serious illness recorded by civil affairs"), is_silent=True),
    "old": Group("C", N_("somebody aged %(limit)s or over"), 80, 60, 110),
    "alone": Group("C", N_("only people aged %(limit)s or over: living alone or empty nest"), 60, 55, 110),
    "child": Group("D", N_("a child without parental care"), is_silent=True),
    "lost_child": Group("D", N_("a parent who lost an only child"), is_silent=True),
}
BY_HAND = "E"
KINDS = ("A", "B", "C", "D", BY_HAND)
DEFAULT: Limits = {key: group.default for key, group in GROUPS.items()}


def read_limits(chosen: Iterable[str], limits: Mapping[str, str]) -> dict[str, int | None]:
    """The groups of a form with their limits, in the order of `GROUPS`.

    RuleBroken for an unknown group, no group at all, or a limit out of its bounds.
    """
    wanted = set(chosen)
    if not wanted:
        raise RuleBroken(N_("Choose at least one group. Without any, nobody is seen every month."), field="groups")
    if wanted - GROUPS.keys():
        raise RuleBroken(N_("This group is not in the list. Choose from it."), field="groups")
    return {key: _limit(key, group, limits.get(key, "")) for key, group in GROUPS.items() if key in wanted}


def _limit(key: str, group: Group, typed: str) -> int | None:
    if group.default is None:
        return None
    text = typed.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    if not group.least <= number <= group.most:
        raise RuleBroken(
            N_("This limit lies between %(least)s and %(most)s. Type a number."),
            field=f"limit-{key}",
            least=group.least,
            most=group.most,
        )
    return number


def kinds_of(groups: Iterable[str], *, is_marked: bool = False) -> tuple[str, ...]:
    """The classes of a household's groups, each once, in order."""
    found = {GROUPS[key].kind for key in groups if key in GROUPS}
    if is_marked:
        found.add(BY_HAND)
    return tuple(kind for kind in KINDS if kind in found)


def born_by(day: date, years: int) -> date:
    """The last birth date that is so many full years old on a day (`core.identity.age_on`)."""
    year = day.year - years
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    if (day.month, day.day) == (2, 28) and not isleap(day.year) and isleap(year):
        return date(year, 2, 29)
    return day.replace(year=year)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who lives at a door: when they were born, and what is known of them on a day (kind → value)."""

    birth_on: date | None
    facts: Mapping[str, Any]


MENTAL = ("has_severe_mental_disorder", "has_mental_or_intellectual_disability")
_Test = Callable[[Sequence[Person], int, date], bool]


def groups_of(people: Sequence[Person], limits: Limits, day: date) -> tuple[str, ...]:
    """The groups because of which a household is a must-visit on a day, in the order of `GROUPS`; () for none."""
    if not people:
        return ()
    return tuple(key for key in GROUPS if key in limits and _TESTS[key](people, limits[key] or 0, day))


def _any(test: Callable[[Mapping[str, Any]], bool]) -> _Test:
    return lambda people, _limit, _day: any(test(one.facts) for one in people)


def _aged(one: Person, limit: int, day: date) -> bool:
    return one.birth_on is not None and one.birth_on <= born_by(day, limit)


def _is_extreme(facts: Mapping[str, Any]) -> bool:
    return all(facts.get(kind) is True for kind in ("no_labour_capacity", "no_income_source", "no_able_supporter"))


def _is_edge(facts: Mapping[str, Any]) -> bool:
    return facts.get("is_low_income_any") is True and facts.get("is_dibao") is not True and not _is_extreme(facts)


def _is_mental(facts: Mapping[str, Any]) -> bool:
    return any(facts.get(kind) is True for kind in MENTAL)


def _level(facts: Mapping[str, Any]) -> int | None:
    level = facts.get("disability_level")
    return level if isinstance(level, int) and not isinstance(level, bool) else None


_TESTS: dict[str, _Test] = {
    "allowance": _any(lambda facts: facts.get("is_dibao") is True),
    "extreme": _any(_is_extreme),
    "edge": _any(_is_edge),
    "disabled": lambda people, limit, _day: any(
        (level := _level(one.facts)) is not None and level <= limit for one in people
    ),
    "mental": _any(_is_mental),
    "illness": _any(lambda facts: facts.get("has_serious_illness") is True),
    "old": lambda people, limit, day: any(_aged(one, limit, day) for one in people),
    "alone": lambda people, limit, day: all(_aged(one, limit, day) for one in people),
    "child": _any(lambda facts: facts.get("is_child_without_care") is True),
    "lost_child": _any(lambda facts: facts.get("only_child_dead_or_disabled") is True),
}
