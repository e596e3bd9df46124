"""The list of cases with its saved views."""

import time as clockwork
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.access.typed import KEY, to_list, typed
from yimen.cases.queries.due import Due, due_of
from yimen.cases.queries.lists import COUNTED, VIEWS, Row, Wanted, counted_list, hidden_of_figure, tails
from yimen.cases.queries.slices import slice_title
from yimen.cases.queries.steps import next_step
from yimen.cases.queries.words import matter_name, outcome_name, state_name
from yimen.catalogue import queries as catalogue
from yimen.catalogue.rules import AccessKind
from yimen.core import clock
from yimen.core.actor import Actor, Role
from yimen.core.errors import N_, RuleBroken
from yimen.core.masking import mask_name
from yimen.core.web import asked_at, page, pages_around, refusal, text
from yimen.orgs import queries as orgs
from yimen.registry.queries.shown import shown_name

VIEW_TITLES = {
    "all": N_("All in hand"),
    "mine": N_("Mine"),
    "late": N_("Overdue"),
    "soon": N_("Nearly due"),
    "claim": N_("To be claimed"),
    "paused": N_("Waiting for papers"),
    "sent_up": N_("Sent up"),
    "returned": N_("Sent back"),
    "closed": N_("Closed"),
}
_AT_A_STATION = ("mine", "claim")
_OF_A_FIGURE = ("figure", "from", "to", "waiting")


class Shown(NamedTuple):
    """One line as the table writes it."""

    row: Row
    due: Due
    title: str
    resident: str
    state: str
    owner: str
    is_stand_in: bool
    next: str
    tail: str = ""  # of the identity number, where the name stands in the list twice


def wanted_of(request: HttpRequest) -> Wanted:
    """The list that the address asks for."""
    text_typed = typed(request).get("text", "")
    view = text(request, "view", limit=12)
    wanted = Wanted(
        view=view if view in VIEWS else "all",
        matter=text(request, "matter", limit=8),
        post=text(request, "post", limit=2),
        owner=text(request, "owner", limit=12),
        text=text(request, "text", limit=40) or text_typed,
        after=text(request, "after", limit=24),
        desk=text(request, "desk", limit=12),
        division=text(request, "division", limit=12),
        figure=text(request, "figure", limit=20),
        from_on=_day(request, "from"),
        to_on=_day(request, "to"),
        waiting=text(request, "waiting", limit=12),
    )
    if wanted.from_on and wanted.to_on and wanted.from_on > wanted.to_on:
        raise RuleBroken(N_("The first day is after the last one. Exchange them."), field="to")
    return wanted


def _day(request: HttpRequest, name: str) -> date | None:
    said = text(request, name, limit=10)
    try:
        return clock.day_of(said) if said else None
    except ValueError as error:
        raise RuleBroken(N_("Write the day such as 2026-11-23."), field=name) from error


@door("case.list", "GET", "POST")
def cases(request: HttpRequest) -> HttpResponse:
    """Cases within reach, soonest due first. What is typed comes by POST, and no name stands in an address."""
    actor, at = actor_of(request), asked_at(request)
    try:
        wanted = wanted_of(request)
    except RuleBroken as refused:
        return page(request, "cases/list.html", _unread(request, actor, at, refused), status=422)
    if request.method == "POST" or "text" in request.GET:
        return to_list(request, _query(wanted), {"text": wanted.text})
    listed = counted_list(actor, wanted, at=at)
    query = _query(wanted) | ({KEY: key} if (key := request.GET.get(KEY, "")) else {})
    context = {
        **_around(actor, wanted, query, listed.counts, at),
        "rows": with_tails(actor, [shown(actor, row, at) for row in listed.rows]),
        "pages": pages_around(request, query, listed.rows[-1].number if listed.more else ""),
        **_hidden(actor, wanted, listed.hidden, at),
    }
    return page(request, "cases/list.html", context)


def _hidden(actor: Actor, wanted: Wanted, hidden: int, at: datetime) -> dict[str, Any]:
    """The restricted cases that are not listed: how many of a figure, or of a whole view of open ones. Of a narrower
    list no number is told: it would say of a person or a day what only those who work on it may know."""
    if wanted.figure:
        return {"hidden": hidden_of_figure(actor, wanted, at=at)}
    matter = catalogue.live(clock.local(at).date()).get(wanted.matter)
    if wanted.is_closed or (matter is not None and matter.item.access is AccessKind.RESTRICTED):
        return {"is_restricted": True}
    is_whole = not any(
        (wanted.matter, wanted.post, wanted.owner, wanted.text, wanted.desk, wanted.from_on, wanted.to_on)
    )
    return {"hidden": counted(hidden) if is_whole and hidden else ""}


def _query(wanted: Wanted) -> dict[str, str]:
    """What of a list may stand in its address: all but what was typed. A figure stands in place of the view."""
    names = ("matter", "post", "owner", "desk", "division", "figure", "waiting")
    kept = {} if wanted.figure else {"view": wanted.view}
    kept |= {name: getattr(wanted, name) for name in names}
    kept |= {"from": str(wanted.from_on or ""), "to": str(wanted.to_on or "")}
    return {name: value for name, value in kept.items() if value}


