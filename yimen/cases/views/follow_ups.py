"""Bad marks and complaints: the list, and the answer."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.cases import actions
from yimen.cases.actions.reading import read_follow_up
from yimen.cases.queries import follow_ups as asked
from yimen.cases.queries.due import day_due
from yimen.cases.queries.words import matter_name
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import RuleBroken
from yimen.core.web import asked_at, page, sentence, text
from yimen.orgs import queries as orgs

STATES = ("open", "answered")


@door("follow_up.list")
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Those open or those answered, of one kind, from one division."""
    actor, at = actor_of(request), asked_at(request)
    sought = _sought(request)
    found, last, total = asked.follow_ups(actor, sought)
    kept = {"state": sought.state, "kind": sought.kind, "division": sought.division}
    kept = {name: value for name, value in kept.items() if value and value != "open"}
    today = local(at).date()
    lines = [
        (
            line,
            matter_name(line.version_id) if line.version_id else "",
            orgs.division_name(line.division_code),
            orgs.division_name(line.place),
            day_due(line.due_on, today),
        )
        for line in found
    ]
    context = {
        "lines": lines,
        "sought": sought,
        "total": told(total),
        "views": _views(kept),
        "divisions": _divisions(actor, sought.division, today),
        "is_filtered": bool(sought.kind or sought.division),
        "next": _href(kept | {"after": last}) if last else "",
        "first": _href(kept) if sought.after else "",
    }
    return page(request, "cases/follow_ups.html", context)


def told(total: int) -> str:
    """A count as it may be told: where counting has stopped, that there are more."""
    return f"{total:,}+" if total >= asked.COUNTED else f"{total:,}"


def _sought(request: HttpRequest) -> asked.Sought:
    state, kind = text(request, "state", limit=8), text(request, "kind", limit=9)
    return asked.Sought(
        state=state if state in STATES else "open",
        kind=kind if kind in asked.KINDS else "",
        division=text(request, "division", limit=12),
        after=text(request, "after", limit=12),
    )


def _href(kept: dict[str, str]) -> str:
    return f"/follow-ups?{urlencode(kept)}" if kept else "/follow-ups"


def _views(kept: dict[str, str]) -> list[dict[str, Any]]:
    others = {name: value for name, value in kept.items() if name != "state"}
    state = kept.get("state", "open")
    return [
        {"title": _("To call back"), "href": _href(others), "current": state == "open"},
        {"title": _("Answered"), "href": _href(others | {"state": "answered"}), "current": state == "answered"},
    ]


def _divisions(actor: Actor, chosen: str, today: date) -> list[tuple[str, str]]:
    """The divisions right under one's own, and the one that a figure has led to."""
    codes = [row.code for row in orgs.children_of(actor.reach, on=today)]
    if chosen and chosen not in codes:
        codes.append(chosen)
    return [(code, orgs.division_name(code)) for code in codes]


@door("follow_up.read")
def follow_up(request: HttpRequest, ref: str) -> HttpResponse:
    """One of them."""
    return _shown(request, ref)


@door("follow_up.answer", "POST")
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """What was said and done."""
    at = asked_at(request)
    words = text(request, "answer", limit=4000)
    try:
        actions.answer_follow_up(actor_of(request), ref=ref, answer=words, at=at)
    except RuleBroken as refused:
        return _shown(request, ref, words, sentence(refused))
    return HttpResponseRedirect(f"/follow-ups/{ref}")


def _shown(request: HttpRequest, ref: str, typed: str = "", error: str = "") -> HttpResponse:
    at = asked_at(request)
    found = read_follow_up(actor_of(request), ref=ref, at=at)
    context = {
        "found": found,
        "line": found.line,
        "title": matter_name(found.line.version_id) if found.line.version_id else "",
        "place": orgs.division_name(found.line.division_code),
        "typed": typed,
        "error": error,
    }
    return page(request, "cases/follow_up.html", context, status=422 if error else 200)
