"""Take an import back within seven days, in batches as it was applied, the last row first.

A journal holds what still stands of what its row did. What one import had to leave because of another goes as soon as
that one is undone too, so the order in which they are undone makes no difference.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yimen.access.actions.roster import take_back_accounts
from yimen.access.check import require
from yimen.core.actor import Actor, actor_json
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.many import update_rows
from yimen.exchange.actions.run import Run
from yimen.exchange.actions.uploading import import_in_reach, order
from yimen.exchange.models import Import
from yimen.exchange.queries.imports import sharing_rows
from yimen.exchange.rules.imports import BATCH, UNDO_WITHIN
from yimen.registry.actions import roster
from yimen.trail.record import record

_LAST = 2**62
Found = list[tuple[UUID, int, dict[str, Any]]]


@transaction.atomic
def undo(actor: Actor, *, ref: str, at: datetime) -> Import:
    """Have everything taken back that nobody touched since; a second order changes nothing.

    RuleBroken after seven days, Conflict when nothing was applied.
    """
    require(actor, "import.undo")
    row = import_in_reach(actor, ref)
    if row.state in (Import.State.UNDOING, Import.State.UNDONE):
        return row
    if row.state != Import.State.APPLIED or row.applied_at is None:
        raise Conflict(N_("This import has not been applied, so there is nothing to undo."))
    if at - row.applied_at > UNDO_WITHIN or row.purged_at is not None:
        raise RuleBroken(
            N_("This import is more than %(days)s days old. Correct single records by hand instead."),
            days=UNDO_WITHIN.days,
        )
    row.actor = actor_json(actor)
    _begin(row, at)
    record(actor, "import.undo", subject=("import", row.ref), division_code=row.division_code, at=at)
    return row


def _begin(row: Import, at: datetime) -> None:
    row.state, row.changed_at = Import.State.UNDOING, at
    row.done, row.goal, row.mark = 0, _acted(row).count(), _LAST
    row.save(update_fields=["state", "changed_at", "actor", "done", "goal", "mark"])
    order(row)


@transaction.atomic
def undo_batch(import_id: UUID, run: Run, at: datetime) -> bool:
    """Take the next rows back. False when nothing is left, or somebody else is at it."""
    row = Import.objects.select_for_update(skip_locked=True).filter(id=import_id, state=Import.State.UNDOING).first()
    if row is None:
        return False
    wanted = _acted(row).filter(place__lt=row.mark).order_by("-place")
    batch = list(wanted.values_list("id", "place", "journal", "stays")[:BATCH])
    if not batch:
        _finish(row, run.actor, at)
        return False
    found: Found = [(row_id, place, journal) for row_id, place, journal, _stays in batch]
    left = _take_back(run.actor, found, row.ref, at)
    update_rows(
        "exchange_stagedrow",
        {"id": "uuid", "stays": "text[]", "journal": "jsonb"},
        [
            {"id": row_id, "stays": left.get(place, []), "journal": journal if place in left else {}}
            for row_id, place, journal in found
        ],
    )
    row.mark, row.done, row.changed_at = found[-1][1], row.done + len(found), at
    row.stays += sum(len(left.get(place, ())) - len(stayed) for _row, place, _journal, stayed in batch)
    row.save(update_fields=["mark", "done", "changed_at", "stays"])
    return True


def _acted(row: Import) -> Any:
    """The rows of whose work something stands."""
    return row.rows.filter(journal__isnull=False).exclude(journal={})


def _take_back(actor: Actor, found: Found, ref: str, at: datetime) -> dict[int, list[str]]:
    """What rows changed of households before the people who live there, these before the households and places that
    rows added. What stays, by row."""
    left: dict[int, list[str]] = {}
    for part in (_staff, _changed_households, _people, _households, _places):
        for place, facts in part(actor, found, ref, at).items():
            left.setdefault(place, []).extend(facts)
    return left


def _of(found: Found, name: str) -> dict[int, dict[str, Any]]:
    return {place: journal[name] for _row, place, journal in found if name in journal}


def _people(actor: Actor, found: Found, ref: str, at: datetime) -> Mapping[int, Sequence[str]]:
    kept = [roster.Kept(place, UUID(journal["resident"]), journal) for place, journal in _of(found, "person").items()]
    return roster.take_back(actor, rows=kept, origin=roster.origin_of(ref, at)) if kept else {}


def _changed_households(actor: Actor, found: Found, ref: str, at: datetime) -> Mapping[int, Sequence[str]]:
    journals = {place: one for place, one in _of(found, "household").items() if "was" in one}
    return roster.take_back_households(actor, journals=journals, ref=ref, at=at) if journals else {}


def _households(actor: Actor, found: Found, ref: str, at: datetime) -> Mapping[int, Sequence[str]]:
    journals = {place: one for place, one in _of(found, "household").items() if "household" in one}
    return roster.take_back_households(actor, journals=journals, ref=ref, at=at) if journals else {}


def _places(actor: Actor, found: Found, ref: str, at: datetime) -> Mapping[int, Sequence[str]]:
    journals = _of(found, "places")
    return roster.take_back_places(actor, journals=journals, ref=ref, at=at) if journals else {}


def _staff(actor: Actor, found: Found, ref: str, at: datetime) -> Mapping[int, Sequence[str]]:
    journals = _of(found, "account")
    if not journals:
        return {}
    made = {UUID(one["added"]): place for place, one in journals.items() if "added" in one}
    phones = {UUID(one["phone"][0]): (place, *one["phone"][1:]) for place, one in journals.items() if "phone" in one}
    stay = take_back_accounts(
        actor,
        made=list(made),
        phones=[(account, old, new) for account, (_place, old, new) in phones.items()],
        ref=ref,
        at=at,
    )
    return {made[one] if one in made else phones[one][0]: ["account"] for one in stay}


def _finish(row: Import, actor: Actor, at: datetime) -> None:
    is_again = row.undone_at is not None
    row.state, row.undone_at, row.changed_at, row.done = Import.State.UNDONE, at, at, row.goal
    row.save(update_fields=["state", "undone_at", "changed_at", "done"])
    record(
        actor,
        "import.finish",
        subject=("import", row.ref),
        division_code=row.division_code,
        at=at,
        changes={"undone": row.goal, "stays": row.stays, "since": _since(row)},
    )
    _go_on_with_others(row, at, is_again=is_again)


def _go_on_with_others(row: Import, at: datetime, *, is_again: bool) -> None:
    """Look once more at what undone imports had to leave: the one that was applied last first, and each, when it ends,
    hands on to the one before it."""
    shared = sharing_rows(Import.objects.filter(area=row.area, purged_at=None, stays__gt=0), row.division_code)
    others = shared.filter(state__in=(Import.State.UNDOING, Import.State.UNDONE)).exclude(id=row.id)
    if is_again:
        others = others.filter(applied_at__lt=row.applied_at)
    other = others.select_for_update().order_by("-applied_at").first()
    if other is not None:
        _begin(other, at)


def _since(row: Import) -> str:
    """The day from which on the import showed in what follows from the register."""
    return local(row.applied_at or row.uploaded_at).date().isoformat()
