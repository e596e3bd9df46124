"""One contact box: its history, a round of today or of an earlier day, another place, its end."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.clock import LOCAL, local
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.ids import new_id
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs.queries import division_name
from yimen.visits.actions.boxes import MOST_LETTERS, empty, move, remove
from yimen.visits.actions.contacts import LONGEST_AGO
from yimen.visits.queries.box import Event, box_page
from yimen.visits.queries.vulnerable import door_meant
from yimen.visits.rules.speaking import STATES
from yimen.visits.views.boxes import DONE, register

_EVENTS = {
    "hung": N_("hung up"),
    "moved": N_("hangs elsewhere"),
    "removed": N_("taken down"),
    "round": N_("box emptied"),
    "letter": N_("letter"),
}


@door("box.list")
def box(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything about one box."""
    return _box(request, ref)


@door("box.empty", "POST")
def empty_(request: HttpRequest, ref: str) -> HttpResponse:
    """A round; with letters, on to writing them down."""
    said, at = text(request, "letters", limit=4), asked_at(request)
    try:
        letters = int(said) if said.isascii() and said.isdigit() else -1
        then = _when(request)
        made = empty(actor_of(request), key=_key(request), ref=ref, letters=letters, emptied_at=then, at=at)
    except (RuleBroken, Conflict) as error:
        return _refused(request, ref, error)
    if made.letters:
        left: dict[str, object] = {"way": "box", "box": ref, "left": made.letters}
        return HttpResponseRedirect(f"/contacts/new?{urlencode(left | _of_then(then))}")
    return HttpResponseRedirect(f"{_onward(request, ref)}?done=emptied")


@door("box.move", "POST")
def move_(request: HttpRequest, ref: str) -> HttpResponse:
    """To another place."""
    actor = actor_of(request)
    try:
        made = move(
            actor,
            ref=ref,
            place=text(request, "place", limit=80),
            dwelling_ref=door_meant(actor, text(request, "door", limit=30)),
            at=asked_at(request),
        )
    except (RuleBroken, Conflict) as error:
        return _box(request, ref, error)
    return HttpResponseRedirect(f"/contact-boxes/{made.ref}?done=moved")


@door("box.remove", "POST")
def remove_(request: HttpRequest, ref: str) -> HttpResponse:
    """Taken down."""
    try:
        remove(actor_of(request), ref=ref, at=asked_at(request))
    except Conflict as error:
        return _refused(request, ref, error)
    return HttpResponseRedirect(f"{_onward(request, ref)}?done=removed")


def _when(request: HttpRequest) -> datetime | None:
    """The local minute that was typed, None for just now."""
    typed = text(request, "when", limit=30)
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=LOCAL) if typed else None
    except ValueError as error:
        raise RuleBroken(N_("Choose a day and a time, or leave it empty."), field="when") from error


def _of_then(then: datetime | None) -> dict[str, object]:
    return {"when": f"{then:%Y-%m-%dT%H:%M}"} if then else {}


def _letters_of(ref: str, one: Event, at: datetime) -> str:
    """Where the letters of a round that are left are written down: those of another day with the minute after it."""
    if not one.left or at - one.at > LONGEST_AGO:
        return ""
    left: dict[str, object] = {"way": "box", "box": ref, "left": one.left}
    then = None if one.on == local(at).date() else local(one.at) + timedelta(minutes=1)
    return f"/contacts/new?{urlencode(left | _of_then(then))}"


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(text(request, "key", limit=36))
    except ValueError:
        return new_id()


def _is_of_page(request: HttpRequest) -> bool:
    """Whether a form of the box's own page was sent, not one of the register."""
    return bool(text(request, "page", limit=1))


def _onward(request: HttpRequest, ref: str) -> str:
    return f"/contact-boxes/{ref}" if _is_of_page(request) else "/contact-boxes"


def _refused(request: HttpRequest, ref: str, error: RuleBroken | Conflict) -> HttpResponse:
    return _box(request, ref, error) if _is_of_page(request) else register(request, error)


def _box(request: HttpRequest, ref: str, error: RuleBroken | Conflict | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    after = request.GET.get("after", "")
    found = box_page(actor, ref, after=after, at=at)
    here = f"/contact-boxes/{found.ref}"
    context: dict[str, Any] = {
        "found": found,
        "here": here,
        "community": division_name(found.division_code),
        "events": [
            (one, _(_EVENTS[one.kind]), _(STATES[one.state]) if one.state else "", _letters_of(found.ref, one, at))
            for one in found.events
        ],
        "may_change": may(actor, "box.empty"),
        "key": new_id(),
        "most": MOST_LETTERS,
        "latest": f"{local(at):%Y-%m-%dT%H:%M}",
        "earliest": f"{found.from_on}T00:00",
        "next": f"{here}?{urlencode({'after': found.onward})}" if found.onward else "",
        "first": here if after else "",
        "typed": request.POST,
        "error": refusal(error),
        "messages": done(request, DONE),
    }
    return page(request, "visits/box.html", context, status=422 if error else 200)