def _around(
    actor: Actor, wanted: Wanted, query: dict[str, str], counts: Mapping[str, int | None], at: datetime
) -> dict[str, Any]:
    """What stands around the rows."""
    filters = {name: value for name, value in query.items() if name != "view" and name not in _OF_A_FIGURE}
    if not wanted.figure:
        filters |= {name: query[name] for name in ("from", "to") if name in query}
    return {
        "error": {},
        "days": {"from": wanted.from_on or "", "to": wanted.to_on or ""},
        "wanted": wanted,
        "query": urlencode(query),
        "kept": query,
        "views": _views(actor, wanted, filters, counts),
        "posts": [(code, orgs.post_name(code)) for code in orgs.post_codes()],
        "matters": _matters(wanted.matter, at),
        "owners": _owners(actor, at),
        "is_station": actor.role in (Role.WINDOW, Role.HEAD),
        "is_filtered": bool(filters),
        "figure": {name: query[name] for name in _OF_A_FIGURE if name in query} if wanted.figure else {},
        "figure_title": slice_title(wanted.figure, wanted.waiting) if wanted.figure else "",
        "division_name": orgs.division_name(wanted.division) if wanted.division else "",
        "desk_name": orgs.division_name(wanted.desk) if wanted.desk else "",
    }


def _unread(request: HttpRequest, actor: Actor, at: datetime, refused: RuleBroken) -> dict[str, Any]:
    """The page around a filter that cannot be understood, with what was typed, to be mended."""
    sent = request.POST or request.GET
    view = sent.get("view", "")
    names = ("matter", "post", "owner", "text", "division")
    chosen: dict[str, Any] = {name: sent.get(name, "")[:40] for name in names}
    wanted = Wanted(view=view if view in VIEWS else "all", **chosen)
    return {**_around(actor, wanted, _query(wanted), {}, at), "error": refusal(refused), "days": sent}


def shown(actor: Actor, row: Row, at: datetime) -> Shown:
    """A row in the reader's words."""
    due = due_of(
        due_at=row.due_at,
        at=at,
        promised=row.promised_days,
        closed_at=row.closed_at,
        provisional=row.is_provisional,
    )
    named = actor.account_id == row.owner_id
    return Shown(
        row,
        due,
        matter_name(row.version_id),
        mask_name(row.resident) if row.is_protected and not named else shown_name(actor, row.resident),
        outcome_name(row.outcome) if row.outcome else _standing(row),
        row.owner or "",
        False,
        next_step(
            state=row.state,
            has_owner=row.owner_id is not None,
            level=row.decision_level,
            is_returned=row.returned_at is not None,
        ),
    )


def with_tails(actor: Actor, rows: list[Shown]) -> list[Shown]:
    """Rows of the same name told apart."""
    known = tails(actor, [one.row for one in rows])
    return [one._replace(tail=known.get(one.row.number, "")) for one in rows] if known else rows


def _standing(row: Row) -> str:
    """What an open case waits for; "in hand" says nothing to who has to act."""
    if row.state != "open":
        return state_name(row.state)
    if row.returned_at is not None:
        return _("Sent back")
    if row.owner_id is None:
        return _("To be claimed")
    return _("Result to be written") if row.decision_level == "community" else _("Opinion to be given")


def _views(
    actor: Actor, wanted: Wanted, filters: dict[str, str], counts: Mapping[str, int | None]
) -> list[dict[str, Any]]:
    station = actor.role in (Role.WINDOW, Role.HEAD)
    kept = f"&{urlencode(filters)}" if filters else ""
    return [
        {
            "title": _(title),
            "href": f"/cases?view={view}{kept}",
            "count": counted(counts.get(view)),
            "current": view == wanted.view and not wanted.figure,
        }
        for view, title in VIEW_TITLES.items()
        if station or view not in _AT_A_STATION
    ]


def counted(found: int | None) -> str | None:
    """A count as it may be told: where counting has stopped, that there are more."""
    if found is None:
        return None
    return f"{COUNTED}+" if found >= COUNTED else str(found)


def _matters(chosen: str, at: datetime) -> str:
    """The choices of the matter filter, kept ready: 88 of them would cost more than the list itself."""
    return _options(catalogue.shelf().stamp, clock.local(at).date(), chosen, get_language() or "")


@lru_cache(maxsize=200)
def _options(stamp: object, day: date, chosen: str, language: str) -> str:
    """`stamp` and `language` are part of the key: a new version or another language writes other words."""
    marks = {chosen: mark_safe(" selected")}
    rows = [(one.code, marks.get(one.code, ""), catalogue.words(one.item.name)) for one in catalogue.live(day).values()]
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


_KEPT_FOR = 30.0  # seconds a list of colleagues is used again
_colleagues: dict[str, tuple[float, list[tuple[str, str]]]] = {}


def _owners(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """The people of one's own station, to choose whose cases to see."""
    if actor.role not in (Role.WINDOW, Role.HEAD):
        return []
    since, kept = _colleagues.get(actor.reach, (float("-inf"), []))
    if clockwork.monotonic() - since > _KEPT_FOR:
        kept = list({one.account_ref: one.name for one in orgs.holders(actor.reach, at=at)}.items())
        _colleagues[actor.reach] = (clockwork.monotonic(), kept)
    return kept
