"""The map's page: where it opens, and the table that says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yimen.access.check import may, require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import NotFound
from yimen.geo.rules.tiles import counted
from yimen.orgs import queries as orgs
from yimen.orgs.queries.outlines import Box, box_of
from yimen.patches import queries as patches
from yimen.registry.queries.towers import BuildingRow, buildings_of
from yimen.visits.queries.buildings import BuildingVisits, visits_by_building, visits_by_patch

COMMUNITY = 12  # digits of a community's code


@dataclass(frozen=True, slots=True)
class Part:
    """A division right under the one shown, with its stations' households."""

    code: str
    name: str
    stations: int
    households: str


@dataclass(frozen=True, slots=True)
class PatchRow:
    """A patch with who answers for it and what lies in it."""

    patch: patches.Standing
    households: int
    must: int
    must_open: int


@dataclass(frozen=True, slots=True)
class MapPage:
    """`box` is None while no outline is known; the table is there all the same. `visits` by the ref of a building."""

    within: str
    box: Box | None
    parts: Sequence[Part]
    buildings: Sequence[BuildingRow]
    patches: Sequence[PatchRow]
    visits: Mapping[str, BuildingVisits]


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
    today = local(at).date()
    return MapPage(
        within,
        box_of(within, on=today),
        parts,
        rows,
        _patches(within, at) if is_station and may(actor, "patch.read") else (),
        visits_by_building(within, day=today) if rows else {},
    )


def _patches(community: str, at: datetime) -> list[PatchRow]:
    counts = visits_by_patch(community, day=local(at).date())
    return [PatchRow(one, *counts.get(one.id, (0, 0, 0))) for one in patches.patches_at(community, at=at)]
