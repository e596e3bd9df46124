"""Stations: facts, norms, people; and the eight service systems."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.actor import Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, sentence, text
from yimen.orgs import actions, queries
from yimen.orgs.forms import read_decimal, read_time

_DONE = {"saved": N_("Saved."), "named": N_("Saved. The name is the city's own.")}
COMMUNITY = 12  # digits of a community's code


@door("station.read")
def stations(request: HttpRequest) -> HttpResponse:
    """My station; for the levels above, every station below with its norms."""
    return _stations(request)


def _stations(request: HttpRequest, *, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    if len(actor.reach) == COMMUNITY:
        return _station(request, actor.reach)
    within = text(request, "within", limit=15) or actor.reach
    if not actor.reaches(within) or queries.division(within) is None:
        raise NotFound()
    context = {
        "within": queries.division_name(within),
        "up": queries.parent_code(within) if len(within) > len(actor.reach) else None,
        "rows": queries.station_norms(within, at=at),
        "norms": queries.norms_on(local(at).date()),
        "division_name": queries.division_name,
        "systems": queries.service_systems(),
        "may_name": may(actor, "service_system.name"),
        "phone": queries.division_phone(actor.reach) if may(actor, "division.set_phone") else None,
        "is_city": actor.role is Role.CITY,
        "typed": request.POST,
        "error": sentence(error) if error else "",
        "messages": done(request, _DONE),
    }
    return page(request, "orgs/stations.html", context, status=422 if error else 200)


@door("division.set_phone", "POST")
def phone(request: HttpRequest) -> HttpResponse:
    """The number residents may call of my own street or city."""
    try:
        actions.set_phone(actor_of(request), phone=text(request, "phone", limit=20), at=asked_at(request))
    except RuleBroken as error:
        return _stations(request, error=error)
    return HttpResponseRedirect("/station?done=saved")


@door("station.read", "GET")
def station(request: HttpRequest, code: str) -> HttpResponse:
    """One station."""
    return _station(request, code)


def _station(request: HttpRequest, code: str, *, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    found = queries.station(code, at=at) if actor.reaches(code) else None
    if found is None:
        raise NotFound()
    context = {
        "station": found,
        "name": queries.division_name(code),
        "people": queries.workers(code, at=at),
        "away": queries.absent_now(code, at=at),
        "post_name": queries.post_name,
        "may_edit": may(actor, "station.edit"),
        "may_reset": may(actor, "account.reset_password"),
        "systems": queries.service_systems(),
        "error": refusal(error),
        "typed": request.POST,
        "messages": done(request, _DONE),
    }
    return page(request, "orgs/station.html", context, status=422 if error else 200)


@door("station.edit", "POST")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a station's facts."""
    try:
        actions.edit_station(
            actor_of(request),
            division_code=code,
            address=text(request, "address", limit=120),
            phone=text(request, "phone", limit=20),
            hall_area=read_decimal(request, "hall_area"),
            opens_at=read_time(request, "opens_at"),
            closes_at=read_time(request, "closes_at"),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _station(request, code, error=error)
    return HttpResponseRedirect(f"/station/{code}?done=saved")


@door("service_system.name", "POST")
def name_eighth(request: HttpRequest) -> HttpResponse:
    """The city names its own eighth service system."""
    actions.name_service_system(
        actor_of(request),
        number=8,
        name=text(request, "name", limit=40),
        name_en=text(request, "name_en", limit=60),
        at=asked_at(request),
    )
    return HttpResponseRedirect("/station?done=named")
