"""Free words in the journal: what belongs to no visit, call or letter."""

from datetime import date, datetime

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.ids import new_id
from yimen.patches.queries import patches_of_dwellings
from yimen.registry.actions.finding import dwelling_in_reach
from yimen.trail.record import record
from yimen.visits.models import JournalNote
from yimen.visits.rules import sealed

LONGEST = 1000


@transaction.atomic
def add_note(actor: Actor, *, on: date, words: str, dwelling_ref: str = "", at: datetime) -> JournalNote:
    """Write down words for a day up to today, about a door or none. Later than the day, both dates are shown.

    RuleBroken for no words, too many, or a day to come.
    """
    require(actor, "journal.note")
    if not words.strip():
        raise RuleBroken(N_("Write a few words, or leave the journal as it is."), field="words")
    if len(words) > LONGEST:
        raise RuleBroken(N_("The note is too long. Keep it under %(limit)s characters."), field="words", limit=LONGEST)
    if on > local(at).date():
        raise RuleBroken(N_("This date lies in the future. Choose today or an earlier day."), field="on")
    dwelling = dwelling_in_reach(actor, dwelling_ref) if dwelling_ref else None
    lying = patches_of_dwellings([dwelling.id], on=on).get(dwelling.id) if dwelling else None
    row = new_id()
    made = JournalNote.objects.create(
        id=row,
        division_code=actor.reach,
        account_id=actor.person,
        by_name=actor.name,
        patch_id=lying.patch_id if lying else None,
        dwelling=dwelling,
        on=on,
        at=at,
        words=sealed.seal(words.strip(), place=sealed.JOURNAL, row=row),
    )
    record(
        actor,
        "journal.note",
        subject=("journal", made.id),
        division_code=actor.reach,
        at=at,
        changes={"on": on.isoformat()},
    )
    return made
