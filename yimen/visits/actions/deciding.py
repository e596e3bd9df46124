"""Decide on what a visit found: take it, through the register or an intake, or refuse it with a reason.

Never written over anything by itself: whoever masters the fact looks at both values and chooses. What is taken over
bears the visit as its source and the day of the visit, not the counter and the day of the decision.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.cases.actions import drafts
from yimen.core.actor import Actor
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.registry import actions as registry
from yimen.registry.actions.revealing import refuse_too_many
from yimen.trail.record import record
from yimen.visits.models import Finding
from yimen.visits.queries.at_door import gone_from, living_at
from yimen.visits.rules import sealed

NEEDS = ("need", "turned_away")
HEARD = "visit"  # the source of what is taken over


@dataclass(frozen=True, slots=True)
class Tenant:
    """Somebody new at the door as the form of the register asks: an empty name or phone is the one that was heard.
    `take_in`: they are on record already and move in here."""

    name: str = ""
    number: str = ""
    sex: str = ""
    birth_on: str = ""
    phone: str = ""
    evidence: str = "stated"
    relation: str = ""
    residence_type: str = ""
    is_registered_here: bool = False
    take_in: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form of a finding says; each kind reads its own part of it.

    `people` are residents with the version that was shown. `on` is from which day, the day of the visit when none was
    given. Whoever moved out went `to` a place in words, or to `door`, the reference of another door of ours. `known`:
    the register says so already, about this person.
    """

    people: Sequence[tuple[str, int | None]] = ()
    on: date | None = None
    to: str = ""
    door: str = ""
    with_registration: bool = False
    tenant: Tenant = Tenant()
    known: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: the intake that was opened, or the resident who was registered; "" for none."""

    draft: str = ""
    resident: str = ""


@transaction.atomic
def take(actor: Actor, *, ref: str, chosen: Chosen, at: datetime) -> Taken:
    """Take a finding into the register, with source "visit" and the day of the visit; a need opens an intake, once.

    A need is settled once its intake has become a case.

    RuleBroken when nothing would come of it: nobody chosen, or on record already though the register says otherwise.
    Conflict when a record changed since the form was shown, or somebody has decided.
    """
    require(actor, "finding.take")
    found = _open(actor, ref)
    take_one = _take_known if chosen.known and found.kind in _KNOWN else _TAKE[found.kind]
    taken = take_one(actor, found, chosen, at)
    if taken.draft:
        _opened(actor, found, taken.draft, at)
    else:
        _decide(actor, found, "finding.take", Finding.State.TAKEN, chosen.note, at)
    return taken


def _opened(actor: Actor, found: Finding, draft: str, at: datetime) -> None:
    """A need waits on until its intake is accepted (`answering.link`): an intake that nobody finishes loses nothing."""
    found.draft_ref, found.decided_by = draft, actor.name
    found.save(update_fields=["draft_ref", "decided_by"])
    _record(actor, found, "finding.take", "", at)


def _said(found: Finding) -> Mapping[str, str]:
    return {
        key: str(words)
        for key, words in sealed.unseal_values(found.content, place=sealed.FINDING, row=found.id).items()
    }


def _one(chosen: Chosen) -> tuple[str, int | None]:
    if not chosen.people:
        raise RuleBroken(N_("Say whom it is about. Choose somebody who lives there."), field="resident")
    return chosen.people[0]


def _take_phone(actor: Actor, found: Finding, chosen: Chosen, at: datetime) -> Taken:
    resident, version = _one(chosen)
    registry.correct(
        actor,
        ref=resident,
        values={"phone": _said(found).get("phone", "")},
        source=HEARD,
        evidence="stated",
        as_of=found.visit.on,
        version=version,
        at=at,
    )
    return Taken()


def _take_need(actor: Actor, found: Finding, chosen: Chosen, at: datetime) -> Taken:
    resident, _version = _one(chosen)
    return Taken(draft=drafts.start(actor, resident_ref=resident, at=at))


def _take_moved_out(actor: Actor, found: Finding, chosen: Chosen, at: datetime) -> Taken:
    if not chosen.people:
        raise RuleBroken(N_("Say who moved out. Tick everybody who does not live there any more."), field="resident")
    on = chosen.on or found.visit.on
    if chosen.door:
        registry.move_together(
            actor,
            people=chosen.people,
            dwelling_ref=chosen.door,
            on=on,
            with_registration=chosen.with_registration,
            source=HEARD,
            as_of=found.visit.on,
            at=at,
        )
        return Taken()
    for resident, version in sorted(chosen.people, key=lambda one: one[0]):  # locked in one order by everybody
        registry.move_away(
            actor,
            ref=resident,
            on=on,
            to=chosen.to,
            with_registration=chosen.with_registration,
            source=HEARD,
            as_of=found.visit.on,
            version=version,
            at=at,
        )
    return Taken()


def _take_new_tenant(actor: Actor, found: Finding, chosen: Chosen, at: datetime) -> Taken:
    if found.dwelling is None:
        raise NotFound()
    said, tenant, on = _said(found), chosen.tenant, chosen.on or found.visit.on
    if tenant.take_in:
        taken = registry.take_in(
            actor,
            number=tenant.number,
            dwelling_ref=found.dwelling.ref,
            on=on,
            relation=tenant.relation,
            residence_type=tenant.residence_type,
            source=HEARD,
            as_of=found.visit.on,
            at=at,
        )
        return Taken(resident=taken.ref)
    added = registry.add_resident(
        actor,
        name=tenant.name or said.get("name", ""),
        number=tenant.number,
        sex=tenant.sex,
        birth_on=tenant.birth_on,
        phone=tenant.phone or said.get("phone", ""),
        dwelling_ref=found.dwelling.ref,
        from_on=on,
        is_registered_here=tenant.is_registered_here,
        relation=tenant.relation,
        residence_type=tenant.residence_type,
        source=HEARD,
        evidence=tenant.evidence,
        as_of=found.visit.on,
        at=at,
    )
    return Taken(resident=added.ref)


def _take_known(_actor: Actor, found: Finding, chosen: Chosen, _at: datetime) -> Taken:
    """The register says so already: it is looked up, nobody's word is taken for it."""
    people = gone_from(found.dwelling_id) if found.kind == "moved_out" else living_at(found.dwelling_id)
    if chosen.known not in {one.ref for one in people}:
        raise RuleBroken(
            N_("The register does not say so of this person. Write it down here, or leave it with a reason."),
            field="known",
        )
    return Taken(resident=chosen.known)


