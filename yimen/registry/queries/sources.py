"""What upper rooms add to the register's pages. They fill these lists at start-up (`yimen.site.subscriptions`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yimen.core.actor import Actor


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened with a resident, in the reader's language. `kind` is "", "now" or "held"."""

    at: date  # or a datetime, where the hour is known
    text: str
    who: str = ""
    detail: str = ""
    kind: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A section for the right column of a resident's page: a template of the room that offers it, and its values."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contact:
    """When a resident was last in touch and how, in the reader's language."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a room tells about a resident: lines of the timeline, and a section when it has one."""

    timeline: Sequence[TimelineRow]
    panel: Panel | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for a door now, in the reader's language. `href` is "" where the reader may not go there."""

    title: str
    who: str
    href: str = ""


TellingSource = Callable[[Actor, Sequence[UUID], datetime], Told]
ContactSource = Callable[[Actor, Sequence[UUID]], Mapping[UUID, Contact]]
CaseSource = Callable[[Actor, Sequence[UUID], str, datetime], bool]  # whether a number names a case of theirs
AnsweringSource = Callable[[Actor, Sequence[str], datetime], Mapping[str, Answering]]  # doors, by their refs

# Called with every id the person ever had (merged records included), so that nothing is lost by a merge.
telling_sources: list[TellingSource] = []
contact_sources: list[ContactSource] = []
answering_sources: list[AnsweringSource] = []
case_sources: list[CaseSource] = []


def contacts_of(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Contact]:
    """The latest contact of each resident, over all sources."""
    latest: dict[UUID, Contact] = {}
    for source in contact_sources if ids else ():
        for resident, contact in source(actor, ids).items():
            if resident not in latest or latest[resident].at < contact.at:
                latest[resident] = contact
    return latest


def answering_of(actor: Actor, doors: Sequence[str], at: datetime) -> dict[str, Answering]:
    """Who answers for each door, by its ref; a door for which nobody ever did is absent."""
    found: dict[str, Answering] = {}
    for source in answering_sources if doors else ():
        found |= source(actor, doors, at)
    return found


def has_case(actor: Actor, ids: Sequence[UUID], number: str, at: datetime) -> bool:
    """Whether this number names a case of one of these residents that the actor may know of."""
    return any(source(actor, ids, number, at) for source in case_sources)


_paper_names: list[Callable[[str], str]] = []


def name_papers_by(namer: Callable[[str], str]) -> None:
    """Say how a material's code becomes words; the catalogue knows."""
    _paper_names[:] = [namer]


def paper_name(code: str) -> str:
    """A material in the reader's language; its code where nobody named it."""
    return _paper_names[0](code) if _paper_names else code
