"""A and B of each post: who holds it, who is away, who stands in, and where nobody will."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access import queries as access
from yimen.access.queries import SeatHeld
from yimen.access.scope import LAST
from yimen.core.actor import Actor, Role
from yimen.core.clock import LOCAL, local
from yimen.orgs.queries.names import post_codes
from yimen.orgs.rules import Span, first_gap, without

STATION_ROLES = (Role.WINDOW, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Away:
    """One absence; `to_at` None = until it is ended."""

    ref: str
    account_id: UUID
    name: str
    division_code: str
    from_at: datetime
    to_at: datetime | None
    reason: str
    note: str

    def covers(self, at: datetime) -> bool:
        """Whether the person is away at that moment."""
        return self.from_at <= at and (self.to_at is None or at < self.to_at)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a post, as A or B, and whether they are away just now."""

    account_id: UUID
    account_ref: str
    name: str
    post: str
    side: str
    away: Away | None


@dataclass(frozen=True, slots=True)
class Covered:
    """A colleague for whom I stand in now, in one post, until they are back."""

    account_id: UUID
    name: str
    post: str
    from_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A post with neither A nor B, now or to come; `to_at` None = no end in sight."""

    division_code: str
    post: str
    from_at: datetime
    to_at: datetime | None
    absent: tuple[str, ...]  # names of those who would be there


def absences(
    prefix: str, *, first: datetime, last: datetime | None = None, account_ids: Iterable[UUID] | None = None
) -> list[Away]:
    """Absences under a division that run at some time from `first` to `last` (None = ever after), by start."""
    ids = None if account_ids is None else list(account_ids)
    values: dict[str, Any] = {"low": prefix, "high": prefix + LAST, "first": first, "last": last, "ids": ids}
    with connection.cursor() as cursor:
        cursor.execute(_AWAY, values)
        return [Away(*row) for row in cursor.fetchall()]


# On every workbench: without the ORM.
_AWAY = """
select x.ref, x.account_id, a.name, x.division_code, x.from_at, x.to_at, x.reason, x.note
from orgs_absence x join access_account a on a.id = x.account_id
where x.division_code >= %(low)s and x.division_code < %(high)s and (x.to_at is null or x.to_at > %(first)s)
  and (%(last)s::timestamptz is null or x.from_at <= %(last)s)
  and (%(ids)s::uuid[] is null or x.account_id = any(%(ids)s))
order by x.from_at, x.id
"""


def absent_now(prefix: str, *, at: datetime) -> dict[UUID, Away]:
    """Who under a division is away at this moment."""
    return {away.account_id: away for away in absences(prefix, first=at, last=at)}


def holders(division_code: str, post: str = "", *, at: datetime) -> list[Holder]:
    """A and B of a post of one community (of all its posts when none is named), A first, with who is away."""
    values: dict[str, Any] = {"division": division_code, "post": post, "at": at, "today": local(at).date()}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, values)
        return [_holder(row) for row in cursor.fetchall()]


_SITTING = """
from access_seat s
join access_account a on a.id = s.account_id and a.is_active
left join orgs_absence x on x.account_id = s.account_id and x.from_at <= %(at)s
     and (x.to_at is null or x.to_at > %(at)s) and starts_with(x.division_code || '', {division}::text)
where s.division_code = {division} and s.post <> ''
  and s.from_on <= %(today)s and (s.to_on is null or s.to_on > %(today)s)
