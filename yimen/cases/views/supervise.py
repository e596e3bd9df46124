"""Supervision for head, street, district and city: what needs doing now, and figures that open to their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.access.gate import actor_of, door
from yimen.cases import actions
from yimen.cases.queries.due import day_due
from yimen.cases.queries.exceptions import Row, exceptions, reminders
from yimen.cases.queries.figures import Figures, Period, figures
from yimen.cases.queries.follow_ups import KINDS as FOLLOW_UPS
from yimen.cases.queries.slices import slice_title
from yimen.cases.queries.tree import Branch, Place, place_of, tree
from yimen.cases.queries.words import WAITING, matter_name
from yimen.cases.rules import Waiting, badge
from yimen.cases.rules.thresholds import URGE_EVERY
from yimen.cases.views.charts import stacks, week_bars
from yimen.cases.views.figures import (
    CALL_BACKS,
    DEFINITIONS,
    figure_list,
    follow_ups_href,
    marks,
    percent,
    period_of,
    rows_href,
)
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.masking import mask_name
from yimen.core.web import asked_at, page, sentence, text
from yimen.orgs import queries as orgs
from yimen.registry.queries.shown import shown_name

FAR = (Role.DISTRICT, Role.CITY)
_OFFICES = {4: Role.CITY, 6: Role.DISTRICT, 9: Role.STREET, 12: Role.HEAD}  # by the digits of a division's code
_DESKS: dict[str, int] = {Waiting.STREET: 9, Waiting.DISTRICT: 6, Waiting.CITY: 4}
URGED = ("late", "today", "unaccepted")
# What residents are owed comes first; what stands still because of the resident comes after all that we can move.
ORDER = (Waiting.US, "nobody", "answer", Waiting.STREET, Waiting.DISTRICT, Waiting.CITY, Waiting.RESIDENT)
TITLES = {
    "nobody": N_("Nobody has accepted them"),
    "answer": N_("Waiting for an answer"),
}
KINDS = {
    "late": N_("Overdue"),
    "today": N_("Due today"),
    "unaccepted": N_("Accepted by nobody for more than a working day"),
    "extension": N_("Extension asked for"),
    "rating": N_("Bad mark, call back"),
    "complaint": N_("Complaint"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """All exceptions of one kind and cause: how many, the list they open, the reminder to all, and the rows shown."""

    kind: str
    cause: str
    title: str
    total: int
    href: str
    urge_href: str
    rows: Sequence["Line"]


@dataclass(frozen=True, slots=True)
class Line:
    """One exception as the page shows it."""

    due: dict[str, Any]
    what: str
    href: str
    number: str
    who: str
    where: str
    count: int
    owner: str
    step: str
    step_href: str
    urges: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The exceptions of one cause."""

    cause: str
    title: str
    parts: Sequence[Part]

    @property
    def total(self) -> int:
        return sum(part.total for part in self.parts)


@door("supervise.open")
def supervise(request: HttpRequest) -> HttpResponse:
    """The page of a division: `?at=<code>` within reach, `?period=` or `?month=` for its figures."""
    return _page(request, text(request, "at", limit=15))


