"""Mark a household by hand as one to be seen every month, with a reason and an end, and take the mark away."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.registry.actions.finding import dwelling_in_reach
from yimen.trail.record import record
from yimen.visits.models import VulnerableHousehold
from yimen.visits.rules.words import mark_faults


@transaction.atomic
def mark(actor: Actor, *, dwelling_ref: str, reason: str, until: date, at: datetime) -> VulnerableHousehold:
    """The household at a door is to be seen every month until a day, for a reason the rule does not know.

    RuleBroken without a reason, for an end that is not within the year to come, and while a mark stands.
    """
    require(actor, "vulnerable.mark")
    dwelling = dwelling_in_reach(actor, dwelling_ref)
    today = local(at).date()
    for fault in mark_faults(reason, until, today=today):
        raise fault
    marks = VulnerableHousehold.objects.select_for_update().filter(dwelling=dwelling, is_marked=True, to_on__gt=today)
    if standing := marks.first():
        raise RuleBroken(
            N_("This household is marked already, until %(until)s. End that mark first."),
            field="door",
            until=str(standing.to_on),
        )
    made = VulnerableHousehold.objects.create(
        division_code=dwelling.division_code,
        dwelling=dwelling,
        is_marked=True,
        reason=reason.strip()[:200],
        by_name=actor.name,
        from_on=today,
        to_on=until,
    )
    _record(actor, "vulnerable.mark", made, at)
    return made


@transaction.atomic
def unmark(actor: Actor, *, ref: str, at: datetime) -> None:
    """A mark by hand ends today; what the rule finds is not touched by it."""
    require(actor, "vulnerable.unmark")
    today = local(at).date()
    rows = VulnerableHousehold.objects.select_for_update().filter(Q(to_on=None) | Q(to_on__gt=today), ref=ref)
    found = visible_to(actor, rows).first()
    if found is None:
        raise NotFound()
    if not found.is_marked:
        raise RuleBroken(N_("The rule finds this household. It leaves the list when the reason in the register ends."))
    found.to_on = today
    found.save(update_fields=["to_on"])
    _record(actor, "vulnerable.unmark", found, at)


def _record(actor: Actor, verb: str, row: VulnerableHousehold, at: datetime) -> None:
    record(
        actor,
        verb,
        subject=("dwelling", row.dwelling_id),
        division_code=row.division_code,
        at=at,
        changes={"until": str(row.to_on)},
    )
