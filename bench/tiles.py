"""What a tile of the map costs, one client, over all tiles that a station and a city office look at."""

import math
from collections.abc import Iterator
from itertools import cycle

from django.db import connection

from bench import load
from bench.city import City
from bench.figures import Figure, figure
from bench.load import Request, request
from bench.people import Person
from yimen.core.database import reaching
from yimen.core.reach import EVERYWHERE
from yimen.geo.rules.tiles import spot
from yimen.orgs.queries.outlines import Box

ROLES = ("window", "street", "city")
ZOOMS = range(8, 18)
MOST = 12  # tiles of one layer and zoom


def figures_of(city: City, people: list[Person], *, rounds: int) -> list[Figure]:
    """The 95th percentile over every layer and zoom within each person's reach."""
    wanted = [one for person in people for one in _tiles(person)]
    outcomes = []
    for turn in range(rounds):
        turns = cycle(wanted)
        outcomes.append(
            load.run(city.port, lambda _dice, turns=turns: next(turns), connections=1, seconds=8, seed=turn)
        )
    if wrong := [error for outcome in outcomes for error in outcome.wrong]:
        raise AssertionError(wrong[0])
    words = f"{len(wanted)} tiles of {len(people)} reaches, {outcomes[-1].count} answers a round, one client"
    return [figure("tiles.p95_ms", [one.p95_ms() for one in outcomes], "ms", "<= 20", note=words)]


def _tiles(person: Person) -> Iterator[Request]:
    with reaching(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "select west, south, east, north from orgs_outline where division_code = %s and to_on is null",
            (person.reach,),
        )
        box: Box = cursor.fetchone()
    for layer in ("divisions", "buildings", "patches", "visits"):
        for z in ZOOMS:
            for x, y in list(_within(box, z))[:MOST]:
                path = f"/tiles/{layer}/{z}/{x}/{y}.mvt"
                yield request(f"{layer} {z}", "GET", path, cookie=person.cookie, expect=(200, 204))


def _within(box: Box, z: int) -> Iterator[tuple[int, int]]:
    """The tiles of a zoom over a box, those round its middle first."""
    (west, north), (east, south) = spot(box[0], box[3]), spot(box[2], box[1])
    side = 1 << z
    columns = range(math.floor(west * side), math.floor(east * side) + 1)
    lines = range(math.floor(north * side), math.floor(south * side) + 1)
    middle = ((west + east) / 2 * side, (north + south) / 2 * side)
    every = [(x, y) for x in columns for y in lines]
    yield from sorted(every, key=lambda one: math.hypot(one[0] + 0.5 - middle[0], one[1] + 0.5 - middle[1]))