def _page(request: HttpRequest, code: str, *, problem: RuleBroken | None = None) -> HttpResponse:
    actor, at = _who(request)
    place = place_of(actor, code)
    chosen, period = period_of(text(request, "period", limit=5), text(request, "month", limit=7), local(at).date())
    far = actor.role in FAR
    beside = {code for family, _place in place.families for code in family} if far else set()
    found = figures(actor, place.code, (*place.codes, *beside), period, at=at)
    groups = _groups(actor, place, at)
    spots = _spots(actor, place, at)
    bars, axes, middles = week_bars(found.weeks)
    context = {
        "place_name": orgs.division_name(place.code),
        "at_code": place.code,
        "level": place.level,
        "way": [(each, orgs.division_name(each)) for each in place.way],
        "children": [(each, orgs.division_name(each)) for each in place.children],
        "communities": orgs.count_communities(place.code),
        "groups": groups,
        "spots": spots,
        "todo": sum(group.total for group in groups) + len(spots),
        "unlisted": found.of[place.code]["late"]
        - sum(one.total for each in groups for one in each.parts if one.kind == "late"),
        "summed": _is_summed(place),
        "figures": figure_list(found, place.code, period),
        "as_of": found.as_of,
        "now_figures": found.of[place.code],
        "period": period,
        "chosen": chosen,
        "month": f"{period.from_on:%Y-%m}",
        "periods": _periods(place.code, chosen),
        "tree": _branches(place, found, period) if place.children or len(place.way) > 1 else [],
        "definitions": [(_(name), _(words)) for name, words in DEFINITIONS],
        "call_backs": _(CALL_BACKS),
        "marks": marks(found.of, place, period, far=far),
        "is_far": far,
        "weeks": found.weeks,
        "week_bars": bars,
        "week_axes": axes,
        "week_middles": middles,
        "stuck": _stuck(place, found),
        "problem": sentence(problem) if problem else "",
        "messages": _said(request),
    }
    return page(request, "cases/supervise.html", context, status=422 if problem else 200)


def _who(request: HttpRequest) -> tuple[Actor, datetime]:
    return actor_of(request), asked_at(request)


def _is_summed(place: Place) -> bool:
    """Whether exceptions are told division by division: above the street one by one would be too many."""
    return place.level in ("district", "city")


def _periods(code: str, chosen: str) -> list[dict[str, object]]:
    names = (("month", _("This month")), ("last", _("Last month")), ("year", _("This year")))
    return [
        {"title": title, "href": f"/supervise?at={code}&period={name}#figures", "current": name == chosen}
        for name, title in names
    ]


def _groups(actor: Actor, place: Place, at: datetime) -> list[Group]:
    rows = exceptions(actor, place.code, at=at, children=place.children if _is_summed(place) else ())
    found = []
    for cause in ORDER:
        parts = []
        for kind in KINDS:
            of_kind = [row for row in rows if row.cause == cause and row.kind == kind]
            if of_kind:
                parts.append(_part(actor, place, kind, str(cause), of_kind, at))
        if parts:
            title = _(TITLES[cause]) if cause in TITLES else _("Waiting for: %(who)s") % {"who": _who_words(str(cause))}
            found.append(Group(str(cause), title, parts))
    return found


def _who_words(cause: str) -> str:
    return _(WAITING[Waiting(cause)])


def _part(actor: Actor, place: Place, kind: str, cause: str, rows: list[Row], at: datetime) -> Part:
    waiting = cause if cause in tuple(Waiting) else ""
    href = _list_href(kind, place.code, waiting)
    urges = kind in URGED and cause != Waiting.RESIDENT
    urge_href = _urge_href(place.code, kind, cause) if urges else ""
    lines = [_line(actor, row, at, urges=urges) for row in rows]
    return Part(kind, cause, _(KINDS[kind]), rows[0].total, href, urge_href, lines)


def _list_href(kind: str, code: str, waiting: str) -> str:
    return follow_ups_href(code, kind) if kind in FOLLOW_UPS else rows_href(kind, code, waiting=waiting)


def _urge_href(code: str, kind: str, cause: str) -> str:
    return "/supervise/urge?" + urlencode({"at": code, "kind": kind, "cause": cause})


def _line(actor: Actor, row: Row, at: datetime, *, urges: bool) -> Line:
    where = orgs.division_name(row.code)
    if not row.ref:
        return _sum_line(row, at, where, urges=urges)
    if row.kind in FOLLOW_UPS:
        mine = row.owner == actor.reach
        href = f"/follow-ups/{row.ref}"
        what = matter_name(row.version_id) if row.version_id else _("The station as a whole")
        step = _("Answer") if mine else _("Open")
        return Line(_due(row, at), what, href, "", "", where, 1, orgs.division_name(row.owner), step, href, False)
    href = f"/cases/{row.ref}"
    owner = row.owner if row.is_accepted else _("%(name)s (first asked)") % {"name": row.owner}
    who = mask_name(row.resident) if row.is_protected else shown_name(actor, row.resident)
    step = _("Answer") if row.kind == "extension" and actor.role is Role.STREET else _("Open")
    assert row.version_id is not None
    what = matter_name(row.version_id)
    return Line(_due(row, at), what, href, row.ref, who, where, 1, owner, step, href, urges)


