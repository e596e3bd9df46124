"""A visit written down at the desk: for whoever carries no phone, or forgot."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.core.web import asked_at, page, sentence, text
from yimen.visits.actions.recording import record_visit
from yimen.visits.queries.households import doors
from yimen.visits.queries.vulnerable import dwelling_id, dwelling_named
from yimen.visits.rules.words import FINDINGS, LONGEST_NOTE, OUTCOMES, TOPICS
from yimen.visits.views.doors import door_words
from yimen.visits.views.records import form_faults, from_form
from yimen.visits.views.words import options, problems_of


@door("visit.record", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """The door first, by its number or its reference, then the same questions as on the phone."""
    if request.method == "GET":
        return _new(request)
    at = asked_at(request)
    try:
        said = from_form(request.POST, door=text(request, "door", limit=12), at=at)
        done = record_visit(actor_of(request), said=said, at=at)
    except RuleBroken as error:
        every = form_faults(request.POST, at=at)
        return _new(request, every if error.field in {one.field for one in every} else [error, *every])
    return HttpResponseRedirect(f"/visits/{done.ref}?done=recorded")


def _new(request: HttpRequest, wrong: Sequence[RuleBroken] = ()) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    asked = text(request, "door", limit=30)
    chosen = dwelling_id(actor, asked) if asked else None
    if wrong and chosen is None:
        raise NotFound()
    named = dwelling_named(actor, asked) if asked and chosen is None else []
    if len(named) == 1:
        chosen = dwelling_id(actor, named[0][0])
    shown = doors(actor, [chosen], at=at)[0] if chosen else None
    context = {
        "door": door_words(shown, local(at).date()) if shown else None,
        "asked": asked,
        "named": named,
        "id": request.POST.get("id") or str(new_id()),
        "typed": request.POST,
        "outcomes": options(OUTCOMES),
        "topics": options(TOPICS),
        "findings": options(FINDINGS),
        "longest": LONGEST_NOTE,
        "latest": f"{local(at):%Y-%m-%dT%H:%M}",
        "wrong": problems_of(wrong),
        "errors": {one.field: sentence(one) for one in wrong},
    }
    return page(request, "visits/visit_new.html", context, status=422 if wrong else 200)
