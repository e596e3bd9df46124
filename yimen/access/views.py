"""Sign in, sign out, choose a language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from yimen.access import actions, queries, rules
from yimen.access.gate import actor_of, keep_session, public_door
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, page, received, sentence, text


@public_door("GET", "POST")
def login(request: HttpRequest) -> HttpResponse:
    """Sign in; the same words for a wrong name and a wrong password."""
    target = _safe(request, text(request, "next", limit=2000))
    asks_phone = urlsplit(target).path == "/m" or target.startswith("/m/")
    if request.method == "GET":
        return page(request, "site/login.html", {"next": target, "asks_phone": asks_phone, "error": _why_out(request)})
    is_phone = asks_phone and bool(request.POST.get("phone"))
    try:
        cookie = actions.sign_in(
            text(request, "username", limit=40),
            request.POST.get("password", "")[:128],
            at=asked_at(request),
            address=request.META.get("REMOTE_ADDR", ""),
            agent=request.headers.get("User-Agent", ""),
            request_id=received(request).request_id,
            is_phone=is_phone,
        )
    except RuleBroken as error:
        typed = {"username": text(request, "username", limit=40), "is_phone": is_phone}
        context = {"next": target, "asks_phone": asks_phone, "error": sentence(error), **typed}
        return page(request, "site/login.html", context, status=422)
    rotate_token(request)
    return keep_session(HttpResponseRedirect(target), cookie, lasts=rules.ABSOLUTE_PHONE if is_phone else None)


@public_door("POST")
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out here; the browser is told to forget what it holds, also where the session had ended before.

    A phone that has taken off what is its officer's own says `keep` while unsent records of another officer lie on it:
    then the storage stays, for nobody else has them.
    """
    if received(request).actor is not None:
        actions.sign_out(actor_of(request), cookie=request.COOKIES[settings.SESSION_COOKIE], at=asked_at(request))
    response = HttpResponseRedirect("/login")
    response.delete_cookie(settings.SESSION_COOKIE)
    response.headers["Clear-Site-Data"] = '"cache"' if request.POST.get("keep") else '"cache", "storage"'
    return response


@public_door("POST")
def language(request: HttpRequest) -> HttpResponse:
    """Read in another language, here and, when signed in, everywhere."""
    chosen = text(request, "language", limit=10)
    if chosen not in dict(settings.LANGUAGES):
        raise RuleBroken(N_("Choose one of the languages on the page."), field="language")
    if received(request).actor is not None:
        actions.set_language(actor_of(request), language=chosen, at=asked_at(request))
    response = HttpResponseRedirect(_safe(request, text(request, "next", limit=2000)))
    response.set_cookie("language", chosen, max_age=31_536_000, samesite="Lax", secure=settings.HTTPS, httponly=True)
    return response


def _why_out(request: HttpRequest) -> str:
    """A browser that was signed in and no longer is deserves a reason."""
    if received(request).actor is not None or settings.SESSION_COOKIE not in request.COOKIES:
        return ""
    if queries.is_displaced(request.COOKIES[settings.SESSION_COOKIE]):
        return _(
            "You are signed out here, because you signed in elsewhere since: at most three browsers are open at a time,"
            " and the oldest ends. Was it not you? Sign in and change your password."
        )
    return _(
        "You are signed out: 15 minutes without use, 8 hours in all (12 on a phone of your own),"
        " or your post or account has ended."
    )


def _safe(request: HttpRequest, target: str) -> str:
    return target if target and url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"
