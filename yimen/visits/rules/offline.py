"""What a phone holds and for how long, and how a record made on it is dated. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yimen.core.errors import N_, RuleBroken
from yimen.core.surnames import COMPOUNDS

MOST_DOORS = 60
PACK_LASTS = timedelta(hours=72)
MOST_RECORDS = 100  # of one sending; a phone with more sends again
MOST_FILED = 1_000  # of one file, in parcels like sendings; a phone with more saves several files (`sending.ts`)
CLOCK_FLAGGED = timedelta(hours=48)  # a clock further off than this is shown beside the visit
CLOCK_NOISE = timedelta(seconds=60)  # the way over the network, no fault of the clock
LARGEST = 2**31 - 1  # that a column of whole numbers holds: of seconds, 68 years
AHEAD = timedelta(minutes=5)  # a visit may lie so far ahead before it counts as of the future


@dataclass(frozen=True, slots=True)
class Found:
    """What a visit found, for somebody else to decide: a key of `words.FINDINGS` with its values."""

    kind: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One record as it was made: at a door, at a moment of the phone's own clock."""

    id: UUID
    door: str  # public reference of the dwelling
    outcome: str
    at: datetime
    topics: tuple[str, ...] = ()
    note: str = ""
    found: tuple[Found, ...] = ()
    seen_version: int | None = None  # of the head of the household, as packed


@dataclass(frozen=True, slots=True)
class Sent:
    """How records came in: from which phone (None: a page of the desk), and what its clock said when it sent them.

    A file lies about before it comes in: then `ahead` is how far the clock was when the phone last heard from us.
    """

    received_at: datetime
    sent_at: datetime | None = None
    device_id: UUID | None = None
    account_ref: str = ""  # whose pack the records were made with
    ahead: timedelta | None = None  # of a file; None for what a phone sends itself

    @property
    def clock_off(self) -> timedelta:
        """How far the phone's clock is ahead of ours; zero within the time a message takes."""
        off = self.sent_at - self.received_at if self.sent_at else timedelta(0)
        off = off if self.ahead is None else self.ahead
        return off if abs(off) > CLOCK_NOISE else timedelta(0)

    @property
    def clock_off_s(self) -> int:
        """The same in seconds, as it is kept: at most `LARGEST` either way."""
        return max(-LARGEST, min(LARGEST, round(self.clock_off.total_seconds())))


def when(said: Said, sent: Sent) -> datetime:
    """When the visit was, by our clock. RuleBroken when that lies in the future."""
    return dated(said.at, sent)


def dated(at_sender: datetime, sent: Sent) -> datetime:
    """A moment of the clock that sent it, by our clock. RuleBroken when that lies in the future."""
    try:
        at = at_sender - sent.clock_off
    except OverflowError:
        at = None
    if at is None or at > sent.received_at + AHEAD or at.year < 2000:
        raise RuleBroken(
            N_(
                "The time of this visit lies in the future, or is no time at all. Choose when it was and save it again."
            ),
            field="at",
        )
    return at


def is_clock_wrong(off: timedelta) -> bool:
    """Whether a clock is so far off that the visit shows it."""
    return abs(off) > CLOCK_FLAGGED


def require_few(records: Sequence[object]) -> None:
    """A sending has an end."""
    if len(records) > MOST_RECORDS:
        raise RuleBroken(N_("Too many records at once. Send at most %(limit)s at a time."), limit=MOST_RECORDS)


def require_fileable(parcels: Sequence[Sequence[object]]) -> None:
    """So has a file, and so has each parcel in it."""
    for records in parcels:
        require_few(records)
    if sum(map(len, parcels)) > MOST_FILED:
        raise RuleBroken(
            N_("A file holds at most %(limit)s records. Save them on the phone again; it makes several files."),
            field="file",
            limit=MOST_FILED,
        )


def surname_of(name: str) -> str:
    """The part of a name that a phone may hold: the surname; of a name in letters or with a dot, its first part."""
    if "·" in name or name.isascii():
        return re.split("[· ]", name)[0]
    return name[:2] if name[:2] in COMPOUNDS else name[:1]


def natural(text: str) -> str:
    """Numbers in order of size: 3 before 12."""
    return re.sub("[0-9]+", lambda number: number[0].zfill(6), text)
