"""Name the officer or the deputy of a patch, from a day on."""

from datetime import date, datetime

from django.db import transaction

from yimen.access import queries as access
from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.orgs import queries as orgs
from yimen.patches.models import Officer, Patch
from yimen.trail.record import record


@transaction.atomic
def name_officer(
    actor: Actor, *, patch_ref: str, side: str, account_ref: str, from_on: date, at: datetime
) -> Officer | None:
    """Somebody of the station becomes officer (A) or deputy (B) from a day on; "" = nobody does. Who was it before
    stays on record."""
    require(actor, "officer.name")
    patch = visible_to(actor, Patch.objects.select_for_update()).filter(ref=patch_ref).first()
    if patch is None or side not in ("A", "B"):
        raise NotFound()
    if from_on < local(at).date():
        raise RuleBroken(N_("A change of officer holds from today or later. Choose another day."), field="from_on")
    account = None
    for seat in access.seats_held(patch.division_code, first=from_on, last=from_on, roles=orgs.STATION_ROLES):
        if seat.account_ref == account_ref:
            account = seat
    if account_ref and account is None:
        raise RuleBroken(
            N_("Nobody of that name works in this station on that day. Choose a person from the list."), field="person"
        )
    rows = Officer.objects.filter(patch=patch)
    if account and rows.exclude(side=side).exclude(to_on__lte=from_on).filter(account=account.account_id).exists():
        raise RuleBroken(
            N_("%(name)s has the other side of this patch. Change that side first."), field="person", name=account.name
        )
    own = rows.filter(side=side)
    own.filter(from_on__gte=from_on).delete()
    own.exclude(to_on__lte=from_on).update(to_on=from_on)
    made = None
    if account:
        made = Officer.objects.create(
            division_code=patch.division_code, patch=patch, account_id=account.account_id, side=side, from_on=from_on
        )
    record(
        actor,
        "officer.name",
        subject=("patch", patch.id),
        division_code=patch.division_code,
        at=at,
        changes={"side": side, "from": from_on.isoformat(), "account": str(account.account_id) if account else ""},
    )
    return made
