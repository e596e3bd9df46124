"""Residents as lists and pages."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

from yimen.access.check import may
from yimen.access.gate import actor_of, door, proved
from yimen.core.actor import Actor
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, done, fragment, is_fragment, page, refusal, sentence, text
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


@door("resident.list", "GET", "POST")
def residents(request: HttpRequest) -> HttpResponse:
    """The register within reach. Filters come by POST, so that no name or door stands in an address."""
    actor, error = actor_of(request), ""
    try:
        chosen = filter_of(request)
    except RuleBroken as refused:
        chosen, error = people.Filter(), sentence(refused)
    found = people.people_list(actor, chosen, asked_at(request), after=text(request, "after", limit=12))
    context = {
        "found": found,
        "chosen": chosen,
        "error": error,
        "later": bool(text(request, "after", limit=12)),
        "traits": trait_options(actor),
        "division_name": division_name,
        "is_wide": len(actor.reach) < 12,
        "may_add": may(actor, "resident.add"),
        "may_export": may(actor, "resident.export"),
        "may_protected": may(actor, "resident.list_protected"),
    }
    return page(request, "registry/people.html", context)


def filter_of(request: HttpRequest) -> people.Filter:
    trait = text(request, "trait", limit=40)
    return people.Filter(
        trait=trait if trait in known_kinds() else "",
        from_age=_years(request, "from_age"),
        to_age=_years(request, "to_age"),
        door=text(request, "door", limit=30),
        name=text(request, "name", limit=50),
    )


def _years(request: HttpRequest, name: str) -> int | None:
    typed = text(request, name, limit=5)
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and int(typed) <= 150):
        raise RuleBroken(N_("An age is a whole number up to 150. Type it in digits."), field=name)
    return int(typed)


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
