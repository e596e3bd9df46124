"""Put buildings on the map."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.registry.models import Building
from yimen.trail.record import record

Place = tuple[float, float]  # longitude and latitude, CGCS2000 degrees


@transaction.atomic
def place_buildings(
    actor: Actor, *, places: Mapping[UUID, Place | None], source: str, at: datetime
) -> dict[UUID, Place | None]:
    """Say where buildings stand; None takes one off the map. Returns where they stood. NotFound when one of them is out
    of reach."""
    require(actor, "building.place")
    rows = list(visible_to(actor, Building.objects.select_for_update()).filter(id__in=places).order_by("id"))
    if len(rows) != len(places):
        raise NotFound()
    before: dict[UUID, Place | None] = {}
    for row in rows:
        before[row.id] = _place(row.longitude, row.latitude)
        row.longitude, row.latitude = places[row.id] or (None, None)
    Building.objects.bulk_update(rows, ["longitude", "latitude"], batch_size=1000)
    record(
        actor,
        "building.place",
        subject=("building", rows[0].id if rows else actor.person),
        division_code=actor.reach or "",
        at=at,
        changes={"count": len(rows), "document": source},
    )
    return before


def _place(longitude: float | None, latitude: float | None) -> Place | None:
    return None if longitude is None or latitude is None else (longitude, latitude)
