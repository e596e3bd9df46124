"""Buildings as lists and towers (楼栋图)."""

from django.http import HttpRequest, HttpResponse

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.cases.queries.due import due_of
from yimen.cases.queries.lookup import cases_of_resident
from yimen.cases.queries.words import matter_name
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import NotFound
from yimen.core.web import asked_at, fragment, is_fragment, page, text
from yimen.geo.queries.towers import tower_page
from yimen.orgs import queries as orgs
from yimen.patches import queries as patches
from yimen.registry.queries import people
from yimen.registry.queries.towers import BuildingRow, buildings_of
from yimen.visits.queries.buildings import visits_by_building

COMMUNITY = 12  # digits of a community's code
WIDE = 8  # columns that fit beside the legend on a counter screen


@door("building.list")
def buildings(request: HttpRequest) -> HttpResponse:
    """The buildings of the station, by compound; a street chooses the station first."""
    actor, today = actor_of(request), local(asked_at(request)).date()
    within = text(request, "within", limit=15) or actor.reach
    if not actor.reaches(within):
        raise NotFound()
    is_station = len(within) >= COMMUNITY
    rows = buildings_of(actor, within) if is_station else []
    visits = visits_by_building(within, day=today) if rows else {}
    context = {
        "within": within,
        "place_name": orgs.division_name(within),
        "stations": ()
        if is_station
        else [(code, orgs.division_name(code)) for code in orgs.with_stations(within, on=today)],
        "compounds": _by_compound(rows),
        "visits": visits,
        "must": (sum(one.must for one in visits.values()), sum(one.must_open for one in visits.values())),
        "sums": {name: sum(getattr(row, name) for row in rows) for name in ("doors", "households", "residents")},
        "count": len(rows),
        "may_choose": len(actor.reach) < COMMUNITY,
    }
    return page(request, "geo/buildings.html", context)


def _by_compound(rows: list[BuildingRow]) -> list[tuple[str, list[BuildingRow]]]:
    found: dict[str, list[BuildingRow]] = {}
    for row in rows:
        found.setdefault(row.compound, []).append(row)
    return list(found.items())


@door("building.read")
def building(request: HttpRequest, ref: str) -> HttpResponse:
    """One building, door by door. With `?door=` the door is opened beside it; `?jump=` finds one by its number."""
    actor, chosen = actor_of(request), text(request, "door", limit=12)
    if chosen and is_fragment(request):
        return fragment(request, "geo/door.html", {"found": _door(request, actor, chosen)})
    found = tower_page(actor, ref, at=asked_at(request))
    jump, missed = text(request, "jump", limit=30), ""
    if jump and not chosen:
        there = found.door(jump)
        chosen, missed = (there.ref, "") if there else ("", jump)
    context = {
        "found": found,
        "tower": found.tower,
        "chosen": chosen,
        "missed": missed,
        "opened": _door(request, actor, chosen) if chosen else None,
        "community": orgs.division_name(found.tower.division_code),
        "is_wide": found.grid.columns > WIDE,
        "may_open_patch": may(actor, "patch.read"),
        "may_visit": may(actor, "visit.record") and any(patches.may_act(actor, one) for one in found.patches.values()),
    }
    return page(request, "geo/tower.html", context)


def _door(request: HttpRequest, actor: Actor, ref: str) -> dict[str, object]:
    """A door as the drawer shows it, with the open matters of who lives there."""
    at = asked_at(request)
    found = people.door_page(actor, ref, at)
    cases = cases_of_resident(actor, [row.id for row in found.living], at=at)
    patch = patches.patches_of_doors([ref], at=at).get(ref)
    return {
        "page": found,
        "may_visit": may(actor, "visit.record") and patch is not None and patches.may_act(actor, patch),
        "cases": [
            (
                one,
                matter_name(one.version_id),
                due_of(due_at=one.due_at, at=at, promised=one.promised_days, provisional=one.is_provisional),
            )
            for one in cases
            if one.closed_at is None
        ],
    }
