"""One case: its page."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yimen.access import queries as access
from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.cases.actions.reading import read
from yimen.cases.queries.due import due_of
from yimen.cases.queries.lists import neighbours
from yimen.cases.queries.page import CasePage, Paper
from yimen.cases.queries.papers import basis_words
from yimen.cases.queries.steps import steps
from yimen.cases.queries.timeline import told
from yimen.cases.queries.why import days, reasons
from yimen.cases.queries.words import level_name, material_name, matter_name, outcome_name, state_name, yes_or_no
from yimen.cases.rules import level_of, may_claim, route
from yimen.cases.views.lists import VIEW_TITLES, wanted_of
from yimen.catalogue import queries as catalogue
from yimen.catalogue.rules import Field, FieldType, Text
from yimen.core import clock
from yimen.core.actor import Actor, Role
from yimen.core.calendar import remaining_working_days
from yimen.core.errors import RuleBroken
from yimen.core.masking import mask_account, mask_id, mask_name, mask_phone, mask_words
from yimen.core.web import asked_at, page
from yimen.orgs import queries as orgs
from yimen.registry.queries.shown import age, masked_number, masked_phone, shown_name


@door("case.read")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The whole case on one page."""
    actor, at = actor_of(request), asked_at(request)
    found = read(actor, number=number, at=at)
    buttons = steps(actor, found, can_claim=can_claim(actor, found))
    context = {
        **head_of(actor, found, at),
        **_why(found, at),
        "buttons": buttons,
        "papers": [
            (paper, material_name(paper.code), basis_words(paper.basis), _received(paper)) for paper in found.papers
        ],
        "may_mark": any(step.verb == "offer" for step in buttons)
        and actor.role in (Role.WINDOW, Role.HEAD)
        and found.case.state in ("open", "paused"),
        "facts": _facts(actor, found),
        "lines": told(found.lines, public="public" in request.GET),
        "is_public": "public" in request.GET,
        "who": _who(found),
        "is_handler": not found.ratings and found.case.rating is not None,
        "outcome_name": outcome_name,
        "division_name": orgs.division_name,
        "around": _around(request, actor, number, at),
    }
    return page(request, "cases/case.html", context)


def head_of(actor: Actor, found: CasePage, at: datetime) -> dict[str, Any]:
    """What the head of a case page and of each of its forms shows."""
    one, person = found.case, found.person
    hidden = person.is_protected and actor.account_id not in (one.owner_id, one.first_asked_id)
    return {
        "found": found,
        "case": one,
        "title": matter_name(one.version_id),
        "state_words": outcome_name(one.outcome) if one.outcome else state_name(one.state),
        "due": due_of(
            due_at=one.due_at,
            at=at,
            promised=one.promised_days,
            closed_at=one.closed_at,
            provisional=one.is_provisional,
            pause=next((stop.kind for stop in found.pauses if stop.to_at is None), ""),
        ),
        "person": person,
        "may_read_person": may(actor, "resident.read"),
        "person_name": mask_name(person.name) if hidden else shown_name(actor, person.name),
        "proxy_name": shown_name(actor, one.proxy_name) if one.proxy_name else "",
        "person_age": age(person.birth_on, person.died_on, clock.local(at).date()),
        "person_number": masked_number(person.id_number, person.id),
        "person_phone": masked_phone(person.phone, person.id),
        "may_reveal": may(actor, "resident.reveal") and (actor.role is Role.HEAD or not person.is_protected),
    }


def _why(found: CasePage, at: datetime) -> dict[str, Any]:
    today = clock.local(at).date()
    counted = found.clock()
    calendar = orgs.working_calendar()
    legal = counted.legal_due_on
    until = counted.due_on if counted.due_on is not None and counted.due_on < today else today
    passed = [line for line in counted.days if line.number and line.on <= until]
    return {
        "clock": counted,
        "reasons": reasons(counted),
        "days": days(counted.days, today),
        "day_n": passed[-1].number if passed else 0,
        "legal_left": remaining_working_days(calendar, legal, today) if legal else None,
    }


def _received(paper: Paper) -> str | None:
    """What the worker did with a paper, where that says more than its state."""
    if paper.state == "look" and paper.by_name:
        return _("Original seen")
    return _("Handed in") if paper.basis.startswith("handed_in") else None


