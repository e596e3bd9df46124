"""What becomes of a contact: an answer, another named worker, an intake and its case, a call-back, a look at the
number."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.cases.actions import drafts
from yimen.cases.actions.owning import colleague
from yimen.core.actor import Actor
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.registry.actions.revealing import refuse_too_many
from yimen.trail.record import record
from yimen.visits.actions.contacts import MOST_WORDS
from yimen.visits.models import Contact, Finding
from yimen.visits.queries.contacts import may_see
from yimen.visits.rules import sealed


@transaction.atomic
def answer(actor: Actor, *, ref: str, words: str, at: datetime) -> Contact:
    """What the resident was told: the contact is closed with it, and a promised call-back is kept by it.

    Conflict when somebody has answered already, or a case came of it.
    """
    require(actor, "contact.answer")
    found = _open(actor, ref)
    if not words.strip():
        raise RuleBroken(N_("Write what the resident was told."), field="answer")
    if len(words) > MOST_WORDS:
        raise RuleBroken(
            N_("The text is too long. Keep it under %(limit)s characters."), field="answer", limit=MOST_WORDS
        )
    found.answer = sealed.seal(words.strip(), place=sealed.ANSWER, row=found.id)
    found.state, found.closed_at, found.answered_by = Contact.State.ANSWERED, at, actor.name
    if found.call_back and found.called_back_at is None:
        found.called_back_at = at
    found.save(update_fields=["answer", "state", "closed_at", "answered_by", "called_back_at"])
    _record(actor, "contact.answer", found, at)
    return found


@transaction.atomic
def hand_over(actor: Actor, *, ref: str, to_ref: str, at: datetime) -> Contact:
    """Another named worker of the station answers for it from now on; the first asked stays on record."""
    require(actor, "contact.hand_over")
    found = _open(actor, ref)
    taker = colleague(found.division_code, to_ref, at=at)
    if taker.account_id == (found.handed_to_id or found.first_asked_id):
        raise RuleBroken(N_("%(name)s answers for it already. Choose somebody else."), field="to", name=taker.name)
    found.handed_to_id = taker.account_id
    found.save(update_fields=["handed_to"])
    _record(actor, "contact.hand_over", found, at, {"to": taker.name})
    return found


@transaction.atomic
def to_case(actor: Actor, *, ref: str, resident_ref: str, at: datetime) -> str:
    """Open the intake of the resident it is about; returns its reference. The contact stays open until the case is
    accepted, then `link` gives it the number. Asked twice, it is the same unfinished intake."""
    require(actor, "contact.to_case")
    found = _open(actor, ref)
    if not resident_ref:
        raise RuleBroken(N_("Say whom it is about. Choose somebody, or leave it open with a call-back."), field="who")
    draft = drafts.start(actor, resident_ref=resident_ref, at=at)
    if draft != found.draft_ref:
        found.draft_ref = draft
        found.save(update_fields=["draft_ref"])
        _record(actor, "contact.to_case", found, at)
    return draft


@transaction.atomic
def called_back(actor: Actor, *, ref: str, at: datetime) -> Contact:
    """The promised call was made; what came of it is an answer or a case of its own."""
    require(actor, "contact.called_back")
    found = _open(actor, ref)
    if not found.call_back:
        raise RuleBroken(N_("No call-back was promised here. Answer it, or open an intake."))
    if found.called_back_at is not None:
        raise Conflict(N_("The call was made already. Open the page again."))
    found.called_back_at = at
    found.save(update_fields=["called_back_at"])
    _record(actor, "contact.called_back", found, at)
    return found


def reveal(actor: Actor, *, ref: str, at: datetime) -> str:
    """The number of somebody who called, whole, to call back; "" when none was left. On record as a look before the
    value is opened, and counted with the numbers of residents: RuleBroken beyond the quota of this person."""
    require(actor, "contact.reveal")
    found = _on_record(actor, ref, at)
    return sealed.unseal(found.phone, place=sealed.PHONE, row=found.id)


@transaction.atomic
def _on_record(actor: Actor, ref: str, at: datetime) -> Contact:
    found = _one(actor, ref)
    refuse_too_many(actor, at)
    record(
        actor,
        "contact.reveal",
        subject=("contact", found.id),
        division_code=found.division_code,
        at=at,
        is_read=True,
    )
    return found


_LINKS = """
select w.ref, k.number from cases_case k join cases_draft w on w.visit_id = k.visit_id where k.id = %s
"""


@transaction.atomic
def link(actor: Actor, *, case_id: UUID, at: datetime) -> int:
    """A case was accepted: the contacts and the needs that opened its intake have become it. Returns how many."""
    require(actor, "contact.link")
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, (case_id,))
        said = cursor.fetchone()
    if said is None:
        return 0
    rows = list(Contact.objects.select_for_update().filter(draft_ref=said[0], state=Contact.State.OPEN))
    for found in rows:
        found.state, found.case_number, found.closed_at = Contact.State.CASE, said[1], at
        found.save(update_fields=["state", "case_number", "closed_at"])
        _record(actor, "contact.link", found, at, {"case": found.case_number})
    needs = Finding.objects.filter(draft_ref=said[0], state=Finding.State.OPEN)
    return len(rows) + needs.update(state=Finding.State.TAKEN, case_number=said[1], decided_at=at)


def _one(actor: Actor, ref: str) -> Contact:
    rows = Contact.objects.select_for_update(of=("self",)).filter(ref=ref)
    found: Contact | None = visible_to(actor, rows).first()
    if found is None or not may_see(actor, found.resident_id):
        raise NotFound()
    return found


def _open(actor: Actor, ref: str) -> Contact:
    found = _one(actor, ref)
    if found.state == Contact.State.CASE:
        raise Conflict(N_("Case %(number)s came of it already. Go on there."), number=found.case_number)
    if found.state != Contact.State.OPEN:
        raise Conflict(N_("%(who)s has answered it already. Open the page again."), who=found.answered_by)
    return found


def _record(actor: Actor, verb: str, row: Contact, at: datetime, changes: dict[str, object] | None = None) -> None:
    record(
        actor,
        verb,
        subject=("contact", row.id),
        division_code=row.division_code,
        at=at,
        changes={"number": row.number, **(changes or {})},
    )