_Take = Callable[[Actor, Finding, Chosen, datetime], Taken]
_TAKE: Mapping[str, _Take] = {
    "phone": _take_phone,
    "moved_out": _take_moved_out,
    "new_tenant": _take_new_tenant,
    **dict.fromkeys(NEEDS, _take_need),
}
_KNOWN = ("moved_out", "new_tenant")


@transaction.atomic
def refuse(actor: Actor, *, ref: str, note: str, at: datetime) -> None:
    """Say why a finding changes nothing."""
    require(actor, "finding.refuse")
    found = _open(actor, ref)
    if not note.strip():
        raise RuleBroken(N_("Say why it is not taken over."), field="note")
    _decide(actor, found, "finding.refuse", Finding.State.REFUSED, note, at)


def reveal(actor: Actor, *, ref: str, at: datetime) -> str:
    """The number that was heard, whole, to call it; "" when none was. On record as a look before the value is opened,
    and counted with the numbers of residents: RuleBroken beyond the quota of this person."""
    require(actor, "finding.reveal")
    return _said(_on_record(actor, ref, at)).get("phone", "")


@transaction.atomic
def _on_record(actor: Actor, ref: str, at: datetime) -> Finding:
    found = _any(actor, ref)
    refuse_too_many(actor, at)
    record(
        actor,
        "finding.reveal",
        subject=("finding", found.id),
        division_code=found.division_code,
        at=at,
        is_read=True,
    )
    return found


def _any(actor: Actor, ref: str) -> Finding:
    rows = Finding.objects.select_for_update(of=("self",)).select_related("visit", "dwelling").filter(ref=ref)
    found: Finding | None = visible_to(actor, rows).first()
    if found is None:
        raise NotFound()
    return found


def _open(actor: Actor, ref: str) -> Finding:
    found = _any(actor, ref)
    if found.state != Finding.State.OPEN:
        raise Conflict(N_("%(who)s has decided on this already. Open the page again."), who=found.decided_by)
    return found


def _decide(actor: Actor, found: Finding, verb: str, state: Finding.State, note: str, at: datetime) -> None:
    found.state, found.decided_by, found.decided_at = state, actor.name, at
    found.note, found.draft_ref = note.strip()[:200], ""
    found.save(update_fields=["state", "decided_by", "decided_at", "note", "draft_ref"])
    _record(actor, found, verb, note.strip(), at)


def _record(actor: Actor, found: Finding, verb: str, note: str, at: datetime) -> None:
    record(
        actor,
        verb,
        subject=("finding", found.id),
        division_code=found.division_code,
        at=at,
        changes={"kind": found.kind},
        note=note,
    )
