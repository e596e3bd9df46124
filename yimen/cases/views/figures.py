"""Figures in words: what they say, which rows they open to, and how they are counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.cases.queries.figures import Figures, Period
from yimen.cases.queries.tree import Place
from yimen.cases.rules.figures import hide_levels, share
from yimen.core.clock import day_of
from yimen.core.errors import N_, RuleBroken

LEVELS = range(5, 0, -1)


@dataclass(frozen=True, slots=True)
class Rows:
    """Words that open to the rows they count; `count` of them."""

    words: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: label, value, and the rows behind it."""

    label: str
    value: str
    rows: tuple[Rows, ...] = ()


def rows_href(figure: str, code: str, period: Period | None = None, waiting: str = "") -> str:
    """The list of the cases that a figure counts."""
    wanted = {"figure": figure, "division": code}
    if period is not None:
        wanted |= {"from": period.from_on.isoformat(), "to": period.to_on.isoformat()}
    if waiting:
        wanted["waiting"] = waiting
    return f"/cases?{urlencode(wanted)}"


def follow_ups_href(code: str, kind: str = "") -> str:
    """The list of the call-backs open under a division."""
    return f"/follow-ups?{urlencode({'kind': kind, 'division': code} if kind else {'division': code})}"


def period_of(name: str, month: str, today: date) -> tuple[str, Period]:
    """The period asked for and its name: this month unless told otherwise, last month, this year, or any month."""
    first = today.replace(day=1)
    if month:
        try:
            first = day_of(f"{month}-01")
        except ValueError as error:
            raise RuleBroken(N_("Choose a month, for example 2026-11."), field="month") from error
        return "", Period(first, _month_end(first))
    if name == "last":
        last = first - timedelta(days=1)
        return "last", Period(last.replace(day=1), last)
    if name == "year":
        return "year", Period(today.replace(month=1, day=1), today)
    return "month", Period(first, today)


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def figure_list(found: Figures, code: str, period: Period) -> list[Figure]:
    """The figures of a period, each with its rows."""
    n = found.of[code]

    def opens(figure: str, count: int, words: str) -> tuple[Rows]:
        return (Rows(words % {"num": f"{count:,}"}, count, rows_href(figure, code, period)),)

    def cases(figure: str) -> tuple[Rows]:
        return opens(figure, n[figure], ngettext("%(num)s case", "%(num)s cases", n[figure]))

    late, moved, exceptions = (n["closed"] - n[name] for name in ("on_time", "promise_kept", "whole"))
    changed = n["handed_over"]
    return [
        Figure(_("Cases taken in"), "", cases("taken")),
        Figure(_("Cases closed"), "", cases("closed")),
        Figure(
            _("On time"),
            percent(n["on_time"], n["closed"]),
            opens("closed_late", late, ngettext("%(num)s late", "%(num)s late", late)),
        ),
        Figure(
            _("First promise kept"),
            percent(n["promise_kept"], n["closed"]),
            opens("promise_moved", moved, ngettext("%(num)s not", "%(num)s not", moved)),
        ),
        Figure(
            _("One door, one person, one visit"),
            percent(n["whole"], n["closed"]),
            opens("not_whole", exceptions, ngettext("%(num)s exception", "%(num)s exceptions", exceptions)),
        ),
        Figure(
            _("Hand-overs per matter"),
            f"{n['hand_overs'] / n['closed']:.2f}" if n["closed"] else "—",
            opens("handed_over", changed, ngettext("%(num)s handed over", "%(num)s handed over", changed)),
        ),
        Figure(_("Median time to the result"), _median(found.median_days), ()),
        Figure(_("Reopened"), "", cases("reopened")),
        Figure(
            _("Papers nobody had to bring"),
            percent(n["spared"], n["spared"] + n["asked"]),
            opens(
                "spared_cases", n["spared_cases"], ngettext("in %(num)s case", "in %(num)s cases", n["spared_cases"])
            ),
        ),
        Figure(_("Taken in online"), percent(n["online"], n["taken"]), cases("online")),
    ]


def _median(days: float | None) -> str:
    if days is None:
        return "—"
    return ngettext("%(days)s calendar day", "%(days)s calendar days", round(days)) % {"days": f"{days:g}"}


CALL_BACKS = N_(
    "Bad marks and complaints that wait for an answer from an office of your own level or below. Those that an office "
    "above answers are counted there, so a level above may count more for the same place."
)
DEFINITIONS = (
    (N_("In hand, overdue"), N_("Cases not closed at this moment; overdue when the promised moment has passed.")),
    (N_("Taken in, closed"), N_("Cases by the local day of acceptance, and by the day of their result or withdrawal.")),
    (
        N_("On time"),
        N_("Closed not later than the date the resident was last told, allowed extensions and pauses included."),
    ),
    (N_("First promise kept"), N_("On time, and never extended.")),
    (
        N_("One door, one person, one visit"),
        N_("Closed by whoever was asked first, never handed over, never returned for papers, never reopened."),
    ),
    (N_("Hand-overs per matter"), N_("Accepted hand-overs of the closed cases, divided by the closed cases.")),
    (
        N_("Median time to the result"),
        N_("Calendar days from acceptance to closing: half of the closed cases took no longer."),
    ),
    (N_("Reopened"), N_("Cases by the day the resident last had them opened again.")),
    (
        N_("Papers nobody had to bring"),
        N_("Of the papers of the cases taken in: those on file, shared by a department or replaced by a declaration."),
    ),
    (N_("Call-backs open"), CALL_BACKS),
    (N_("Ratings"), N_("The marks residents gave to the cases closed in the period, in five levels.")),
)


def percent(part: int, whole: int) -> str:
    """A share in words, a dash of nothing."""
    found = share(part, whole)
    return "—" if found is None else f"{found:.1f}%"


@dataclass(frozen=True, slots=True)
class Mark:
    """How many residents gave one mark; `count` None where so few may not be shown."""

    level: int
    count: int | None
    href: str


def marks(of: Mapping[str, Mapping[str, int]], place: Place, period: Period, *, far: bool) -> list[Mark]:
    """The spread of marks, five first. Far from the residents (district and city) small numbers are left out with
    those that would give them away on the way down from the seat's own division, and none opens to its few rows."""
    return [_mark(of, place, level, period, far=far) for level in LEVELS]


def _mark(of: Mapping[str, Mapping[str, int]], place: Place, level: int, period: Period, *, far: bool) -> Mark:
    name = f"rated_{level}"
    if not far:
        return Mark(level, of[place.code][name], rows_href(name, place.code, period))
    families = [([of[code][name] for code in beside], at) for beside, at in place.families]
    return Mark(level, hide_levels(of[place.way[0]][name], families), "")
