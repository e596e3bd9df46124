"""Which doors an account was ever packed with, and what is known of its phones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.scope import bounds
from yimen.core.actor import Actor
from yimen.core.database import reaching
from yimen.core.reach import EVERYWHERE


@dataclass(frozen=True, slots=True)
class Packed:
    """A door a record may speak of, with the division it belongs to now."""

    id: UUID
    ref: str
    division_code: str
    stairwell_id: UUID
    door: str


_PACKED = """
select d.id, d.ref, d.division_code, d.stairwell_id, d.door from registry_dwelling d
where d.ref = any(%(refs)s)
  and exists (select from visits_pack p where p.account_id = %(account)s and d.id = any(p.dwellings))
"""


def packed_doors(account_id: UUID, refs: Iterable[str]) -> dict[str, Packed]:
    """Of these doors those that this account's phones were packed with, also when they left its reach since: that is
    the one question here that reach may not answer."""
    wanted = sorted(set(refs))
    if not wanted:
        return {}
    with reaching(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(_PACKED, {"refs": wanted, "account": account_id})
        return {row[1]: Packed(*row) for row in cursor.fetchall()}


def door_in_reach(actor: Actor, ref: str) -> Packed | None:
    """A door by its public reference; None out of reach."""
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, ref, division_code, stairwell_id, door from registry_dwelling"
            " where ref = %s and division_code >= %s and division_code < %s",
            (ref, low, high),
        )
        found = cursor.fetchone()
    return Packed(*found) if found else None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone of somebody's own, as their page shows it."""

    ref: str
    agent: str
    packed_at: datetime | None
    doors: int
    seen_at: datetime
    wipe_at: datetime | None
    wiped_at: datetime | None


_PHONES = """
select ref, agent, packed_at, doors, seen_at, wipe_at, wiped_at from visits_device where account_id = %s
order by seen_at desc limit 20
"""


def phones_of(actor: Actor) -> Sequence[Phone]:
    """One's own phones, the one seen last first, also of where one worked before."""
    with reaching(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(_PHONES, [actor.person])
        return [Phone(*row) for row in cursor.fetchall()]


_WIPE = """
select d.wipe_at is not null and d.wiped_at is null or not a.is_active from visits_device d
join access_account a on a.id = d.account_id where d.id = %s
"""


def is_to_be_wiped(device_id: UUID) -> bool:
    """Whether a phone is to forget everything: asked for by its officer, or the account was closed. It may ask without
    being signed in, since a lost phone is not; its number is known to nobody else."""
    with reaching(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(_WIPE, [device_id])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return bool(found and found[0])
