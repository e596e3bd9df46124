"""The only gate for actions and doors."""

from datetime import datetime

from yimen.access.matrix import MATRIX
from yimen.access.rules import PROOF_LASTS
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotAllowed, RuleBroken


def may(actor: Actor, verb: str) -> bool:
    """Whether this role has the verb at all. KeyError for a verb that no matrix line names."""
    return actor.role in MATRIX[verb]


def require(actor: Actor, verb: str) -> None:
    """Refuse with 403 when the role does not have the verb."""
    if actor.role not in MATRIX[verb]:
        raise NotAllowed(
            N_("Your post does not include this action. Ask the station head, or switch to the post that does.")
        )


def is_proved(actor: Actor, at: datetime) -> bool:
    """Whether the password was given in this browser within the last minutes."""
    return actor.proved_at is not None and at - actor.proved_at <= PROOF_LASTS


def require_proof(actor: Actor, at: datetime) -> None:
    """Refuse, with the field `password`, what needs the password again when it was given too long ago."""
    if not is_proved(actor, at):
        raise RuleBroken(N_("Type your password to go on: it was last asked for too long ago."), field="password")