def _sum_line(row: Row, at: datetime, where: str, *, urges: bool) -> Line:
    waiting = row.cause if row.cause in tuple(Waiting) else ""
    href = _list_href(row.kind, row.code, waiting)
    step = _("Urge") if urges else _("Look")
    step_href = _urge_href(row.code, row.kind, row.cause) if urges else f"/supervise?at={row.code}"
    return Line(_due(row, at), where, href, "", "", where, row.cases, _offices(row), step, step_href, False)


def _offices(row: Row) -> str:
    """Who has to move: the offices at whose desks follow-ups lie, the one that cases wait for, or the division's."""
    digits = [int(one) for one in row.owner.split(",")] if row.owner else [_DESKS.get(row.cause, len(row.code))]
    return _(", ").join(orgs.role_name(_OFFICES[one]) for one in sorted(digits, reverse=True))


def _due(row: Row, at: datetime) -> dict[str, Any]:
    """The deadline for the macro that draws it."""
    if row.due_on is not None and row.due_at is None:
        return day_due(row.due_on, local(at).date())
    shown = badge(orgs.working_calendar(), due_at=row.due_at, now=at, promised=row.promised_days)
    return {"state": str(shown.state), "days": shown.days, "day": shown.day, "time": shown.time}


def _spots(actor: Actor, place: Place, at: datetime) -> list[dict[str, Any]]:
    """Posts with nobody in them, and matters that stand or fall with one person; above the street only how many."""
    if _is_summed(place):
        return _spot_sums(place)
    bare = orgs.bare_posts(place.code, at=at)
    lone = orgs.lone_skills(place.code, at=at)
    spots: list[dict[str, Any]] = [
        {
            "from_at": None if spot.from_at <= at else spot.from_at,
            "what": _("%(post)s: neither A nor B") % {"post": orgs.post_name(spot.post)},
            "where": orgs.division_name(spot.division_code),
            "href": f"/cover?station={spot.division_code}" if actor.role not in FAR else "",
        }
        for spot in bare
    ]
    if lone:
        total, stations = sum(spot.matters for spot in lone), {spot.division_code for spot in lone}
        words = ngettext("%(num)s matter only one person can do", "%(num)s matters only one person can do", total)
        where = ngettext("%(num)s station", "%(num)s stations", len(stations)) % {"num": len(stations)}
        most = sorted(lone, key=lambda spot: -spot.matters)[:3]
        spots.append(
            {
                **{"what": words % {"num": total}, "names": _(", ").join(f"{one.name} {one.matters}" for one in most)},
                "where": orgs.division_name(place.code) if len(stations) == 1 else where,
                "href": "/skills" if actor.role not in FAR else "",
            }
        )
    return spots


def _spot_sums(place: Place) -> list[dict[str, Any]]:
    found, spots = orgs.counted_spots(place.code, len(place.children[0])), []
    for child, (empty, _stations) in sorted(found.items()):
        if empty:
            words = ngettext("%(num)s post with neither A nor B", "%(num)s posts with neither A nor B", empty)
            where = orgs.division_name(child)
            spots.append({"what": words % {"num": empty}, "where": where, "href": f"/supervise?at={child}#spots"})
    if stations := sum(lone for _empty, lone in found.values()):
        words = ngettext(
            "%(num)s station where a matter hangs on one person",
            "%(num)s stations where a matter hangs on one person",
            stations,
        )
        spots.append({"what": words % {"num": f"{stations:,}"}, "where": orgs.division_name(place.code), "href": ""})
    return spots


