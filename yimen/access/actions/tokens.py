"""Bearer tokens for the API."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.access import queries, rules
from yimen.access.actions.sessions import as_actor
from yimen.access.check import require
from yimen.access.models import Token
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, NotKnown, RuleBroken
from yimen.trail.record import record


@transaction.atomic
def issue_token(username: str, *, at: datetime) -> str:
    """A bearer token for an account's first seat, shown once. For the command line: whoever runs it owns the server."""
    account = queries.account_named(username)
    seats = queries.live_seats(account.id, on=local(at).date()) if account and account.is_active else []
    if account is None or not seats:
        raise NotFound(N_("No active account of that name holds a post. Check the name with the system administrator."))
    return _issue(as_actor(account, seats[0], request_id="", address=""), at)


@transaction.atomic
def issue_own_token(actor: Actor, *, at: datetime) -> str:
    """A bearer token for the seat one sits in, shown once."""
    require(actor, "token.issue")
    if Token.objects.filter(account_id=actor.person, expires_at__gt=at).count() >= rules.MAX_TOKENS:
        raise RuleBroken(
            N_("You hold %(most)s tokens already. End one that you no longer need."), most=rules.MAX_TOKENS
        )
    return _issue(actor, at)


def _issue(actor: Actor, at: datetime) -> str:
    assert actor.seat_id is not None
    token = f"ym_{secrets.token_urlsafe(32)}"
    Token.objects.create(
        prefix=token[:9],
        token_hash=queries.hash_of(token),
        account_id=actor.person,
        seat_id=actor.seat_id,
        created_at=at,
        expires_at=at + rules.TOKEN_LIFE,
    )
    record(
        actor,
        "token.issue",
        subject=("account", actor.person),
        division_code=actor.reach,
        at=at,
        changes={"prefix": token[:9]},
    )
    return token


@transaction.atomic
def end_token(actor: Actor, *, token_id: UUID, at: datetime) -> None:
    """End one of one's own tokens."""
    require(actor, "token.end")
    ended, _ = Token.objects.filter(account_id=actor.person, pk=token_id).delete()
    if not ended:
        raise NotFound(N_("That token is over already. Nothing is left to end."))
    record(actor, "token.end", subject=("account", actor.person), division_code=actor.reach, at=at)


def token_bearer(token: str, *, at: datetime, request_id: str, address: str) -> Actor:
    """The actor of a bearer token, or a refusal that says why it no longer opens anything."""
    found = queries.token_actor(token, at=at, request_id=request_id, address=address)
    if found is None:
        raise NotKnown(N_("This token is not known. Ask the system administrator for a new one."))
    today = local(at).date()
    if not found.is_active or (found.seat_to_on is not None and found.seat_to_on <= today):
        raise NotKnown(N_("The holder of this token has left the post. Ask for a token of your own."))
    if found.expires_at <= at:
        raise NotKnown(N_("This token has run out. Ask the system administrator for a new one."))
    return found.actor
