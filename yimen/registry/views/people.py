"""Residents as lists and pages."""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

from yimen.access.check import may
from yimen.access.gate import actor_of, door, proved
from yimen.access.typed import KEY, to_list, typed
from yimen.core.actor import Actor
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, done, fragment, is_fragment, page, pages_around, refusal, sentence, text
from yimen.orgs.queries import division_name
from yimen.registry import actions
from yimen.registry.queries import history, people, resident_page
from yimen.registry.queries.quota import most_a_day
from yimen.registry.rules.reveal import FIELDS as REVEAL_FIELDS
from yimen.registry.rules.reveal import REASONS
from yimen.registry.rules.traits import known_kinds
from yimen.registry.views.words import options, trait_options

_DONE = {
    "added": N_("The resident is on record now."),
    "corrected": N_("Corrected. The old value stays readable, and can be put back."),
    "undone": N_("Put back as it was."),
    "moved": N_("Moved. The old door stays on record with its dates."),
    "moved_away": N_("Written down that they left. Their record stays; if they come back, they are moved in again."),
    "merged": N_("The two records are one now. This can be undone for 30 days."),
    "one_already": N_("The two records were merged in another window meanwhile. This is the one that stays."),
    "parted": N_("The merge is undone; both records are back."),
    "marked": N_("The trait is set."),
    "ended": N_("The trait has ended."),
    "protected": N_("Protected: only the head and the handlers open this record."),
    "unprotected": N_("Protected no longer. The station finds this resident again."),
}


_TYPED = {"name": 50, "door": 60}  # what somebody types, and how long it may be
_CHOSEN = {"trait": 40, "from_age": 5, "to_age": 5}


@door("resident.list", "GET", "POST")
def residents(request: HttpRequest) -> HttpResponse:
    """The register within reach. What is typed comes by POST, and no name or door stands in an address."""
    actor, problem, found = actor_of(request), None, None
    try:
        asked = _asked(request)
        chosen = _filter(asked)
        query = {name: asked[name] for name in _CHOSEN if asked[name]}
        if request.method == "POST" or any(request.GET.get(name) for name in _TYPED):
            return to_list(request, query, {name: asked[name] for name in _TYPED})
        after = text(request, "after", limit=12)
        found = people.people_list(actor, chosen, asked_at(request), after=after)
    except RuleBroken as refused:
        asked, query, problem = _raw(request), {}, refused
    query |= {KEY: key} if (key := request.GET.get(KEY, "")) else {}
    context = {
        "found": found,
        "asked": asked,
        "kept": query,
        "is_narrowed": any(asked.values()),
        "error": refusal(problem),
        "pages": pages_around(request, query, found.after) if found else None,
        "traits": trait_options(actor),
        "division_name": division_name,
        "is_wide": len(actor.reach) < 12,
        "may_add": may(actor, "resident.add"),
        "may_export": may(actor, "resident.export"),
        "may_protected": may(actor, "resident.list_protected"),
    }
    return page(request, "registry/people.html", context, status=422 if problem else 200)


def filter_of(request: HttpRequest) -> people.Filter:
    """What the list of this address is narrowed by."""
    return _filter(_asked(request))


def _asked(request: HttpRequest) -> dict[str, str]:
    """The parts of the filter as they were typed and chosen."""
    kept = typed(request)
    asked = {name: text(request, name, limit=limit) for name, limit in (_TYPED | _CHOSEN).items()}
    return {**asked, **kept}


def _raw(request: HttpRequest) -> dict[str, str]:
    """The same without a question whether it may be so, to be mended in the form."""
    return {name: request.POST.get(name) or request.GET.get(name) or "" for name in (*_TYPED, *_CHOSEN)}


def _filter(asked: Mapping[str, str]) -> people.Filter:
    from_age, to_age = _years(asked, "from_age"), _years(asked, "to_age")
    if from_age is not None and to_age is not None and from_age > to_age:
        raise RuleBroken(N_("The first age is above the second. Exchange them."), field="to_age")
    trait = asked["trait"] if asked["trait"] in known_kinds() else ""
    return people.Filter(trait=trait, from_age=from_age, to_age=to_age, door=asked["door"], name=asked["name"])


