"""The map's page: where it opens, and the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yimen.access.check import may, require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import NotFound
from yimen.geo.rules.tiles import counted
from yimen.orgs import queries as orgs
from yimen.orgs.queries.outlines import Box, box_of
from yimen.registry.queries.towers import BuildingRow, buildings_of

COMMUNITY = 12  # digits of a community's code


@dataclass(frozen=True, slots=True)
class Part:
    """A division right under the one shown, with its stations' households."""

    code: str
    name: str
    stations: int
    households: str


@dataclass(frozen=True, slots=True)
class MapPage:
    """`box` is None while no outline is known; the table is there all the same."""

    within: str
    box: Box | None
    parts: Sequence[Part]
    buildings: Sequence[BuildingRow]


def map_page(actor: Actor, within: str, *, at: datetime) -> MapPage:
    """What lies under a division in reach. NotFound otherwise."""
    require(actor, "map.read")
    if not actor.reaches(within) or orgs.division(within) is None:
        raise NotFound()
    is_station = len(within) >= COMMUNITY
    parts = [
        Part(row.division_code, orgs.division_name(row.division_code), row.stations, counted(row.households))
        for row in (() if is_station else orgs.station_norms(within, at=at))
    ]
    rows = buildings_of(actor, within) if is_station and may(actor, "building.list") else []
    return MapPage(within, box_of(within, on=local(at).date()), parts, rows)
