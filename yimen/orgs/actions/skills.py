"""Set what each worker can do of the matters."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yimen.access import queries as access
from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.orgs.models import Skill
from yimen.orgs.queries import STATION_ROLES
from yimen.trail.record import record


@transaction.atomic
def set_skills(actor: Actor, *, account_ref: str, grades: Mapping[str, str], at: datetime) -> int:
    """Set a worker's grades by matter code: "alone", "helped" or "" for not yet; returns how many changed.

    Matters that are not named stay as they are.
    """
    require(actor, "skill.set")
    today = local(at).date()
    seats = access.seats_held(actor.reach, first=today, last=today, roles=STATION_ROLES)
    account_id = next((seat.account_id for seat in seats if seat.account_ref == account_ref), None)
    if account_id is None:
        raise NotFound(N_("Nobody of that name works in this station. Choose a person from the list."))
    if set(grades.values()) - {"", *Skill.Grade.values}:
        raise RuleBroken(N_("Choose one of the grades: alone, with help, not yet."), field="grade")
    known = {skill.item_code: skill for skill in Skill.objects.select_for_update().filter(account=account_id)}
    changed = {code: grade for code, grade in grades.items() if grade != (known[code].grade if code in known else "")}
    if not changed:
        return 0
    Skill.objects.filter(account=account_id, item_code__in=changed).delete()
    Skill.objects.bulk_create(
        Skill(account_id=account_id, item_code=code, grade=grade, since_on=today)
        for code, grade in changed.items()
        if grade
    )
    record(actor, "skill.set", subject=("account", account_id), division_code=actor.reach, at=at, changes=dict(changed))
    return len(changed)
