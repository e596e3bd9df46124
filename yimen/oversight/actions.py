"""Judging days of look-ups, and what the auditor makes of them."""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.reach import EVERYWHERE
from yimen.oversight.models import DayOfLooks, Flag, Progress
from yimen.oversight.queries import Looker, habits, key_before, lookers, midnight_after, pages_of_peers
from yimen.oversight.rules import Habit, unusual
from yimen.trail.record import record

_BACK = timedelta(days=60)  # how far the first run looks back, for the habit of the days after
_SHORTEST = 4


@transaction.atomic
def find(actor: Actor, *, at: datetime) -> int:
    """Judge every day since the last one judged, up to yesterday; returns how many flags were found. Run twice, the
    second finds nothing to do."""
    require(actor, "unusual.find")
    today = local(at).date()
    progress = Progress.objects.select_for_update().get()
    first = progress.judged_until or today - _BACK
    if first >= today:
        return 0
    begin, until = (
        midnight_after(first - timedelta(days=1), local(at)),
        midnight_after(today - timedelta(days=1), local(at)),
    )
    after = (progress.turn, progress.entry_id)
    with reaching(EVERYWHERE):
        found = lookers(begin, until, after)
        count = 0
        for on, day in groupby(found, key=lambda one: one.on):
            count += _judge(on, list(day), at)
        progress.turn, progress.entry_id = key_before(until, after)
    progress.judged_until = today
    progress.save(update_fields=["judged_until", "turn", "entry_id"])
    if count:
        changes = {"count": count, "from": first.isoformat(), "to": today.isoformat()}
        record(actor, "unusual.find", subject=("flags", "looks"), division_code=actor.reach, at=at, changes=changes)
    return count


def _judge(on: date, day: list[Looker], at: datetime) -> int:
    known, peers = habits(on, [one.account_id for one in day]), pages_of_peers(on)
    made = []
    for one in day:
        habit = replace(known.get(one.account_id, Habit()), pages_peers=peers(one.role, one.account_id))
        who = {"account_id": one.account_id, "on": on, "name": one.name, "role": one.role}
        for rule in unusual(one.day, habit):
            numbers = {**asdict(habit), **asdict(one.day)}  # `late` stands in both; the flag tells the day's
            made.append(Flag(**who, division_code=one.division_code, rule=rule, numbers=numbers, found_at=at))
    Flag.objects.bulk_create(made, ignore_conflicts=True)
    DayOfLooks.objects.bulk_create(
        [
            DayOfLooks(
                account_id=one.account_id,
                on=on,
                name=one.name,
                role=one.role,
                division_code=one.division_code,
                **asdict(one.day),
            )
            for one in day
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    return len(made)


@transaction.atomic
def review(actor: Actor, *, ref: str, state: str, note: str, at: datetime) -> None:
    """Say what a flag was: explained, or passed on to whoever investigates. On record, with the words."""
    require(actor, "unusual.review")
    flag = visible_to(actor, Flag.objects.filter(ref=ref)).select_for_update().first()
    if flag is None:
        raise NotFound()
    if flag.state != Flag.State.OPEN:
        raise Conflict(N_("%(name)s has reviewed this already. Reload the page."), name=flag.reviewed_by)
    if state not in (Flag.State.EXPLAINED, Flag.State.PASSED_ON):
        raise RuleBroken(N_("Say what it was: explained, or passed on."), field="state")
    words = note.strip()[:500]
    if len(words) < _SHORTEST:
        raise RuleBroken(N_("Write down what you found, in a few words at least."), field="note")
    flag.state, flag.note, flag.reviewed_by, flag.reviewed_at = state, words, actor.name, at
    flag.save(update_fields=["state", "note", "reviewed_by", "reviewed_at"])
    changes = {"state": state, "rule": flag.rule}
    record(
        actor,
        "unusual.review",
        subject=("flag", flag.ref),
        division_code=flag.division_code,
        at=at,
        changes=changes,
        note=words,
    )
