"""A community in two patches, with visits that happened at its doors."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests import cast
from yimen.core.clock import local
from yimen.core.ids import new_id
from yimen.patches.models import Patch
from yimen.patches.queries import patches_of_dwellings
from yimen.registry.models import Building, Compound, Dwelling, Resident, Stairwell
from yimen.visits.models import Finding, Visit
from yimen.visits.rules import sealed

AT = cast.MONDAY
DAY = AT.date()


Went = Callable[..., Visit]


@pytest.fixture
def went(patches: list[Patch]) -> Went:
    """A visit that is on record."""
    return record_visit


def record_visit(
    door: str,
    *,
    who: str = "window",
    at: datetime = AT,
    received_at: datetime | None = None,
    outcome: str = "met",
    topics: Sequence[str] = (),
    note: str = "",
) -> Visit:
    """Write a visit as the phone's records arrive."""
    actor = cast.actor(who)
    dwelling = Dwelling.objects.get(division_code=cast.COMMUNITY, door=door)
    row, on = new_id(), local(at).date()
    lying = patches_of_dwellings([dwelling.id], on=on).get(dwelling.id)
    written = received_at or at + timedelta(minutes=2)
    return Visit.objects.create(
        id=row,
        division_code=cast.COMMUNITY,
        dwelling=dwelling,
        patch_id=lying.patch_id if lying else None,
        account_id=actor.person,
        by_name=actor.name,
        at=at,
        on=on,
        received_at=written,
        is_late=local(written).date() > on,
        outcome=outcome,
        topics=list(topics),
        note=sealed.seal(note, place=sealed.NOTE, row=row),
        via="phone",
    )


def find(
    visit: Visit, kind: str, content: dict[str, str], resident: str = "", seen_version: int | None = None
) -> Finding:
    """What that visit found."""
    row: UUID = new_id()
    return Finding.objects.create(
        id=row,
        division_code=visit.division_code,
        visit=visit,
        dwelling_id=visit.dwelling_id,
        resident=Resident.objects.get(ref=resident) if resident else None,
        kind=kind,
        content=sealed.seal_values(content, place=sealed.FINDING, row=row),
        seen_version=seen_version,
        at=visit.received_at,
    )


def twin_door(compound: str) -> Dwelling:
    """Door 3-2-502 once more, in another compound of the window's community."""
    other = Compound.objects.create(division_code=cast.COMMUNITY, name=compound)
    building = Building.objects.create(division_code=cast.COMMUNITY, compound=other, number="3", floors=6)
    well = Stairwell.objects.create(division_code=cast.COMMUNITY, building=building, number="2")
    return Dwelling.objects.create(
        division_code=cast.COMMUNITY,
        stairwell=well,
        floor=5,
        room="502",
        door="3-2-502",
        door_short="3-502",
        address=f"{compound}3号楼2单元502室",
    )
