"""Coverage of a division or one patch in a month: compared with itself, by place, never a ranking of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, done, page, sentence, text
from yimen.orgs.queries import division_name
from yimen.visits.actions.goals import answer_goal
from yimen.visits.queries.coverage import Coverage, cases_through_visits, coverage, patch_of_code
from yimen.visits.queries.patch import goals_asked, today_of
from yimen.visits.rules.months import first_of, next_month
from yimen.visits.views.patch import read_month

PATCH_DIGITS, COMMUNITY_DIGITS = 15, 12
_DONE = {"answered": N_("Answered. The goal holds from its month on.")}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with what it was the month before and the year before; "" where that is not known."""

    label: str
    now: str
    before: str
    year_before: str


@door("coverage.open")
def coverage_page(request: HttpRequest) -> HttpResponse:
    """How far the households were reached."""
    return _coverage(request)


@door("goal.answer", "POST")
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """The street's answer to a goal."""
    try:
        approve = text(request, "answer", limit=8) == "approved"
        answer_goal(actor_of(request), ref=ref, approve=approve, at=asked_at(request))
    except RuleBroken as error:
        return _coverage(request, error)
    return HttpResponseRedirect("/coverage?done=answered")


def _coverage(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    code, month = text(request, "of", limit=15) or actor.reach, read_month(request)
    found = coverage(actor, code, month)
    this = first_of(today_of(at))
    context: dict[str, Any] = {
        "found": found,
        "name": _name(code),
        "month": f"{month:%Y-%m}",
        "month_on": month,
        "is_running": month == this,
        "lines": lines(found),
        "parts": [(_name(part), f"/coverage?of={part}&month={month:%Y-%m}", row) for part, row in found.parts],
        "way": [(code[:n], _name(code[:n])) for n in (4, 6, 9, 12) if len(actor.reach) <= n < len(code)],
        "is_patch": len(code) == PATCH_DIGITS,
        "standing": patch_of_code(actor, code, at=at) if len(code) == PATCH_DIGITS else None,
        "through": _through(request, code, month),
        "goals": [(one, division_name(one.division_code)) for one in goals_asked(actor, only_open=True)],
        "may_answer": may(actor, "goal.answer"),
        "error": sentence(error) if error else "",
        "messages": done(request, _DONE),
    }
    return page(request, "visits/coverage.html", context, status=422 if error else 200)


def _through(request: HttpRequest, code: str, month: date) -> Any:
    if len(code) < COMMUNITY_DIGITS:
        return None
    return cases_through_visits(actor_of(request), code[:COMMUNITY_DIGITS], month, next_month(month))


def _name(code: str) -> str:
    if len(code) < PATCH_DIGITS:
        return division_name(code)
    return _("Patch %(n)s") % {"n": int(code[COMMUNITY_DIGITS:])} if code[-3:] != "000" else _("in no patch")


def lines(found: Coverage) -> Sequence[Line]:
    """Every figure in words, now and then."""
    columns = (found.now, found.before, found.year_before)
    return [
        Line(_(label), *(say(one) if one["households"] or one["visits"] else "" for one in columns))
        for label, say in _LINES
    ]


def _of(part: str, whole: str) -> Any:
    return lambda row: f"{row[part]:,} / {row[whole]:,}"


def _alone(name: str) -> Any:
    return lambda row: f"{row[name]:,}"


def share(row: Mapping[str, int], part: str, whole: str) -> str:
    """A share in whole percent, a dash of nothing."""
    return f"{row[part] * 100 // row[whole]}%" if row[whole] else "—"


_LINES = (
    (N_("Households reached, of the goal"), _of("reached", "goal")),
    (N_("Must-visit households reached"), _of("must_reached", "must")),
    (N_("Must-visit households explained"), _alone("must_explained")),
    (N_("Unseen for more than six months"), _of("unseen_half", "households")),
    (N_("Unseen for more than twelve months"), _of("unseen_year", "households")),
    (N_("Records of visits"), _alone("visits")),
    (N_("Written down after the day"), _alone("late")),
    (N_("Findings of visits"), _alone("found")),
    (N_("Needs found by visits"), _alone("needs")),
    (N_("Needs settled"), _of("needs_solved", "needs")),
    (N_("Settled by the officer who found them"), _of("needs_own", "needs_solved")),
    (N_("Disputes found and settled"), _of("disputes_solved", "disputes")),
)