def _branches(place: Place, found: Figures, period: Period) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    silent: list[Branch] = []
    for branch in tree(place, found.of):
        n, code = branch.counts, branch.code
        if code in place.children and not any(n.values()):
            silent.append(branch)
            continue
        name = orgs.division_name(code)
        if branch.rest:
            name = ngettext("The other %(num)s", "The other %(num)s", branch.rest) % {"num": branch.rest}
        cells = [
            (n["open"], "" if branch.rest else rows_href("open", code)),
            (n["late"], "" if branch.rest else rows_href("late", code)),
            (n["taken"], "" if branch.rest else rows_href("taken", code, period)),
            (n["closed"], "" if branch.rest else rows_href("closed", code, period)),
        ]
        rows.append(
            {
                **{"name": name, "depth": branch.depth, "communities": branch.communities, "cells": cells},
                "href": "" if branch.rest or code == place.code else f"/supervise?at={code}",
                "on_time": percent(n["on_time"], n["closed"]),
                "whole": percent(n["whole"], n["closed"]),
                "spared": percent(n["spared"], n["spared"] + n["asked"]),
                "online": percent(n["online"], n["taken"]),
                "bad": n["bad_open"],
                "bad_href": "" if branch.rest else follow_ups_href(code),
            }
        )
    if silent:
        # Before the line for the divisions beside the way down, which stands less deep.
        at = next(
            (index for index, row in enumerate(rows) if row["depth"] < silent[0].depth and index >= len(place.way)),
            len(rows),
        )
        rows.insert(at, _silent(silent))
    return rows


def _silent(branches: Sequence[Branch]) -> dict[str, Any]:
    """One line for all the divisions where nothing has happened yet."""
    names = _(", ").join(orgs.division_name(branch.code) for branch in branches)
    return {
        "name": _("Nothing yet in %(names)s") % {"names": names},
        "depth": branches[0].depth,
        "communities": sum(branch.communities for branch in branches),
        "cells": [],
    }


def _stuck(place: Place, found: Figures) -> list[Any]:
    """Overdue cases by where they hang: ours, an office above, the resident."""
    codes = place.children or (place.code,)
    lines = []
    for code in codes:
        n = found.of[code]
        if n["late"]:
            lines.append((orgs.division_name(code), (n["late_us"], n["late_above"], n["late_resident"])))
    return stacks(lines, left=120)


def _said(request: HttpRequest) -> list[str]:
    """What the form before this page has done."""
    urged = request.GET.get("urged", "")
    if not urged.isdecimal() or len(urged) > 6:
        return []
    return [ngettext("%(num)s reminder sent.", "%(num)s reminders sent.", int(urged)) % {"num": int(urged)}]


@door("case.urge", "GET", "POST")
def urge(request: HttpRequest) -> HttpResponse:
    """Remind those who have to move: one case by its number, or all of one kind and cause after a look at how many."""
    actor, at = _who(request)
    code = place_of(actor, text(request, "at", limit=15)).code
    number = text(request, "number", limit=24)
    if number and request.method == "POST":
        try:
            actions.urge(actor, number=number, at=at)
        except RuleBroken as refused:
            return _page(request, code, problem=refused)
        return HttpResponseRedirect(f"/supervise?at={code}&urged=1")
    kind, cause = text(request, "kind", limit=12, required=True), text(request, "cause", limit=12)
    due = reminders(actor, code, kind, cause, since=at - URGE_EVERY, at=at)
    if request.method == "POST":
        return HttpResponseRedirect(f"/supervise?at={code}&urged={_urge_all(actor, due.numbers, at)}")
    context = {
        "place_name": orgs.division_name(code),
        "at_code": code,
        "kind": kind,
        "cause": cause,
        "title": slice_title(kind, cause),
        "due": due,
    }
    return page(request, "cases/supervise_urge.html", context)


def _urge_all(actor: Actor, numbers: Sequence[str], at: datetime) -> int:
    """Each case by itself: one that somebody has just reminded or closed does not hold up the others."""
    sent = 0
    for number in numbers:
        try:
            actions.urge(actor, number=number, at=at)
            sent += 1
        except RuleBroken:
            continue
    return sent
