"""What residents said: the list, the form of under a minute, one contact, and what becomes of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door, proved
from yimen.core.actor import Actor
from yimen.core.clock import LOCAL, local
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.ids import new_id
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs.queries import division_name, workers
from yimen.patches.queries import patches_at
from yimen.visits.actions.answering import answer, called_back, hand_over, reveal, to_case
from yimen.visits.actions.contacts import MOST_WORDS, Entry, Said, take
from yimen.visits.queries.boxes import box_choices, group_choices
from yimen.visits.queries.contacts import Asked, Row, caller, contact_page, contacts, people_for
from yimen.visits.queries.doors import compounds_of
from yimen.visits.queries.vulnerable import door_meant, dwelling_named
from yimen.visits.rules.speaking import STATES, TAKEN, VIEWS, WAYS

NOBODY = "-"
_DONE = {
    "open": N_("Written down. Tell the resident the number."),
    "answered": N_("Written down and answered. Tell the resident the number."),
    "answer": N_("Answered, and closed."),
    "handed": N_("Handed over. The first asked stays on record."),
    "called": N_("The call is on record."),
    "unnamed": N_("Written down and left open, since whom it is about is not known. Tell the resident the number."),
}
_NOBODY_CHOSEN = RuleBroken(N_("Choose whom it is about, or somebody else."), field="resident")


def in_words(row: Row) -> dict[str, Any]:
    """A contact in the reader's words."""
    return {
        "row": row,
        "via": _(WAYS[row.via]),
        "state": _(STATES[row.state]),
        "place": division_name(row.division_code),
    }


@door("contact.list")
def contacts_(request: HttpRequest) -> HttpResponse:
    """The list, narrowed by view, way and patch."""
    return _list(request)


@door("contact.list", "POST")
def caller_(request: HttpRequest) -> HttpResponse:
    """Everything on record from one number; asked by POST, so that no number stands in an address."""
    try:
        return _list(request, found=caller(actor_of(request), text(request, "caller", limit=30), at=asked_at(request)))
    except RuleBroken as error:
        return _list(request, error=error)


