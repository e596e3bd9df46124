"""What a resident's page is made of, in the reader's language and masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yimen.registry.queries.sources import Answering, Panel, TimelineRow


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with who says so, since when, and how surely. `text` is masked where it is a number."""

    name: str
    label: str
    text: str
    source: str
    on: date
    evidence: str
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """Where somebody went, as far as known, who says so, and when they said it."""

    to: str
    source: str
    on: date


@dataclass(frozen=True, slots=True)
class Home:
    """One residence. `kind` is both, registered or living; open while `to_on` is None."""

    kind: str
    ref: str
    door: str
    address: str
    division_code: str
    source: str
    on: date
    from_on: date
    to_on: date | None
    is_rented: bool
    answering: Answering | None = None  # of a home somebody lives in now
    left: Left | None = None  # of a home they left for no door of ours


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the household; `relation` in words."""

    ref: str
    name: str
    relation: str
    age: int | None
    is_dead: bool


@dataclass(frozen=True, slots=True)
class TraitRow:
    """One trait in words; open while `to_on` is None. `value` is "" where the name says it all."""

    kind: str
    label: str
    value: str
    source: str
    on: date
    to_on: date | None
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A material on file, in words."""

    code: str
    name: str
    source: str
    on: date
    valid_until: date | None
    case_number: str


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge this record took part in; `can_undo` within 30 days."""

    ref: str
    other: str
    at: datetime
    reason: str
    can_undo: bool


@dataclass(frozen=True, slots=True)
class ResidentPage:
    """Everything the page shows. With `moved_to` (the ref of the record this one was merged into) nothing else is."""

    id: UUID
    ref: str
    moved_to: str = ""
    name: str = ""
    sex: str = ""
    age: int | None = None
    ethnic: str = ""
    is_dead: bool = False
    died_on: date | None = None
    division_code: str = ""
    version: int = 1
    has_number: bool = False
    has_phone: bool = False
    facts: Sequence[Fact] = ()
    homes: Sequence[Home] = ()
    members: Sequence[Member] = ()
    traits: Sequence[TraitRow] = ()
    papers: Sequence[PaperRow] = ()
    merges: Sequence[MergeRow] = ()
    timeline: Sequence[TimelineRow] = ()
    panels: Sequence[Panel] = ()
    ids: Sequence[UUID] = ()

    @property
    def home(self) -> Home | None:
        """Where they live now."""
        return next((home for home in self.homes if home.to_on is None and home.kind != "registered"), None)

    @property
    def left_home(self) -> Home | None:
        """Where they lived last, when they have left for no door of ours."""
        ended = [home for home in self.homes if home.to_on is not None and home.kind != "registered"]
        last = max(ended, key=lambda home: home.to_on or home.from_on, default=None)
        return last if self.home is None and last is not None and last.left else None
