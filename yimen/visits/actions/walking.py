"""Send a walk to the phone: the doors of an officer's next round."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.trail.record import record
from yimen.visits.models import Walk
from yimen.visits.queries.patch import doors_of, goals_of, patch_in_reach, unseen_months_of
from yimen.visits.rules.months import first_of
from yimen.visits.rules.planning import plan, walk

MOST_DOORS = 60  # a phone never holds more


@transaction.atomic
def send_walk(actor: Actor, *, patch_ref: str, stairwells: Collection[UUID], at: datetime) -> Walk:
    """The due doors of the chosen stairwells become the walk of this person in this patch, in the order of walking.

    RuleBroken when nothing was chosen, when nothing is due there, and for more doors than a phone holds.
    """
    require(actor, "walk.send")
    patch = patch_in_reach(actor, patch_ref, at=at)
    if not stairwells:
        raise RuleBroken(N_("Choose at least one stairwell."), field="stairwell")
    day = local(at).date()
    doors = {one.household.dwelling: one for one in doors_of(patch, day=day)}
    first = first_of(day)
    goal, months = goals_of([patch.id], first=first)[patch.id], unseen_months_of(first)
    dues = plan((one.household for one in doors.values()), goal=goal, first=first, unseen_months=months)
    chosen = [due for due in dues if doors[due.household.dwelling].stairwell_id in stairwells]
    ordered = [due.household.dwelling for stop in walk(chosen) for due in stop.dues]
    if not ordered:
        raise RuleBroken(N_("Nothing is due in these stairwells. Choose others."), field="stairwell")
    if len(ordered) > MOST_DOORS:
        raise RuleBroken(
            N_("These are %(count)s doors; a phone holds %(most)s. Choose fewer stairwells."),
            field="stairwell",
            count=len(ordered),
            most=MOST_DOORS,
        )
    row, _is_new = Walk.objects.update_or_create(
        account_id=actor.person,
        patch_id=patch.id,
        defaults={"division_code": patch.division_code, "dwellings": ordered, "made_at": at},
    )
    record(
        actor,
        "walk.send",
        subject=("patch", patch.id),
        division_code=patch.division_code,
        at=at,
        changes={"doors": len(ordered)},
    )
    return row
