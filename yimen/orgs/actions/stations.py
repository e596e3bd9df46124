"""Edit a station's facts; name the eighth service system."""

from datetime import datetime, time
from decimal import Decimal

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.orgs.models import ServiceSystem, Station
from yimen.trail.record import record

LARGEST_HALL = Decimal("99999.9")


@transaction.atomic
def edit_station(
    actor: Actor,
    *,
    division_code: str,
    address: str,
    phone: str,
    hall_area: Decimal | None,
    opens_at: time,
    closes_at: time,
    at: datetime,
) -> None:
    """Change what residents read of a station. The closing time also ends the day of every limit from now on."""
    require(actor, "station.edit")
    rows = visible_to(actor, Station.objects.select_for_update(), "division_id")
    station = rows.filter(division_id=division_code).first()
    if station is None:
        raise NotFound()
    if closes_at <= opens_at:
        raise RuleBroken(N_("The station closes before it opens. Check both times."), field="closes_at")
    if hall_area is not None and not 0 < hall_area <= LARGEST_HALL:
        raise RuleBroken(N_("The hall area must be a number of square metres above 0."), field="hall_area")
    wanted = {
        "address": address,
        "phone": phone,
        "hall_area": hall_area,
        "opens_at": opens_at,
        "closes_at": closes_at,
    }
    changed = [name for name, value in wanted.items() if getattr(station, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(station, name, wanted[name])
    station.save(update_fields=changed)
    record(
        actor,
        "station.edit",
        subject=("station", division_code),
        division_code=division_code,
        at=at,
        changes=changed,
    )


@transaction.atomic
def name_service_system(actor: Actor, *, number: int, name: str, name_en: str, at: datetime) -> None:
    """Give the eighth service system the city's own name, or take it away again with an empty one."""
    require(actor, "service_system.name")
    system = ServiceSystem.objects.select_for_update().filter(number=number).first()
    if system is None:
        raise NotFound()
    if system.is_fixed:
        raise RuleBroken(N_("The mission names this service system. Only the eighth is the city's to name."))
    system.name, system.name_en = name, name_en
    system.save(update_fields=["name", "name_en"])
    record(
        actor,
        "service_system.name",
        subject=("service_system", str(number)),
        division_code=actor.reach,
        at=at,
        note=name,
    )


def keep_households(actor: Actor, *, community: str, households: int) -> int:
    """Keep with a station how many doors are lived in; returns 1 when that is another number than before, else 0."""
    require(actor, "station.count")
    changed = Station.objects.filter(division_id=community).exclude(households=households)
    return changed.update(households=households)
