"""Load what an action works on: through reach, locked, and as fresh as the form it came from."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection

from yimen.access.scope import visible_to
from yimen.core.actor import Actor, Role
from yimen.core.cipher import cipher
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.identity import OLDEST_YEARS, age_on
from yimen.core.masking import mask_name
from yimen.core.reach import EVERYWHERE
from yimen.orgs.queries import division_name
from yimen.registry.models import Change, Dwelling, Handler, Resident
from yimen.registry.rules import sealed
from yimen.registry.rules.fields import EVIDENCE, SOURCES
from yimen.registry.rules.numbers import forms_of


class HeldElsewhere(RuleBroken):
    """The number belongs to somebody whom another station serves: `take_in` is the way."""


class HeldHere(RuleBroken):
    """The number belongs to somebody of one's own reach: that record is the one to work on, or `take_in` moves them."""


def resident_in_reach(actor: Actor, ref: str, *, version: int | None = None) -> Resident:
    """The living record of a resident, locked. NotFound out of reach; Conflict when the form is older than a change."""
    found: Resident | None = visible_to(actor, Resident.objects.filter(ref=ref)).select_for_update().first()
    if found is None or (found.is_protected and not handles(actor, found)):
        raise NotFound()
    if found.merged_into_id is not None:
        raise Conflict(N_("This record was merged into another one. Open it again and work on that one."))
    if version is not None and found.version != version:
        raise _changed(found)
    return found


def handles(actor: Actor, resident: Resident) -> bool:
    """Whether this person may open a protected resident: the station's head, and whom the head has named."""
    if actor.role is Role.HEAD or actor.account_id is None:
        return actor.role is Role.HEAD
    return Handler.objects.filter(resident=resident, account_id=actor.account_id).exists()


def _changed(found: Resident) -> Conflict:
    last = Change.objects.filter(resident=found).order_by("-at", "-id").first()
    if last is None:
        return Conflict(N_("This record has changed since you opened it. Look at it again, then decide."))
    return Conflict(
        N_("%(who)s changed this record at %(when)s. Look at it again, then decide."),
        who=last.by_name,
        when=f"{local(last.at):%m-%d %H:%M}",
    )


def dwelling_in_reach(actor: Actor, ref: str) -> Dwelling:
    """A dwelling by reference. RuleBroken naming the station that must act when it lies in another community."""
    found: Dwelling | None = visible_to(actor, Dwelling.objects.filter(ref=ref)).first()
    if found is not None:
        return found
    other = Dwelling.objects.filter(ref=ref).first()
    if other is None:
        raise RuleBroken(N_("There is no such door. Search for it, such as 3-502, and choose one."), field="door")
    raise RuleBroken(
        N_("This door belongs to %(station)s. That station takes the person in, with the identity card at hand."),
        field="door",
        station=division_name(other.division_code[:12]),
    )


def refuse_second_record(actor: Actor, number: str, *, but: UUID | None = None) -> None:
    """RuleBroken when another living record has this number, naming whose (masked) and what to do."""
    one_at_a_time(number)
    other = holder_of(number, but=but)
    if other is None:
        return
    if actor.reaches(other.division_code) and not other.is_protected:
        raise HeldHere(
            N_("This number is already on record for %(name)s. Open that record, or merge the two."),
            field="number",
            name=mask_name(other.name),
        )
    raise HeldElsewhere(
        N_(
            "This number is on record for %(name)s at %(station)s. Take the person in from there, or call that station."
        ),
        field="number",
        name=mask_name(other.name),
        station=division_name(other.division_code[:12]),
    )


def one_at_a_time(number: str) -> None:
    """While keys are rotated, two rows of one number may bear different hashes and the constraint does not see it:
    then whoever writes a number waits here for whoever writes the same one. Else the constraint is enough.
    """
    if not cipher().is_turning:
        return
    name = min(one for form in forms_of(number) for one in sealed.number_hashes(form))  # whichever key is current
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", (int.from_bytes(name[:8], "big", signed=True),))


def holder_of(number: str, *, but: UUID | None = None) -> Resident | None:
    """The living record that has this number in either length, in any community."""
    hashes = [one for form in forms_of(number) for one in sealed.number_hashes(form)]
    rows = Resident.objects.filter(id_hash__in=hashes, merged_into=None)
    with reaching(EVERYWHERE):
        return (rows if but is None else rows.exclude(id=but)).first()


def check_origin(source: str, evidence: str) -> None:
    """Every value needs to say where it comes from and how surely."""
    if source not in SOURCES:
        raise RuleBroken(N_("Say where this comes from. Choose a source."), field="source")
    if evidence not in EVIDENCE:
        raise RuleBroken(N_("Say how sure this is. Choose: stated, document seen, or matched."), field="evidence")


def check_day(on: date, at: datetime, *, not_before: date | None = None, field: str = "on") -> None:
    """A day that has come, and not before another."""
    if on > local(at).date():
        raise RuleBroken(N_("This date lies in the future. Choose today or an earlier day."), field=field)
    if age_on(on, local(at).date()) > OLDEST_YEARS:
        raise RuleBroken(N_("This date is more than 150 years ago. Compare it with the document."), field=field)
    if not_before is not None and on < not_before:
        raise RuleBroken(
            N_("This date is before %(day)s, when the present state began. Choose a later day."),
            field=field,
            day=not_before.isoformat(),
        )
