"""What surrounds every page: who and where I am, the menu, the banner."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from yimen.core.actor import Actor
from yimen.core.web import asked_at, received
from yimen.site.forgery import Token
from yimen.site.menu import menu, place


def base_frame(request: HttpRequest) -> dict[str, Any]:
    """What a fragment needs too."""
    actor = received(request).actor
    return {
        "actor": actor,
        "csrf_token": Token(request),
        "lang": translation.get_language() or "zh-hans",
        "now": asked_at(request),
        "request_path": request.path,
        "demo": settings.DEMO,
        "elder": _elder(request),
    }


def frame(request: HttpRequest) -> dict[str, Any]:
    """What a whole page needs."""
    context = base_frame(request)
    actor: Actor | None = context["actor"]
    if actor is not None:
        context["place"] = place(actor)
        context["menu"] = menu(actor, request.path)
    return context


def _elder(request: HttpRequest) -> str:
    chosen = request.GET.get("elder", request.COOKIES.get("elder", ""))
    return {"1": "yes", "2": "larger"}.get(chosen, "")
