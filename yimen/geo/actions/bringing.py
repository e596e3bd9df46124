"""Take a file of ground in: kept sealed until the worker has read it; say how it was measured; throw it away."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor, actor_json
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.files.pieces import keep, sent_as
from yimen.core.sentences import to_say
from yimen.geo.models import GroundFile
from yimen.geo.reading import GROUND
from yimen.geo.rules.files import DROPPED_WORDS, KEPT
from yimen.geo.rules.references import REFERENCES
from yimen.trail.record import record

_MOST_WAITING = 5  # files of one reach that wait for the worker
State = GroundFile.State


@transaction.atomic
def bring(actor: Actor, *, chunks: Iterable[bytes], name: str, kind: str, at: datetime) -> GroundFile:
    """Keep a file and have it read; each further layer in it becomes a file of its own. RuleBroken for an empty or too
    large one, and while many others wait."""
    require(actor, "ground.bring")
    if kind not in GroundFile.Kind.values:
        raise RuleBroken(N_("Say what the file holds: outlines of divisions, or places of buildings."), field="kind")
    if GroundFile.objects.filter(division_code=actor.reach, state=State.READING).count() >= _MOST_WAITING:
        raise RuleBroken(N_("Other files are still being read. Wait until one of them is ready."), field="file")
    file = GroundFile.objects.create(
        division_code=actor.reach,
        kind=kind,
        name=sent_as(name),
        by_name=actor.name,
        by_account=actor.person,
        actor=actor_json(actor),
        at=at,
        changed_at=at,
    )
    keep(file, chunks, GROUND)
    order(file)
    record(
        actor,
        "ground.bring",
        subject=("ground", file.id),
        division_code=file.division_code,
        at=at,
        changes={"kind": kind},
    )
    return file


def order(file: GroundFile) -> None:
    """Have the worker take the file in hand once this transaction stands."""
    app.configure_task("geo.work").defer(ref=file.ref)


@transaction.atomic
def measure(actor: Actor, *, ref: str, reference: str, at: datetime) -> GroundFile:
    """Say in which reference system a file was measured, and have it judged in that one."""
    require(actor, "ground.measure")
    file = locked(actor, ref, State.OPEN)
    if reference not in REFERENCES:
        raise RuleBroken(N_("Say first in which reference system the file was measured."), field="reference")
    file.reference, file.state, file.changed_at = reference, State.READING, at
    file.actor, file.judged, file.problem = actor_json(actor), {}, {}
    file.save(update_fields=["reference", "state", "changed_at", "actor", "judged", "problem"])
    order(file)
    record(
        actor,
        "ground.measure",
        subject=("ground", file.id),
        division_code=file.division_code,
        at=at,
        changes={"reference": reference},
    )
    return file


@transaction.atomic
def drop(actor: Actor, *, ref: str, at: datetime) -> GroundFile:
    """Throw away what one brought and nobody applied; its shapes are removed at once."""
    require(actor, "ground.drop")
    file = locked(actor, ref, State.OPEN, State.READING)
    if file.by_account != actor.person:
        raise RuleBroken(
            N_("Only %(name)s, who sent the file, can throw it away. It goes by itself after %(days)s days."),
            name=file.by_name,
            days=KEPT.days,
        )
    file.state, file.problem = State.DROPPED, to_say(DROPPED_WORDS)
    clear(file, at)
    record(actor, "ground.drop", subject=("ground", file.id), division_code=file.division_code, at=at)
    return file


def clear(file: GroundFile, at: datetime) -> None:
    """Remove the shapes and what was said of them; that there was a file, and what it brought, stays."""
    file.parts.all().delete()
    file.features, file.judged, file.changed_at, file.purged_at = [], {}, at, at
    file.save(update_fields=["state", "problem", "features", "judged", "changed_at", "purged_at"])


def locked(actor: Actor, ref: str, *states: str) -> GroundFile:
    """A file within reach, locked, in one of these states. NotFound out of reach, RuleBroken in another state."""
    file: GroundFile | None = visible_to(actor, GroundFile.objects.select_for_update()).filter(ref=ref).first()
    if file is None:
        raise NotFound()
    if file.state not in states:
        raise RuleBroken(N_("The file was dealt with in the meantime. Look at it again."))
    return file
