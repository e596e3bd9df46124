"""Contact boxes on walls: set up, emptied in rounds, moved, taken down."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

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
    made = _hang(actor, place, dwelling_ref, at)
    _record(actor, "box.set_up", made, at, {"place": made.place})
    return made


@transaction.atomic
def move(actor: Actor, *, ref: str, place: str, dwelling_ref: str = "", at: datetime) -> ContactBox:
    """From today on the box hangs at another place; what was found in it before stays with the place of then.

    RuleBroken without a place, at the same one, and where another box stands. Conflict when it was taken down.
    """
    require(actor, "box.move")
    box = _standing(actor, ref)
    if place.strip() == box.place:
        raise RuleBroken(N_("The box hangs there already. Say where it hangs now."), field="place")
    box.to_on = local(at).date()
    box.save(update_fields=["to_on"])
    made = _hang(actor, place, dwelling_ref, at, first_id=box.first_id or box.id)
    _record(actor, "box.move", made, at, {"from": box.place, "to": made.place})
    return made


@transaction.atomic
def empty(
    actor: Actor, *, key: UUID, ref: str, letters: int, emptied_at: datetime | None = None, at: datetime
) -> Emptying:
    """A round: the box was opened, and so many letters (0 to 200) lay in it. `emptied_at` is when that was, where it
    was not just now; written down on a later day, both are kept. `key` is made with the form: sent twice, it is one
    round.

    RuleBroken for a time ahead of now or before the box hung, and for the same number of letters on the same day once
    more. Conflict for a key that the round of another box has, and for a day after the box was taken down.
    """
    require(actor, "box.empty")
    hung = _hung(actor, ref)
    if not 0 <= letters <= MOST_LETTERS:
        raise RuleBroken(N_("Write the number of letters, from 0 to %(most)s."), field="letters", most=MOST_LETTERS)
    then = emptied_at or at
    if then > at:
        raise RuleBroken(N_("This time has not come yet. Write when the box was emptied."), field="when")
    rounds = Emptying.objects.filter(box__in=hung)  # nobody writes another beside: the boxes are locked
    before: Emptying | None = rounds.filter(id=key).first()
    if before is not None:
        return before
    box = _box_of(hung, local(then).date(), today=local(at).date())
    if (same := _same_day(rounds, local(then), letters)) is not None:
        raise RuleBroken(
            N_("This round is on record already, written down by %(who)s. Look at the rounds of this box."),
            field="letters",
            who=same.by_name,
        )
    made = Emptying(
        id=key,
        division_code=box.division_code,
        box=box,
        at=then,
        by_name=actor.name,
        by_account=actor.account_id,
        letters=letters,
        written_at=at if local(then).date() < local(at).date() else None,
    )
    Emptying.objects.bulk_create([made], ignore_conflicts=True)
    if not rounds.filter(id=key).exists():
        raise Conflict(N_("This form was used already. Open a new one."))
    late: dict[str, object] = {"emptied_at": then.isoformat()} if made.written_at else {}
    _record(actor, "box.empty", box, at, {"letters": letters} | late)
    return made


@transaction.atomic
def remove(actor: Actor, *, ref: str, at: datetime) -> None:
    """The box is taken down today; its rounds and letters stay on record."""
    require(actor, "box.remove")
    box = _standing(actor, ref)
    box.to_on = local(at).date()
    box.save(update_fields=["to_on"])
    _record(actor, "box.remove", box, at, {})


def _hang(actor: Actor, place: str, dwelling_ref: str, at: datetime, *, first_id: UUID | None = None) -> ContactBox:
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
        first_id=first_id,
    )
    ContactBox.objects.bulk_create([made], ignore_conflicts=True)
    if not ContactBox.objects.filter(id=made.id).exists():
        raise RuleBroken(N_("A box stands at this place already. Say more exactly where this one is."), field="place")
    return made


def _hung(actor: Actor, ref: str) -> list[ContactBox]:
    """The places at which the box of a reference hung, earliest first, locked."""
    asked: ContactBox | None = visible_to(actor, ContactBox.objects.filter(ref=ref)).first()
    if asked is None:
        raise NotFound()
    first = asked.first_id or asked.id
    of_it = ContactBox.objects.select_for_update().filter(Q(id=first) | Q(first_id=first))
    return list(of_it.order_by("from_on", "id"))


def _standing(actor: Actor, ref: str) -> ContactBox:
    box = _hung(actor, ref)[-1]
    if box.to_on is not None:
        raise Conflict(N_("This box was taken down already. Open the register again."))
    return box


def _box_of(hung: list[ContactBox], day: date, *, today: date) -> ContactBox:
    """Where the box hung on a day: the day it was moved belongs to the new place, the day it was taken down to it."""
    last = hung[-1]
    if last.to_on is not None and (day == today or day > last.to_on):
        raise Conflict(N_("This box was taken down already. Open the register again."))
    by_then = [one for one in hung if one.from_on <= day]
    if not by_then:
        raise RuleBroken(N_("The box did not hang yet on that day. Write when it was emptied."), field="when")
    return by_then[-1]


def _same_day(rounds: QuerySet[Emptying], then: datetime, letters: int) -> Emptying | None:
    midnight = then.replace(hour=0, minute=0, second=0, microsecond=0)
    return rounds.filter(at__gte=midnight, at__lt=midnight + timedelta(days=1), letters=letters).first()


def _record(actor: Actor, verb: str, box: ContactBox, at: datetime, changes: dict[str, object]) -> None:
    record(actor, verb, subject=("box", box.id), division_code=box.division_code, at=at, changes=changes)
