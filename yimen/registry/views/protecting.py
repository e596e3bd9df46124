"""Protected residents: who they are, and who may open them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.errors import NotFound, RuleBroken
from yimen.core.web import asked_at, page, sentence, text
from yimen.orgs.queries import workers
from yimen.registry import actions
from yimen.registry.queries import resident_page
from yimen.registry.queries.protected import MOST, handler_ids, protected_residents
from yimen.registry.views.typed import to


@door("resident.list_protected")
def protected(request: HttpRequest) -> HttpResponse:
    """Those I may open."""
    actor = actor_of(request)
    rows = protected_residents(actor, at=asked_at(request))
    context = {"rows": rows, "most": MOST, "may_protect": may(actor, "resident.protect")}
    return page(request, "registry/protected.html", context)


@door("resident.protect", "GET", "POST")
def protect(request: HttpRequest, ref: str) -> HttpResponse:
    """Hide a resident, or say anew who handles them."""
    if request.method == "GET":
        return _shown(request, ref)
    refs = [one[:12] for one in request.POST.getlist("handlers")[:50]]
    try:
        actions.protect(
            actor_of(request), ref=ref, reason=text(request, "reason", limit=200), handlers=refs, at=asked_at(request)
        )
    except RuleBroken as error:
        return _shown(request, ref, error)
    return to(ref, "protected")


@door("resident.unprotect", "POST")
def unprotect(request: HttpRequest, ref: str) -> HttpResponse:
    """Show them again."""
    try:
        actions.unprotect(actor_of(request), ref=ref, reason=text(request, "reason", limit=200), at=asked_at(request))
    except RuleBroken as error:
        return _shown(request, ref, error)
    return to(ref, "unprotected")


def _shown(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    found = resident_page(actor, ref, at)
    if found.moved_to:
        return HttpResponseRedirect(f"/people/{found.moved_to}/protect")
    is_protected, handlers = handler_ids(actor, ref)
    station = [one for one in workers(actor.reach[:12], at=at) if not one.is_head]
    if not found.name:
        raise NotFound()
    context = {
        "found": found,
        "is_protected": is_protected,
        "workers": [(one.ref, one.name) for one in station],
        "handlers": [one.ref for one in station if one.account_id in handlers],
        "typed": text(request, "reason", limit=200) if error else "",
        "error": sentence(error) if error else "",
        "field": error.field if error else "",
    }
    return page(request, "registry/protect.html", context, status=422 if error else 200)