def _facts(actor: Actor, found: CasePage) -> list[tuple[str, str]]:
    """The matter's own fields with their labels, as they were filled in."""
    item = catalogue.version(found.case.version_id).item
    shown = []
    for field in item.form:
        value = found.values.get(field.key)
        if value in (None, ""):
            continue
        words = next((catalogue.words(Text(one.zh, one.en)) for one in field.options if one.key == value), None)
        shown.append((catalogue.words(field.label), words or _masked(actor, field, _plain(field, value))))
    return shown


def _masked(actor: Actor, field: Field, value: str) -> str:
    """Numbers that name a person never stand in full on a page, whoever typed them."""
    if "*" in value:
        return value
    if field.fact in ("name", "household_head"):
        return shown_name(actor, value)
    if field.fact == "id_number":
        return mask_id(value)
    if field.fact == "bank_card":
        return mask_account(value)
    return mask_phone(value) if field.type is FieldType.PHONE else mask_words(value)


def _plain(field: Field, value: object) -> str:
    if isinstance(value, bool):
        return yes_or_no(value)
    return catalogue.fact_words(field.fact, str(value))


def _who(found: CasePage) -> dict[str, Any]:
    one = found.case
    owner_id, owner = found.answerable
    sitting = [holder for holder in found.holders if holder.post == one.post]
    owner_seat = next((holder for holder in sitting if holder.account_id == owner_id), None)
    desk = route(community=one.division_code, post=one.post, level=one.decision_level, department=one.department)
    return {
        "owner": owner,
        "post": orgs.post_name(one.post),
        "side": owner_seat.side if owner_seat else "",
        "covers": [holder for holder in sitting if holder.account_id != owner_id],
        "away": next((holder.away for holder in found.holders if holder.account_id == owner_id and holder.away), None),
        "level": level_name(one.decision_level),
        "office": orgs.division_name(desk.desk_code),
        "department": orgs.department_name(one.department),
        "desk_level": level_name(level_of(one.desk_code)),
    }


def can_claim(actor: Actor, found: CasePage) -> bool:
    """Whether this person may take the case out of the pool."""
    one = found.case
    if one.owner_id is not None or actor.account_id is None or actor.role not in (Role.WINDOW, Role.HEAD):
        return False
    held = {holder.post for holder in found.holders if holder.account_id == actor.account_id}
    if actor.role is Role.HEAD or any(may_claim(post=one.post, seat_post=post, can_alone=False) for post in held):
        return True
    return orgs.can_alone(actor.account_id, one.item_code)


def _around(request: HttpRequest, actor: Actor, number: str, at: datetime) -> dict[str, str]:
    """The way back to the list one came from, and to its neighbours there; nothing when what was typed is gone."""
    if "view" not in request.GET:
        return {}
    try:
        wanted = wanted_of(request)
    except RuleBroken:
        return {}
    query = urlencode({key: value for key, value in request.GET.items() if key not in ("public", "after") and value})
    before, after = neighbours(actor, wanted, number=number, at=at)
    return {
        "title": VIEW_TITLES[wanted.view],
        "list": f"/cases?{query}",
        "before": f"/cases/{before}?{query}" if before else "",
        "after": f"/cases/{after}?{query}" if after else "",
    }


def colleagues(found: CasePage, actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """The people of the station a case can be offered to, with what they hold."""
    today = clock.local(at).date()
    held: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    seats = access.seats_held(found.case.division_code, first=today, last=today, roles=(Role.WINDOW, Role.HEAD))
    away = orgs.absent_now(found.case.division_code, at=at)
    for seat in seats:
        if seat.account_id in (actor.account_id, found.case.owner_id):
            continue
        names[seat.account_ref] = seat.name
        words = orgs.seat_words(seat.role, post=seat.post, side=seat.side)
        held.setdefault(seat.account_ref, []).append(words)
        if seat.account_id in away:
            held[seat.account_ref].append(_("absent now"))
    return [(ref, f"{names[ref]} · {' · '.join(dict.fromkeys(held[ref]))}") for ref in names]
