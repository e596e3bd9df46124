"""Goals of single patches, which the street approves, and named reasons why a household was not reached."""

from datetime import date, datetime

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.registry.actions.finding import dwelling_in_reach
from yimen.trail.record import record
from yimen.visits.actions.folding import fold_at_once
from yimen.visits.models import Gap, Goal
from yimen.visits.queries.patch import patch_in_reach
from yimen.visits.rules.months import first_of, month_before
from yimen.visits.rules.words import check_gap

MOST = 300  # households of a patch


@transaction.atomic
def ask_goal(actor: Actor, *, patch_ref: str, month: date, households: int, reason: str, at: datetime) -> Goal:
    """Ask that a patch reach more or fewer households a month than the norm, from a month on.

    RuleBroken for a month behind, a number out of bounds, no reason, and while the same month is asked or approved.
    """
    require(actor, "goal.ask")
    patch = patch_in_reach(actor, patch_ref, at=at)
    month = first_of(month)
    if month < first_of(local(at).date()):
        raise RuleBroken(N_("A goal begins with this month or a later one. Choose the month."), field="month")
    if not 1 <= households <= MOST:
        raise RuleBroken(N_("A goal lies between 1 and %(most)s households."), field="households", most=MOST)
    if not reason.strip():
        raise RuleBroken(N_("Say why this patch needs another goal."), field="reason")
    if Goal.objects.filter(patch_id=patch.id, month=month).exclude(answer="refused").exists():
        raise RuleBroken(
            N_("A goal of this month is asked for or approved already. Choose another month."), field="month"
        )
    made = Goal.objects.create(
        division_code=patch.division_code,
        patch_id=patch.id,
        month=month,
        households=households,
        reason=reason.strip()[:200],
        asked_by=actor.name,
        asked_at=at,
    )
    _record(actor, "goal.ask", made, at, made.reason)
    return made


@transaction.atomic
def answer_goal(actor: Actor, *, ref: str, approve: bool, at: datetime) -> None:
    """The street says yes or no, once. Coverage tells the goal at once, of its month and of the running one."""
    require(actor, "goal.answer")
    found = visible_to(actor, Goal.objects.select_for_update().filter(ref=ref)).first()
    if found is None:
        raise NotFound()
    if found.answer:
        raise RuleBroken(N_("This goal has its answer already. Open the page again."))
    found.answer = "approved" if approve else "refused"
    found.answered_by, found.answered_at = actor.name, at
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    _record(actor, "goal.answer", found, at)
    if approve:
        this = first_of(local(at).date())
        fold_at_once(
            code=found.division_code, months={one for one in (found.month, this) if found.month <= one <= this}, at=at
        )


def _record(actor: Actor, verb: str, row: Goal, at: datetime, note: str = "") -> None:
    record(
        actor,
        verb,
        subject=("patch", row.patch_id),
        division_code=row.division_code,
        at=at,
        changes={"month": row.month.isoformat(), "households": row.households, "answer": row.answer},
        note=note,
    )


@transaction.atomic
def name_gap(actor: Actor, *, dwelling_ref: str, month: date, reason: str, note: str, at: datetime) -> Gap:
    """Say why a household is not reached in a month, this one or the one before; said again, the last word holds."""
    require(actor, "gap.name")
    dwelling = dwelling_in_reach(actor, dwelling_ref)
    month, this = first_of(month), first_of(local(at).date())
    if month not in (this, month_before(this)):
        raise RuleBroken(N_("A reason is named for this month or the one before."), field="month")
    check_gap(reason, note)
    gap, _is_new = Gap.objects.update_or_create(
        dwelling=dwelling,
        month=month,
        defaults={
            **{"division_code": dwelling.division_code, "reason": reason, "note": note.strip()[:200]},
            **{"by_name": actor.name, "at": at},
        },
    )
    record(
        actor,
        "gap.name",
        subject=("dwelling", dwelling.id),
        division_code=dwelling.division_code,
        at=at,
        changes={"month": month.isoformat(), "reason": reason},
    )
    return gap
