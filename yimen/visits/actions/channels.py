"""Chat groups of residents: that they exist, and who looks after them. Their messages are nobody's business here."""

from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.cases.actions.owning import colleague
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.patches.queries import patch
from yimen.trail.record import record
from yimen.visits.models import Channel


@transaction.atomic
def set_up(
    actor: Actor, *, kind: str, name: str, number: str = "", patch_ref: str = "", manager_ref: str = "", at: datetime
) -> Channel:
    """Put a group of any kind on the register, with the patch it is for and who looks after it.

    RuleBroken without a kind or a name, for a group that is on it already, and for a manager of another station.
    """
    require(actor, "channel.set_up")
    said = {"kind": (kind.strip(), 20), "name": (name.strip(), 60), "number": (number.strip(), 40)}
    for field, (words, most) in said.items():
        if len(words) > most or (not words and field != "number"):
            raise RuleBroken(N_("Fill this in with at most %(most)s characters."), field=field, most=most)
    standing = patch(patch_ref, at=at) if patch_ref else None
    if patch_ref and (standing is None or not actor.reaches(standing.division_code)):
        raise RuleBroken(N_("There is no such patch any more. Choose one from the list."), field="patch")
    kind, name, number = (said[field][0] for field in ("kind", "name", "number"))
    made = Channel(
        id=new_id(),
        division_code=actor.reach,
        patch_id=standing.id if standing else None,
        kind=kind,
        name=name,
        number=number,
        account_id=colleague(actor.reach, manager_ref, at=at).account_id if manager_ref else None,
        from_on=local(at).date(),
    )
    Channel.objects.bulk_create([made], ignore_conflicts=True)
    if not Channel.objects.filter(id=made.id).exists():
        raise RuleBroken(N_("A group of this kind and name is on the register already."), field="name")
    _record(actor, "channel.set_up", made, at, {"name": made.name})
    return made


@transaction.atomic
def end(actor: Actor, *, ref: str, at: datetime) -> None:
    """The group is given up today; what came by it stays on record."""
    require(actor, "channel.end")
    found: Channel | None = visible_to(actor, Channel.objects.select_for_update().filter(ref=ref)).first()
    if found is None:
        raise NotFound()
    if found.to_on is not None:
        raise Conflict(N_("This group was ended already. Open the register again."))
    found.to_on = local(at).date()
    found.save(update_fields=["to_on"])
    _record(actor, "channel.end", found, at, {})


def _record(actor: Actor, verb: str, row: Channel, at: datetime, changes: dict[str, object]) -> None:
    record(actor, verb, subject=("channel", row.id), division_code=row.division_code, at=at, changes=changes)
