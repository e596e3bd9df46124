"""Every route is a door: it names its verb, or says that it is public. An architecture test refuses a route that
does neither."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from yimen.access.actions import prove
from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.web import choose_password_first, received, sign_in_first

View = Callable[..., HttpResponse]
# What is open to somebody who still has to choose a password: choosing it, their own page, signing out.
OPEN_BEFORE_CHOOSING = frozenset({"account.change_password", "account.own"})


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor; doors with a verb guarantee there is one."""
    return cast(Actor, received(request).actor)


def door(verb: str, *methods: str) -> Callable[[View], View]:
    """A door for staff: signed in, with the verb, by these methods (GET when none is named)."""
    allowed = methods or ("GET",)

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if received(request).actor is None:
                return sign_in_first(request)
            if actor_of(request).must_choose and verb not in OPEN_BEFORE_CHOOSING:
                return choose_password_first(request)
            require(actor_of(request), verb)
            if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
                return HttpResponseNotAllowed(allowed)
            return view(request, *args, **kwargs)

        return _labelled(guarded, verb, allowed)

    return wrap


def _labelled(view: View, verb: str, methods: tuple[str, ...]) -> View:
    """The view with what the architecture tests read of it."""
    vars(view).update(verb=verb, methods=methods)
    return view


def proved(request: HttpRequest, at: datetime) -> Actor:
    """The actor, with the password proved again when the form carries one. RuleBroken when it is wrong."""
    actor, password = actor_of(request), request.POST.get("password", "")[:128]
    if not password:
        return actor
    return prove(actor, password=password, cookie=request.COOKIES.get(settings.SESSION_COOKIE, ""), at=at)


def keep_session(response: HttpResponse, cookie: str, *, lasts: timedelta | None = None) -> HttpResponse:
    """Give the browser a session's cookie: until it is closed, or for so long."""
    response.set_cookie(
        settings.SESSION_COOKIE,
        cookie,
        max_age=lasts,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
        path="/",
    )
    return response


def public_door(*methods: str) -> Callable[[View], View]:
    """A door for everybody, by these methods (GET when none is named)."""
    allowed = methods or ("GET",)

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
                return HttpResponseNotAllowed(allowed)
            return view(request, *args, **kwargs)

        return _labelled(guarded, "public", allowed)

    return wrap
