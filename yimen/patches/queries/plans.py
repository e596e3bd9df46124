"""What-ifs as they are kept, and the publications of a community."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.patches.models import Plan, Publication
from yimen.patches.rules.what_if import Officers, Placed


def placed_of(plan: Plan) -> Placed:
    """The number of the patch of every stairwell."""
    return {UUID(well): number for well, number in plan.placed.items()}


def written_placed(placed: Mapping[UUID, int]) -> dict[str, int]:
    """A division as JSON keeps it."""
    return {str(well): number for well, number in placed.items()}


def officers_of(plan: Plan) -> Officers:
    """Officer and deputy of every patch that has one."""
    return read_officers(plan.officers)


def read_officers(kept: Mapping[str, Mapping[str, str]]) -> Officers:
    """Officers from JSON."""
    return {int(number): {side: UUID(who) for side, who in sides.items()} for number, sides in kept.items()}


def written_officers(officers: Officers) -> dict[str, Any]:
    """Officers as JSON keeps them."""
    return {str(number): {side: str(who) for side, who in sides.items()} for number, sides in officers.items()}


def open_plan(actor: Actor, division_code: str) -> Plan | None:
    """The open what-if of a community within reach."""
    return visible_to(actor, Plan.objects.all()).filter(division_code=division_code, state=Plan.State.OPEN).first()


def publications(division_code: str, *, most: int = 20) -> list[Publication]:
    """What came into force in a community, the latest first."""
    found = Publication.objects.filter(division_code=division_code).select_related("undoes")
    return list(found.order_by("-at", "-id")[:most])


def community_of(actor: Actor, ref: str) -> str:
    """The community a what-if is about; out of reach is not found."""
    found = visible_to(actor, Plan.objects.filter(ref=ref)).values_list("division_code", flat=True).first()
    if found is None:
        raise NotFound()
    return found


def community_published(actor: Actor, ref: str) -> str:
    """The community a publication is about; out of reach is not found."""
    found = visible_to(actor, Publication.objects.filter(ref=ref)).values_list("division_code", flat=True).first()
    if found is None:
        raise NotFound()
    return found
