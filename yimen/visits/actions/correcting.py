"""Correct a visit: the record stays, another takes its place."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor, Role
from yimen.core.errors import N_, Conflict, NotAllowed, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.core.masking import unmask_words
from yimen.trail.record import record
from yimen.visits.models import Visit
from yimen.visits.rules import sealed
from yimen.visits.rules.words import EDITED_WITHIN, check_said


@transaction.atomic
def correct_visit(
    actor: Actor, *, ref: str, outcome: str, topics: Sequence[str], note: str, reason: str, at: datetime
) -> Visit:
    """Put another record in the place of a visit's, with a reason. Door, day and officer stay as they were.

    Numbers in the note come as the page shows them, masked, and stay as they were. Within 72 hours it simply holds
    instead; later it is an entry that shows both dates. Whoever made it corrects it, or the station's head. Conflict
    when it was corrected meanwhile.
    """
    require(actor, "visit.correct")
    old = _mine(actor, ref)
    note = unmask_words(note.strip(), sealed.unseal(old.note, place=sealed.NOTE, row=old.id))
    check_said(outcome, topics, note)
    if not reason.strip():
        raise RuleBroken(N_("Say why the record is corrected."), field="reason")
    old.is_current = False
    old.save(update_fields=["is_current"])
    row = new_id()
    is_entry = at - old.received_at > EDITED_WITHIN
    made = Visit.objects.create(
        id=row,
        division_code=old.division_code,
        dwelling_id=old.dwelling_id,
        patch_id=old.patch_id,
        account_id=old.account_id,
        by_name=old.by_name,
        for_account=old.for_account,
        for_name=old.for_name,
        at=old.at,
        on=old.on,
        received_at=at if is_entry else old.received_at,
        clock_off_s=old.clock_off_s,
        is_late=old.is_late or is_entry,
        outcome=outcome,
        topics=list(dict.fromkeys(topics)),
        note=sealed.seal(note, place=sealed.NOTE, row=row),
        via=old.via,
        device_id=old.device_id,
        replaces=old,
    )
    record(
        actor,
        "visit.correct",
        subject=("visit", made.id),
        division_code=made.division_code,
        at=at,
        changes={"replaces": str(old.id), "entry": is_entry},
        note=reason.strip(),
    )
    return made


def _mine(actor: Actor, ref: str) -> Visit:
    """The record that holds, locked, of whoever may correct it."""
    old: Visit | None = visible_to(actor, Visit.objects.select_for_update().filter(ref=ref)).first()
    if old is None:
        raise NotFound()
    if actor.role is not Role.HEAD and old.account_id != actor.account_id:
        raise NotAllowed(N_("Only whoever made this record, or the station head, corrects it."))
    if not old.is_current:
        raise Conflict(N_("This record was corrected meanwhile. Open the one that holds now."))
    return old
