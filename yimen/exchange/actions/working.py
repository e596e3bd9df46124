"""The worker's part: bring an import forward until it waits for a person or is done. May be run by several at once."""

from datetime import datetime

from django.db import DataError, IntegrityError, transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.alone import alone_with
from yimen.core.errors import N_
from yimen.core.sentences import to_say
from yimen.exchange.actions.applying import apply_batch, apply_carefully, run_of
from yimen.exchange.actions.staging import FILE_STATES, stage
from yimen.exchange.actions.undoing import undo_batch
from yimen.exchange.actions.uploading import clear
from yimen.exchange.models import Import
from yimen.exchange.rules.imports import UNDO_WITHIN, WORKING
from yimen.trail.record import record

State = Import.State


def work(ref: str, *, at: datetime) -> None:
    """Read, apply or undo one import. Does nothing when another worker has it in hand: whoever dies lets go of it."""
    with alone_with(Import.objects.filter(state__in=WORKING), ref) as row:
        if row is None:
            return
        if row.state in FILE_STATES:
            stage(row, at)
            return
        while _forward(row, at):
            continue


def _forward(row: Import, at: datetime) -> bool:
    """As many batches as go well, then one with care; whether there may be more to do."""
    run = run_of(row)
    if row.state == State.UNDOING:
        return undo_batch(row.id, run, at)
    try:
        while apply_batch(row.id, run, at):
            continue
    except (IntegrityError, DataError):
        return apply_carefully(row.id, at)
    return False


def unfinished() -> list[str]:
    """Imports that a worker should have in hand, the oldest first."""
    return list(Import.objects.filter(state__in=WORKING).order_by("changed_at").values_list("ref", flat=True))


EXPIRED = N_("Nobody applied it within seven days, so the preview was removed. Upload the file again.")


@transaction.atomic
def purge(actor: Actor, *, at: datetime, limit: int = 20) -> int:
    """Remove files and rows of imports that can no longer be undone, and of previews that nobody applied."""
    require(actor, "import.purge")
    old = Import.objects.select_for_update(skip_locked=True).filter(purged_at=None, changed_at__lt=at - UNDO_WITHIN)
    rows = list(old.exclude(state__in=WORKING).order_by("changed_at")[:limit])
    for row in rows:
        clear(row, at)
        if row.state in (State.READY, State.MAPPING):
            row.state, row.problem = State.REFUSED, to_say(EXPIRED)
        row.save(update_fields=["purged_at", "state", "problem"])
        record(actor, "import.purge", subject=("import", row.ref), division_code=row.division_code, at=at)
    return len(rows)
