"""Open and close accounts, set passwords."""

from dataclasses import replace
from datetime import date, datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from yimen.access import queries, rules
from yimen.access.actions.seats import end_seat_on, hold_administrators, require_successor
from yimen.access.actions.throttle import note_failure, wait_for_turn
from yimen.access.check import require
from yimen.access.models import Account, Session, Token
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotAllowed, NotFound, RuleBroken
from yimen.trail.queries import times_done
from yimen.trail.record import record

_NOT_YOURS = N_("You set passwords for the workers of your station. Ask the system administrator for others.")
_THREE = N_(
    "Whoever sets a password can sign in with it, and system, security and audit are three people. Another security"
    " administrator sets it."
)
_NOT_ADMINISTRATOR = N_(
    "You set passwords for security administrators and auditors. Ask the system administrator for others."
)
_APART = (Role.SECURITY, Role.AUDITOR)
_GIVEN = N_("Somebody else knows this password. Choose another one.")
_WEAK = N_("The password is too easy to guess. Use at least 12 characters that are not a common word or your name.")


def create_account(
    actor: Actor,
    *,
    username: str,
    name: str,
    password: str,
    phone: str = "",
    must_choose: bool = True,
    at: datetime,
) -> Account:
    """A new sign-in without any seat: the security administrator gives it one.

    With `must_choose`, whoever gets it chooses a password of their own before anything else opens.
    """
    require(actor, "account.create")
    account = Account(username=username, name=name, phone=phone, must_choose=must_choose, created_at=at)
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
    if rules.is_too_plain(password, (account.username, account.name)):
        raise RuleBroken(_WEAK, field="password")


@transaction.atomic
def close_account(actor: Actor, *, ref: str, at: datetime) -> None:
    """A person leaves: their sessions, tokens and seats end at once. The last administrator of a kind stays."""
    require(actor, "account.close")
    hold_administrators()
    account = Account.objects.select_for_update().filter(ref=ref).first()
    if account is None or queries.account(actor, ref) is None:
        raise NotFound()
    if not account.is_active:
        raise RuleBroken(N_("This account is closed already. Nothing is left to do."))
    if account.id == actor.account_id:
        raise RuleBroken(N_("Nobody closes their own account. Ask another system administrator."))
    today = local(at).date()
    seats = queries.live_seats(account.id, on=today)
    for seat in seats:
        require_successor(seat, today)
    account.is_active, account.left_at = False, at
    account.save(update_fields=["is_active", "left_at"])
    Session.objects.filter(account=account).delete()
    for seat in seats:
        end_seat_on(seat, today)
    record(actor, "account.close", subject=("account", account.id), division_code=actor.reach, at=at)


@transaction.atomic
def reset_password(actor: Actor, *, ref: str, password: str, at: datetime) -> None:
    """Give a person a new password after it was forgotten; wherever they were signed in, they no longer are, and
    their tokens end: whoever knew the old password may have issued one.

    At the next sign-in they choose one that nobody else knows. For a security administrator or an auditor who has
    chosen one, another security administrator does it: the system administrator could act as them for a while.
    """
    require(actor, "account.reset_password")
    account = Account.objects.select_for_update().filter(ref=ref, is_active=True).first()
    if account is None or queries.account(actor, ref) is None:
        raise NotFound()
    _refuse_setting(actor, account, local(at).date())
    if account.id == actor.account_id:
        raise RuleBroken(N_("Change your own password on your own page, with the present one."), field="password")
    give_password(account, password)
    record(actor, "account.reset_password", subject=("account", account.id), division_code=actor.reach, at=at)


def give_password(account: Account, password: str) -> None:
    """Set a password that its holder replaces at the next sign-in, and end every session and token. Part of an action
    that puts it on record."""
    _set_password(account, password, must_choose=True)
    Session.objects.filter(account=account).delete()
    Token.objects.filter(account=account).delete()


def _refuse_setting(actor: Actor, account: Account, today: date) -> None:
    """Whose password is not for this actor to set; posts that begin later count too."""
    seats = list(account.seats.filter(Q(to_on=None) | Q(to_on__gt=today)))
    is_apart = any(seat.role in _APART for seat in seats)
    own_workers = all(seat.role == Role.WINDOW and actor.reaches(seat.division_code) for seat in seats)
    if actor.role is Role.HEAD and not own_workers:
        raise NotAllowed(_NOT_YOURS)
    if actor.role is Role.SYSADMIN and is_apart and _has_chosen(account):
        raise NotAllowed(_THREE)
    if actor.role is Role.SECURITY and not is_apart:
        raise NotAllowed(_NOT_ADMINISTRATOR)


def _has_chosen(account: Account) -> bool:
    """Whether somebody ever had a password here that nobody else knew."""
    (times,) = times_done(account.id, "account.change_password", since=(account.created_at,))
    return times > 0 or not account.must_choose


def prove(actor: Actor, *, password: str, cookie: str, at: datetime) -> Actor:
    """Give the password again in this browser; the actor, now proved. Wrong tries are slowed as at a sign-in."""
    key = f"password:{actor.person}"
    wait_for_turn(key, at=at)
    if not check_password(password, Account.objects.values_list("password", flat=True).get(pk=actor.person)):
        note_failure(key, at=at)
        raise RuleBroken(N_("That is not your password. Type it again."), field="password")
    Session.objects.filter(account_id=actor.person, key_hash=queries.hash_of(cookie)).update(proved_at=at)
    return replace(actor, proved_at=at)


def change_password(actor: Actor, *, present: str, password: str, cookie: str, at: datetime) -> None:
    """Change one's own password; every other browser is signed out and every token ends."""
    require(actor, "account.change_password")
    account = Account.objects.get(pk=actor.person)
    key = f"password:{account.id}"
    wait_for_turn(key, at=at)
    if not check_password(present, account.password):
        note_failure(key, at=at)
        raise RuleBroken(N_("That is not your present password. Type it again."), field="present")
    if account.must_choose and check_password(password, account.password):
        raise RuleBroken(_GIVEN, field="password")
    with transaction.atomic():
        _set_password(account, password, must_choose=False)
        Session.objects.filter(account=account).exclude(key_hash=queries.hash_of(cookie)).delete()
        Token.objects.filter(account=account).delete()
        record(actor, "account.change_password", subject=("account", account.id), division_code=actor.reach, at=at)


def _set_password(account: Account, password: str, *, must_choose: bool) -> None:
    require_strong(password, account)
    account.password, account.must_choose = make_password(password), must_choose
    account.save(update_fields=["password", "must_choose"])


@transaction.atomic
def set_language(actor: Actor, *, language: str, at: datetime) -> None:
    """Remember the language a person reads in."""
    require(actor, "account.set_language")
    Account.objects.filter(pk=actor.person).update(language=language)
    record(
        actor,
        "account.set_language",
        subject=("account", actor.person),
        division_code=actor.reach,
        at=at,
        changes={"to": language},
    )
