"""Walking over the seals and all they close, and saying what is not as it was sealed."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from procrastinate.contrib.django import app

from yimen.core.actor import Actor
from yimen.core.cipher import Cipher, cipher
from yimen.core.database import reaching
from yimen.core.errors import N_, RuleBroken
from yimen.core.reach import EVERYWHERE
from yimen.trail.models import Verification
from yimen.trail.queries.seals import last_walk, lines_of_batch, seals, whole_trail_faults
from yimen.trail.queries.seals import seal as seal_of
from yimen.trail.record import record
from yimen.trail.rules import LINES, Batch, Fault, Head, chain_fault, rows_fault

_FAULTS_KEPT = 100
_GIVEN_UP = timedelta(hours=1)  # a verification that has not ended by then was killed


class Walk:
    """A verification under way: how many seals and rows were looked at, and what was found."""

    def __init__(self) -> None:
        self.seals = self.rows = 0
        self.faults: list[Fault] = []
        self.started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.started


def walk(
    *, heads: Sequence[Head] = (), first: int = 1, last: int | None = None, tell: Callable[[Walk], None] | None = None
) -> Walk:
    """Every seal from `first` to `last` with the rows it closes, then the whole trail, then the heads kept elsewhere.

    Streams: memory holds one batch. `tell` hears of each seal.
    """
    made, before = Walk(), seal_of(first - 1)
    for batch in seals(first):
        if last is not None and batch.number > last:
            break
        made.faults.extend(_faults(batch, before, cipher()))
        made.seals += 1
        made.rows += batch.rows
        before = batch
        if tell is not None:
            tell(made)
    with reaching(EVERYWHERE):
        made.faults.extend(whole_trail_faults())
    made.faults.extend(_head_faults(heads))
    return made


def _faults(batch: Batch, before: Batch | None, keys: Cipher) -> Iterator[Fault]:
    if batch.form not in LINES:
        yield Fault(batch.number, "seal_unknown_form")
        return
    if not keys.is_signed(batch.message(), batch.signature):
        yield Fault(batch.number, "seal_altered")
    elif fault := chain_fault(batch, before):
        yield fault
    with reaching(EVERYWHERE):
        lines = lines_of_batch(batch)
    if fault := rows_fault(batch, lines):
        yield fault


def _head_faults(heads: Iterable[Head]) -> Iterator[Fault]:
    for head in heads:
        found = seal_of(head.number)
        if found is None:
            yield Fault(head.number, "head_missing")
        elif found.signature.hex() != head.signature:
            yield Fault(head.number, "head_differs")


def heads_of(path: Path) -> list[Head]:
    """The heads in a file: one JSON object on each line, as `yimen audit head` prints them."""
    try:
        told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [Head(int(one["seal"]), str(one["signature"])) for one in told]
    except OSError as error:
        raise RuleBroken(N_("The file of heads cannot be read: %(why)s"), why=error.strerror) from None
    except (ValueError, KeyError, TypeError):
        raise RuleBroken(N_("This is not a file of heads. `yimen audit head` writes one.")) from None


@transaction.atomic
def ask_verification(actor: Actor, *, at: datetime) -> None:
    """Have the worker verify the whole trail; the auditor's page shows what it finds. One at a time."""
    before = last_walk()
    if before is not None and before.ended_at is None and at - before.asked_at < _GIVEN_UP:
        raise RuleBroken(N_("A verification is under way already. Reload the page to see what it finds."))
    asked = Verification.objects.create(asked_at=at, asked_by=actor.name)
    record(actor, "trail.verify", subject=("trail", "seals"), division_code=actor.reach, at=at)
    app.configure_task("trail.verify").defer(verification=asked.pk)


def run_verification(
    actor: Actor,
    *,
    at: datetime,
    ended: Callable[[], datetime],
    asked: int | None = None,
    heads: Sequence[Head] = (),
    tell: Callable[[Walk], None] | None = None,
) -> Walk:
    """Verify everything and keep what was found: as the answer to `asked`, or on its own."""
    made = walk(heads=heads, tell=tell)
    faults = [[fault.seal, fault.kind] for fault in made.faults[:_FAULTS_KEPT]]
    found = {"ended_at": ended(), "seals": made.seals, "rows": made.rows, "seconds": made.seconds, "faults": faults}
    if asked is not None and Verification.objects.filter(pk=asked).update(**found):
        return made
    with transaction.atomic():
        Verification.objects.create(asked_at=at, asked_by=actor.name, **found)
        changes = {"rows": made.rows, "faults": len(made.faults)}
        record(actor, "trail.verify", subject=("trail", "seals"), division_code=actor.reach, at=at, changes=changes)
    return made
