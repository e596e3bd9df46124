"""The stairwells of a community with who lives behind them: what patches are made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from yimen.patches.queries.sources import load_of
from yimen.patches.rules.ground import Stairwell


@dataclass(frozen=True, slots=True)
class Place:
    """One stairwell. Degrees are the building's (CGCS2000), None where nobody put it on the map. A household is a door
    behind which somebody lives; `visits` are due this month and not done, `work` is other open work."""

    id: UUID
    number: str
    building_id: UUID
    building: str
    compound_id: UUID
    compound: str
    longitude: float | None
    latitude: float | None
    doors: int
    households: int
    vulnerable: int = 0
    visits: int = 0
    work: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """A community's stairwells by compound, building and number, and its buildings (compound, number) without any."""

    places: Sequence[Place]
    bare: Sequence[tuple[str, str]]

    @property
    def households(self) -> int:
        """Doors behind which somebody lives."""
        return sum(place.households for place in self.places)


_PLACES = """
select s.id, s.number, b.id, b.number, c.id, c.name, b.longitude, b.latitude, count(d.id)::int,
  count(d.id) filter (where exists (
    select from registry_residence r join registry_resident p on p.id = r.resident_id
    where r.dwelling_id = d.id and r.to_on is null and r.kind in ('both', 'living') and p.died_on is null))::int
from registry_compound c join registry_building b on b.compound_id = c.id
left join registry_stairwell s on s.building_id = b.id
left join registry_dwelling d on d.stairwell_id = s.id
where c.division_code = %s group by s.id, b.id, c.id
order by c.name, length(b.number), b.number, length(s.number), s.number
"""


def ground_of(division_code: str, *, at: datetime) -> Ground:
    """All stairwells of a community as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, (division_code,))
        rows = cursor.fetchall()
    load = load_of(division_code, at)
    lying = (load.vulnerable, load.visits, load.work)
    places = [Place(*row, *(part.get(row[0], 0) for part in lying)) for row in rows if row[0] is not None]
    return Ground(places, [(row[5], row[3]) for row in rows if row[0] is None])


def stairwell_rows(places: Iterable[Place]) -> list[Stairwell]:
    """The same for the drawing."""
    return [
        Stairwell(
            id=one.id,
            building=one.building_id,
            compound=one.compound_id,
            number=one.number,
            longitude=one.longitude,
            latitude=one.latitude,
            households=one.households,
            vulnerable=one.vulnerable,
        )
        for one in places
    ]
