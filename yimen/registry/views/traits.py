"""Traits set by hand and ended."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import RuleBroken
from yimen.core.web import asked_at, page, refusal, text
from yimen.registry import actions
from yimen.registry.queries import resident_page
from yimen.registry.rules.traits import known_kinds
from yimen.registry.views.typed import day, to
from yimen.registry.views.words import (
    evidence_options,
    source_options,
    trait_options,
)


@door("resident.set_trait", "GET", "POST")
def traits(request: HttpRequest, ref: str) -> HttpResponse:
    """Set a trait by hand, with source and period."""
    if request.method == "GET":
        return _traits(request, ref)
    try:
        until = text(request, "until", limit=10)
        actions.set_trait(
            actor_of(request),
            ref=ref,
            kind=text(request, "kind", limit=40),
            value=text(request, "value", limit=100),
            source=text(request, "source", limit=12),
            evidence=text(request, "evidence", limit=8),
            on=day(request, "on"),
            until=day(request, "until") if until else None,
            note=text(request, "note", limit=200),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _traits(request, ref, error)
    return to(ref, "marked")


def _traits(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor = actor_of(request)
    found = resident_page(actor, ref, asked_at(request))
    if found.moved_to:
        return HttpResponseRedirect(f"/people/{found.moved_to}/traits")
    kind = known_kinds().get(text(request, "kind", limit=40))
    context = {
        "found": found,
        "typed": request.POST,
        "error": refusal(error),
        "kinds": trait_options(actor, settable=True),
        "kind": kind,
        "today": local(asked_at(request)).date().isoformat(),
        "sources": source_options(),
        "evidences": evidence_options(),
    }
    return page(request, "registry/traits.html", context, status=422 if error else 200)


@door("resident.end_trait", "POST")
def end_trait(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that a trait no longer holds, from today."""
    at = asked_at(request)
    try:
        actions.end_trait(actor_of(request), ref=ref, kind=text(request, "kind", limit=40), on=local(at).date(), at=at)
    except RuleBroken as error:
        return _traits(request, ref, error)
    return to(ref, "ended")
