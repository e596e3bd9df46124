from datetime import date
from uuid import UUID

from django.db import transaction

from tests.cast import COMMUNITY, actor
from yimen.core.ids import new_id
from yimen.patches.models import Beginning, Officer, Patch, Placement
from yimen.registry.models import Stairwell

BEGAN = date(2026, 1, 5)


def wells(community: str = COMMUNITY) -> list[UUID]:
    """The stairwells of a community, by building and number."""
    rows = Stairwell.objects.filter(division_code=community)
    return list(rows.order_by("building__number", "number").values_list("id", flat=True))


@transaction.atomic
def begin(halves: int = 2, community: str = COMMUNITY, from_on: date = BEGAN) -> list[Patch]:
    """A community whose stairwells lie in so many patches since it began, without the actions."""
    patches = [
        Patch.objects.create(
            id=new_id(),
            division_code=community,
            code=f"{community}{number:03}",
            number=number,
            from_on=from_on,
        )
        for number in range(1, halves + 1)
    ]
    found = wells(community)
    for place, well in enumerate(found):
        Placement.objects.create(
            division_code=community,
            stairwell_id=well,
            patch=patches[place * halves // len(found)],
            from_on=from_on,
        )
    Beginning.objects.create(division_code=community, from_on=from_on)
    return patches


def name(patch: Patch, username: str, side: str = "A", from_on: date = BEGAN, to_on: date | None = None) -> Officer:
    """Somebody of the cast becomes officer or deputy."""
    return Officer.objects.create(
        division_code=patch.division_code,
        patch=patch,
        account_id=actor(username).person,
        side=side,
        from_on=from_on,
        to_on=to_on,
    )
