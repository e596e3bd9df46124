"""Load a year of the working calendar."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.calendar import YearPlan
from yimen.core.errors import N_, RuleBroken
from yimen.orgs import queries
from yimen.orgs.models import CalendarYear
from yimen.trail.record import record

EARLIEST, LATEST = 2000, 2099


@transaction.atomic
def load_calendar(
    actor: Actor, *, year: int, holidays: Iterable[date], makeup: Iterable[date], source: str, at: datetime
) -> YearPlan:
    """Put a year's holidays and make-up days in force, in place of what was loaded before.

    Open cases hear of it and count anew. Refuses days of another year, a day that is both, a make-up day on a weekday.
    """
    require(actor, "calendar.load")
    if not EARLIEST <= year <= LATEST:
        raise RuleBroken(
            N_("The year must lie between %(first)s and %(last)s. Check it."),
            field="year",
            first=EARLIEST,
            last=LATEST,
        )
    if not source.strip():
        raise RuleBroken(N_("Name the notice that the dates come from."), field="source")
    plan = YearPlan(year, frozenset(holidays), frozenset(makeup), source.strip())
    row = CalendarYear.objects.select_for_update().filter(year=year).first() or CalendarYear(year=year, version=0)
    row.holidays = [day.isoformat() for day in sorted(plan.holidays)]
    row.makeup = [day.isoformat() for day in sorted(plan.makeup)]
    row.source, row.loaded_at, row.version = plan.source, at, row.version + 1
    row.save()
    record(
        actor,
        "calendar.load",
        subject=("calendar", str(year)),
        division_code=actor.reach,
        at=at,
        changes={"year": year, "version": row.version, "holidays": len(row.holidays), "makeup": len(row.makeup)},
        note=plan.source,
    )
    queries.forget_calendar()
    return plan
