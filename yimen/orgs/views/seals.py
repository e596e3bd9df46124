"""The seals of the trail: how far they reach, and having them verified."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.core.web import asked_at
from yimen.trail import actions
from yimen.trail import queries as trail
from yimen.trail.queries import WAITING_SHOWN
from yimen.trail.rules import KINDS


@door("trail.verify", "POST")
def verify(request: HttpRequest) -> HttpResponse:
    """Have the worker verify everything; the trail's page shows what it finds."""
    actions.ask_verification(actor_of(request), at=asked_at(request))
    return HttpResponseRedirect("/trail")


def sealed() -> dict[str, Any]:
    """What the page of the trail says about its seals."""
    state = trail.seal_state()
    walk = state.verified
    return {
        "state": state,
        "waiting": f"{WAITING_SHOWN:,}+" if state.waiting >= WAITING_SHOWN else f"{state.waiting:,}",
        "walk": walk,
        "faults": [(fault.seal, _(KINDS[fault.kind])) for fault in walk.faults] if walk else [],
    }
