"""How often somebody has looked at whole numbers."""

from datetime import datetime, time

from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.registry.rules.reveal import HOUR
from yimen.trail.queries import times_done


def seen_today(actor: Actor, at: datetime) -> tuple[int, int]:
    """How many numbers this person has looked at within the hour and on this day."""
    assert actor.account_id is not None
    midnight = datetime.combine(local(at).date(), time(), tzinfo=local(at).tzinfo)
    hour, day = times_done(actor.account_id, "resident.reveal", since=(at - HOUR, midnight))
    return hour, day
