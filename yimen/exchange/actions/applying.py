"""Write rows in batches, each a transaction with its mark: killed anywhere, the next start goes on from there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from yimen.access.actions.roster import accounts_named, import_accounts
from yimen.core.actor import Actor, actor_again
from yimen.core.clock import local
from yimen.core.many import update_rows
from yimen.exchange.actions.people import records_of, said_of
from yimen.exchange.actions.places import household_of, places_of
from yimen.exchange.actions.run import Row, Run
from yimen.exchange.actions.staff import account_of, judge_one
from yimen.exchange.actions.staging import counted
from yimen.exchange.models import Import
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.imports import BATCH, CHANGED, NEW, REFUSED
from yimen.exchange.rules.sealed import open_body, seal_body
from yimen.registry.actions import roster
from yimen.registry.rules.places import HouseholdSaid, PlaceSaid
from yimen.registry.rules.roster import Difference, Judged, Said, refuse
from yimen.trail.record import record


@dataclass(slots=True)
class _Doing:
    """One staged row while it is written."""

    id: UUID
    row: Row
    was: str
    judged: list[Judged] = field(default_factory=list)
    journal: dict[str, Any] = field(default_factory=dict)

    def outcome(self) -> Judged | None:
        """What came of it: a refusal, or the strongest of its verdicts."""
        order = (REFUSED, NEW, CHANGED, "same")
        return min(self.judged, key=lambda one: order.index(one.verdict), default=None)


def run_of(row: Import) -> Run:
    """A fresh run for a job of this import."""
    return Run(actor_again(row.actor), row.community, row.evidence, local(row.uploaded_at).date())


@transaction.atomic
def apply_batch(import_id: UUID, run: Run, at: datetime, *, limit: int = 0) -> bool:
    """Write the next rows, a batch of them unless `limit` says fewer.

    False when nothing is left, or somebody else is at it, or it is not being applied.
    """
    free = Import.objects.select_for_update(skip_locked=True)
    row = free.filter(id=import_id, state=Import.State.APPLYING).first()
    if row is None:
        return False
    wanted = row.rows.filter(verdict__in=(NEW, CHANGED), place__gt=row.mark).order_by("place")
    doing = [
        _doing(*values)
        for values in wanted.values_list("id", "place", "line", "kind", "verdict", "body")[: limit or BATCH]
    ]
    if not doing:
        _finish(row, run.actor, at)
        return False
    _write(run, doing, row.ref, at)
    _note(row, doing)
    row.mark, row.done, row.changed_at = doing[-1].row.place, row.done + len(doing), at
    row.save(update_fields=["mark", "done", "changed_at"])
    return True


def apply_carefully(import_id: UUID, at: datetime) -> bool:
    """Write the rows of a batch that broke one by one, and refuse those that contradict what the database holds."""
    for _row in range(BATCH):
        row = Import.objects.get(id=import_id)
        try:
            if not apply_batch(import_id, run_of(row), at, limit=1):
                return False
        except (IntegrityError, DataError):
            _refuse_next(import_id, at)
    return True


@transaction.atomic
def _refuse_next(import_id: UUID, at: datetime) -> None:
    row = Import.objects.select_for_update().get(id=import_id)
    wanted = row.rows.filter(verdict__in=(NEW, CHANGED), place__gt=row.mark).order_by("place")
    doing = [_doing(*values) for values in wanted.values_list("id", "place", "line", "kind", "verdict", "body")[:1]]
    doing[0].judged.append(refuse("clash"))
    _note(row, doing)
    row.mark, row.done, row.changed_at = doing[0].row.place, row.done + 1, at
    row.save(update_fields=["mark", "done", "changed_at"])


def _doing(row_id: UUID, place: int, line: int, kind: str, verdict: str, body: bytes | memoryview) -> _Doing:
    return _Doing(row_id, Row(place, line, Kind(kind), open_body(body, row_id)), verdict)


def _write(run: Run, doing: Sequence[_Doing], ref: str, at: datetime) -> None:
    """Places first, then people, households and staff, each in as few statements as can be."""
    by_place = {one.row.place: one for one in doing}
    _places(run, doing, by_place, ref, at)
    _people(run, doing, by_place, ref, at)
    _households(run, doing, by_place, ref, at)
    _staff(run, doing, by_place, ref, at)


def _places(run: Run, doing: Sequence[_Doing], by_place: dict[int, _Doing], ref: str, at: datetime) -> None:
    found: list[PlaceSaid] = []
    for one in doing:
        for said in places_of(run, one.row):
            if isinstance(said, Judged):
                one.judged.append(said)
            else:
                found.append(said)
    if not found:
        return
    for said, judged in zip(found, roster.judge_places(run.actor, run.places, found), strict=True):
        by_place[said.line].judged.append(judged)
    for place, journal in roster.write_places(run.actor, run.places, ref=ref, at=at).items():
        by_place[place].journal["places"] = journal
    for code in {said.division_code for said in found}:
        run.doors.forget(code)


def _people(run: Run, doing: Sequence[_Doing], by_place: dict[int, _Doing], ref: str, at: datetime) -> None:
    found: list[Said] = []
    expected: dict[int, list[Difference] | None] = {}
    for one in doing:
        resident, traits = records_of(one.row)
        if resident is None and not traits:
            continue
        said = said_of(run, one.row, resident, traits)
        if isinstance(said, Judged):
            one.judged.append(said)
            continue
        found.append(said)
        body = one.row.body
        expected[said.line] = None if body.is_promised else [Difference(*each) for each in body.differences]
    if not found:
        return
    for said, written in zip(
        found, roster.write_people(run.actor, rows=found, expected=expected, ref=ref, at=at), strict=True
    ):
        one = by_place[said.line]
        one.judged.append(written.judged)
        if written.journal:
            person = written.journal.get("added") or (written.judged.person and str(written.judged.person.id))
            one.journal["person"] = {**written.journal, "resident": person}


def _households(run: Run, doing: Sequence[_Doing], by_place: dict[int, _Doing], ref: str, at: datetime) -> None:
    found: list[HouseholdSaid] = []
    for one in doing:
        said = household_of(run, one.row)
        if isinstance(said, Judged):
            one.judged.append(said)
        elif said is not None:
            found.append(said)
    if not found:
        return
    for said, written in zip(found, roster.write_households(run.actor, rows=found, ref=ref, at=at), strict=True):
        by_place[said.line].judged.append(written.judged)
        if written.journal:
            by_place[said.line].journal["household"] = written.journal


def _staff(run: Run, doing: Sequence[_Doing], by_place: dict[int, _Doing], ref: str, at: datetime) -> None:
    pairs = [(one, said) for one in doing if (said := account_of(run, one.row)) is not None]
    found = [(one, said) for one, said in pairs if not isinstance(said, Judged)]
    for one, said in pairs:
        if isinstance(said, Judged):
            one.judged.append(said)
    if not found:
        return
    standing = accounts_named([said.username for _one, said in found])
    new, phones = [], []
    for one, said in found:
        before = standing.get(said.username)
        judged = judge_one(said, before)
        one.judged.append(judged)
        if judged.verdict == NEW:
            new.append(said)
        elif judged.verdict == CHANGED and before is not None:
            phones.append((before.id, said.phone))
            one.journal["account"] = {"phone": [str(before.id), before.phone, said.phone]}
    made = import_accounts(run.actor, new=new, phones=phones, ref=ref, at=at)
    for one, said in found:
        if said.username in made:
            one.journal["account"] = {"added": str(made[said.username])}


_OUTCOME = {"id": "uuid", "verdict": "text", "journal": "jsonb"}
_REFUSED = {**_OUTCOME, "reasons": "text[]", "body": "bytea"}


def _note(row: Import, doing: Sequence[_Doing]) -> None:
    """What came of each row: its verdict now, and what undo needs. A row that came otherwise says why; one that is
    taken keeps the reasons of the cells that were left out."""
    rows: list[dict[str, Any]] = []
    for one in doing:
        outcome = one.outcome()
        verdict = outcome.verdict if outcome else "same"
        body, outcome_row = one.row.body, {"id": one.id, "journal": one.journal}
        if outcome is not None and verdict == REFUSED:
            body.reason, body.params = outcome.reason, outcome.params
            outcome_row |= {"reasons": [f":{outcome.reason}"], "body": seal_body(body, one.id)}
        if verdict == CHANGED and one.was == NEW and body.is_promised:
            verdict = NEW
        rows.append(outcome_row | {"verdict": verdict})
    update_rows("exchange_stagedrow", _OUTCOME, [one for one in rows if "body" not in one])
    update_rows("exchange_stagedrow", _REFUSED, [one for one in rows if "body" in one])


def _finish(row: Import, actor: Actor, at: datetime) -> None:
    row.counts = counted(row)
    row.state, row.applied_at, row.changed_at, row.done = Import.State.APPLIED, at, at, row.goal
    row.save(update_fields=["counts", "state", "applied_at", "changed_at", "done"])
    record(
        actor,
        "import.finish",
        subject=("import", row.ref),
        division_code=row.division_code,
        at=at,
        changes=row.counts,
    )
