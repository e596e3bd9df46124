"""The doorway every request passes: who is it, in which language, and which headers go out."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from yimen.access import actions, queries, rules
from yimen.core.actor import Actor
from yimen.core.clock import now
from yimen.core.database import want_nothing
from yimen.core.web import UNRECEIVED, Received
from yimen.site import errors
from yimen.site.frame import base_frame, frame

CSP = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
LANGUAGES = dict(settings.LANGUAGES)
_UNNAMED = "/healthz"  # asked by machines, which know an address and no name


class Doorway:
    """One query finds session, account and seat; everything else about a request hangs on that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Received) -> HttpResponse:
        want_nothing()
        at = now()
        request.at = at
        request.request_id = secrets.token_hex(8)
        request.actor = None
        request.frame = partial(frame, request)
        request.base_frame = partial(base_frame, request)
        try:
            if request.path != _UNNAMED:
                request.get_host()  # refuses a name under which nobody reaches us, before anything is looked up for it
            request.actor = _actor(request, at)
        except (OperationalError, InterfaceError) as error:
            response = self._without_database(request, error)
        except DisallowedHost:
            translation.activate(_language(request))
            response = errors.not_our_name(request)
        else:
            translation.activate(_language(request))
            unreceived = request.META.get(UNRECEIVED)
            response = errors.not_received(request, unreceived) if unreceived else self.get_response(request)
            if response.status_code == 405:
                response = errors.not_this_way(request, response.headers["Allow"])
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.HTTPS:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.actor is not None or response.status_code == 503:
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Language"] = translation.get_language() or "zh-hans"
        return response

    def _without_database(self, request: Received, error: Exception) -> HttpResponse:
        """The answer when not even the session can be read: busy, not broken."""
        translation.activate(_language(request))
        response = errors.answer(request, error)
        assert response is not None
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn the errors of `core` and of the database's constraints into pages, fragments or problem documents."""
        return errors.answer(request, exception)


def _actor(request: Received, at: datetime) -> Actor | None:
    cookie = request.COOKIES.get(settings.SESSION_COOKIE, "")
    if not cookie:
        return None
    key_hash = queries.hash_of(cookie)
    found = queries.session_actor(
        key_hash,
        at=at,
        idle_since=at - rules.IDLE,
        request_id=request.request_id,
        address=request.META.get("REMOTE_ADDR", ""),
    )
    if found is None:
        return None
    actor, seen_at = found
    if at - seen_at > rules.SEEN_EVERY:
        actions.seen(key_hash, at=at)
    return actor


def _language(request: Received) -> str:
    chosen = request.COOKIES.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    if request.actor is not None:
        return request.actor.language
    return "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-hans"
