"""The worker's part: read a file and judge it, bring it in, or take it back. Whoever dies lets go of it, and the next
goes on."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from yimen.access.check import require
from yimen.core.actor import Actor, actor_again
from yimen.core.alone import alone_with
from yimen.core.clock import local
from yimen.core.errors import NotFound, RuleBroken
from yimen.core.files.pieces import opened
from yimen.core.sentences import to_say
from yimen.geo.actions.bringing import clear, order
from yimen.geo.actions.ground import check
from yimen.geo.actions.judging import judged
from yimen.geo.models import GroundFile
from yimen.geo.reading import Layer, read_ground
from yimen.geo.rules.files import EXPIRED, KEPT, OURS, WORKING
from yimen.geo.rules.naming import trimmed
from yimen.geo.rules.verdicts import Verdict, shown
from yimen.orgs import actions as orgs
from yimen.registry import actions as registry
from yimen.trail.record import record

State = GroundFile.State
_log = logging.getLogger("yimen.geo")


def unfinished() -> list[str]:
    """Files that a worker should have in hand, the oldest first."""
    return list(GroundFile.objects.filter(state__in=WORKING).order_by("changed_at").values_list("ref", flat=True))


def work(ref: str, *, at: datetime) -> None:
    """Read, bring in or take back one file. Does nothing when another worker has it in hand."""
    with alone_with(GroundFile.objects.filter(state__in=WORKING), ref) as file:
        if file is None:
            return
        if file.state == State.READING:
            _read(file, at)
        elif file.state == State.APPLYING:
            _bring_in(file, at)
        elif file.state == State.UNDOING:
            _take_back(file, at)


def _read(file: GroundFile, at: datetime) -> None:
    """To its preview, to the question how it was measured, or to the sentence that says what is wrong."""
    try:
        if file.parts.exists() and not _unpacked(file, at):
            return
        _judge(file, at)
    except RuleBroken as error:
        _end(file, State.OPEN if file.features else State.REFUSED, at, problem=to_say(error.message, **error.params))
    except (ArithmeticError, AttributeError, DataError, LookupError, TypeError, ValueError):
        _log.exception("The file of ground %s could not be read.", file.ref)
        _end(file, State.REFUSED, at, problem=to_say(OURS, ref=file.ref))


def _unpacked(file: GroundFile, at: datetime) -> bool:
    """Keep the layers instead of the file, the first in its own row. False when it was thrown away meanwhile."""
    with opened(file) as path:
        layers = read_ground(path)
    with transaction.atomic():
        if not _still(file, State.READING):
            return False
        first, *others = layers
        kept = _kept(first)
        for name, value in kept.items():
            setattr(file, name, value)
        file.save(update_fields=list(kept))
        file.parts.all().delete()
        for layer in others:
            other = GroundFile.objects.create(
                division_code=file.division_code,
                kind=file.kind,
                name=file.name,
                **_kept(layer),
                by_name=file.by_name,
                by_account=file.by_account,
                actor=file.actor,
                at=file.at,
                changed_at=at,
            )
            order(other)
    return True


def _kept(layer: Layer) -> dict[str, Any]:
    """What a file keeps of a layer."""
    return {
        "layer": layer.name,
        "said": layer.said,
        "reference": layer.reference,
        "is_turned": layer.is_turned,
        "problem": dict(layer.question),
        "features": [trimmed(one) for one in layer.features],
    }


def _judge(file: GroundFile, at: datetime) -> None:
    """In the system that somebody chose, else in the one the file says; with neither, nothing is judged, and what makes
    the file's own doubtful stays said."""
    if not file.reference:
        return _end(file, State.OPEN, at, problem=file.problem)
    verdict = judged(actor_again(file.actor), file, on=local(at).date())
    return _end(file, State.OPEN, at, verdict=verdict)


@transaction.atomic
def _end(
    file: GroundFile,
    state: str,
    at: datetime,
    *,
    verdict: Verdict | None = None,
    problem: Mapping[str, Any] | None = None,
) -> None:
    """Hand the file back to people."""
    if not _still(file, *WORKING):
        return
    file.state, file.changed_at, file.problem = state, at, dict(problem or {})
    if verdict is not None:
        file.judged = shown(verdict)
    if state == State.REFUSED:
        clear(file, at)
    if state == State.OPEN:
        file.count = 0  # what was being written was not
    file.save(update_fields=["state", "changed_at", "problem", "judged", "reference", "count"])


