"""The working calendar: the years in force, a year's months, and loading a year."""

import calendar as months
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.calendar import YearPlan
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs import actions, queries
from yimen.orgs.forms import read_dates

NOTICE_MONTH = 11  # the State Council publishes the next year's days in November
_DONE = {"loaded": N_("Loaded. Open cases whose dates it touches are being counted anew, each on record.")}
_DATES_LIMIT = 20_000


@door("calendar.read")
def years(request: HttpRequest) -> HttpResponse:
    """The years in force, and the warning that the next one is not."""
    return _years(request)


def _years(request: HttpRequest, *, error: RuleBroken | None = None, preview: YearPlan | None = None) -> HttpResponse:
    today = local(asked_at(request)).date()
    loaded = queries.years_loaded()
    known = {row.year for row in loaded}
    missing = [year for year in (today.year, today.year + 1) if year not in known]
    if today.month < NOTICE_MONTH:
        missing = [year for year in missing if year == today.year]
    context: dict[str, Any] = {
        "years": loaded,
        "missing": missing,
        "may_load": may(actor_of(request), "calendar.load"),
        "next_year": max(known, default=today.year - 1) + 1,
        "error": refusal(error),
        "typed": request.POST,
        "preview": _preview(preview, known) if preview else None,
        "messages": done(request, _DONE),
    }
    return page(request, "orgs/calendar.html", context, status=422 if error else 200)


def _preview(plan: YearPlan, known: set[int]) -> dict[str, Any]:
    return {
        "year": plan.year,
        "source": plan.source,
        "holidays": sorted(plan.holidays),
        "makeup": sorted(plan.makeup),
        "replaces": plan.year in known,
        "months": _months(plan.year, plan.holidays, plan.makeup),
    }


@door("calendar.load", "POST")
def load(request: HttpRequest) -> HttpResponse:
    """First a preview of what was typed, then, confirmed, in force."""
    try:
        year = _year(text(request, "year", limit=4, required=True))
        plan = YearPlan(
            year,
            frozenset(_dates(request, "holidays")),
            frozenset(_dates(request, "makeup")),
            text(request, "source", required=True),
        )
        if not plan.holidays:
            raise RuleBroken(
                N_("There is no date in the list of holidays. Paste the notice's dates."), field="holidays"
            )
        if text(request, "confirmed") != "1":
            return _years(request, preview=plan)
        actions.load_calendar(
            actor_of(request),
            year=year,
            holidays=plan.holidays,
            makeup=plan.makeup,
            source=plan.source,
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _years(request, error=error)
    return HttpResponseRedirect(f"/calendar/{year}?done=loaded")


def _year(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise RuleBroken(N_("This is not a year. Write it like 2027."), field="year")
    return int(value)


def _dates(request: HttpRequest, name: str) -> list[date]:
    """The dates pasted into a field and those of a text file sent beside it."""
    pasted = text(request, name, limit=_DATES_LIMIT)
    upload = request.FILES.get(f"{name}_file")
    if upload is not None:
        pasted += "\n" + upload.read(_DATES_LIMIT).decode("utf-8-sig", errors="replace")
    return read_dates(pasted, field=name)


@door("calendar.read")
def year(request: HttpRequest, year: int) -> HttpResponse:
    """One year, month by month, with what rests and what is worked instead."""
    found = next((row for row in queries.years_loaded() if row.year == year), None)
    if found is None:
        raise NotFound(N_("This year is not loaded. Its dates are provisional until an administrator loads it."))
    context = {
        "year": found,
        "months": _months(year, frozenset(found.holidays), frozenset(found.makeup)),
        "messages": done(request, _DONE),
    }
    return page(request, "orgs/calendar_year.html", context)


def _months(year: int, holidays: frozenset[date], makeup: frozenset[date]) -> list[dict[str, Any]]:
    def kind(day: date) -> str:
        if day in makeup:
            return "makeup"
        return "off" if day in holidays else ("weekend" if day.weekday() > 4 else "work")

    return [
        {
            "first": date(year, month, 1),
            "weeks": [
                [{"on": day, "kind": kind(day)} if day.month == month else None for day in week]
                for week in months.Calendar().monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]