def _years(asked: Mapping[str, str], name: str) -> int | None:
    said = asked[name]
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and int(said) <= 150):
        raise RuleBroken(N_("An age is a whole number up to 150. Type it in digits."), field=name)
    return int(said)


@door("resident.read")
def resident(request: HttpRequest, ref: str) -> HttpResponse:
    """One resident on one page. A merged record leads on to the one that was kept."""
    return show(request, ref)


def show(request: HttpRequest, ref: str, *, error: RuleBroken | None = None) -> HttpResponse:
    """The page, with the refusal of its reveal form when there was one."""
    actor, at = actor_of(request), asked_at(request)
    found = resident_page(actor, ref, at)
    if found.moved_to:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(f"/people/{found.moved_to}{query}")
    is_no_reason = error is not None and error.field == "reason"  # the case that was given is none of theirs
    context = {
        "found": found,
        "for_case": "" if is_no_reason else request.POST.get("case_number") or request.GET.get("case", "")[:24],
        **rights(actor),
        **reveal_context(actor, found.ref, at, has_number=found.has_number, has_phone=found.has_phone),
        "error": refusal(error),
        "typed": request.POST,
        "community": division_name(found.division_code),
        "messages": done(request, _DONE),
    }
    return page(request, "registry/resident.html", context, status=422 if error else 200)


def rights(actor: Actor) -> dict[str, bool]:
    """What the page may offer."""
    verbs = ("correct", "move", "merge", "undo", "seen_by", "reveal", "set_trait", "end_trait", "protect")
    return {f"may_{verb}": may(actor, f"resident.{verb}") for verb in verbs} | {"may_accept": may(actor, "case.accept")}


def reveal_context(actor: Actor, ref: str, at: datetime, *, has_number: bool, has_phone: bool) -> dict[str, object]:
    """What the reveal form needs."""
    if not may(actor, "resident.reveal"):
        return {}
    return {
        "reveal_ref": ref,
        "reasons": options(REASONS),
        "has_number": has_number,
        "has_phone": has_phone,
        "most": most_a_day(actor, at),
    }


@door("resident.reveal", "POST")
def reveal(request: HttpRequest, ref: str) -> HttpResponse:
    """A whole number for a minute. With htmx in its place; without, on a page of its own that leads back."""
    field, at = text(request, "field", limit=10), asked_at(request)
    try:
        shown = actions.reveal(
            proved(request, at),
            ref=ref,
            field=field,
            reason=text(request, "reason", limit=20),
            note=text(request, "note", limit=200),
            case_number=text(request, "case_number", limit=24),
            at=at,
        )
    except RuleBroken as error:
        if is_fragment(request):
            return fragment(request, "registry/revealed.html", {"problem": sentence(error), "asks": error.field})
        return show(request, ref, error=error)
    context = {"shown": shown, "label": REVEAL_FIELDS[field], "ref": ref, "language": get_language()}
    if is_fragment(request):
        return fragment(request, "registry/revealed.html", context)
    response = page(request, "registry/reveal.html", context)
    response.headers["Refresh"] = f"{shown.seconds};url=/people/{ref}"  # masked again without a script
    return response


@door("resident.seen_by")
def seen_by(request: HttpRequest, ref: str) -> HttpResponse:
    """Who looked at this record, and why."""
    actor = actor_of(request)
    before = text(request, "before", limit=18)
    name, rows = history.seen_by(actor, ref, before=int(before) if before.isascii() and before.isdigit() else None)
    context = {"ref": ref, "name": name, "rows": rows, "may_read": may(actor, "resident.read")}
    return page(request, "registry/seen_by.html", context)


@door("resident.list")
def dwelling(request: HttpRequest, ref: str) -> HttpResponse:
    """A door: who lives there, who is registered there."""
    actor = actor_of(request)
    found = people.door_page(actor, ref, asked_at(request))
    context = {"found": found, "community": division_name(found.division_code), "may_add": may(actor, "resident.add")}
    return page(request, "registry/door.html", context)