def _still(file: GroundFile, *states: str) -> bool:
    """Whether the file is still in one of these states; it stays so until the transaction ends."""
    return GroundFile.objects.select_for_update().filter(id=file.id, state__in=states).exists()


def _bring_in(file: GroundFile, at: datetime) -> None:
    """As a whole, judged once more against what is in force now; back to its preview when it would not fit any more."""
    actor = actor_again(file.actor)
    assert file.from_on is not None
    verdict: Verdict | None = None
    try:
        verdict = judged(actor, file, on=max(file.from_on, local(at).date()))
        check(shown(verdict), file)
        _tell_count(file, verdict)
        _write(actor, file, verdict, at)
    except RuleBroken as error:
        _end(file, State.OPEN, at, verdict=verdict, problem=to_say(error.message, **error.params))
    except NotFound:
        _end(file, State.OPEN, at, verdict=verdict)
    except (DataError, IntegrityError):
        _log.exception("The file of ground %s could not be brought in.", file.ref)
        _end(file, State.OPEN, at, verdict=verdict, problem=to_say(OURS, ref=file.ref))


def _tell_count(file: GroundFile, verdict: Verdict) -> None:
    """How many are being written, for whoever looks meanwhile."""
    file.count = sum(row["problem"] is None for row in verdict["rows"])
    file.save(update_fields=["count"])


def _take_back(file: GroundFile, at: datetime) -> None:
    """As a whole; on the map as before when it cannot be, with the sentence that says why."""
    try:
        _write_back(actor_again(file.actor), file, at)
    except RuleBroken as error:
        _end(file, State.APPLIED, at, problem=to_say(error.message, **error.params))
    except (DataError, IntegrityError, NotFound):
        _log.exception("The file of ground %s could not be taken back.", file.ref)
        _end(file, State.APPLIED, at, problem=to_say(OURS, ref=file.ref))


@transaction.atomic
def _write_back(actor: Actor, file: GroundFile, at: datetime) -> None:
    if not _still(file, State.UNDOING):
        return
    if file.batch is not None:
        orgs.undo_outlines(actor, batch=file.batch, at=at)
    else:
        places = {UUID(key): (place[0], place[1]) if place else None for key, place in file.before.items()}
        registry.place_buildings(actor, places=places, source=file.source, at=at)
    _end(file, State.UNDONE, at)


@transaction.atomic
def _write(actor: Actor, file: GroundFile, verdict: Verdict, at: datetime) -> None:
    if not _still(file, State.APPLYING):
        return
    rows = [row for row in verdict["rows"] if row["problem"] is None]
    if file.kind == GroundFile.Kind.DIVISIONS:
        outlines = [orgs.OutlineRow(row["code"], row["polygons"]) for row in rows]
        assert file.from_on is not None
        file.batch = orgs.load_outlines(
            actor, rows=outlines, source=file.source, reference=file.reference, on=file.from_on, at=at
        )
    else:
        places = {UUID(row["building"]): (row["place"][0], row["place"][1]) for row in rows}
        before = registry.place_buildings(actor, places=places, source=file.source, at=at)
        file.before = {str(key): place for key, place in before.items()}
        file.from_on = None
    file.state, file.count, file.judged, file.changed_at, file.problem = (
        State.APPLIED,
        len(rows),
        shown(verdict),
        at,
        {},
    )
    file.save(update_fields=["batch", "before", "from_on", "state", "count", "judged", "changed_at", "problem"])


@transaction.atomic
def purge(actor: Actor, *, at: datetime, limit: int = 50) -> int:
    """Remove files that nobody brought in, and the shapes of those that were, a week after they were last touched; what
    is on the map can still be taken back. Returns how many."""
    require(actor, "ground.purge")
    old = GroundFile.objects.select_for_update(skip_locked=True).filter(purged_at=None, changed_at__lt=at - KEPT)
    rows = list(old.exclude(state__in=WORKING).order_by("changed_at")[:limit])
    for file in rows:
        if file.state == State.OPEN:
            file.state, file.problem = State.DROPPED, to_say(EXPIRED, days=KEPT.days)
        clear(file, at)
        record(actor, "ground.purge", subject=("ground", file.id), division_code=file.division_code, at=at)
    return len(rows)
