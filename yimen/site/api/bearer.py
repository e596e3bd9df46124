"""Who calls: the holder of a bearer token, never a browser's cookie, so no request can be forged across sites."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from yimen.access import actions
from yimen.access.check import require
from yimen.access.gate import actor_of
from yimen.core.actor import Actor
from yimen.core.web import asked_at, received


class Bearer(HttpBearer):
    """Puts the actor on the request; a token that no longer opens anything is refused with its reason."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = actions.token_bearer(
            token,
            at=asked_at(request),
            request_id=received(request).request_id,
            address=request.META.get("REMOTE_ADDR", ""),
        )
        received(request).actor = actor
        return actor


def bearer(request: HttpRequest, verb: str) -> Actor:
    """The calling actor, who must have the verb."""
    actor = actor_of(request)
    require(actor, verb)
    return actor
