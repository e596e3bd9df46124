"""Which seats a person has, and who sits where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
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


def has_accounts() -> bool:
    """Whether anybody was ever given a sign-in here."""
    return Account.objects.exists()


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


# On every workbench: without the ORM.
_HELD = """
select s.account_id, a.ref, a.name, a.username, s.role, s.division_code, s.line, s.post, s.side, s.from_on, s.to_on,
       s.ref
from access_seat s join access_account a on a.id = s.account_id and a.is_active
where s.division_code >= %(low)s and s.division_code < %(high)s and s.from_on <= %(last)s
  and (s.to_on is null or s.to_on > %(first)s)
  and (%(post)s = '' or s.post = %(post)s) and (%(roles)s::text[] = '{}' or s.role = any(%(roles)s))
order by s.division_code, s.post, s.side, a.name, s.id
"""


def seats_held(prefix: str, *, first: date, last: date, post: str = "", roles: Sequence[Role] = ()) -> list[SeatHeld]:
    """Seats under a division that run at some time from `first` to `last`, of people who have not left.

    With `post`, those of that post; with `roles`, those of these roles. Ordered by division, post, side, name.
    """
    values: dict[str, Any] = {"low": prefix, "high": prefix + LAST, "first": first, "last": last, "post": post}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, values | {"roles": [str(role) for role in roles]})
        return [SeatHeld(*(*row[:4], Role(row[4]), *row[5:])) for row in cursor.fetchall()]
