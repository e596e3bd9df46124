"""Set the rule for must-visit households of a city, from a day on."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.trail.record import record
from yimen.visits.models import VulnerableRule
from yimen.visits.rules.vulnerable import read_limits


@transaction.atomic
def set_rule(
    actor: Actor,
    *,
    groups: Iterable[str],
    limits: Mapping[str, str],
    from_on: date,
    document: str,
    at: datetime,
) -> VulnerableRule:
    """Put a rule in force from today or a later day; one of that same day is replaced, those before stay as they were.

    RuleBroken for a day that has passed, no document, no group, or a limit out of bounds. Whoever listens finds the
    households anew.
    """
    require(actor, "rule.set")
    if from_on < local(at).date():
        raise RuleBroken(
            N_("A rule begins today or later: the months behind keep theirs. Choose another day."), field="from_on"
        )
    if not document.strip():
        raise RuleBroken(N_("Name the document that this rule comes from."), field="document")
    kept = read_limits(groups, limits)
    rule, _is_new = VulnerableRule.objects.update_or_create(
        division_code=actor.reach,
        from_on=from_on,
        defaults={"groups": kept, "document": document.strip()[:120], "by_name": actor.name, "at": at},
    )
    record(
        actor,
        "rule.set",
        subject=("rule", rule.id),
        division_code=actor.reach,
        at=at,
        changes={"from": from_on.isoformat(), "groups": kept},
        note=document.strip(),
    )
    return rule
