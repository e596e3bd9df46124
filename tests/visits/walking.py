"""An officer with a patch, a packed phone, and records made on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import cast
from tests.patches.conftest import begin, name
from yimen.access.models import Account
from yimen.core.ids import new_id
from yimen.patches.models import Patch
from yimen.registry.models import Dwelling
from yimen.visits.actions.packing import pack
from yimen.visits.actions.recording import Recorded, record_visits
from yimen.visits.rules.offline import Said, Sent

AT = cast.MONDAY


def patches(username: str = "window", deputy: str = "window2", halves: int = 2) -> list[Patch]:
    """Patches of the community: A and B of the first are given; the others are of window3."""
    found = begin(halves)
    name(found[0], username)
    name(found[0], deputy, "B")
    for other in found[1:]:
        name(other, "window3")
    return found


def refs(patch: Patch) -> list[str]:
    """The doors of a patch, by their public reference."""
    rows = Dwelling.objects.filter(stairwell__in=patch.placements.values("stairwell"))
    return list(rows.order_by("door").values_list("ref", flat=True))


class Phone:
    """The phone of one of the cast."""

    def __init__(self, username: str = "window", at: datetime = AT) -> None:
        self.username, self.id = username, uuid4()
        self.account = Account.objects.get(username=username).ref
        pack(cast.actor(username), device_id=self.id, agent="Chrome", at=at)

    def sends(
        self, *records: Said, at: datetime = AT, clock: timedelta = timedelta(0), **sent: Any
    ) -> Sequence[Recorded]:
        """These records arrive; the phone's clock is so far off."""
        given = Sent(received_at=at, sent_at=at + clock, device_id=self.id, account_ref=self.account)
        given = Sent(**{field: getattr(given, field) for field in given.__slots__} | sent)
        return record_visits(cast.actor(self.username), records=records, sent=given)


def said(door: str, outcome: str = "met", at: datetime = AT, id: UUID | None = None, **more: Any) -> Said:
    """A record made on a phone."""
    return Said(id=id or new_id(), door=door, outcome=outcome, at=at, **more)