"""
_COLUMNS = """
s.account_id, a.ref, a.name, s.post, s.side, x.ref, x.division_code, x.from_at, x.to_at, x.reason, x.note
"""
_HOLDERS = f"""
select {_COLUMNS} {_SITTING.format(division="%(division)s")} and (%(post)s = '' or s.post = %(post)s)
order by s.post, s.side, a.name, s.id
"""
# The same of all posts inside another statement, as JSON text for `holders_told`: {division} is SQL, %(at)s and
# %(today)s are its parameters.
HOLDERS = f"""
(select json_agg(json_build_array({_COLUMNS}) order by s.post, s.side, a.name, s.id) {_SITTING})::text
"""


def holders_told(found: str | None) -> list[Holder]:
    """The holders that `HOLDERS` gave."""
    return [_holder_told(*row) for row in json.loads(found or "[]")]


def _holder_told(account: str, ref: str, name: str, post: str, side: str, away: str | None, *rest: Any) -> Holder:
    account_id = UUID(account)
    if away is None:
        return Holder(account_id, ref, name, post, side, None)
    code, from_at, to_at, *why = rest
    from_at, to_at = datetime.fromisoformat(from_at), datetime.fromisoformat(to_at) if to_at else None
    return Holder(account_id, ref, name, post, side, Away(away, account_id, name, code, from_at, to_at, *why))


def _holder(row: tuple[Any, ...]) -> Holder:
    account_id, ref, name, post, side, away, *rest = row
    return Holder(account_id, ref, name, post, side, Away(away, account_id, name, *rest) if away else None)


# The accounts for whom %(self)s stands in at %(at)s in the community %(low)s, for use inside other statements: absent
# now, and holding a post there that %(self)s holds too. The same answer as `covering`.
STANDING = """
select b.account_id from access_seat m
join access_seat b on b.division_code = m.division_code and b.post = m.post and b.account_id <> m.account_id
join orgs_absence x on x.account_id = b.account_id and x.from_at <= %(at)s and (x.to_at is null or x.to_at > %(at)s)
where m.account_id = %(self)s and m.division_code = %(low)s and m.post <> ''
  and m.from_on <= %(today)s and (m.to_on is null or m.to_on > %(today)s)
  and b.from_on <= %(today)s and (b.to_on is null or b.to_on > %(today)s)
"""


def stand_in_for(account_id: UUID, *, division_code: str, post: str, at: datetime) -> Holder | None:
    """Who acts for an absent person in a post: the other side (B for A, A for B), else anybody who holds it.

    None when the person is here, or when nobody who holds the post is.
    """
    if account_id not in absent_now(division_code, at=at):
        return None
    sitting = holders(division_code, post, at=at)
    own = {holder.side for holder in sitting if holder.account_id == account_id}
    present = [holder for holder in sitting if holder.away is None and holder.account_id != account_id]
    return min(present, key=lambda holder: (holder.side in own, holder.side), default=None)


def covering(actor: Actor, *, at: datetime) -> list[Covered]:
    """The absent colleagues for whom this person stands in now, post by post."""
    return covered_by(actor, holders(actor.reach, at=at)) if actor.role in STATION_ROLES else []


def covered_by(actor: Actor, sitting: Sequence[Holder]) -> list[Covered]:
    """The same from the holders of the actor's own station."""
    mine = {holder.post for holder in sitting if holder.account_id == actor.account_id and holder.away is None}
    return [
        Covered(holder.account_id, holder.name, holder.post, holder.away.from_at, holder.away.to_at)
        for holder in sitting
        if holder.away is not None and holder.account_id != actor.account_id and holder.post in mine
    ]


def uncovered_posts(prefix: str, *, at: datetime, ahead: timedelta = timedelta(days=7)) -> list[Gap]:
    """Posts under a division with neither A nor B at some moment from now on for `ahead`: the warning before it
    happens. Only stations where somebody works are asked."""
    end = at + ahead
    seats = access.seats_held(prefix, first=local(at).date(), last=local(end).date(), roles=STATION_ROLES)
    away: dict[UUID, list[Span]] = defaultdict(list)
    for absence in absences(prefix, first=at, last=end):
        away[absence.account_id].append(Span(absence.from_at, absence.to_at))
    by_post: dict[tuple[str, str], list[SeatHeld]] = defaultdict(list)
    for seat in seats:
        by_post[seat.division_code, seat.post].append(seat)
    stations = sorted({seat.division_code for seat in seats})
    gaps = []
    for code in stations:
        for post in post_codes():
            sitting = by_post[code, post]
            gap = first_gap(
                [span for seat in sitting for span in without(_span(seat), away.get(seat.account_id, ()))], at, end
            )
            if gap is not None:
                absent = tuple(seat.name for seat in sitting if seat.account_id in away)
                gaps.append(Gap(code, post, gap.from_at, gap.to_at, absent))
    return gaps


def _span(seat: SeatHeld) -> Span:
    return Span(_midnight(seat.from_on), None if seat.to_on is None else _midnight(seat.to_on))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LOCAL)
