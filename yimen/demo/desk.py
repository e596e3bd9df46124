"""What the cases of one community share while they are made: people, calendar, numbers, and the rows so far."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yimen.cases.rules import division_at, secret_of
from yimen.core.calendar import WorkingCalendar
from yimen.demo.reference import TWO_YEARS_AGO, moment
from yimen.demo.staff import Seated, Staff, office_staff
from yimen.demo.stream import Stream
from yimen.demo.tables import (
    CaseMaterialRow,
    CaseRow,
    DecisionRow,
    DraftRow,
    EntryRow,
    ExtensionRow,
    FollowUpRow,
    HandOverRow,
    MessageRow,
    PauseRow,
    RatingRow,
    VisitRow,
)
from yimen.demo.towns import Town

SERIALS_A_DAY = 100  # numbers of one community on one day
_BEFORE_ALL = int(moment(TWO_YEARS_AGO - timedelta(days=30), 0, 0).timestamp())
_COMMUNITIES = 2048
_A_SECOND = 64  # entries of one community


def first_number(at: datetime, ordinal: int = 0) -> int:
    """The lowest number that an entry of a second may have in the `ordinal`-th community: later is higher everywhere,
    so the trail of a city is in order of time however its communities are loaded."""
    return ((int(at.timestamp()) - _BEFORE_ALL) * _COMMUNITIES + ordinal) * _A_SECOND


@dataclass(slots=True)
class Desk:
    """What the cases of one community share: people, calendar, and the rows written so far."""

    seed: str
    town: Town
    staff: Staff
    calendar: WorkingCalendar
    stream: Stream
    drafts: list[DraftRow] = field(default_factory=list)
    visits: list[VisitRow] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    materials: list[CaseMaterialRow] = field(default_factory=list)
    pauses: list[PauseRow] = field(default_factory=list)
    extensions: list[ExtensionRow] = field(default_factory=list)
    offers: list[HandOverRow] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    ratings: list[RatingRow] = field(default_factory=list)
    follow_ups: list[FollowUpRow] = field(default_factory=list)
    messages: list[MessageRow] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    _serials: dict[tuple[str, date], int] = field(default_factory=dict)

    def serial(self, series: str, day: date) -> int:
        """The next serial of a series on a day, apart from those of other communities."""
        count = self._serials.get((series, day), 0)
        self._serials[series, day] = count + 1
        return self.town.rank * SERIALS_A_DAY + count % SERIALS_A_DAY

    def number_entries(self) -> None:
        """Put the trail into the order of time, and give each entry a number that no other community gives."""
        self.entries.sort(key=lambda entry: entry.at)
        last, count = -1, 0
        for place, entry in enumerate(self.entries):
            first = first_number(entry.at, self.town.ordinal)
            count = count + 1 if first == last else 0
            if count == _A_SECOND:
                raise ValueError(f"{self.town.code}: more than {_A_SECOND} entries within a second")
            last = first
            self.entries[place] = EntryRow(first + count, *entry[1:])

    def secret(self) -> str:
        """A second secret for a receipt."""
        return secret_of(self.stream.getrandbits(64))

    def office(self, level: str) -> Staff:
        """The office above at a level."""
        return office_staff(self.seed, division_at(self.town.code, level))

    def enter(
        self,
        verb: str,
        who: Seated | None,
        subject: tuple[str, UUID],
        at: datetime,
        changes: Any = (),
        note: str = "",
        *,
        acting_for: Seated | None = None,
        division: str = "",
        role: str = "",
        is_read: bool = False,
    ) -> None:
        """One line of the trail; without `who`, by the resident or the system (`role`)."""
        self.entries.append(
            EntryRow(
                0,  # numbered when all are there
                at,
                verb,
                who.account_id if who else None,
                who.name if who else role,
                who.role if who else role,
                who.seat if who else "",
                acting_for.account_id if acting_for else None,
                acting_for.name if acting_for else "",
                division or self.town.code,
                subject[0],
                str(subject[1]),
                changes if isinstance(changes, dict) else list(changes),
                note,
                is_read,
            )
        )
