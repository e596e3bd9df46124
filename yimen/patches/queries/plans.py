"""What-ifs as they are kept, and the publications of a community."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
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


@dataclass(frozen=True, slots=True)
class Published:
    """A publication with what became of it. `replaced_by`: a later one took its place before its day came; `undone_by`:
    it was taken back."""

    publication: Publication
    replaced_by: Publication | None
    undone_by: Publication | None


def what_became(publications: Sequence[Publication]) -> list[Published]:
    """The publications of a community, the latest first, each with what became of it."""
    found: list[Published] = []
    for place, one in enumerate(publications):
        later = publications[:place][::-1]
        undone_by = next((other for other in later if other.undoes_id == one.id), None)
        replaced_by = next(
            (other for other in later if other.from_on <= one.from_on and local(other.at).date() < one.from_on), None
        )
        found.append(Published(one, replaced_by if undone_by is None else None, undone_by))
    return found


def waiting(division_code: str, *, on: date, before: Publication | None = None) -> list[Publication]:
    """Publications of a community that hold from a day after `on`, by day; as it was `before` one of them.

    A publication replaces all that were to hold from its day or a later one; one that undoes brings back what held.
    """
    found: list[Publication] = []
    rows = Publication.objects.filter(division_code=division_code).defer("before", "officers_before")
    for one in rows.order_by("at", "id"):
        if before is not None and one.id == before.id:
            break
        found = [other for other in found if other.from_on < one.from_on]
        if one.plan_id is not None:
            found.append(one)
    return [one for one in found if one.from_on > on]


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
