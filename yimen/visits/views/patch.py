"""My patch in one page, and the plan of a walk."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.actor import Role
from yimen.core.clock import day_of
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, sentence, text
from yimen.orgs.queries import division_name
from yimen.patches.queries import Standing
from yimen.visits.actions.goals import ask_goal, name_gap
from yimen.visits.actions.walking import MOST_DOORS, send_walk
from yimen.visits.queries.doors import compounds_of
from yimen.visits.queries.patch import (
    Door,
    doors_of,
    goals_of,
    month_of,
    patch_in_reach,
    patches_for,
    today_of,
    unseen_months_of,
)
from yimen.visits.rules.months import first_of, last_of, stands_out
from yimen.visits.rules.planning import Due, Why, plan, walk
from yimen.visits.rules.words import GAPS, OUTCOMES
from yimen.visits.views.words import kind_words, options

WHY = {
    Why.MUST: N_("must-visit"),
    Why.NEED: N_("open need"),
    Why.LONGEST: N_("longest unseen"),
}
_DONE = {
    "gap": N_("The reason is on record."),
    "goal": N_("Asked. The street answers."),
    "walk": N_("The walk is on its way to your phone."),
    "recorded": N_("The visit is on record."),
}
_FIRST_DOORS = 20  # ticked beforehand: a rainy afternoon


def chosen_patch(request: HttpRequest) -> tuple[Standing | None, list[Standing]]:
    """The patch a page is about, and those to choose from."""
    actor, at = actor_of(request), asked_at(request)
    own = patches_for(actor, at=at)
    ref = text(request, "patch", limit=12)
    if ref and ref not in {one.ref for one in own}:
        return patch_in_reach(actor, ref, at=at), own
    return next((one for one in own if one.ref == ref), own[0] if own else None), own


@door("walk.read")
def my_patch(request: HttpRequest) -> HttpResponse:
    """The month of a patch: figures, who is due, what is open."""
    return _my_patch(request)


@door("gap.name", "POST")
def gap(request: HttpRequest) -> HttpResponse:
    """Name why a household is not reached."""
    try:
        name_gap(
            actor_of(request),
            dwelling_ref=text(request, "dwelling", limit=12),
            month=read_month(request),
            reason=text(request, "reason", limit=12),
            note=text(request, "note", limit=200),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _my_patch(request, error)
    return HttpResponseRedirect(f"/my-patch?patch={text(request, 'patch', limit=12)}&done=gap")


@door("goal.ask", "POST")
def goal(request: HttpRequest) -> HttpResponse:
    """Ask for another goal."""
    try:
        typed = text(request, "households", limit=3)
        ask_goal(
            actor_of(request),
            patch_ref=text(request, "patch", limit=12),
            month=read_month(request),
            households=int(typed) if typed.isascii() and typed.isdigit() else 0,
            reason=text(request, "reason", limit=200),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _my_patch(request, error)
    return HttpResponseRedirect(f"/my-patch?patch={text(request, 'patch', limit=12)}&done=goal")


def read_month(request: HttpRequest) -> date:
    """A month of a form such as 2026-11, this one when none is named."""
    typed = text(request, "month", limit=7)
    if not typed:
        return first_of(today_of(asked_at(request)))
    try:
        return day_of(f"{typed}-01")
    except ValueError as error:
        raise RuleBroken(N_("Choose a month, for example 2026-11."), field="month") from error


def _my_patch(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    actor, day = actor_of(request), today_of(asked_at(request))
    standing, own = chosen_patch(request)
    context: dict[str, Any] = {
        "standing": standing,
        "own": own,
        "is_head": actor.role is Role.HEAD,
        "error": refusal(error),
        "typed": request.POST,
        "asked": request.POST.get("dwelling") or request.GET.get("door"),
        "messages": done(request, _DONE),
    }
    if standing is not None:
        first = first_of(day)
        doors = doors_of(standing, day=day)
        goal_ = goals_of([standing.id], first=first)[standing.id]
        months = unseen_months_of(first)
        dues = plan((one.household for one in doors), goal=goal_, first=first, unseen_months=months)
        context |= {
            "month": month_of(doors, goal=goal_),
            "last_day": last_of(first),
            "stands_out": stands_out(first, day),
            "due": due_rows(dues, doors, unseen_months=months),
            "gaps": [one for one in doors if one.gap and not one.household.is_reached],
            "compounds": compounds_of(one.ref for one in doors),
            "gap_words": {key: _(words) for key, words in GAPS.items()},
            "gap_options": options(GAPS),
            "community": division_name(standing.division_code),
            "this_month": f"{first:%Y-%m}",
            "may_ask": may(actor, "goal.ask"),
            "may_find": may(actor, "finding.list"),
        }
    return page(request, "visits/my_patch.html", context, status=422 if error else 200)


def due_rows(dues: Sequence[Due], doors: Sequence[Door], *, unseen_months: int) -> list[dict[str, Any]]:
    """The due list in the reader's words."""
    unseen = ngettext(
        "%(num)s month unseen by the month's end", "%(num)s months unseen by the month's end", unseen_months
    )
    too_long = unseen % {"num": unseen_months}
    by_id = {one.household.dwelling: one for one in doors}
    return [
        {
            "door": by_id[due.household.dwelling],
            "why": _(WHY[due.why]) if due.why in WHY else too_long,
            "is_must": due.why is Why.MUST,
            "is_too_long": due.why is Why.TOO_LONG,
            "kinds": kind_words(by_id[due.household.dwelling].kinds),
            "last": _(OUTCOMES[last]) if (last := by_id[due.household.dwelling].last) else "",
        }
        for due in dues
    ]


@door("walk.read")
def walk_plan(request: HttpRequest) -> HttpResponse:
    """Choose the stairwells of a walk."""
    return _plan(request)


@door("walk.send", "POST")
def send(request: HttpRequest) -> HttpResponse:
    """Send the walk to the phone."""
    try:
        send_walk(
            actor_of(request),
            patch_ref=text(request, "patch", limit=12),
            stairwells={found for one in request.POST.getlist("stairwell")[:200] if (found := _uuid(one))},
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _plan(request, error)
    return HttpResponseRedirect(f"/my-patch?patch={text(request, 'patch', limit=12)}&done=walk")


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _plan(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    day = today_of(asked_at(request))
    standing, own = chosen_patch(request)
    context: dict[str, Any] = {
        "standing": standing,
        "own": own,
        "most": MOST_DOORS,
        "error": sentence(error) if error else "",
    }
    if standing is not None:
        first = first_of(day)
        doors = doors_of(standing, day=day)
        goal_ = goals_of([standing.id], first=first)[standing.id]
        months = unseen_months_of(first)
        dues = plan((one.household for one in doors), goal=goal_, first=first, unseen_months=months)
        by_id = {one.household.dwelling: one for one in doors}
        ticked = set(request.POST.getlist("stairwell")) if error else None
        stops, count = [], 0
        for stop in walk(dues):
            key = str(by_id[stop.dues[0].household.dwelling].stairwell_id)
            tick = key in ticked if ticked is not None else count < _FIRST_DOORS
            count += len(stop.dues) if tick else 0
            stops.append(
                {"key": key, "stop": stop, "tick": tick, "rows": due_rows(stop.dues, doors, unseen_months=months)}
            )
        context |= {
            "stops": stops,
            "stands_out": stands_out(first, day),
            "month": month_of(doors, goal=goal_),
            "community": division_name(standing.division_code),
        }
    return page(request, "visits/plan.html", context, status=422 if error else 200)
