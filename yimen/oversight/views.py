"""The auditor's page of unusual look-ups."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.core.actor import Role
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, page, text
from yimen.orgs.queries import division_name, role_name
from yimen.oversight import actions, queries
from yimen.oversight.queries import PAGE, FlagRow
from yimen.oversight.rules import RULES

STATES = {"open": N_("to be reviewed"), "explained": N_("explained"), "passed_on": N_("passed on")}


@door("unusual.read")
def unusual(request: HttpRequest) -> HttpResponse:
    """Flags to be reviewed, or those that were; the newest first."""
    is_open = text(request, "view", limit=10) != "reviewed"
    found = queries.flags(actor_of(request), is_open=is_open, before=_before(request))
    rows = [_in_words(row) for row in found[:PAGE]]
    more = found[PAGE - 1].id if len(found) > PAGE else 0
    return page(request, "oversight/unusual.html", {"rows": rows, "is_open": is_open, "more": more})


@door("unusual.review", "POST")
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """Explained or passed on, with a note."""
    state, note = text(request, "state", limit=10), text(request, "note", limit=500)
    actions.review(actor_of(request), ref=ref, state=state, note=note, at=asked_at(request))
    return HttpResponseRedirect("/unusual")


def _before(request: HttpRequest) -> int | None:
    value = text(request, "before", limit=16)
    if value and not value.isdecimal():
        raise RuleBroken(N_("This page address is damaged. Start again from the first page."))
    return int(value) if value else None


def _in_words(row: FlagRow) -> dict[str, Any]:
    whole = {name: round(number) for name, number in row.numbers.items()}
    usual = {"people": whole.get("people", 0), "median": whole.get("median_people", 0)}
    return {
        "ref": row.ref,
        "on": row.on,
        "name": row.name,
        "role": role_name(Role(row.role)) if row.role in set(Role) else row.role,
        "division": division_name(row.division_code[:12]),
        "cause": _(RULES[row.rule]) % {**whole, "median": whole.get("median_people", 0)}
        if row.rule in RULES
        else row.rule,
        "usual": usual,
        "searches": whole.get("searches", 0),
        "state": _(STATES.get(row.state, row.state)),
        "note": row.note,
        "reviewed_by": row.reviewed_by,
        "reviewed_at": row.reviewed_at,
        "trail": {"person": row.name, "first": row.on.isoformat(), "last": row.on.isoformat(), "reads": "1"},
    }
