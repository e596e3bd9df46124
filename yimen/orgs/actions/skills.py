"""Set what each worker can do of the matters, and count the weak spots of stations."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from yimen.access import queries as access
from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.orgs.models import Skill
from yimen.orgs.queries import STATION_ROLES
from yimen.orgs.queries.spots import AHEAD, BARE, LONE, spot_values
from yimen.trail.record import record

_COUNT = f"""
with lone as (select division_code, sum(matters) matters from ({LONE}) x group by 1),
bare as (select division_code, count(*) posts from ({BARE}) x group by 1),
found as (
  select t.division_id, coalesce(l.matters, 0) matters, coalesce(b.posts, 0) posts
  from orgs_station t left join lone l on l.division_code = t.division_id
  left join bare b on b.division_code = t.division_id
)
update orgs_station s set lone_matters = f.matters, bare_posts = f.posts
from found f where f.division_id = s.division_id and (f.matters, f.posts) <> (s.lone_matters, s.bare_posts)
"""


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


@transaction.atomic
def count_spots(actor: Actor, *, at: datetime) -> int:
    """Keep with each station how many of its matters only one person can do, and how many posts are bare or will be;
    returns how many stations changed."""
    require(actor, "skill.count")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, spot_values("", at=at, ahead=AHEAD))
        changed: int = cursor.rowcount
    return changed
