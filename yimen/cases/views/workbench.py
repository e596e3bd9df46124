"""The first page after signing in: what needs doing now, for each role."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.access.queries import count_waiting
from yimen.cases.queries import workbench as asked
from yimen.cases.queries.due import day_due, due_of
from yimen.cases.queries.follow_ups import Line, Sought, follow_ups
from yimen.cases.queries.lists import Row, Wanted, counted_list, work_list
from yimen.cases.queries.sources import blocks_for
from yimen.cases.queries.words import WAITING, matter_name
from yimen.cases.rules import Waiting, may_claim
from yimen.cases.views.follow_ups import told
from yimen.cases.views.lists import Shown, counted, shown, with_tails
from yimen.core import clock
from yimen.core.actor import Actor, Role
from yimen.core.web import asked_at, page
from yimen.orgs import queries as orgs

SHOWN = 12
_OFFICES = (Role.STREET, Role.DISTRICT, Role.CITY, Role.DEPT)


@door("workbench.open")
def workbench(request: HttpRequest) -> HttpResponse:
    """The workbench of this seat."""
    actor, at = actor_of(request), asked_at(request)
    if actor.role in (Role.WINDOW, Role.HEAD):
        return page(request, "cases/workbench.html", _station(actor, at) | _asked(actor, at))
    if actor.role in _OFFICES:
        return page(request, "cases/workbench_office.html", _office(actor, at) | _asked(actor, at))
    return page(request, "cases/workbench_calm.html", {"links": _links(actor)} | _asked(actor, at))


def _asked(actor: Actor, at: datetime) -> dict[str, Any]:
    """How many requests wait for this person as the second one, and what other rooms have for them."""
    waiting = count_waiting(actor, at) if may(actor, "approval.answer") else 0
    return {"approvals": waiting, "blocks": blocks_for(actor, at)}


def _station(actor: Actor, at: datetime) -> dict[str, Any]:
    sitting = orgs.holders(actor.reach, at=at)
    covering = list({one.account_id: one for one in orgs.covered_by(actor, sitting)}.values())
    for_whom = {one.account_id for one in covering}
    view = "all" if actor.role is Role.HEAD else "mine"
    rows, more, counts, _hidden = counted_list(actor, Wanted(view=view), at=at, limit=SHOWN)
    pool = asked.pool(actor, at=at)
    held = {one.post for one in sitting if one.account_id == actor.account_id}
    end = clock.local(at).replace(hour=23, minute=59, second=59)
    shown_rows = with_tails(actor, [_row(actor, row, at, for_whom) for row in rows])
    due_today = [one for one in shown_rows if one.row.due_at is not None and one.row.due_at <= end]
    return {
        "covering": covering,
        "today": due_today,
        "later": [one for one in shown_rows if one not in due_today],
        "more": more,
        "view": view,
        "counts": {view: counted(count) for view, count in counts.items()},
        "pool": [(_row(actor, row, at, for_whom), _claims(actor, row, held)) for row in pool],
        "offers": [(one, matter_name(one.version_id)) for one in asked.offered_to(actor)],
        "drafts": asked.drafts_of(actor, at=at),
        "gaps": [(orgs.post_name(gap.post), gap) for gap in orgs.uncovered_posts(actor.reach, at=at)],
        **_call_backs(actor, at, limit=5),
    }


def _row(actor: Actor, row: Row, at: datetime, for_whom: set[Any]) -> Shown:
    return shown(actor, row, at)._replace(is_stand_in=row.owner_id in for_whom)


def _claims(actor: Actor, row: Row, held: set[str]) -> bool:
    if actor.role is Role.HEAD:
        return True
    return any(may_claim(post=row.post, seat_post=post, can_alone=False) for post in held)


def _office(actor: Actor, at: datetime) -> dict[str, Any]:
    desk, waiting = asked.on_my_desk(actor, at=at)
    causes = [(_(WAITING[Waiting(cause)]), count) for cause, count in asked.late_by_cause(actor, at=at)]
    late, late_more = work_list(actor, Wanted(view="late"), at=at, limit=SHOWN)
    return {
        "desk": [shown(actor, row, at) for row in desk],
        "desk_total": counted(waiting),
        "desk_more": waiting > len(desk),
        "extensions": [
            (
                one,
                matter_name(one.version_id),
                due_of(due_at=one.due_at, at=at, promised=one.promised_days),
                orgs.division_name(one.division_code),
            )
            for one in asked.extensions_asked(actor, at=at)
        ],
        "late": [(shown(actor, row, at), orgs.division_name(row.division_code)) for row in late],
        "late_more": late_more,
        "late_total": sum(count for _cause, count in causes),
        "causes": causes,
        "waiting": {cause: _(words) for cause, words in WAITING.items()},
        **_call_backs(actor, at, limit=8),
    }


def _call_backs(actor: Actor, at: datetime, *, limit: int) -> dict[str, Any]:
    """Whom to call back: the entry, what it is about, where, until when; and how many there are."""
    if not may(actor, "follow_up.list"):
        return {"follow_ups": [], "follow_ups_total": ""}
    found, _next, total = follow_ups(actor, Sought(), limit=limit)
    today = clock.local(at).date()
    lines = [(one, _about(one), orgs.division_name(one.division_code), day_due(one.due_on, today)) for one in found]
    return {"follow_ups": lines, "follow_ups_total": told(total)}


def _about(one: Line) -> str:
    return matter_name(one.version_id) if one.version_id else _("The station as a whole")


def _links(actor: Actor) -> list[tuple[str, str, str]]:
    """What a seat without cases has: address, title, one sentence."""
    pages = (
        ("catalogue.read", "/catalogue", _("Catalogue"), _("The matters, what each asks for, and its limits.")),
        ("account.list", "/accounts", _("Accounts and posts"), _("Who may sign in, and who holds which post.")),
        ("calendar.load", "/calendar", _("Working calendar"), _("Load the yearly plan; open cases are dated anew.")),
        ("trail.read", "/trail", _("Trail"), _("Who did and who read what.")),
        ("unusual.read", "/unusual", _("Unusual look-ups"), _("Look-ups that ask for a question, found every night.")),
        ("matrix.read", "/matrix", _("Permission matrix"), _("Which role may do what.")),
    )
    return [(href, title, words) for verb, href, title, words in pages if may(actor, verb)]
