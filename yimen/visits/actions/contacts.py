"""What residents say by letter, telephone, group and on the page of their officer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.cases.actions.numbering import case_numbers
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.core.phones import inspect_phone
from yimen.patches.queries import Standing, patch
from yimen.trail.record import record
from yimen.visits.models import Contact
from yimen.visits.rules import sealed

MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, and how to reach them."""

    words: str
    name: str = ""
    phone: str = ""


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


def _asked(standing: Standing) -> UUID | None:
    return standing.acting.account_id if standing.acting is not None else None


def _contact(division_code: str, said: Said, *, via: str, at: datetime) -> Contact:
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
    row = new_id()
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
