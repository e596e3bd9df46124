"""Accounts and posts: the system administrator opens and closes accounts, the security administrator gives posts."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access import actions as access
from yimen.access import queries as people
from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.actor import STAFF_ROLES, Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, sentence, text
from yimen.orgs import queries
from yimen.orgs.forms import read_date

_DONE = {
    "created": N_("The account is open. The security administrator gives it a post."),
    "closed": N_("The account is closed. Its sessions and posts have ended."),
    "granted": N_("The post is given."),
    "asked": N_("Asked. A security administrator has to approve; see Approvals."),
    "ended": N_("The post has ended, and with it the sessions in it."),
    "reset": N_(
        "The password is set. Wherever this person was signed in, they no longer are; their tokens have ended."
    ),
}


@door("account.list")
def accounts(request: HttpRequest) -> HttpResponse:
    """Accounts by sign-in name, with their posts today."""
    return _accounts(request)


def _accounts(request: HttpRequest, *, error: RuleBroken | None = None) -> HttpResponse:
    actor = actor_of(request)
    words, role, closed = text(request, "q"), text(request, "role", limit=12), text(request, "closed") == "1"
    if role not in STAFF_ROLES:
        role = ""
    found = people.accounts(actor, words=words, role=role, closed=closed, after=text(request, "after", limit=40))
    context = {
        **_words(request),
        "rows": found[: people.PAGE],
        "next": found[people.PAGE - 1].username if len(found) > people.PAGE else "",
        "q": words,
        "role": role,
        "closed": closed,
        "roles": _roles(),
        "may_create": may(actor, "account.create"),
        "error": refusal(error),
        "typed": request.POST,
    }
    return page(request, "orgs/accounts.html", context, status=422 if error else 200)


@door("account.create", "POST")
def create(request: HttpRequest) -> HttpResponse:
    """A new account without any post."""
    try:
        account = access.create_account(
            actor_of(request),
            username=text(request, "username", limit=40, required=True),
            name=text(request, "name", limit=50, required=True),
            password=request.POST.get("password", "")[:128],
            phone=text(request, "phone", limit=20),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _accounts(request, error=error)
    return HttpResponseRedirect(f"/accounts/{account.ref}?done=created")


@door("account.list")
def account(request: HttpRequest, ref: str) -> HttpResponse:
    """One account with all its posts."""
    return _account(request, ref)


def _account(request: HttpRequest, ref: str, *, error: RuleBroken | None = None) -> HttpResponse:
    actor = actor_of(request)
    found = people.account(actor, ref)
    if found is None:
        raise NotFound()
    context = {
        **_words(request),
        "account": found,
        "is_self": found.id == actor.account_id,
        "may_close": may(actor, "account.close"),
        "may_reset": may(actor, "account.reset_password") and (actor.role is not Role.SECURITY or _is_apart(found)),
        "may_grant": may(actor, "seat.propose"),
        "may_end": may(actor, "seat.end"),
        "always_asks": not may(actor, "seat.grant"),
        "roles": _roles(),
        "posts": [(code, queries.post_name(code)) for code in queries.post_codes()],
        "lines": queries.departments(),
        "error": refusal(error),
        "typed": request.POST,
    }
    return page(request, "orgs/account.html", context, status=422 if error else 200)


def _is_apart(found: people.AccountRow) -> bool:
    return any(seat.role in (Role.SECURITY, Role.AUDITOR) for seat in found.seats)


@door("account.close", "POST")
def close(request: HttpRequest, ref: str) -> HttpResponse:
    """The person left."""
    try:
        access.close_account(actor_of(request), ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _account(request, ref, error=error)
    return HttpResponseRedirect(f"/accounts/{ref}?done=closed")


@door("account.reset_password", "GET", "POST")
def reset(request: HttpRequest, ref: str) -> HttpResponse:
    """A new password for somebody who forgot theirs; the head does it for the workers of the station."""
    actor = actor_of(request)
    found = people.account(actor, ref)
    if found is None:
        raise NotFound()
    words, status = "", 200
    if request.method == "POST":
        try:
            password = request.POST.get("password", "")[:128]
            access.reset_password(actor, ref=ref, password=password, at=asked_at(request))
        except RuleBroken as error:
            words, status = sentence(error), 422
        else:
            target = "/station" if actor.role is Role.HEAD else f"/accounts/{ref}"
            return HttpResponseRedirect(f"{target}?done=reset")
    back = "/station" if actor.role is Role.HEAD else f"/accounts/{ref}"
    return page(request, "orgs/reset.html", {"account": found, "error": words, "back": back}, status=status)


@door("seat.propose", "POST")
def grant(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a post, or ask another administrator to: always for the system administrator, at city level for all."""
    actor = actor_of(request)
    try:
        given = access.propose_seat(
            actor,
            account_ref=ref,
            role=_role(text(request, "role")),
            division_code=_division(actor, text(request, "division", limit=20, required=True)),
            line=text(request, "line", limit=4),
            post=text(request, "post", limit=2),
            side=text(request, "side", limit=1),
            from_on=read_date(request, "from_on") or local(asked_at(request)).date(),
            reason=text(request, "reason", limit=200),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _account(request, ref, error=error)
    return HttpResponseRedirect(f"/accounts/{ref}?done={'granted' if given else 'asked'}")


def _role(value: str) -> Role:
    if value not in STAFF_ROLES:
        raise RuleBroken(N_("Choose a role from the list."), field="role")
    return Role(value)


def _division(actor: Actor, code: str) -> str:
    """A division by its code, trimmed of the zeros that fill it up to twelve digits."""
    wanted = code
    for length in (4, 6, 9):
        if len(code) == 12 and set(code[length:]) == {"0"}:
            wanted = code[:length]
            break
    if not actor.reaches(wanted) or queries.division(wanted) is None:
        raise RuleBroken(
            N_("No division has this code. Look it up in the list and type all its digits."), field="division"
        )
    return wanted


@door("seat.end", "POST")
def end(request: HttpRequest, ref: str, seat: str) -> HttpResponse:
    """End a post today."""
    access.end_seat(actor_of(request), ref=seat, at=asked_at(request))
    return HttpResponseRedirect(f"/accounts/{ref}?done=ended")


def _roles() -> list[tuple[str, str]]:
    return [(str(role), queries.role_name(role)) for role in STAFF_ROLES]


def _words(request: HttpRequest) -> dict[str, Any]:
    today: date = local(asked_at(request)).date()
    return {
        "today": today,
        "seat_words": queries.seat_words,
        "role_name": queries.role_name,
        "division_name": queries.division_name,
        "messages": done(request, _DONE),
    }
