"""Coverage of a division or one patch in a month: compared with itself, by place, never a ranking of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen import visits
from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core import documents
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.formats import format_date
from yimen.core.web import asked_at, done, page, sentence, text
from yimen.orgs.queries import division_name
from yimen.visits.actions.goals import answer_goal
from yimen.visits.queries.coverage import Coverage, cases_through_visits, coverage, patch_of_code, shapes_of
from yimen.visits.queries.patch import goals_asked, today_of
from yimen.visits.rules.months import first_of, month_before, next_month
from yimen.visits.rules.sketch import Sketch, readable, shade_of, sketch
from yimen.visits.views.patch import read_month

PATCH_DIGITS, COMMUNITY_DIGITS = 15, 12
_TWO_LINES = 42.0  # of a number and the share beneath it
_LETTER = 26.0  # of the picture's units beside the table, where it is drawn smallest
_DONE = {"answered": N_("Answered. The goal holds from its month on.")}


_TEMPLATE = Path(visits.__file__).parent / "documents" / "coverage.typ"
SHADES = (
    N_("no must-visit household"),
    N_("under half of the must-visits reached"),
    N_("half and more"),
    N_("seven tenths and more"),
    N_("nine tenths and more"),
    N_("all reached"),
)
_RULE = N_(
    "Distinct households count, at any hour, at the door or by phone. Places stand in the order of their codes;"
    " people are not compared."
)
_PARTS = (
    (N_("Reached"), "reached"),
    (N_("Goal"), "goal"),
    (N_("Must-visits reached"), "must_reached"),
    (N_("Must-visits"), "must"),
    (N_("Over 6 months"), "unseen_half"),
    (N_("Over 12 months"), "unseen_year"),
    (N_("Needs"), "needs"),
    (N_("Settled"), "needs_solved"),
)


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
    drawn, rows = _drawn(found, at), dict(found.parts)
    labels = {one.code: _short(one.code) for one in drawn.areas}
    context: dict[str, Any] = {
        "found": found,
        "name": _name(code),
        "month": f"{month:%Y-%m}",
        "month_on": month,
        "is_running": month == this,
        "lines": lines(found),
        "unkept": [one in found.unkept for one in (month_before(month), month_before(month, 12))],
        "unkept_words": unkept_words(found),
        "parts": [(_name(part), f"/coverage?of={part}&month={month:%Y-%m}", row) for part, row in found.parts],
        "way": [(code[:n], _name(code[:n])) for n in (4, 6, 9, 12) if len(actor.reach) <= n < len(code)],
        "part_columns": [(_(words), name) for words, name in _PARTS],
        "is_patch": len(code) == PATCH_DIGITS,
        "standing": patch_of_code(actor, code, at=at) if len(code) == PATCH_DIGITS else None,
        "drawn": drawn,
        "shades": [(one, _said_on_map(one.code, rows[one.code]), _shade(rows[one.code])) for one in drawn.areas],
        "names": readable(drawn.areas, labels, size=_LETTER),
        "shares": {
            code: share(rows[code], "must_reached", "must")
            for code in (readable(drawn.areas, labels, size=_TWO_LINES) if len(code) == COMMUNITY_DIGITS else ())
        },
        "key": [_(words) for words in SHADES],
        "through": _through(request, code, month),
        "goals": [(one, division_name(one.division_code)) for one in goals_asked(actor, only_open=True)],
        "may_answer": may(actor, "goal.answer"),
        "error": sentence(error) if error else "",
        "messages": done(request, _DONE),
    }
    return page(request, "visits/coverage.html", context, status=422 if error else 200)


@door("coverage.open")
def sheet(request: HttpRequest) -> HttpResponse:
    """The same on one page of A4."""
    actor, at = actor_of(request), asked_at(request)
    code, month = text(request, "of", limit=15) or actor.reach, read_month(request)
    found = coverage(actor, code, month)
    drawn = _drawn(found, at)
    language = get_language() or "zh-hans"
    rows = dict(found.parts)
    data = {
        "title": _("Coverage"),
        "number": f"{month:%Y-%m}",
        "place": _name(code),
        "lang": "en" if language.startswith("en") else "zh",
        "by": _("%(name)s printed this on %(day)s.")
        % {"name": actor.name, "day": format_date(local(at).date(), "plain", language=language)},
        "heads": [_("Figure"), f"{month:%Y-%m}", _("The month before"), _("A year before")],
        "lines": [[one.label, one.now or "—", one.before or "—", one.year_before or "—"] for one in lines(found)],
        "height": drawn.height,
        "areas": [
            {"rings": one.rings, "x": one.x, "y": one.y, "shade": _shade(rows[one.code]), "name": _name(one.code)}
            for one in drawn.areas
        ],
        "key": [_(words) for words in SHADES],
        "part_heads": [_("Where"), *(_(words) for words, _name_ in _PARTS)],
        "parts": [[_name(part), *(f"{row[name]:,}" for _words, name in _PARTS)] for part, row in found.parts],
        "rule": " ".join([_(_RULE), unkept_words(found)]).strip(),
    }
    pdf = documents.render(_TEMPLATE, data, demo=_("Demonstration") if settings.DEMO else "")
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="coverage-{code}-{month:%Y-%m}.pdf"'
    return response


def _drawn(found: Coverage, at: datetime) -> Sketch:
    return sketch(shapes_of(found, on=local(at).date()) if found.parts else {})


def _shade(row: Mapping[str, int]) -> int:
    return shade_of(row["must_reached"], row["must"])


def _said_on_map(code: str, row: Mapping[str, int]) -> str:
    words = _("%(place)s: %(reached)s of %(must)s must-visits reached")
    return words % {"place": _name(code), "reached": f"{row['must_reached']:,}", "must": f"{row['must']:,}"}


def _through(request: HttpRequest, code: str, month: date) -> Any:
    if len(code) < COMMUNITY_DIGITS:
        return None
    return cases_through_visits(actor_of(request), code[:COMMUNITY_DIGITS], month, next_month(month))


def _name(code: str) -> str:
    if len(code) < PATCH_DIGITS:
        return division_name(code)
    return _("Patch %(n)s") % {"n": int(code[COMMUNITY_DIGITS:])} if code[-3:] != "000" else _("in no patch")


def _short(code: str) -> str:
    """As it stands on the picture: of a patch its number alone."""
    return str(int(code[COMMUNITY_DIGITS:])) if len(code) == PATCH_DIGITS else division_name(code)


def lines(found: Coverage) -> Sequence[Line]:
    """Every figure in words, now and then."""
    columns = (found.now, found.before, found.year_before)
    return [
        Line(_(label), *(say(one) if one["households"] or one["visits"] else "" for one in columns))
        for label, say in _LINES
    ]


def unkept_words(found: Coverage) -> str:
    """Why a month beside this one is empty; "" when none is."""
    if not found.unkept or found.kept_since is None:
        return ""
    words = _("Visits are kept here month by month since %(month)s; of months before that nothing can be compared.")
    return words % {"month": f"{found.kept_since:%Y-%m}"}


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
