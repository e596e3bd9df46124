"""Open and close accounts, set passwords."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from yimen.access import queries, rules
from yimen.access.actions.seats import end_seat_on
from yimen.access.check import require
from yimen.access.models import Account, Session
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.trail.record import record

_WEAK = N_("The password is too easy to guess. Use at least 12 characters that are not a common word or your name.")


def create_account(actor: Actor, *, username: str, name: str, password: str, phone: str = "", at: datetime) -> Account:
    """A new sign-in without any seat: the security administrator gives it one."""
    require(actor, "account.create")
    account = Account(username=username, name=name, phone=phone, created_at=at)
    require_strong(password, account)
    account.password = make_password(password)
    with transaction.atomic():
        if Account.objects.filter(username=username).exists():
            raise RuleBroken(N_("This sign-in name is taken. Choose another."), field="username")
        account.save(force_insert=True)
        record(actor, "account.create", subject=("account", account.id), division_code=actor.reach, at=at)
    return account


def require_strong(password: str, account: Account) -> None:
    """Refuse a password that is short, common, close to the person's names, or made of the words of this place."""
    try:
        validate_password(password, account)  # type: ignore[arg-type]  # only its attributes are read
    except ValidationError as error:
        raise RuleBroken(_WEAK, field="password") from error
    if rules.is_made_of_local_words(password):
        raise RuleBroken(_WEAK, field="password")


@transaction.atomic
def close_account(actor: Actor, *, ref: str, at: datetime) -> None:
    """A person leaves: their sessions, tokens and seats end at once."""
    require(actor, "account.close")
    account = Account.objects.select_for_update().filter(ref=ref).first()
    if account is None:
        raise NotFound()
    account.is_active, account.left_at = False, at
    account.save(update_fields=["is_active", "left_at"])
    Session.objects.filter(account=account).delete()
    today = local(at).date()
    for seat in queries.live_seats(account.id, on=today):
        end_seat_on(seat, today)
    record(actor, "account.close", subject=("account", account.id), division_code=actor.reach, at=at)
