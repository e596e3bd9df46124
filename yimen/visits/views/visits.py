"""Visits on record: the list of a month, one visit, its correction."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.actor import Role
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs.queries import division_name
from yimen.visits.actions.correcting import correct_visit
from yimen.visits.queries.doors import compounds_of
from yimen.visits.queries.visits import Row, visit_page
from yimen.visits.queries.visits import visits as asked
from yimen.visits.rules.months import next_month
from yimen.visits.rules.words import FINDINGS, LONGEST_NOTE, OUTCOMES, TOPICS
from yimen.visits.views.patch import chosen_patch, read_month
from yimen.visits.views.words import clock_words, options

_DONE = {
    "corrected": N_("Corrected. The earlier record stays readable below."),
    "recorded": N_("Saved. It counts for the patch and the day of this door."),
}
_STATES = {"open": N_("waits"), "taken": N_("taken over"), "refused": N_("left as it was")}


def said(row: Row) -> dict[str, Any]:
    """A visit in the reader's words."""
    return {
        "row": row,
        "outcome": _(OUTCOMES.get(row.outcome, row.outcome)),
        "topics": [_(TOPICS.get(topic, topic)) for topic in row.topics],
        "clock": clock_words(row.clock_off) if row.clock_off else "",
    }


@door("visit.list")
def visits(request: HttpRequest) -> HttpResponse:
    """The visits of a month."""
    actor, at = actor_of(request), asked_at(request)
    month = read_month(request)
    standing, own = chosen_patch(request)
    if actor.role is Role.STREET:
        standing = standing if text(request, "patch", limit=12) else None
    after = text(request, "after", limit=12)
    found, onward = asked(
        actor,
        patch_id=standing.id if standing else None,
        first=month,
        following=next_month(month),
        after=after,
        at=at,
    )
    here = f"/visits?month={month:%Y-%m}" + (f"&patch={standing.ref}" if standing else "")
    context = {
        "found": [(said(row), division_name(row.division_code)) for row in found],
        "compounds": compounds_of(row.dwelling_ref for row in found),
        "standing": standing,
        "own": own,
        "may_record": may(actor, "visit.record"),
        "month": f"{month:%Y-%m}",
        "is_wide": standing is None and len(actor.reach) < 12,
        "next": f"{here}&after={onward}" if onward else "",
        "first": here if after else "",
    }
    return page(request, "visits/visits.html", context)


@door("visit.read")
def visit(request: HttpRequest, ref: str) -> HttpResponse:
    """One visit."""
    return _visit(request, ref)


@door("visit.correct", "POST")
def correct(request: HttpRequest, ref: str) -> HttpResponse:
    """Put another record in its place."""
    try:
        made = correct_visit(
            actor_of(request),
            ref=ref,
            outcome=text(request, "outcome", limit=8),
            topics=request.POST.getlist("topic")[: len(TOPICS)],
            note=text(request, "note", limit=LONGEST_NOTE),
            reason=text(request, "reason", limit=200),
            at=asked_at(request),
        )
    except (RuleBroken, Conflict) as error:
        return _visit(request, ref, error)
    return HttpResponseRedirect(f"/visits/{made.ref}?done=corrected")


def _visit(request: HttpRequest, ref: str, error: RuleBroken | Conflict | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    found = visit_page(actor, ref, at=at)
    context = {
        "found": found,
        "one": said(found.visit),
        "compounds": compounds_of([found.visit.dwelling_ref], always=True),
        "before": [(said(row), note) for row, note in found.before],
        "findings": [(one, _(FINDINGS.get(kind, kind)), _(_STATES[state])) for one, kind, state in found.found],
        "may_correct": may(actor, "visit.correct") and found.may_correct(actor),
        "may_find": may(actor, "finding.list"),
        "is_entry": found.is_entry(at),
        "outcomes": options(OUTCOMES),
        "topics": options(TOPICS),
        "longest": LONGEST_NOTE,
        "typed": request.POST,
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "visits/visit.html", context, status=422 if error else 200)
