"""Contact boxes on walls: set up, emptied in rounds, taken down."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.registry.actions.finding import dwelling_in_reach
from yimen.trail.record import record
from yimen.visits.models import ContactBox, Emptying

MOST_LETTERS = 200  # of one round: more is a slip of the finger


@transaction.atomic
def set_up(actor: Actor, *, place: str, dwelling_ref: str = "", at: datetime) -> ContactBox:
    """A box hangs from today on at a place in words; with a door, letters of it belong to that stairwell's patch.

    RuleBroken without a place, and while a box stands at the same one.
    """
    require(actor, "box.set_up")
    words = place.strip()
    if not words or len(words) > 80:
        raise RuleBroken(N_("Say where the box hangs, in at most 80 characters."), field="place")
    dwelling = dwelling_in_reach(actor, dwelling_ref) if dwelling_ref else None
    made = ContactBox(
        id=new_id(),
        division_code=actor.reach,
        place=words,
        stairwell_id=dwelling.stairwell_id if dwelling else None,
        from_on=local(at).date(),
    )
    ContactBox.objects.bulk_create([made], ignore_conflicts=True)
    if not ContactBox.objects.filter(id=made.id).exists():
        raise RuleBroken(N_("A box stands at this place already. Say more exactly where this one is."), field="place")
    _record(actor, "box.set_up", made, at, {"place": made.place})
    return made


@transaction.atomic
def empty(actor: Actor, *, key: UUID, ref: str, letters: int, at: datetime) -> Emptying:
    """A round: the box was opened, and so many letters (0 to 200) lay in it. `key` is made with the form: sent twice,
    it is one round. Conflict for a key that the round of another box has."""
    require(actor, "box.empty")
    box = _standing(actor, ref)
    if not 0 <= letters <= MOST_LETTERS:
        raise RuleBroken(N_("Write the number of letters, from 0 to %(most)s."), field="letters", most=MOST_LETTERS)
    made = Emptying(
        id=key,
        division_code=box.division_code,
        box=box,
        at=at,
        by_name=actor.name,
        by_account=actor.account_id,
        letters=letters,
    )
    before: Emptying | None = box.emptyings.filter(id=key).first()  # nobody writes another beside: the box is locked
    if before is not None:
        return before
    Emptying.objects.bulk_create([made], ignore_conflicts=True)
    if not box.emptyings.filter(id=key).exists():
        raise Conflict(N_("This form was used already. Open a new one."))
    _record(actor, "box.empty", box, at, {"letters": letters})
    return made


@transaction.atomic
def remove(actor: Actor, *, ref: str, at: datetime) -> None:
    """The box is taken down today; its rounds and letters stay on record."""
    require(actor, "box.remove")
    box = _standing(actor, ref)
    box.to_on = local(at).date()
    box.save(update_fields=["to_on"])
    _record(actor, "box.remove", box, at, {})


def _standing(actor: Actor, ref: str) -> ContactBox:
    box: ContactBox | None = visible_to(actor, ContactBox.objects.select_for_update().filter(ref=ref)).first()
    if box is None:
        raise NotFound()
    if box.to_on is not None:
        raise Conflict(N_("This box was taken down already. Open the register again."))
    return box


def _record(actor: Actor, verb: str, box: ContactBox, at: datetime, changes: dict[str, object]) -> None:
    record(actor, verb, subject=("box", box.id), division_code=box.division_code, at=at, changes=changes)
