"""The officer's phone, page by page: today's walk, find, a visit, what waits. Every page works without a script; with
one, a phone that was packed shows the same pages from its pack (`site/assets/phone.ts`)."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door, public_door
from yimen.access.rules import browser_name
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.visits.actions.packing import wipe
from yimen.visits.actions.proposing import settle
from yimen.visits.actions.recording import record_visit
from yimen.visits.queries.households import doors, own_walk, stops
from yimen.visits.queries.packed import phones_of
from yimen.visits.queries.same_fact import Disputed, disputed
from yimen.visits.queries.vulnerable import dwelling_id, dwelling_named
from yimen.visits.rules.words import FINDINGS, OUTCOMES, TOPICS
from yimen.visits.views.doors import DoorWords, StopWords, count_words, counts_words, door_words, stop_words
from yimen.visits.views.records import from_form
from yimen.visits.views.words import options

_DONE = {
    "saved": N_("Saved. The next door follows."),
    "settled": N_("Settled. What was not kept stays in the history."),
    "wiped": N_("This phone forgets everything on its next contact. You are signed out everywhere but here."),
}


@door("visit.walk")
def today(request: HttpRequest) -> HttpResponse:
    """Today's walk, stairwell by stairwell, with the month's counts."""
    walk, counts, numbers = _walk(request)
    context = {
        "tab": "today",
        "walk": [(stop, count_words(stop)) for stop in walk],
        "counts": counts,
        "patches": numbers,
        "messages": done(request, _DONE),
    }
    return page(request, "visits/phone_today.html", context)


def _walk(request: HttpRequest) -> tuple[list[StopWords], dict[str, int], str]:
    actor, at = actor_of(request), asked_at(request)
    chosen, counts, numbers = own_walk(actor, at=at)
    found = stops(doors(actor, chosen, at=at))
    day = local(at).date()
    return [stop_words(stop, day) for stop in found], counts_words(counts), numbers


@door("visit.walk")
def find(request: HttpRequest) -> HttpResponse:
    """A door by its number, such as 3-502."""
    return _find(request, "find")


@door("visit.walk")
def log(request: HttpRequest) -> HttpResponse:
    """A call or a reception at the office: the door first, then the same form."""
    return _find(request, "log")


def _find(request: HttpRequest, tab: str) -> HttpResponse:
    asked = text(request, "q", limit=30)
    found = dwelling_named(actor_of(request), asked) if asked else []
    context = {"tab": tab, "asked": asked, "found": found, "messages": []}
    return page(request, "visits/phone_find.html", context)


@door("visit.walk", "GET")
def visit(request: HttpRequest, ref: str) -> HttpResponse:
    """The form of a visit at a door."""
    return _visit(request, ref)


@door("visit.record", "POST")
def save(request: HttpRequest, ref: str) -> HttpResponse:
    """Save it, and on to the next door of the walk."""
    at = asked_at(request)
    try:
        record_visit(actor_of(request), said=from_form(request.POST, door=ref, at=at), at=at)
    except RuleBroken as error:
        return _visit(request, ref, error=error)
    following = _next(_walk(request)[0], ref)
    where = f"/m/visit/{following['ref']}" if following else "/m"
    return HttpResponseRedirect(f"{where}?{urlencode({'done': 'saved'})}")


def _visit(request: HttpRequest, ref: str, *, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    found = dwelling_id(actor, ref)
    if found is None:
        raise NotFound()
    (shown,) = doors(actor, [found], at=at)
    context = {
        "tab": "today",
        "door": door_words(shown, local(at).date()),
        "next": _next(_walk(request)[0], ref),
        "id": request.POST.get("id") or str(new_id()),
        "typed": request.POST,
        "outcome": request.POST.get("outcome") or request.GET.get("outcome", ""),
        **choices(),
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "visits/phone_visit.html", context, status=422 if error else 200)


def choices() -> dict[str, Any]:
    """What the form of a visit offers."""
    return {"outcomes": options(OUTCOMES), "topics": options(TOPICS), "findings": options(FINDINGS)}


def _next(walk: list[StopWords], ref: str) -> DoorWords | None:
    """The door after this one that nobody walked to today."""
    order = [one for stop in walk for one in stop["doors"]]
    at = next((place for place, one in enumerate(order) if one["ref"] == ref), -1)
    waiting = [one for one in order[at + 1 :] + order[: max(at, 0)] if not one["done"] and one["ref"] != ref]
    return waiting[0] if waiting else None


@door("visit.walk")
def outbox(request: HttpRequest) -> HttpResponse:
    """What waits on the phone, which only the phone knows, and what colleagues said otherwise."""
    context = {
        "tab": "outbox",
        "disputes": [dispute_words(one) for one in disputed(actor_of(request))],
        "messages": done(request, _DONE),
    }
    return page(request, "visits/phone_outbox.html", context)


def dispute_words(one: Disputed) -> dict[str, Any]:
    """Two findings about one fact, side by side."""
    return {
        "ref": one.ref,
        "title": f"{one.door} {_(FINDINGS[one.kind])}",
        "mine": ", ".join(one.mine.values()) or _(FINDINGS[one.kind]),
        "my_at": f"{local(one.my_at):%m-%d %H:%M}",
        "theirs": ", ".join(one.theirs.values()) or _(FINDINGS[one.kind]),
        "their_at": f"{local(one.their_at):%m-%d %H:%M}",
        "their_name": one.their_name,
    }


@door("visit.settle", "POST")
def settle_(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep one's own or the colleague's; leaving it for now changes nothing."""
    if text(request, "keep", limit=10) != "later":
        settle(actor_of(request), ref=ref, keep=text(request, "keep", limit=10), at=asked_at(request))
        return HttpResponseRedirect("/m/outbox?done=settled")
    return HttpResponseRedirect("/m/outbox")


@public_door()
def shell(request: HttpRequest) -> HttpResponse:
    """The page a phone keeps: all pages as templates, no word about anybody in it."""
    context = {
        "tab": "",
        "door": {},
        "next": None,
        "id": "",
        "typed": {},
        "outcome": "",
        "error": {},
        "messages": [],
        **choices(),
    }
    response = page(request, "visits/phone_shell.html", context)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@door("device.own")
def devices(request: HttpRequest) -> HttpResponse:
    """One's own phones, each to be wiped."""
    phones = [(one, browser_name(one.agent)) for one in phones_of(actor_of(request))]
    context = {"phones": phones, "messages": done(request, _DONE)}
    return page(request, "visits/devices.html", context)


@door("device.wipe", "POST")
def wipe_(request: HttpRequest, ref: str) -> HttpResponse:
    """Have one forget everything."""
    cookie = request.COOKIES.get(settings.SESSION_COOKIE, "")
    wipe(actor_of(request), ref=ref, cookie=cookie, at=asked_at(request))
    return HttpResponseRedirect("/me/devices?done=wiped")
