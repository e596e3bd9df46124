"""Matters as residents read them: found by words, with the papers counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yimen.catalogue import queries as catalogue
from yimen.catalogue.queries import Version, words
from yimen.catalogue.rules import (
    ChecklistLine,
    Item,
    ItemStatus,
    LimitSource,
    MaterialState,
    Question,
    Text,
    checklist,
    read_defaults,
)
from yimen.core.errors import N_

TO_BRING = (MaterialState.MISSING, MaterialState.LOOK)
_MOST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One matter in a list of links."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: bring it, or why not."""

    name: str
    words: str
    bring: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One question of "what to bring", as radio buttons."""

    name: str
    legend: str
    options: tuple[tuple[str, str], ...]


def row_of(version: Version) -> Row:
    """The link to a guide; a closed matter says so."""
    name = words(version.item.name)
    if version.item.status is ItemStatus.HISTORIC:
        name = _("%(matter)s (no longer taken)") % {"matter": name}
    return Row(name, f"/p/guides/{version.code}")


def categories(day: date) -> list[Row]:
    """The 24 categories that hold matters on a day, in their order."""
    held = {version.item.category for version in catalogue.live(day).values()}
    return [
        Row(words(row.name), f"/p/guides?category={row.code}")
        for row in catalogue.shelf().categories.values()
        if row.code in held
    ]


def in_category(code: str, day: date) -> list[Row]:
    """The matters of one category."""
    return [row_of(version) for version in catalogue.live(day).values() if version.item.category == code]


def category_name(code: str) -> str:
    """A category in the reader's language, "" when there is none of that code."""
    found = catalogue.shelf().categories.get(code)
    return words(found.name) if found else ""


def find(text: str, day: date) -> list[Row]:
    """Matters by name, code or pinyin initials, then those whose category, result or public text says the
    words, then those that everyday words may mean."""
    found = {version.code: version for version in catalogue.find_matters(text, day, _MOST)}
    wanted = text.strip().lower()
    for version in catalogue.live(day).values() if wanted else ():
        if version.code not in found and any(wanted in said.lower() for said in _said(version.item)):
            found[version.code] = version
    for version in catalogue.matters_meant(text, day):
        found.setdefault(version.code, version)
    return [row_of(version) for version in list(found.values())[:_MOST]]


def _said(item: Item) -> list[str]:
    category = catalogue.shelf().categories[item.category].name
    texts = (category, item.result.name, *item.guide.who)
    return [said for text in texts for said in (text.zh, text.en)]


def papers(item: Item, day: date, answers: Mapping[str, str], *, proxy: bool = False) -> list[Paper]:
    """What to bring first, then what need not be brought and why. Papers waived by the answers are left out."""
    lines = checklist([item.needs], catalogue.shelf().materials, {}, answers, proxy=proxy, on=day)
    return [_paper(line) for line in lines if line.state is not MaterialState.WAIVED]


def _paper(line: ChecklistLine) -> Paper:
    counts, name = words(line.material.counts), words(line.material.name)
    if line.state is MaterialState.LOOK:
        return Paper(name, _("%(counts)s We look at it and hand it back.") % {"counts": counts}, True)
    return Paper(name, counts, True) if line.state in TO_BRING else Paper(name, _why_not(line), False)


def _why_not(line: ChecklistLine) -> str:
    if line.state is MaterialState.PROMISED:
        return _("Your signed statement is enough.")
    if line.source:
        system = read_defaults().systems.get(line.source)
        return _("Already held: %(system)s.") % {"system": words(system.name) if system else line.source}
    return _("We fill it in for you; you check and sign it.")


FITS = "fits"
PROXY = "who_comes"
_FITS_ANSWERS = (("yes", N_("Yes, all of them")), ("no", N_("No, one does not hold")), ("unsure", N_("I am not sure")))


def questions(item: Item) -> list[Choice]:
    """What decides whether the matter fits and which papers are wanted: at most five questions."""
    asked = [_choice(question) for question in item.ask]
    if item.proxy and PROXY not in {choice.name for choice in asked}:
        asked.insert(0, Choice(PROXY, _("Who comes?"), (("self", _("I come myself")), ("proxy", _("Somebody for me")))))
    if item.guide.who and item.conditions:
        answers = tuple((key, _(said)) for key, said in _FITS_ANSWERS)
        asked.insert(0, Choice(FITS, _("Do these hold for you?"), answers))
    return asked


def _choice(question: Question) -> Choice:
    return Choice(question.key, words(question.label), tuple((one.key, words(one.label)) for one in question.answers))


def limit_words(days: int | None) -> str:
    """A limit in words; 0 is while you wait."""
    if days is None:
        return _("no limit set")
    if days == 0:
        return _("while you wait")
    return _("%(days)s working days") % {"days": days} if days != 1 else _("1 working day")


def is_confirmed(version: Version) -> bool:
    """Whether the city itself has decided the limits; those of the initial catalogue are proposals."""
    return version.number > 1 or version.item.limit_source is LimitSource.FOUND


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the published promise list."""

    code: str
    name: str
    promised: str
    legal: str
    is_shorter: bool


def promises(day: date) -> list[tuple[str, list[Promise]]]:
    """Every matter in force by category: the promise beside the legal limit."""
    groups: dict[str, list[Promise]] = {}
    for version in catalogue.live(day).values():
        item = version.item
        line = Promise(
            item.code,
            words(item.name),
            limit_words(item.promised_days),
            limit_words(item.legal_days),
            item.legal_days is not None and item.promised_days < item.legal_days,
        )
        groups.setdefault(item.category, []).append(line)
    return [(category_name(code), lines) for code, lines in groups.items()]


def lines(texts: tuple[Text, ...]) -> list[str]:
    """Texts in the reader's language."""
    return [words(text) for text in texts]
