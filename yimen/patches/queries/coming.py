"""Changes of officer that were named by hand for a day to come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yimen.patches.models import Officer, Publication
from yimen.patches.queries.plans import officers_of


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody takes over a side of a patch on a day to come."""

    ref: str
    number: int
    side: str
    account_id: UUID
    name: str
    from_on: date


def changes_to_come(division_code: str, waiting: Sequence[Publication], *, on: date) -> list[Coming]:
    """The changes after a day, by day, without those of the publications that wait."""
    said = of_publications(division_code, waiting)
    found, before = [], set[tuple[UUID, str, UUID, date | None]]()
    rows = Officer.objects.filter(division_code=division_code).select_related("patch", "account")
    for row in rows.order_by("from_on", "side", "patch__number"):
        goes_on = (row.patch_id, row.side, row.account_id, row.from_on) in before
        before.add((row.patch_id, row.side, row.account_id, row.to_on))
        if row.from_on > on and row.id not in said and not goes_on:
            found.append(Coming(row.ref, row.patch.number, row.side, row.account_id, row.account.name, row.from_on))
    return found


def of_publications(division_code: str, publications: Collection[Publication]) -> set[UUID]:
    """The rows of officers that publications wrote for their days."""
    named = {
        (one.from_on, number, side, account)
        for one in publications
        if one.plan is not None
        for number, sides in officers_of(one.plan).items()
        for side, account in sides.items()
    }
    days = {day for day, *_rest in named}
    rows = Officer.objects.filter(division_code=division_code, from_on__in=days)
    return {
        id_
        for id_, *what in rows.values_list("id", "from_on", "patch__number", "side", "account_id")
        if tuple(what) in named
    }


def rows_of(refs: Collection[str]) -> set[UUID]:
    """The rows of such changes by their refs."""
    return set(Officer.objects.filter(ref__in=refs).values_list("id", flat=True))
