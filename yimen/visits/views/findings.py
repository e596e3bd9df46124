"""The desk of what visits found."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.visits.actions.deciding import NEEDS, refuse, take
from yimen.visits.queries.doors import compounds_of
from yimen.visits.queries.findings import finding_page, findings
from yimen.visits.rules.words import FINDINGS

_STATES = {"open": N_("waits"), "taken": N_("taken over"), "refused": N_("not taken over")}
_DONE = {
    "taken": N_("Taken over, and on record where it came from."),
    "refused": N_("Not taken over; the reason is on record."),
}


@door("finding.list")
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, or what was decided."""
    actor = actor_of(request)
    decided = text(request, "state", limit=8) == "decided"
    after = text(request, "after", limit=12)
    found, onward = findings(actor, decided=decided, after=after)
    here = "/findings?state=decided" if decided else "/findings?state=open"
    context = {
        "found": [(one, _(FINDINGS.get(one.kind, one.kind)), _(_STATES[one.state])) for one in found],
        "compounds": compounds_of(one.dwelling_ref for one in found),
        "decided": decided,
        "next": f"{here}&after={onward}" if onward else "",
        "first": here if after else "",
        "messages": done(request, _DONE),
    }
    return page(request, "visits/findings.html", context)


@door("finding.list")
def finding(request: HttpRequest, ref: str) -> HttpResponse:
    """One finding beside what the register says."""
    return _finding(request, ref)


@door("finding.take", "POST")
def take_(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it over."""
    chosen, _mark, version = text(request, "resident", limit=30).partition(" ")
    try:
        draft = take(
            actor_of(request),
            ref=ref,
            resident_ref=chosen,
            version=int(version) if version.isascii() and version.isdigit() else None,
            note=text(request, "note", limit=200),
            at=asked_at(request),
        )
    except (RuleBroken, Conflict) as error:
        return _finding(request, ref, error)
    return HttpResponseRedirect(f"/intake/{draft}" if draft else "/findings?done=taken")


@door("finding.refuse", "POST")
def refuse_(request: HttpRequest, ref: str) -> HttpResponse:
    """Leave it, with a reason."""
    try:
        refuse(actor_of(request), ref=ref, note=text(request, "note", limit=200), at=asked_at(request))
    except (RuleBroken, Conflict) as error:
        return _finding(request, ref, error)
    return HttpResponseRedirect("/findings?done=refused")


def _finding(request: HttpRequest, ref: str, error: RuleBroken | Conflict | None = None) -> HttpResponse:
    found = finding_page(actor_of(request), ref, at=asked_at(request))
    context: dict[str, Any] = {
        "found": found,
        "said": found.content,
        "compounds": compounds_of([found.row.dwelling_ref], always=True),
        "kind": _(FINDINGS.get(found.row.kind, found.row.kind)),
        "state": _(_STATES[found.row.state]),
        "is_open": found.row.state == "open",
        "is_need": found.row.kind in NEEDS,
        "people": [(f"{one.ref} {one.version}", f"{one.name}  {one.phone}".strip()) for one in found.living],
        "chosen": f"{found.about.ref} {found.about.version}" if found.about and not found.has_changed else "",
        "error": refusal(error),
        "typed": request.POST,
    }
    return page(request, "visits/finding.html", context, status=422 if error else 200)
