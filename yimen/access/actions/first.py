"""The first three people of an installation: nobody is there yet who could let them in."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from yimen.access import queries, rules
from yimen.access.actions.accounts import create_account, give_password
from yimen.access.actions.seats import grant_seat
from yimen.access.check import require
from yimen.access.models import Account
from yimen.core.actor import ADMIN_ROLES, Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.trail.record import record

_TAKEN = N_("This installation has accounts already. Its administrators create the others under Accounts.")
_INCOMPLETE = N_("System, security and audit each need a name and a sign-in name. Keep them to 50 and 40 characters.")
_ONE_PERSON = N_("System, security and audit are three people, with three names. Name somebody else for one of them.")
_LONGEST_NAME, _LONGEST_USERNAME = 50, 40
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none is taken for another when it is read from paper: i l o 0 1 are out
_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who gets their first account."""

    name: str
    username: str

    @property
    def fits(self) -> bool:
        """Whether both are there, and short enough to be kept."""
        return 0 < len(self.name) <= _LONGEST_NAME and 0 < len(self.username) <= _LONGEST_USERNAME


@transaction.atomic
def appoint_first(
    actor: Actor, *, people: Mapping[Role, Newcomer], division_code: str, at: datetime
) -> dict[Role, str]:
    """The system, security and audit administrator of a city without any account; returns the passwords by role.

    Each opens nothing but the choice of another password (GB/T 22239 level 3: three people who exclude one another).
    """
    with connection.cursor() as cursor:
        cursor.execute("lock table access_account in share row exclusive mode")  # of two at once, one comes too late
    if queries.has_accounts():
        raise RuleBroken(_TAKEN)
    if people.keys() != set(ADMIN_ROLES) or not all(one.fits for one in people.values()):
        raise RuleBroken(_INCOMPLETE)
    for of in ("name", "username"):
        if len({rules.plain(getattr(one, of)) for one in people.values()}) < len(people):
            raise RuleBroken(_ONE_PERSON, field=of)
    given = {}
    for role in ADMIN_ROLES:
        one, given[role] = people[role], _one_time_password()
        account = create_account(actor, username=one.username, name=one.name, password=given[role], at=at)
        grant_seat(
            actor, account_ref=account.ref, role=role, division_code=division_code, from_on=local(at).date(), at=at
        )
    return given


@transaction.atomic
def renew_password(actor: Actor, *, username: str, note: str, at: datetime) -> str:
    """A one-time password for somebody whose password nobody else may set, from the server's command line: whoever runs
    it owns the server. `note` says who did, on record. Sessions and tokens end."""
    require(actor, "account.reset_password")
    account = Account.objects.select_for_update().filter(username=username, is_active=True).first()
    if account is None:
        raise NotFound(N_("There is no active account of that name. Look it up under Accounts."))
    given = _one_time_password()
    give_password(account, given)
    record(
        actor,
        "account.reset_password",
        subject=("account", account.id),
        division_code=actor.reach,
        at=at,
        changes={"on": "server"},
        note=note,
    )
    return given


def _one_time_password() -> str:
    """79 bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
