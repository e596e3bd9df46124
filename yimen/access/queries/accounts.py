"""Accounts as the administrators see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from yimen.access.models import Account, Seat
from yimen.access.scope import LAST
from yimen.core.actor import Actor, Role

PAGE = 50


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat, past, present or to come."""

    ref: str
    role: Role
    division_code: str
    line: str
    post: str
    side: str
    from_on: date
    to_on: date | None

    def runs_on(self, day: date) -> bool:
        """Whether somebody sits in it on a day."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with all its seats, the running ones first."""

    id: UUID
    ref: str
    username: str
    name: str
    phone: str
    language: str
    is_active: bool
    created_at: datetime
    left_at: datetime | None
    seats: Sequence[SeatRow]


_COLUMNS = ("id", "ref", "username", "name", "phone", "language", "is_active", "created_at", "left_at")
_SEAT = ("account_id", "ref", "role", "division_code", "line", "post", "side", "from_on", "to_on")


def _known_to(actor: Actor) -> QuerySet[Account]:
    """Accounts with a seat in reach, and those that never had one."""
    seats = Seat.objects.filter(account=OuterRef("pk"))
    within = seats.filter(division_code__gte=actor.reach, division_code__lt=actor.reach + LAST)
    return Account.objects.filter(Exists(within) | ~Exists(seats))


def accounts(
    actor: Actor, *, words: str = "", role: str = "", closed: bool = False, after: str = ""
) -> list[AccountRow]:
    """Up to PAGE + 1 accounts by sign-in name from `after` on; the one too many says that there is another page."""
    rows = _known_to(actor).filter(is_active=not closed, username__gt=after)
    if words:
        rows = rows.filter(Q(username__icontains=words) | Q(name__icontains=words))
    if role:
        rows = rows.filter(Exists(Seat.objects.filter(account=OuterRef("pk"), role=role, to_on=None)))
    return _with_seats(list(rows.order_by("username").values_list(*_COLUMNS)[: PAGE + 1]))


def account(actor: Actor, ref: str) -> AccountRow | None:
    """One account within reach, by its reference."""
    return next(iter(_with_seats(list(_known_to(actor).filter(ref=ref).values_list(*_COLUMNS)))), None)


def own_account(account_id: UUID) -> AccountRow:
    """A person's own account."""
    return _with_seats(list(Account.objects.filter(pk=account_id).values_list(*_COLUMNS)))[0]


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """The names of accounts by their identifiers as text."""
    return {str(account_id): name for account_id, name in Account.objects.filter(pk__in=ids).values_list("pk", "name")}


def accounts_called(words: str) -> tuple[UUID, ...]:
    """The accounts whose name or sign-in name holds these words. Nobody's name changes, so the trail bears the same."""
    found = Account.objects.filter(Q(username__icontains=words) | Q(name__icontains=words))
    return tuple(found.order_by("id").values_list("id", flat=True))


def phones_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The office phones of accounts, "" where none is known."""
    return dict(Account.objects.filter(pk__in=list(ids)).values_list("pk", "phone"))


def _with_seats(rows: list[tuple[Any, ...]]) -> list[AccountRow]:
    seats: dict[UUID, list[SeatRow]] = defaultdict(list)
    held = Seat.objects.filter(account_id__in=[row[0] for row in rows]).order_by("to_on", "from_on", "side", "id")
    for account_id, ref, role, *rest in held.values_list(*_SEAT):
        seats[account_id].append(SeatRow(ref, Role(role), *rest))
    return [AccountRow(*(*row, _running_first(seats[row[0]]))) for row in rows]


def _running_first(seats: list[SeatRow]) -> list[SeatRow]:
    return sorted(seats, key=lambda seat: seat.to_on is not None)
