"""What residents say by letter, telephone, group, at the desk and on the page of their officer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import bounds, visible_to
from yimen.cases.actions.numbering import case_numbers
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.core.phones import inspect_phone
from yimen.patches.queries import Standing, patch, patches_by_id, patches_of_dwellings, patches_of_stairwells
from yimen.registry.actions.finding import dwelling_in_reach
from yimen.registry.queries import known_by_ref
from yimen.trail.record import record
from yimen.visits.models import Channel, Contact, ContactBox
from yimen.visits.queries.contacts import home_of
from yimen.visits.rules import sealed

MOST_WORDS = 2000
LONGEST_AGO = timedelta(days=31)  # what is older belongs into the journal, as a note
TAKEN_BY_STAFF = (Contact.Via.CALL, Contact.Via.BOX, Contact.Via.GROUP, Contact.Via.DESK)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, and how to reach them."""

    words: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call, letter, group message or reception as written down.

    `key` is made with the form, so that the same form sent twice is one contact. All references may be "". `said_at`
    is when it was said, where that was not just now: both are shown. With an `answer` it is answered at once; else it
    stays open, with a call-back where one was promised.
    """

    key: UUID
    via: str
    said: Said
    said_at: datetime | None = None
    dwelling_ref: str = ""
    resident_ref: str = ""
    box_ref: str = ""
    channel_ref: str = ""
    answer: str = ""
    call_back: bool = False


@transaction.atomic
def leave_message(actor: Actor, *, patch_ref: str, said: Said, at: datetime) -> Contact:
    """A resident leaves a message on the page of a patch: whoever answers for it now is the first asked."""
    require(actor, "contact.leave")
    standing = patch(patch_ref, at=at)
    if standing is None or not actor.reaches(standing.division_code):
        raise NotFound()
    made = _contact(standing.division_code, said, via=Contact.Via.WEB, at=at)
    made.patch_id = standing.id
    made.first_asked_id = _asked(standing)
    made.call_back = made.phone is not None
    made.save(force_insert=True)
    record(
        actor,
        "contact.leave",
        subject=("contact", made.id),
        division_code=made.division_code,
        at=at,
        changes={"number": made.number, "patch": standing.number},
    )
    return made


@transaction.atomic
def take(actor: Actor, *, entry: Entry, at: datetime) -> Contact:
    """Write down what a resident said. The officer of the door's, box's or group's patch is the first asked, whoever
    takes it down where there is none. Sent twice, it is one contact.

    RuleBroken for a way that is not the staff's, no words, a wrong phone, a call-back without a phone, a time ahead of
    now or longer ago than a month. Conflict for a key that another contact has.
    """
    require(actor, "contact.take")
    if entry.via not in TAKEN_BY_STAFF:
        raise RuleBroken(N_("Say how it came: call, letter, group or desk."), field="via")
    made = _contact(actor.reach, entry.said, via=entry.via, at=at, row=entry.key)
    made.by_name, made.at = actor.name, _said_at(entry, at)
    _place(actor, made, entry, at)
    if entry.answer.strip():
        _answered(actor, made, entry.answer, at)
    elif entry.call_back:
        if made.phone is None:
            raise RuleBroken(N_("A call-back needs a phone number. Ask for it and type it."), field="phone")
        made.call_back = True
    Contact.objects.bulk_create([made], ignore_conflicts=True)
    kept: Contact | None = visible_to(actor, Contact.objects.filter(id=made.id)).first()
    if kept is None:
        raise Conflict(N_("This form was used already. Open a new one."))
    if kept.number == made.number:
        _record(actor, "contact.take", kept, at, {"number": kept.number, "via": kept.via, "state": kept.state})
    return kept


def _said_at(entry: Entry, at: datetime) -> datetime:
    said_at = entry.said_at or at
    if said_at > at:
        raise RuleBroken(N_("This time has not come yet. Write when it was said, or leave it empty."), field="when")
    if at - said_at > LONGEST_AGO:
        raise RuleBroken(N_("This is longer ago than a month. Write it into the journal as a note."), field="when")
    return said_at


def _place(actor: Actor, made: Contact, entry: Entry, at: datetime) -> None:
    """Whom and where it concerns, and so who is asked first."""
    on = local(at).date()
    if entry.resident_ref:
        protected = actor.role is Role.HEAD
        person = known_by_ref(entry.resident_ref, *bounds(actor), protected=protected, handler=actor.account_id)
        if person is None:
            raise RuleBroken(N_("There is no such resident here. Search again, or leave it empty."), field="resident")
        made.resident_id, made.dwelling_id = person.id, home_of(person.id)
    if entry.dwelling_ref:
        made.dwelling_id = dwelling_in_reach(actor, entry.dwelling_ref).id
    patch_id, asked = _source(actor, made, entry, at)
    if made.dwelling_id is not None:
        lying = patches_of_dwellings([made.dwelling_id], on=on).get(made.dwelling_id)
        patch_id = lying.patch_id if lying else patch_id
    standing = patches_by_id([patch_id], at=at).get(patch_id) if patch_id else None
    made.patch_id = standing.id if standing else None
    made.first_asked_id = (_asked(standing) if standing else asked) or actor.account_id


def _source(actor: Actor, made: Contact, entry: Entry, at: datetime) -> tuple[UUID | None, UUID | None]:
    """The box or group it came by: the patch it tells of, and who looks after the group."""
    on = local(at).date()
    if entry.via == Contact.Via.BOX and entry.box_ref:
        box = visible_to(actor, ContactBox.objects.filter(ref=entry.box_ref, division_code=actor.reach)).first()
        if box is None:
            raise RuleBroken(N_("There is no such box. Choose one from the register."), field="box")
        made.box = box
        lying = patches_of_stairwells([box.stairwell_id], on=on) if box.stairwell_id else {}
        return next((one.patch_id for one in lying.values()), None), None
    if entry.via == Contact.Via.GROUP and entry.channel_ref:
        group = visible_to(actor, Channel.objects.filter(ref=entry.channel_ref, division_code=actor.reach)).first()
        if group is None:
            raise RuleBroken(N_("There is no such group. Choose one from the register."), field="channel")
        made.channel = group
        return group.patch_id, group.account_id
    return None, None


def _answered(actor: Actor, made: Contact, answer: str, at: datetime) -> None:
    if len(answer) > MOST_WORDS:
        raise RuleBroken(
            N_("The text is too long. Keep it under %(limit)s characters."), field="answer", limit=MOST_WORDS
        )
    made.answer = sealed.seal(answer.strip(), place=sealed.ANSWER, row=made.id)
    made.state, made.closed_at, made.answered_by = Contact.State.ANSWERED, at, actor.name


def _asked(standing: Standing) -> UUID | None:
    return standing.acting.account_id if standing.acting is not None else None


def _contact(division_code: str, said: Said, *, via: str, at: datetime, row: UUID | None = None) -> Contact:
    """A contact that is not saved yet: words checked, number given, everything personal sealed."""
    if not said.words.strip():
        raise RuleBroken(N_("Write a few words about what it is."), field="words")
    if len(said.words) > MOST_WORDS:
        raise RuleBroken(
            N_("The text is too long. Keep it under %(limit)s characters."), field="words", limit=MOST_WORDS
        )
    phone = ""
    if said.phone:
        phone, wrong = inspect_phone(said.phone)
        if wrong:
            raise RuleBroken(wrong, field="phone")
    row = row or new_id()
    return Contact(
        id=row,
        number=case_numbers(division_code, local(at).date(), 1)[0],
        division_code=division_code,
        via=via,
        caller_name=said.name.strip()[:50],
        phone=sealed.seal(phone, place=sealed.PHONE, row=row),
        phone_hash=sealed.phone_hash(phone) if phone else None,
        words=sealed.seal(said.words.strip(), place=sealed.WORDS, row=row),
        at=at,
        received_at=at,
    )


def _record(actor: Actor, verb: str, row: Contact, at: datetime, changes: dict[str, object]) -> None:
    record(
        actor,
        verb,
        subject=("contact", row.id),
        division_code=row.division_code,
        at=at,
        changes=changes,
    )
