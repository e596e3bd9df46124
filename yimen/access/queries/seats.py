"""Which seats a person has, and who sits where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from yimen.access.models import Account, Seat
from yimen.access.scope import LAST
from yimen.core.actor import Role


def live_seats(account_id: UUID, *, on: date) -> list[Seat]:
    """The seats a person may sit in today, the first being where they land at sign-in."""
    return list(
        Seat.objects.filter(Q(to_on=None) | Q(to_on__gt=on), account_id=account_id, from_on__lte=on).order_by(
            "from_on", "side", "id"
        )
    )


def account_named(username: str) -> Account | None:
    """An account by its sign-in name."""
    return Account.objects.filter(username=username).first()


@dataclass(frozen=True, slots=True)
class SeatHeld:
    """A seat and the person in it; `to_on` None = no end is known."""

    account_id: UUID
    account_ref: str
    name: str
    username: str
    role: Role
    division_code: str
    line: str
    post: str
    side: str
    from_on: date
    to_on: date | None
    ref: str


_COLUMNS = (
    "account_id",
    "account__ref",
    "account__name",
    "account__username",
    "role",
    "division_code",
    "line",
    "post",
    "side",
    "from_on",
    "to_on",
    "ref",
)


def seats_held(prefix: str, *, first: date, last: date, post: str = "", roles: Sequence[Role] = ()) -> list[SeatHeld]:
    """Seats under a division that run at some time from `first` to `last`, of people who have not left.

    With `post`, those of that post; with `roles`, those of these roles. Ordered by division, post, side, name.
    """
    rows = Seat.objects.filter(
        Q(to_on=None) | Q(to_on__gt=first),
        from_on__lte=last,
        division_code__gte=prefix,
        division_code__lt=prefix + LAST,
        account__is_active=True,
    )
    if post:
        rows = rows.filter(post=post)
    if roles:
        rows = rows.filter(role__in=[str(role) for role in roles])
    ordered = rows.order_by("division_code", "post", "side", "account__name", "id").values_list(*_COLUMNS)
    return [_held(row) for row in ordered]


def _held(row: tuple[Any, ...]) -> SeatHeld:
    fields = list(row)
    fields[4] = Role(fields[4])
    return SeatHeld(*fields)
