"""Work at the community: pause and resume, papers, notes, words with the resident."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from yimen.cases.actions.loading import (
    CLOCK_FIELDS,
    case_for,
    changed,
    end_pause,
    missing_names,
    reason_of,
    refuse_while_missing,
    set_clock,
    stand,
    work_on,
)
from yimen.cases.models import Case, CaseMaterial, Message, Pause
from yimen.cases.rules import PauseKind, Waiting, sealed
from yimen.catalogue import queries as catalogue
from yimen.catalogue.rules import MaterialState
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.ids import new_id
from yimen.registry.actions.keeping import keep_papers
from yimen.trail.record import record

RECEIVED = (MaterialState.KEPT, MaterialState.LOOK, MaterialState.PROMISED)


@transaction.atomic
def pause(
    actor: Actor,
    *,
    number: str,
    kind: str = PauseKind.CORRECTION,
    reason: str,
    gaps: Sequence[str] = (),
    edition: int | None = None,
    at: datetime,
) -> Case:
    """Stop the clock: for papers still missing (`gaps` are their codes, told once and all together), for the public
    notice, or for an assessment. Always with a reason."""
    case, state, acting_for = work_on(actor, number, "pause", edition, at=at)
    why = reason_of(reason)
    if kind not in tuple(PauseKind):
        raise RuleBroken(N_("Choose why the clock stops."), field="kind")
    if kind == PauseKind.CORRECTION:
        _ask_for(case, gaps, actor, at)
    Pause.objects.create(case=case, kind=kind, reason=why, from_at=at)
    case.state = state
    case.waiting_for = Waiting.RESIDENT if kind == PauseKind.CORRECTION else Waiting.US
    set_clock(case, at=at)
    changed(case, "state", "waiting_for", *CLOCK_FIELDS, at=at)
    record(
        actor,
        "case.pause",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"kind": kind, "gaps": list(gaps)},
        note=why,
        acting_for=acting_for,
    )
    return case


def _ask_for(case: Case, gaps: Sequence[str], actor: Actor, at: datetime) -> None:
    """Mark the papers asked for as missing; together with those already missing they are the once-only notice."""
    known = set(catalogue.shelf().materials)
    if not set(gaps) <= known:
        raise RuleBroken(N_("Choose the papers from the list."), field="gaps")
    for code in gaps:
        CaseMaterial.objects.update_or_create(
            case=case,
            material_code=code,
            defaults={"state": MaterialState.MISSING, "basis": "", "by_name": actor.name, "at": at},
        )
    if not CaseMaterial.objects.filter(case=case, state=MaterialState.MISSING).exists():
        raise RuleBroken(N_("Name what is missing: the notice tells the resident everything at once."), field="gaps")


@transaction.atomic
def resume(actor: Actor, *, number: str, edition: int | None = None, at: datetime) -> Case:
    """Let the clock go on from the day after, once everything asked for is in."""
    case, state, acting_for = work_on(actor, number, "resume", edition, at=at)
    refuse_while_missing(case)
    end_pause(case, at=at)
    case.state, case.waiting_for = state, Waiting.US
    set_clock(case, at=at)
    changed(case, "state", "waiting_for", *CLOCK_FIELDS, at=at)
    record(
        actor,
        "case.resume",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"due_on": str(case.due_on)},
        acting_for=acting_for,
    )
    return case


@transaction.atomic
def material(actor: Actor, *, number: str, code: str, state: str, edition: int | None = None, at: datetime) -> Case:
    """Mark one paper of a case as handed in, its original seen, or declared in writing.

    What may be used again goes on file as it does at intake; with the last paper the case waits for us.
    """
    case, _state, acting_for = work_on(actor, number, "material", edition, at=at)
    row = CaseMaterial.objects.filter(case=case, material_code=code).first()
    if row is None or state not in RECEIVED:
        raise RuleBroken(N_("Choose a paper of this case and how it came."), field="code")
    allowed = catalogue.version(case.version_id).item.declare_instead
    if state == MaterialState.PROMISED and code not in allowed:
        raise RuleBroken(
            N_("This paper cannot be replaced by a declaration. Take the paper, or look at the original."),
            field="state",
        )
    row.state, row.basis, row.by_name, row.at = state, _basis(state, at), actor.name, at
    row.save(update_fields=["state", "basis", "by_name", "at"])
    _keep(actor, case, code, state, at)
    if case.waiting_for == Waiting.RESIDENT and not missing_names(case):
        case.waiting_for = Waiting.US
    changed(case, "waiting_for", at=at)
    record(
        actor,
        "case.material",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"code": code, "state": state},
        acting_for=acting_for,
    )
    return case


def _keep(actor: Actor, case: Case, code: str, state: str, at: datetime) -> None:
    """Put a paper that may be used again on file, unless the resident has moved away: then it is not ours to keep."""
    source = {MaterialState.KEPT: "desk", MaterialState.LOOK: "seen"}.get(MaterialState(state))
    if source is None or not catalogue.shelf().materials[code].reusable:
        return
    if Case.objects.filter(id=case.id, resident__division_code=F("division_code")).exists():
        papers = [(code, source, case.number)]
        keep_papers(actor, resident_id=case.resident_id, division_code=case.division_code, papers=papers, at=at)


def _basis(state: str, at: datetime) -> str:
    """How it came and when, as codes (`queries.papers` says them in words)."""
    reason = {MaterialState.KEPT: "handed_in", MaterialState.LOOK: "seen"}.get(MaterialState(state), "promised")
    return f"{reason} desk {local(at).date().isoformat()}"


@transaction.atomic
def note(actor: Actor, *, number: str, text: str, edition: int | None = None, at: datetime) -> Case:
    """Write a note into the history of a case; the station and the offices above read it, the resident does not."""
    case = case_for(actor, number, "note", edition, at=at).case
    acting_for = stand(actor, case, at=at) if actor.role in (Role.WINDOW, Role.HEAD) else None
    words = reason_of(text, field="text", limit=1000)
    changed(case, at=at)
    record(
        actor,
        "case.note",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        note=words,
        acting_for=acting_for,
    )
    return case


@transaction.atomic
def message(actor: Actor, *, number: str, text: str, edition: int | None = None, at: datetime) -> Message:
    """Words to the resident, read where the case is followed; or the resident's own words to the station."""
    case = case_for(actor, number, "message", edition, at=at).case
    acting_for = stand(actor, case, at=at) if actor.role in (Role.WINDOW, Role.HEAD) else None
    words = reason_of(text, field="text", limit=1000)
    row = new_id()
    sent = Message.objects.create(
        id=row,
        case=case,
        from_resident=actor.role is Role.RESIDENT,
        by_name="" if actor.role is Role.RESIDENT else actor.name,
        text=sealed.seal(words, place=sealed.MESSAGE, row=row),
        at=at,
    )
    changed(case, at=at)
    record(
        actor,
        "case.message",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        acting_for=acting_for,
    )
    return sent
