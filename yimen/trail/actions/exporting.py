"""What is done to the trail itself: nothing but taking a copy, and that is on the trail."""

from datetime import datetime

from django.db import transaction

from yimen.core.actor import Actor
from yimen.trail.queries import Wanted
from yimen.trail.record import record


@transaction.atomic
def record_export(actor: Actor, *, wanted: Wanted, at: datetime) -> None:
    """Write down that somebody took a copy, and of what. The door has asked whether they may."""
    asked = {
        "prefix": wanted.prefix,
        "person": wanted.person,
        "verb": wanted.verb,
        "subject": wanted.subject,
        "first": wanted.first.isoformat() if wanted.first else "",
        "last": wanted.last.isoformat() if wanted.last else "",
    }
    record(
        actor,
        "trail.export",
        subject=("trail", "csv"),
        division_code=actor.reach,
        at=at,
        changes={name: value for name, value in asked.items() if value},
        is_read=True,
    )
