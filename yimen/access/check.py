"""The only gate for actions and doors."""

from yimen.access.matrix import MATRIX
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotAllowed


def may(actor: Actor, verb: str) -> bool:
    """Whether this role has the verb at all. KeyError for a verb that no matrix line names."""
    return actor.role in MATRIX[verb]


def require(actor: Actor, verb: str) -> None:
    """Refuse with 403 when the role does not have the verb."""
    if actor.role not in MATRIX[verb]:
        raise NotAllowed(
            N_("Your post does not include this action. Ask the station head, or switch to the post that does.")
        )
