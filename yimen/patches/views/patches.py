"""The patches of a station, and one of them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs import queries as orgs
from yimen.patches import actions, queries
from yimen.patches.forms import read_day
from yimen.patches.queries import pages, plans
from yimen.patches.queries.sources import hand_overs

COMMUNITY, STREET = 12, 9  # digits of their codes
_NOBODY = "-"  # chosen outright, so that a form sent off without a choice takes nobody away
_DONE = {
    "published": N_("Published. Every door has its officer from that day on."),
    "undone": N_("Undone. What held before holds again."),
    "dropped": N_("The proposal is dropped. The patches stay as they are."),
    "named": N_("Saved. See below what is to be replaced and handed over."),
}


def chosen_community(request: HttpRequest, actor: Actor) -> str:
    """The community a page is about: the actor's own, or the one asked for; "" while none is."""
    code = actor.reach if len(actor.reach) == COMMUNITY else text(request, "community", limit=15)
    if code and (not actor.reaches(code) or len(code) != COMMUNITY):
        raise NotFound()
    return code


@door("patch.read")
def patches(request: HttpRequest) -> HttpResponse:
    """The patches of a community; for the levels above the communities of a street, or a way down to it."""
    actor, at = actor_of(request), asked_at(request)
    code = chosen_community(request, actor)
    if not code:
        return _communities(request, actor)
    context = {
        "code": code,
        "name": orgs.division_name(code),
        "station": pages.station_patches(code, at=at),
        "publications": plans.what_became(plans.publications(code)),
        "open_plan": plans.open_plan(actor, code),
        "may_draw": may(actor, "plan.start"),
        "today": local(at).date(),
        "up": code[:STREET] if len(actor.reach) < COMMUNITY else "",
        "messages": done(request, _DONE),
    }
    return page(request, "patches/patches.html", context)


def _communities(request: HttpRequest, actor: Actor) -> HttpResponse:
    within = text(request, "within", limit=9) or actor.reach
    if not actor.reaches(within) or orgs.division(within) is None:
        raise NotFound()
    at = asked_at(request)
    is_street = len(within) == STREET
    context = {
        "within": orgs.division_name(within),
        "rows": pages.community_rows(within, at=at) if is_street else [],
        "below": [] if is_street else [(code, orgs.division_name(code)) for code in _below(within, request)],
        "up": orgs.parent_code(within) if len(within) > len(actor.reach) else "",
    }
    return page(request, "patches/communities.html", context)


def _below(within: str, request: HttpRequest) -> list[str]:
    return orgs.with_stations(within, on=local(asked_at(request)).date())


@door("patch.read")
def patch(request: HttpRequest, ref: str) -> HttpResponse:
    """One patch: what lies in it, who answers, what a change of officer leaves to do."""
    return _patch(request, ref)


def _patch(request: HttpRequest, ref: str, *, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    standing = queries.patch(ref, at=at)
    if standing is None or not actor.reaches(standing.division_code):
        raise NotFound()
    ground = queries.ground_of(standing.division_code, at=at)
    today = local(at).date()
    own = set(queries.stairwells_of(standing.id, on=today))
    places = [place for place in ground.places if place.id in own]
    sizes = queries.sizes_on(today)
    history = queries.officer_history(standing.id)
    leaving = left_by(history, on=today)
    context = {
        "patch": standing,
        "name": orgs.division_name(standing.division_code),
        "holding": pages.holding(places, sizes),
        "sizes": sizes,
        "places": places,
        "replacing": pages.to_replace(standing, at=at),
        "hand_overs": [(leaving[one.account_id], one) for one in hand_overs(standing.id, list(leaving), at)],
        "history": history,
        "coming": {side: to_come(history, side, on=today) for side in ("A", "B")},
        "may_name": may(actor, "officer.name"),
        "people": [(one.ref, one.name) for one in orgs.workers(standing.division_code, at=at)],
        "today": today,
        "typed": request.POST,
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "patches/patch.html", context, status=422 if error else 200)


def left_by(history: Iterable[queries.Served], *, on: date) -> dict[UUID, str]:
    """Who was officer or deputy of a patch and is neither today nor on a day to come: account and name."""
    rows = list(history)
    stays = {one.account_id for one in rows if one.to_on is None or one.to_on > on}
    return {one.account_id: one.name for one in rows if one.account_id not in stays}


def to_come(history: Iterable[queries.Served], side: str, *, on: date) -> list[tuple[date, str]]:
    """Who takes over a side of a patch after a day, by day: from when, and the name, "" where nobody follows."""
    own = [one for one in history if one.side == side]
    who: dict[date, queries.Served | None] = {one.to_on: None for one in own if one.to_on is not None}
    who |= {one.from_on: one for one in own}
    days = sorted(who)
    accounts = [found.account_id if (found := who[day]) else None for day in days]
    changes = [day for day, now, before in zip(days[1:], accounts[1:], accounts, strict=False) if now != before]
    return [(day, found.name if (found := who[day]) else "") for day in days[:1] + changes if day > on]


@door("officer.name", "POST")
def name_officer(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody becomes officer or deputy from a day on, or, said outright, nobody."""
    person = text(request, "person", limit=12)
    try:
        if not person:
            raise RuleBroken(N_("Nobody is chosen. Choose a person from the list, or nobody."), field="person")
        actions.name_officer(
            actor_of(request),
            patch_ref=ref,
            side=text(request, "side", limit=1),
            account_ref="" if person == _NOBODY else person,
            from_on=read_day(request, "from_on"),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _patch(request, ref, error=error)
    return HttpResponseRedirect(f"/patches/{ref}?done=named")
