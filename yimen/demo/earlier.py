"""The year before the two lived months: one plain visit to nearly every home, so that a patch's plan has a past to
count from.

Few have waited for about a year and are due in this month; one or two have waited longer, and the officer has said why.
Rows of a stream of their own: what the two months hold does not depend on them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from yimen.demo.reference import REFERENCE, moment
from yimen.demo.stream import Stream, Weighted
from yimen.patches import queries as patches
from yimen.visits.rules.months import first_of

_LONG = (date(2025, 9, 8), date(2025, 10, 26))  # more than twelve months before the day of the demonstration
_YEAR = (date(2025, 11, 24), date(2025, 11, 29))  # twelve months by the end of this month, not yet on its day
_LATER = date(2025, 12, 1)
_WAITING, _DUE = (1, 2), (9, 15)  # homes of a patch
_OUTCOMES = Weighted([("met", 85), ("phone", 15)])
_TOPICS = Weighted([("fine", 70), ("policy", 15), ("health", 10), ("safety", 5)])
_HOURS = Weighted([(9, 12), (10, 18), (14, 14), (15, 16), (16, 8), (18, 10), (19, 16), (20, 6)])
_REASONS = ("away", "family")


@dataclass(frozen=True, slots=True)
class Door:
    """A lived-in door, whether its household is seen every month, and the patch it lay in before the last drawing."""

    id: UUID
    patch_id: UUID
    is_must: bool
    earlier_patch_id: UUID


@dataclass(slots=True)
class Earlier:
    """What the months before left behind, patch by patch."""

    code: str
    officers: dict[UUID, patches.Person]
    until: date  # the first of the lived days
    visits: list[tuple[Any, ...]] = field(default_factory=list)
    gaps: list[tuple[Any, ...]] = field(default_factory=list)

    def patch(self, stream: Stream, doors: Sequence[Door], seen: Collection[UUID]) -> None:
        """One patch: `seen` are the doors visited in the lived months."""
        unseen = [door for door in doors if not door.is_must and door.id not in seen]
        waiting = stream.sample(unseen, min(len(unseen), stream.between(*_WAITING)))
        known = {door.id for door in waiting}
        rest = [door for door in unseen if door.id not in known]
        due = {door.id for door in stream.sample(rest, min(len(rest), stream.between(*_DUE)))}
        for door in doors:
            first, last = _LONG if door.id in known else _YEAR if door.id in due else (_LATER, self._yesterday)
            self._visit(stream, door, first + timedelta(days=stream.between(0, (last - first).days)))
        for door in waiting:
            self._gap(stream, door)

    @property
    def _yesterday(self) -> date:
        return self.until - timedelta(days=1)

    def _visit(self, stream: Stream, door: Door, day: date) -> None:
        officer = self.officers.get(door.earlier_patch_id)
        if officer is None:
            return
        at = moment(day, stream.draw(_HOURS), stream.between(0, 59))
        self.visits.append(
            (
                *(stream.uid(), stream.ref(), self.code, door.id, door.earlier_patch_id, officer.account_id),
                *(officer.name, at, day, at + timedelta(minutes=stream.between(1, 40))),
                *(stream.draw(_OUTCOMES), f"{{{stream.draw(_TOPICS)}}}", "phone" if stream.chance(0.85) else "desk"),
            )
        )

    def _gap(self, stream: Stream, door: Door) -> None:
        officer, reason = self.officers.get(door.patch_id), stream.one(_REASONS)
        if officer is not None:
            at = moment(REFERENCE - timedelta(days=stream.between(3, 15)), 16, 40)
            month = first_of(REFERENCE)
            self.gaps.append((stream.uid(), self.code, door.id, month, reason, "", officer.name, at))
