"""Phones: packed with one's own walk, forgotten on request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.access.actions import end_other_sessions
from yimen.access.check import require
from yimen.access.models import Account
from yimen.core.actor import Actor
from yimen.core.database import reaching
from yimen.core.errors import NotFound, RuleBroken
from yimen.core.reach import EVERYWHERE
from yimen.trail.record import record
from yimen.visits.actions.recording import OTHER_PHONE
from yimen.visits.models import Device, Pack
from yimen.visits.queries.households import Counts, Stop, doors, own_walk, stops


@dataclass(frozen=True, slots=True)
class Packed:
    """What a phone takes along: at most 60 doors, as a walk."""

    account_ref: str
    patches: str
    counts: Counts
    stops: list[Stop]


@transaction.atomic
def pack(actor: Actor, *, device_id: UUID, agent: str, at: datetime) -> Packed:
    """Pack one's own walk onto a phone; on record with the number of doors. RuleBroken for another account's phone."""
    require(actor, "device.pack")
    chosen, counts, numbers = own_walk(actor, at=at)
    found = doors(actor, chosen, at=at)
    ids = sorted(door.id for door in found)
    device = _device(actor, device_id, agent, at)
    device.packed_at, device.doors = at, len(ids)
    device.save(update_fields=["packed_at", "doors"])
    last = Pack.objects.filter(device=device).order_by("-at").first()
    if last is None or sorted(last.dwellings) != ids:
        Pack.objects.create(
            division_code=device.division_code, device=device, account_id=actor.person, dwellings=ids, at=at
        )
    record(
        actor,
        "device.pack",
        subject=("device", device.ref),
        division_code=device.division_code,
        at=at,
        changes={"doors": [door.ref for door in found]},
        is_read=True,
    )
    account = Account.objects.get(id=actor.person)
    return Packed(account.ref, numbers, counts, stops(found))


def _device(actor: Actor, device_id: UUID, agent: str, at: datetime) -> Device:
    """The phone, new or the actor's own and not wiped. It goes along with an officer to another community."""
    made = Device(id=device_id, division_code=actor.reach, account_id=actor.person, agent=agent[:120], seen_at=at)
    with reaching(EVERYWHERE):
        Device.objects.bulk_create([made], ignore_conflicts=True)
        found = Device.objects.select_for_update().filter(id=device_id, account_id=actor.person, wipe_at=None).first()
        if found is None:
            raise RuleBroken(OTHER_PHONE)
        found.division_code, found.seen_at = actor.reach, at
        found.save(update_fields=["division_code", "seen_at"])
    return found


@transaction.atomic
def wipe(actor: Actor, *, ref: str, cookie: str, at: datetime) -> None:
    """Have a phone of one's own forget everything on its next contact, and end every session but the one that asks:
    whoever holds a lost phone is signed in as nobody from now on, and cannot pack it anew."""
    require(actor, "device.wipe")
    with reaching(EVERYWHERE):  # one's own, also where one worked before
        found = Device.objects.select_for_update().filter(ref=ref, account_id=actor.person).first()
        if found is None:
            raise NotFound()
        is_asked_anew = found.wipe_at is None
        found.wipe_at = found.wipe_at or at
        found.save(update_fields=["wipe_at"])
    if is_asked_anew:
        ended = end_other_sessions(actor, cookie=cookie)
        record(
            actor,
            "device.wipe",
            subject=("device", found.ref),
            division_code=found.division_code,
            at=at,
            changes={"sessions": ended},
        )


def wiped(device_id: UUID, *, at: datetime) -> None:
    """A phone says that it has forgotten everything, as it was asked to. It is signed in as nobody."""
    with reaching(EVERYWHERE):
        Device.objects.filter(id=device_id, wipe_at__isnull=False, wiped_at=None).update(wiped_at=at)
