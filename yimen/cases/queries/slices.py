"""What each figure of supervision counts: one condition over the cases, used by the figure and by the list it opens.

A slice of a period counts cases by the local day they were taken, closed or reopened; a live one counts what is so now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases.queries.words import WAITING
from yimen.cases.rules import Waiting
from yimen.core.clock import LOCAL, local
from yimen.core.errors import N_, NotFound
from yimen.orgs import queries as orgs


@dataclass(frozen=True, slots=True)
class Slice:
    """A condition over `cases_case c`, and what it is called. `moment`: the column that places it in a period."""

    title: str
    sql: str = "true"
    moment: str = ""


ON_TIME = "(c.due_at is null or c.closed_at <= c.due_at)"
ONE_VISIT = "not exists (select from cases_pause p where p.case_id = c.id and p.kind = 'correction')"
WHOLE = f"(c.owner_id = c.first_asked_id and c.hand_overs = 0 and c.reopened = 0 and {ONE_VISIT})"
# The state a paper had when the case was taken: later changes are of a later time.
SPARED = "(m.state in ('kept', 'shared', 'promised') and m.basis not like 'handed_in%%' and m.at <= {case}.accepted_at)"
NOT_NEEDED = "(m.state = 'waived')"

RATED = ("rated_1", "rated_2", "rated_3", "rated_4", "rated_5")
_PERIOD = {
    "taken": Slice(N_("Cases taken in"), moment="accepted_at"),
    "online": Slice(N_("Taken in online"), "c.via <> 'desk'", "accepted_at"),
    "spared_cases": Slice(
        N_("Taken in without asking for papers on file"),
        "exists (select from cases_casematerial m where m.case_id = c.id and " + SPARED.format(case="c") + ")",
        "accepted_at",
    ),
    "closed": Slice(N_("Cases closed"), moment="closed_at"),
    "on_time": Slice(N_("Cases closed on time"), ON_TIME, "closed_at"),
    "closed_late": Slice(N_("Closed late"), f"not {ON_TIME}", "closed_at"),
    "promise_kept": Slice(N_("First promise kept"), f"{ON_TIME} and c.extended_days = 0", "closed_at"),
    "promise_moved": Slice(N_("First promise not kept"), f"not ({ON_TIME} and c.extended_days = 0)", "closed_at"),
    "whole": Slice(N_("One door, one person, one visit"), WHOLE, "closed_at"),
    "not_whole": Slice(N_("More than one person or visit"), f"not coalesce({WHOLE}, false)", "closed_at"),
    "handed_over": Slice(N_("Handed over"), "c.hand_overs > 0", "closed_at"),
    "reopened": Slice(N_("Reopened"), moment="reopened_at"),
    **{
        name: Slice(N_("Rated"), f"c.rating = {level}", "closed_at")  # the list names the level itself
        for level, name in enumerate(RATED, 1)
    },
}
FOLLOW_UP_PLACE = "coalesce(nullif(f.community_code, ''), f.division_code)"  # of `cases_followup f`
_ASKED = "exists (select from cases_extension e where e.case_id = c.id and e.state = 'asked')"
_LIVE = {
    "open": Slice(N_("In hand")),
    "late": Slice(N_("Overdue"), "c.due_at < %(at)s"),
    "today": Slice(N_("Due today"), "c.due_at >= %(at)s and c.due_at < %(midnight)s"),
    "unaccepted": Slice(
        N_("Accepted by nobody for more than a working day"),
        "c.owner_id is null and coalesce(c.reopened_at, c.accepted_at) < %(accept_by)s",
    ),
    "extension": Slice(N_("Extension asked for"), _ASKED),
}
SLICES: Mapping[str, Slice] = {**_PERIOD, **_LIVE}


def slice_condition(
    figure: str, *, from_on: date | None = None, to_on: date | None = None, waiting: str = "", at: datetime
) -> tuple[str, dict[str, Any]]:
    """The condition of a figure over `cases_case c`, and its parameters.

    `from_on` and `to_on` are local days, both included; None = no bound. `waiting` narrows live figures to a cause.
    """
    found = SLICES.get(figure)
    if found is None:
        raise NotFound()
    if not found.moment:
        parts, values = ["c.closed_at is null", found.sql], live_values(at)
        if waiting:
            parts.append("c.waiting_for = %(waiting)s")
            values["waiting"] = waiting
        return " and ".join(parts), values
    parts, values = [f"c.{found.moment} is not null", found.sql], {}
    if from_on is not None:
        parts.append(f"c.{found.moment} >= %(starts)s")
        values["starts"] = midnight(from_on)
    if to_on is not None:
        parts.append(f"c.{found.moment} < %(ends)s")
        values["ends"] = midnight(to_on + timedelta(days=1))
    return " and ".join(parts), values


def live_values(at: datetime) -> dict[str, Any]:
    """The moments that the live figures speak of."""
    today = local(at).date()
    return {"at": at, "midnight": midnight(today + timedelta(days=1)), "accept_by": accept_by(at)}


def accept_by(at: datetime) -> datetime:
    """Whatever was taken in before this moment has waited for more than one working day."""
    now, calendar = local(at), orgs.working_calendar()
    day = now.date() - timedelta(days=1)
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return datetime.combine(day, now.time(), tzinfo=LOCAL) if calendar.is_working(now.date()) else midnight(day)


def midnight(day: date) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time.min, tzinfo=LOCAL)


def is_of_closed(figure: str) -> bool:
    """Whether a figure counts closed cases, which are listed newest first."""
    return figure in SLICES and SLICES[figure].moment == "closed_at"


def slice_title(figure: str, waiting: str = "") -> str:
    """What a figure counts, in the reader's language."""
    if figure not in SLICES:
        raise NotFound()
    title = _(SLICES[figure].title)
    if waiting in tuple(Waiting):
        return _("%(figure)s, waiting for: %(who)s") % {"figure": title, "who": _(WAITING[Waiting(waiting)])}
    return title
