"""Search anything: people and doors of the register, matters, cases, pages, and what to do next, in one answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.cases.queries.lookup import Found as CaseFound
from yimen.cases.queries.lookup import find_by_number
from yimen.cases.queries.words import matter_name, outcome_name, state_name
from yimen.catalogue import queries as catalogue
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.formats import format_short
from yimen.orgs.queries import division_name
from yimen.registry import queries as registry
from yimen.registry.queries.shown import sex_word, shown_name
from yimen.registry.queries.sources import Answering
from yimen.registry.rules.search import Question
from yimen.site.menu import menu

FINDER = 8  # rows in the box
_LAST_DIGITS = 6  # of a case number
_COMMUNITY = 12  # digits of a community's code


@dataclass(frozen=True, slots=True)
class Row:
    """One thing found: its address, its name, up to three short parts, and a word beside the name."""

    href: str
    name: str
    parts: Sequence[str] = ()
    also: str = ""
    answering: Answering | None = None  # who answers for the door, or for the door of the person


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind: people, doors, cases, matters, pages or next. `more` tells that there are others; `onward` is
    then what the list of cases is to be narrowed by to show them."""

    kind: str
    title: str
    rows: Sequence[Row]
    more: bool = False
    onward: str = ""

    @property
    def total(self) -> str:
        """How many were found, with a plus when there are more."""
        return f"{len(self.rows)}+" if self.more else str(len(self.rows)) if self.kind != "next" else ""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one search. `exact` is the address of the one thing certainly meant, "" otherwise.

    `people` holds the rows as the register gave them, for the page and the API.
    """

    groups: Sequence[Group]
    exact: str
    people: registry.SearchResult


def find(actor: Actor, q: str, at: datetime, limit: int = FINDER, *, after: str = "") -> Found:
    """Everything a text may mean, at most `limit` rows in all (people first) and one record for the people shown."""
    result = registry.search(actor, q, at, limit=limit, after=after)
    words, day = result.question.words, local(at).date()
    if after:
        return Found([_people(actor, result, at)], "", result)
    is_wide = len(actor.reach) < _COMMUNITY
    cases = _cases(actor, result.question, at, limit // 2 if limit <= FINDER else limit)
    others = [
        cases,
        Group("doors", _("Dwellings"), [_door(door, is_wide=is_wide) for door in result.doors], result.more_doors),
        Group("matters", _("Matters"), _matters(words, day, is_meant=not result.people) if words else ()),
        Group("pages", _("Pages"), _pages(actor, words)),
    ]
    people = _people(actor, result, at)
    groups = [group for group in _fitted([people, *others], limit) if group.rows]
    exact = _exact(result, cases.rows)
    if following := _next(actor, result):
        groups.append(Group("next", _("Next steps"), following))
    return Found(groups, exact, result)


def _fitted(groups: Sequence[Group], limit: int) -> list[Group]:
    """As many rows as fit: people leave two places for each other kind that has something."""
    spare = sum(min(2, len(group.rows)) for group in groups[1:])
    room = max(limit - spare, limit // 2)
    fitted = []
    left = limit
    for place, group in enumerate(groups):
        rows = group.rows[: min(left, room if place == 0 else left)]
        left -= len(rows)
        fitted.append(replace(group, rows=rows, more=group.more or len(rows) < len(group.rows)))
    return fitted


def _people(actor: Actor, result: registry.SearchResult, at: datetime) -> Group:
    is_wide = len(actor.reach) < _COMMUNITY
    return Group("people", _("Residents"), [_person(row, at, is_wide=is_wide) for row in result.people], result.more)


def _person(row: registry.PersonRow, at: datetime, *, is_wide: bool) -> Row:
    age = _("%(years)s years") % {"years": row.age} if row.age is not None else ""
    who = " ".join(part for part in (sex_word(row.sex), age) if part)
    where = row.door or _("not living here")
    tail = _("ID tail %(tail)s") % {"tail": row.number_tail} if row.number_tail else row.phone
    last = row.phone
    if row.contact is not None:
        on = format_short(row.contact.at, language=get_language() or "zh-hans", today=local(at).date())
        last = f"{on} {row.contact.words}"
    if is_wide:
        last = division_name(row.division_code)
    also = _("(died)") if row.is_dead else _("(twice here)") if row.is_double else ""
    return Row(f"/people/{row.ref}", row.name, (f"{who} · {where}", tail, last), also, row.answering)


def _door(row: registry.DoorRow, *, is_wide: bool) -> Row:
    living = _("%(count)s live here") % {"count": row.people} if row.people else _("nobody lives here")
    officer = " ".join((row.answering.title, row.answering.who)) if row.answering else ""
    if is_wide:
        living = f"{division_name(row.division_code)} · {living}"
    return Row(f"/doors/{row.ref}", row.door, (row.address, officer, living), answering=row.answering)


def _matters(words: str, day: date, *, is_meant: bool) -> list[Row]:
    """By name; by what everyday words may mean too, unless the words are somebody's name."""
    found = (catalogue.matters_meant if is_meant else catalogue.find_matters)(words, day, 4)
    return [Row(f"/catalogue/{one.code}", catalogue.words(one.item.name), (one.code, "", "")) for one in found]


def _pages(actor: Actor, words: str) -> list[Row]:
    wanted = words.lower()
    items = (item for group in menu(actor, "") for item in group["items"])
    return [
        Row(item["href"], item["title"], ("", "", ""))
        for item in items
        if wanted and wanted in str(item["title"]).lower()
    ]


def _cases(actor: Actor, question: Question, at: datetime, limit: int) -> Group:
    """Cases by the beginning of their number; within one station by its last six digits too."""
    ending = question.tail if len(question.tail) == _LAST_DIGITS and len(actor.reach) >= _COMMUNITY else ""
    typed = question.case or ending
    found = find_by_number(actor, typed, at=at, limit=limit + 1) if typed else []
    rows = [_case(actor, one) for one in found[:limit]]
    return Group("cases", _("Cases"), rows, len(found) > limit, typed)


def _case(actor: Actor, one: CaseFound) -> Row:
    state = outcome_name(one.outcome) if one.outcome else state_name(one.state)
    if len(actor.reach) < _COMMUNITY:
        state = f"{state} · {division_name(one.division_code)}"
    return Row(
        f"/cases/{one.number}",
        matter_name(one.version_id),
        (one.number, shown_name(actor, one.resident_name), state),
    )


def _exact(result: registry.SearchResult, cases: Sequence[Row]) -> str:
    people = [row for row in result.people if row.is_exact]
    if len(people) == 1 == len(result.people):
        return f"/people/{people[0].ref}"
    if result.question.case and len(cases) == 1:
        return cases[0].href
    return ""


def _next(actor: Actor, result: registry.SearchResult) -> list[Row]:
    """What most often follows: take a matter for the one found, or register somebody who is not there."""
    rows = []
    if result.people and may(actor, "case.accept") and not result.people[0].is_dead:
        first = result.people[0]
        words = _("Take a matter for %(name)s") % {"name": first.name}
        rows.append(Row(f"/intake?resident={first.ref}", words, (_("One-door intake"), "", "")))
    if result.question.asks_people and may(actor, "resident.add"):
        rows.append(Row("/people/new", _("Register a new resident"), (_("when nobody fits"), "", "")))
    return rows