def _list(request: HttpRequest, *, found: list[Row] | None = None, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    asked = {"view": text(request, "view", limit=10), "via": text(request, "via", limit=5)}
    standing = patches_at(actor.reach, at=at) if len(actor.reach) >= 12 else []
    patch = next((one for one in standing if one.ref == request.GET.get("patch")), None)
    after, onward, of_caller = text(request, "after", limit=12), "", found is not None
    if found is None:
        narrowed = Asked(asked["view"], asked["via"] if asked["via"] in WAYS else "", patch.id if patch else None)
        found, onward = contacts(actor, narrowed, after=after, at=at)
    kept = {key: value for key, value in (asked | {"patch": patch.ref if patch else ""}).items() if value}
    context: dict[str, Any] = {
        "found": [in_words(row) for row in found],
        "compounds": compounds_of(row.dwelling_ref for row in found),
        "views": [
            {"title": _(words), "href": "/contacts?" + urlencode(kept | {"view": key}), "current": key == asked["view"]}
            for key, words in VIEWS.items()
            if key != "mine" or may(actor, "contact.answer")
        ],
        "of_caller": of_caller,
        "ways": [(key, _(words)) for key, words in WAYS.items()],
        "standing": [(one.ref, _("Patch %(n)s") % {"n": one.number}) for one in standing],
        "kept": kept,
        "is_wide": len(actor.reach) < 12,
        "next": f"/contacts?{urlencode(kept | {'after': onward})}" if onward else "",
        "first": f"/contacts?{urlencode(kept)}" if after else "",
        "caller_error": refusal(error),
        "messages": done(request, _DONE),
        "may_take": may(actor, "contact.take"),
    }
    return page(request, "visits/contacts.html", context, status=422 if error else 200)


def _typed(request: HttpRequest, actor: Actor, people: list[tuple[str, str]] | None) -> dict[str, Any]:
    """The empty form, or the one that was typed."""
    typed: Mapping[str, str] = request.POST
    asked = request.GET.get("way", "")
    return {
        "typed": typed,
        "key": typed.get("key") or str(new_id()),
        "taken": [(key, _(WAYS[key])) for key in TAKEN],
        "way": typed.get("via") or (asked if asked in TAKEN else "call"),
        "boxes": box_choices(actor),
        "box": typed.get("box") or request.GET.get("box", ""),
        "groups": group_choices(actor),
        "people": [*people, (NOBODY, _("Somebody else, or not known"))] if people else [],
        "left": _left(request),
        "when": typed.get("when") or request.GET.get("when", ""),
        "longest": MOST_WORDS,
        "latest": f"{local(asked_at(request)):%Y-%m-%dT%H:%M}",
    }


def _left(request: HttpRequest) -> int:
    """How many letters of a round are still to be written down."""
    said = request.POST.get("left") or request.GET.get("left", "")
    return min(int(said), 200) if said.isascii() and said.isdigit() and len(said) < 4 else 0


@door("contact.take", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends."""
    if request.method == "POST":
        return _take(request)
    return _form(request)


def _form(
    request: HttpRequest, *, error: RuleBroken | Conflict | None = None, people: list[tuple[str, str]] | None = None
) -> HttpResponse:
    context = _typed(request, actor_of(request), people) | {
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "visits/contact_new.html", context, status=422 if error or people else 200)


def _take(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    wanted = text(request, "do", limit=10)
    try:
        entry = _entry(request, actor, wanted)
        if wanted == "case" and not entry.resident_ref and text(request, "resident", limit=12) != NOBODY:
            said = entry.said
            people = people_for(actor, dwelling_ref=entry.dwelling_ref, name=said.name, phone=said.phone, at=at)
            if people:
                is_asked_again = text(request, "asked", limit=1) == "1"
                return _form(request, people=people, error=_NOBODY_CHOSEN if is_asked_again else None)
        made = take(actor, entry=entry, at=at)
        if wanted == "case" and entry.resident_ref:
            return HttpResponseRedirect(
                f"/intake/{to_case(actor, ref=made.ref, resident_ref=entry.resident_ref, at=at)}"
            )
    except (RuleBroken, Conflict) as error:
        return _form(request, error=error)
    left, said_done = _left(request), "unnamed" if wanted == "case" else made.state
    if made.via == "box" and left > 1:
        again = {"way": "box", "box": text(request, "box", limit=12), "left": str(left - 1), "done": said_done}
        when = text(request, "when", limit=30)  # the letters of one round lay there on one day
        return HttpResponseRedirect(f"/contacts/new?{urlencode(again | ({'when': when} if when else {}))}")
    return HttpResponseRedirect(f"/contacts/{made.ref}?done={said_done}")


def _entry(request: HttpRequest, actor: Actor, wanted: str) -> Entry:
    door = door_meant(actor, text(request, "door", limit=30))
    said = text(request, "answer", limit=MOST_WORDS)
    if wanted == "answered" and not said:
        raise RuleBroken(N_("Write what the resident was told, or leave it open."), field="answer")
    phone, resident = text(request, "phone", limit=30), text(request, "resident", limit=12)
    is_case_later = wanted == "case" and resident in ("", NOBODY) and bool(phone)
    return Entry(
        key=_key(request),
        via=text(request, "via", limit=5),
        said=Said(text(request, "words", limit=MOST_WORDS), text(request, "name", limit=50), phone),
        said_at=_when(request),
        dwelling_ref=door,
        resident_ref="" if resident == NOBODY else resident,
        box_ref=text(request, "box", limit=12),
        channel_ref=text(request, "channel", limit=12),
        answer=said if wanted == "answered" else "",
        call_back=bool(text(request, "call_back", limit=1)) or is_case_later,
    )


def _when(request: HttpRequest) -> datetime | None:
    """The local minute that was typed, None for just now."""
    typed = text(request, "when", limit=30)
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=LOCAL) if typed else None
    except ValueError as error:
        raise RuleBroken(N_("Choose a day and a time, or leave it empty."), field="when") from error


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(text(request, "key", limit=36))
    except ValueError:
        return new_id()


@door("contact.read")
def contact(request: HttpRequest, ref: str) -> HttpResponse:
    """One contact."""
    return _contact(request, ref)


@door("contact.answer", "POST")
def answer_(request: HttpRequest, ref: str) -> HttpResponse:
    """What the resident was told."""
    try:
        answer(actor_of(request), ref=ref, words=text(request, "answer", limit=MOST_WORDS), at=asked_at(request))
    except (RuleBroken, Conflict) as error:
        return _contact(request, ref, error=error)
    return HttpResponseRedirect(f"/contacts/{ref}?done=answer")


@door("contact.hand_over", "POST")
def hand_over_(request: HttpRequest, ref: str) -> HttpResponse:
    """To another named worker."""
    try:
        hand_over(actor_of(request), ref=ref, to_ref=text(request, "to", limit=12), at=asked_at(request))
    except (RuleBroken, Conflict) as error:
        return _contact(request, ref, error=error)
    return HttpResponseRedirect(f"/contacts/{ref}?done=handed")


@door("contact.to_case", "POST")
def case_(request: HttpRequest, ref: str) -> HttpResponse:
    """Into an intake: whom it is about is chosen first when it is not known."""
    actor, at = actor_of(request), asked_at(request)
    chosen = text(request, "resident", limit=12)
    try:
        people: list[tuple[str, str]] = []
        if who := text(request, "who", limit=40):
            found = dwelling_named(actor, who)
            people = people_for(actor, dwelling_ref=found[0][0] if len(found) == 1 else "", name=who, phone="", at=at)
            if not people:
                raise RuleBroken(N_("Nobody was found. Try the name, the phone or the door."), field="who")
        if people and not chosen:
            return _contact(request, ref, people=people)
        draft = to_case(actor, ref=ref, resident_ref=chosen, at=at)
    except (RuleBroken, Conflict) as error:
        return _contact(request, ref, error=error)
    return HttpResponseRedirect(f"/intake/{draft}")


@door("contact.called_back", "POST")
def called_(request: HttpRequest, ref: str) -> HttpResponse:
    """The promised call was made."""
    try:
        called_back(actor_of(request), ref=ref, at=asked_at(request))
    except (RuleBroken, Conflict) as error:
        return _contact(request, ref, error=error)
    return HttpResponseRedirect(f"/contacts/{ref}?done=called")


@door("contact.reveal", "POST")
def phone_(request: HttpRequest, ref: str) -> HttpResponse:
    """The number, whole, for a minute."""
    at = asked_at(request)
    try:
        return _contact(request, ref, phone=reveal(proved(request, at), ref=ref, at=at))
    except RuleBroken as error:
        return _contact(request, ref, error=error)


def _contact(
    request: HttpRequest,
    ref: str,
    *,
    error: RuleBroken | Conflict | None = None,
    people: list[tuple[str, str]] | None = None,
    phone: str = "",
) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    found = contact_page(actor, ref, at=at)
    row = found.row
    if people is None and row.resident_ref:
        people = [(row.resident_ref, row.name)]
    context: dict[str, Any] = {
        "found": found,
        "one": in_words(row),
        "compounds": compounds_of([row.dwelling_ref, *(one.dwelling_ref for one in found.before)], always=True),
        "before": [in_words(one) for one in found.before],
        "is_open": row.state == "open",
        "may_act": may(actor, "contact.answer"),
        "workers": [(one.ref, one.name) for one in workers(row.division_code, at=at) if one.name != row.answers],
        "people": people or [],
        "phone": phone,
        "longest": MOST_WORDS,
        "typed": request.POST,
        "error": refusal(error),
        "wants_password": getattr(error, "field", "") == "password",
        "messages": done(request, _DONE),
    }
    return page(request, "visits/contact.html", context, status=422 if error else 200)
