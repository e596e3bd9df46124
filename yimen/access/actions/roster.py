"""Accounts by the sheet: a sign-in for each new colleague, without a post and without a password.

The security administrator gives the posts; the station head or the system administrator sets the first password, which
its owner changes at the first sign-in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction

from yimen.access.check import require
from yimen.access.models import Account
from yimen.core.actor import Actor
from yimen.core.ids import new_id
from yimen.trail.record import Subject, record_many


@dataclass(frozen=True, slots=True)
class AccountSaid:
    """One colleague of a staff roster; `phone` is the office's."""

    line: int
    username: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """An account of that sign-in name."""

    id: UUID
    name: str
    phone: str
    is_active: bool


def accounts_named(usernames: Sequence[str]) -> dict[str, AccountStanding]:
    """The accounts that have these sign-in names."""
    rows = Account.objects.filter(username__in=usernames).values_list("username", "id", "name", "phone", "is_active")
    return {row[0]: AccountStanding(*row[1:]) for row in rows}


@transaction.atomic
def import_accounts(
    actor: Actor, *, new: Sequence[AccountSaid], phones: Sequence[tuple[UUID, str]], ref: str, at: datetime
) -> dict[str, UUID]:
    """Create accounts and set office phones; returns the new ids by sign-in name."""
    require(actor, "account.import")
    made = [
        Account(
            id=new_id(),
            username=one.username,
            name=one.name,
            phone=one.phone,
            password=make_password(None),
            must_choose=True,
            created_at=at,
        )
        for one in new
    ]
    Account.objects.bulk_create(made)
    for account, phone in phones:
        Account.objects.filter(id=account).update(phone=phone)
    subjects = [Subject(one.id, actor.reach, ["added"]) for one in made]
    subjects += [Subject(account, actor.reach, ["phone"]) for account, _phone in phones]
    record_many(actor, "account.import", kind="account", subjects=subjects, at=at, note=ref)
    return {one.username: one.id for one in made}


@transaction.atomic
def take_back_accounts(
    actor: Actor, *, made: Sequence[UUID], phones: Sequence[tuple[UUID, str, str]], ref: str, at: datetime
) -> set[UUID]:
    """Remove accounts that nobody has given a post or a password, and put phones back; returns those that stay."""
    require(actor, "account.import_undo")
    left = set()
    for account in made:
        unused = Account.objects.filter(id=account, password__startswith=UNUSABLE_PASSWORD_PREFIX, seats__isnull=True)
        if not unused.exists():
            left.add(account)
        else:
            unused.delete()
    for account, old, new in phones:
        if not Account.objects.filter(id=account, phone=new).update(phone=old):
            left.add(account)
    touched = [*made, *(account for account, _old, _new in phones)]
    subjects = [Subject(account, actor.reach, ["import"]) for account in touched if account not in left]
    record_many(actor, "account.import_undo", kind="account", subjects=subjects, at=at, note=ref)
    return left
