"""Entries that somebody listens to are delivered once to each handler, in a transaction of their own.

Lower rooms never call upper rooms: the upper room listens. `yimen.site.subscriptions` says who listens to what.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, transaction

from yimen.core.errors import YimenError
from yimen.trail.models import Delivery, Entry, Pending

MAX_TRIES = 8  # about four hours of back-off, then parked where staff see it


@dataclass(frozen=True, slots=True)
class Event:
    """What a handler is told: the entry, without its words."""

    id: int
    at: datetime
    verb: str
    division_code: str
    subject_kind: str
    subject_id: str
    account_id: UUID | None
    changes: object


Handler = Callable[[Event, datetime], None]
_handlers: dict[str, dict[str, Handler]] = {}


def listen(verb: str, name: str, handler: Handler) -> None:
    """Have `handler` called for every entry of `verb`. `name` is stored, so it must stay the same."""
    _handlers.setdefault(verb, {})[name] = handler


def is_listened(verb: str) -> bool:
    """Whether any handler waits for this verb."""
    return verb in _handlers


def deliver(*, at: datetime, limit: int = 100) -> int:
    """Fan out new entries, then run deliveries that are due. Returns how many handlers ran."""
    _fan_out(at, limit)
    ran = 0
    while ran < limit and _run_one(at):
        ran += 1
    return ran


@transaction.atomic
def _fan_out(at: datetime, limit: int) -> None:
    pending = list(Pending.objects.select_for_update(skip_locked=True, of=("self",)).select_related("entry")[:limit])
    Delivery.objects.bulk_create(
        [
            Delivery(entry=row.entry, handler=name, next_try_at=at)
            for row in pending
            for name in _handlers.get(row.entry.verb, ())
        ],
        ignore_conflicts=True,
    )
    Pending.objects.filter(pk__in=[row.pk for row in pending]).delete()


def _run_one(at: datetime) -> bool:
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("entry")
            .filter(state=Delivery.State.WAITING, next_try_at__lte=at)
            .order_by("next_try_at", "id")
            .first()
        )
        if delivery is None:
            return False
        handler = _handlers.get(delivery.entry.verb, {}).get(delivery.handler)
        try:
            with transaction.atomic():
                if handler is not None:
                    handler(_event(delivery.entry), at)
            delivery.state, delivery.error = Delivery.State.DONE, ""
        except (YimenError, DatabaseError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            _back_off(delivery, at, f"{type(error).__name__}: {error}")
        delivery.save(update_fields=["state", "error", "tries", "next_try_at"])
    return True


def _back_off(delivery: Delivery, at: datetime, error: str) -> None:
    delivery.tries += 1
    delivery.error = error[:500]
    delivery.next_try_at = at + timedelta(minutes=2**delivery.tries)
    if delivery.tries >= MAX_TRIES:
        delivery.state = Delivery.State.PARKED


def _event(entry: Entry) -> Event:
    return Event(
        entry.pk,
        entry.at,
        entry.verb,
        entry.division_code,
        entry.subject_kind,
        entry.subject_id,
        entry.account_id,
        entry.changes,
    )
