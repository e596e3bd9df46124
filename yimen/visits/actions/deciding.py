"""Decide on what a visit found: take it, through the register or an intake, or refuse it with a reason.

Never written over anything by itself: whoever masters the fact looks at both values and chooses.
"""

from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.cases.actions import drafts
from yimen.core.actor import Actor
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.registry import actions as registry
from yimen.trail.record import record
from yimen.visits.models import Finding
from yimen.visits.rules import sealed

NEEDS = ("need", "turned_away")


@transaction.atomic
def take(
    actor: Actor, *, ref: str, resident_ref: str = "", version: int | None = None, note: str = "", at: datetime
) -> str:
    """Take a finding; returns the reference of the intake it opened, "" for none.

    A phone number goes to the resident's record with source "visit"; a need opens an intake for the resident, once;
    moving out and new tenants are done on the resident's pages, and this says that it was. Conflict when the record
    changed since the form (`version`) was shown.
    """
    require(actor, "finding.take")
    found = _open(actor, ref)
    draft = ""
    if found.kind == "phone" or found.kind in NEEDS:
        if not resident_ref:
            raise RuleBroken(N_("Say whom it is about. Choose somebody who lives there."), field="resident")
        if found.kind == "phone":
            _write_phone(actor, found, resident_ref, version, at)
        else:
            draft = drafts.start(actor, resident_ref=resident_ref, at=at)
    _decide(actor, found, "finding.take", Finding.State.TAKEN, note, at, draft)
    return draft


def _write_phone(actor: Actor, found: Finding, resident_ref: str, version: int | None, at: datetime) -> None:
    said = sealed.unseal_values(found.content, place=sealed.FINDING, row=found.id)
    registry.correct(
        actor,
        ref=resident_ref,
        values={"phone": str(said.get("phone", ""))},
        source="visit",
        evidence="stated",
        version=version,
        at=at,
    )


@transaction.atomic
def refuse(actor: Actor, *, ref: str, note: str, at: datetime) -> None:
    """Say why a finding changes nothing."""
    require(actor, "finding.refuse")
    found = _open(actor, ref)
    if not note.strip():
        raise RuleBroken(N_("Say why it is not taken over."), field="note")
    _decide(actor, found, "finding.refuse", Finding.State.REFUSED, note, at)


def _open(actor: Actor, ref: str) -> Finding:
    found: Finding | None = visible_to(actor, Finding.objects.select_for_update().filter(ref=ref)).first()
    if found is None:
        raise NotFound()
    if found.state != Finding.State.OPEN:
        raise Conflict(N_("%(who)s has decided on this already. Open the page again."), who=found.decided_by)
    return found


def _decide(
    actor: Actor, found: Finding, verb: str, state: Finding.State, note: str, at: datetime, draft: str = ""
) -> None:
    found.state, found.decided_by, found.decided_at = state, actor.name, at
    found.note, found.draft_ref = note.strip()[:200], draft
    found.save(update_fields=["state", "decided_by", "decided_at", "note", "draft_ref"])
    record(
        actor,
        verb,
        subject=("finding", found.id),
        division_code=found.division_code,
        at=at,
        changes={"kind": found.kind},
        note=note.strip(),
    )
