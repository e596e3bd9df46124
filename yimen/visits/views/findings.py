"""The desk of what visits found: each is written into the register on its own page, or left with a reason."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door, proved
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.registry.actions import HeldElsewhere, HeldHere
from yimen.registry.views.typed import day
from yimen.registry.views.words import code_options, evidence_options, sex_options
from yimen.visits.actions.deciding import NEEDS, Chosen, Tenant, refuse, reveal, take
from yimen.visits.queries.doors import compounds_of
from yimen.visits.queries.findings import Page, finding_page, findings
from yimen.visits.queries.vulnerable import door_meant
from yimen.visits.rules.words import FINDINGS

_STATES = {"open": N_("waits"), "taken": N_("taken over"), "refused": N_("left as it was")}
_DONE = {
    "taken": N_("Taken over, and on record where it came from."),
    "refused": N_("Not taken over; the reason is on record."),
}
_MOST_PEOPLE = 30  # of one door


@door("finding.list")
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first unless asked otherwise, or what was decided."""
    actor = actor_of(request)
    decided = text(request, "state", limit=8) == "decided"
    newest = decided or text(request, "order", limit=8) == "newest"
    after = text(request, "after", limit=12)
    found, onward = findings(actor, decided=decided, newest=newest, after=after)
    here = "/findings?state=decided" if decided else "/findings?state=open" + ("&order=newest" if newest else "")
    context = {
        "found": [(one, _(FINDINGS.get(one.kind, one.kind)), _(_STATES[one.state])) for one in found],
        "compounds": compounds_of(one.dwelling_ref for one in found),
        "decided": decided,
        "newest": newest,
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
    try:
        taken = take(actor_of(request), ref=ref, chosen=_chosen(request), at=asked_at(request))
    except (RuleBroken, Conflict) as error:
        return _finding(request, ref, error)
    if taken.draft:
        return HttpResponseRedirect(f"/intake/{taken.draft}")
    is_new = taken.resident and not request.POST.get("known")
    return HttpResponseRedirect(f"/people/{taken.resident}?done=added" if is_new else "/findings?done=taken")


def _chosen(request: HttpRequest) -> Chosen:
    elsewhere = text(request, "way", limit=4) != "door"
    if not elsewhere and not text(request, "door", limit=160):
        raise RuleBroken(N_("Say which door they moved to, such as 3-502."), field="door")
    day_field = "from_on" if request.POST.get("from_on") else "on"  # as the form of a new resident calls it
    return Chosen(
        people=[_versioned(one) for one in request.POST.getlist("resident")[:_MOST_PEOPLE]],
        on=day(request, day_field) if text(request, day_field, limit=20) else None,
        to=text(request, "to", limit=120) if elsewhere else "",
        door="" if elsewhere else door_meant(actor_of(request), text(request, "door", limit=160)),
        with_registration=bool(request.POST.get("with_registration")),
        tenant=_tenant(request),
        known=text(request, "known", limit=12),
        note=text(request, "note", limit=200),
    )


def _versioned(value: str) -> tuple[str, int | None]:
    ref, _mark, version = value[:30].partition(" ")
    return ref, int(version) if version.isascii() and version.isdigit() else None


def _tenant(request: HttpRequest) -> Tenant:
    return Tenant(
        name=text(request, "name", limit=50),
        number=text(request, "number", limit=60),
        sex=text(request, "sex", limit=1),
        birth_on=text(request, "birth_on", limit=10),
        phone=text(request, "phone", limit=40),
        evidence=text(request, "evidence", limit=8) or "stated",
        relation=text(request, "relation", limit=2),
        residence_type=text(request, "residence_type", limit=2),
        is_registered_here=bool(request.POST.get("registered")),
        take_in=bool(request.POST.get("take_in")),
    )


@door("finding.refuse", "POST")
def refuse_(request: HttpRequest, ref: str) -> HttpResponse:
    """Leave it, with a reason."""
    try:
        refuse(actor_of(request), ref=ref, note=text(request, "note", limit=200), at=asked_at(request))
    except (RuleBroken, Conflict) as error:
        return _finding(request, ref, error)
    return HttpResponseRedirect("/findings?done=refused")


@door("finding.reveal", "POST")
def phone(request: HttpRequest, ref: str) -> HttpResponse:
    """The number that was heard, whole, for a minute."""
    at = asked_at(request)
    try:
        return _finding(request, ref, phone=reveal(proved(request, at), ref=ref, at=at))
    except RuleBroken as error:
        return _finding(request, ref, error)


def _finding(
    request: HttpRequest, ref: str, error: RuleBroken | Conflict | None = None, *, phone: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    found = finding_page(actor, ref, at=asked_at(request))
    context: dict[str, Any] = {
        "found": found,
        "said": _heard(found),
        "phone": phone,
        "compounds": compounds_of([found.row.dwelling_ref], always=True),
        "kind": _(FINDINGS.get(found.row.kind, found.row.kind)),
        "state": _(_STATES[found.row.state]),
        "is_open": found.row.state == "open",
        "is_need": found.row.kind in NEEDS,
        "people": [(f"{one.ref} {one.version}", f"{one.name}  {one.phone}".strip()) for one in found.living],
        "chosen": f"{found.about.ref} {found.about.version}" if found.about and not found.has_changed else "",
        "since": found.content.get("on") or found.seen_on.isoformat(),
        "may_reveal": may(actor, "finding.reveal"),
        "wants_password": getattr(error, "field", "") == "password",
        "is_on_record": isinstance(error, HeldHere | HeldElsewhere),
        "sexes": sex_options(),
        "relations": code_options("kinship_gbt4761")[2:],
        "tenures": code_options("residence_type"),
        "evidences": evidence_options(),
        "error": refusal(error),
        "typed": {**_prefilled(found), **request.POST.dict()},
        "ticked": request.POST.getlist("resident"),
    }
    return page(request, "visits/finding.html", context, status=422 if error else 200)


def _prefilled(found: Page) -> Mapping[str, str]:
    """What was heard, in the fields where it belongs, so that nobody types it again."""
    if found.row.kind == "new_tenant":
        return {"name": found.content.get("name", "")}
    return {"to": found.content.get("words", "")}


def _heard(found: Page) -> list[tuple[str, str, str]]:
    """(key, label, words) of what the visit heard."""
    labels = {"name": _("Name"), "phone": _("Phone"), "on": _("Since when"), "words": _("Words")}
    return [(key, labels[key], found.content[key]) for key in labels if found.content.get(key)]
