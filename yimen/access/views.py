"""Sign in, sign out, switch seat."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme

from yimen.access import actions, queries
from yimen.access.gate import actor_of, door, public_door
from yimen.core.clock import local
from yimen.core.errors import RuleBroken
from yimen.core.web import page, text


@public_door("GET", "POST")
def login(request: HttpRequest) -> HttpResponse:
    """Sign in; the same words for a wrong name and a wrong password."""
    target = _safe(request, text(request, "next", limit=2000))
    if request.method == "GET":
        return page(request, "site/login.html", {"next": target})
    try:
        cookie = actions.sign_in(
            text(request, "username", limit=40),
            request.POST.get("password", "")[:128],
            at=request.at,  # type: ignore[attr-defined]  # set by the Doorway middleware
            address=request.META.get("REMOTE_ADDR", ""),
            agent=request.headers.get("User-Agent", ""),
            request_id=request.request_id,  # type: ignore[attr-defined]  # set by the Doorway middleware
        )
    except RuleBroken as error:
        context = {"next": target, "error": error, "username": text(request, "username", limit=40)}
        return page(request, "site/login.html", context, status=422)
    rotate_token(request)
    return _with_cookie(HttpResponseRedirect(target), cookie)


@door("account.own", "POST")
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out here; the browser is told to forget what it holds."""
    actions.sign_out(actor_of(request), cookie=request.COOKIES[settings.SESSION_COOKIE], at=request.at)  # type: ignore[attr-defined]  # set by the Doorway middleware
    response = HttpResponseRedirect("/login")
    response.delete_cookie(settings.SESSION_COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@door("seat.switch", "GET", "POST")
def switch(request: HttpRequest) -> HttpResponse:
    """Choose which of my seats I sit in."""
    actor = actor_of(request)
    at = request.at  # type: ignore[attr-defined]  # set by the Doorway middleware
    if request.method == "POST":
        cookie = actions.switch_seat(
            actor,
            seat_ref=text(request, "seat"),
            cookie=request.COOKIES[settings.SESSION_COOKIE],
            at=at,
            agent=request.headers.get("User-Agent", ""),
        )
        return _with_cookie(HttpResponseRedirect("/"), cookie)
    assert actor.account_id is not None
    return page(request, "access/switch.html", {"seats": queries.live_seats(actor.account_id, on=local(at).date())})


def _with_cookie(response: HttpResponse, cookie: str) -> HttpResponse:
    response.set_cookie(settings.SESSION_COOKIE, cookie, httponly=True, samesite="Lax", secure=settings.HTTPS, path="/")
    return response


def _safe(request: HttpRequest, target: str) -> str:
    return target if target and url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"
