"""The own page: profile, sessions, tokens, password, language, change of post."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access import actions as access
from yimen.access import queries as people
from yimen.access.gate import actor_of, door, keep_session
from yimen.access.rules import browser_name
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs import queries

_DONE = {
    "password": N_("Your password is changed. Every other browser is signed out, and your tokens have ended."),
    "session": N_("That browser is signed out."),
    "token": N_("The token has ended."),
}


@door("account.own")
def own(request: HttpRequest) -> HttpResponse:
    """My page."""
    return _own(request)


def _own(request: HttpRequest, *, error: RuleBroken | None = None, token: str = "") -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    this = people.hash_of(request.COOKIES.get(settings.SESSION_COOKIE, ""))
    context: dict[str, Any] = {
        "account": people.own_account(actor.person),
        "today": local(at).date(),
        "sessions": [
            (row, browser_name(row.agent), row.key_hash == this) for row in people.own_sessions(actor.person, at=at)
        ],
        "tokens": people.own_tokens(actor.person, at=at),
        "token": token,
        "seat_words": queries.seat_words,
        "division_name": queries.division_name,
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "orgs/own.html", context, status=422 if error else 200)


@door("account.change_password", "GET", "POST")
def password(request: HttpRequest) -> HttpResponse:
    """Change my password: on my page, or, when somebody else set it, here before anything else."""
    if request.method == "GET":
        return _choose(request)
    obliged = actor_of(request).must_choose
    try:
        if request.POST.get("password") != request.POST.get("again"):
            raise RuleBroken(N_("The two new passwords differ. Type the same one twice."), field="again")
        access.change_password(
            actor_of(request),
            present=request.POST.get("present", "")[:128],
            password=request.POST.get("password", "")[:128],
            cookie=request.COOKIES[settings.SESSION_COOKIE],
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _choose(request, error) if obliged else _own(request, error=error)
    return HttpResponseRedirect("/" if obliged else "/me?done=password")


def _choose(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    context = {"error": refusal(error)}
    return page(request, "orgs/password.html", context, status=422 if error else 200)


@door("session.end", "POST")
def end_session(request: HttpRequest, ref: str) -> HttpResponse:
    """Sign out another of my browsers."""
    access.end_session(actor_of(request), ref=ref, at=asked_at(request))
    return HttpResponseRedirect("/me?done=session")


@door("token.issue", "POST")
def issue_token(request: HttpRequest) -> HttpResponse:
    """A new token, shown on this page only."""
    try:
        token = access.issue_own_token(actor_of(request), at=asked_at(request))
    except RuleBroken as error:
        return _own(request, error=error)
    return _own(request, token=token)


@door("token.end", "POST")
def end_token(request: HttpRequest, token: UUID) -> HttpResponse:
    """End one of my tokens."""
    access.end_token(actor_of(request), token_id=token, at=asked_at(request))
    return HttpResponseRedirect("/me?done=token")


@door("seat.switch", "GET", "POST")
def switch(request: HttpRequest) -> HttpResponse:
    """Choose which of my posts I act in."""
    actor, at = actor_of(request), asked_at(request)
    if request.method == "POST":
        cookie = access.switch_seat(
            actor,
            seat_ref=text(request, "seat"),
            cookie=request.COOKIES[settings.SESSION_COOKIE],
            at=at,
            agent=request.headers.get("User-Agent", ""),
        )
        return keep_session(HttpResponseRedirect("/"), cookie)
    today = local(at).date()
    context = {
        "seats": [seat for seat in people.own_account(actor.person).seats if seat.runs_on(today)],
        "current": next(
            (seat.ref for seat in people.live_seats(actor.person, on=today) if seat.id == actor.seat_id), ""
        ),
        "seat_words": queries.seat_words,
        "division_name": queries.division_name,
    }
    return page(request, "orgs/switch.html", context)
