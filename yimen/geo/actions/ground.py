"""Bring in a file of ground: read by a child, looked at, applied as a whole, taken back as a whole."""

import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.geo.models import GroundFile
from yimen.geo.queries.ground import Preview, judged
from yimen.geo.reading import read_ground
from yimen.geo.rules.naming import trimmed
from yimen.orgs import actions as orgs
from yimen.registry import actions as registry
from yimen.trail.record import record

_MOST = 50_000_000  # bytes
_LONGEST = 200
State = GroundFile.State


def bring(actor: Actor, *, chunks: Iterable[bytes], name: str, kind: str, at: datetime) -> list[GroundFile]:
    """Read a file and keep each of its layers to be looked at. RuleBroken with a sentence for what cannot be read."""
    require(actor, "ground.bring")
    if kind not in GroundFile.Kind.values:
        raise RuleBroken(N_("Say what the file holds: outlines of divisions, or places of buildings."), field="kind")
    with tempfile.NamedTemporaryFile(prefix="yimen-ground-") as kept:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > _MOST:
                raise RuleBroken(
                    N_("The file is larger than %(limit)s MB. Split it by district."),
                    field="file",
                    limit=_MOST // 1_000_000,
                )
            kept.write(chunk)
        kept.flush()
        layers = read_ground(Path(kept.name), name=name)
    with transaction.atomic():
        made = [
            GroundFile(
                division_code=actor.reach,
                kind=kind,
                name=Path(name.replace("\\", "/")).name[-120:],
                layer=layer.name,
                said=layer.said,
                features=[trimmed(one) for one in layer.features],
                by_name=actor.name,
                at=at,
                changed_at=at,
            )
            for layer in layers
        ]
        for one in made:
            one.save(force_insert=True)
        record(
            actor,
            "ground.bring",
            subject=("ground", made[0].id),
            division_code=actor.reach,
            at=at,
            changes={"kind": kind, "layers": len(made)},
        )
    return made


@transaction.atomic
def apply(
    actor: Actor,
    *,
    ref: str,
    reference: str,
    is_certain: bool,
    leave_out: bool,
    source: str,
    from_on: date,
    at: datetime,
) -> int:
    """Bring in what was looked at: outlines from a day on, or places at once; returns how many. RuleBroken while a
    feature has a problem and nobody said to leave those out, and while the reference system is in doubt and nobody is
    certain."""
    require(actor, "ground.apply")
    file = _locked(actor, ref, State.OPEN)
    found = judged(actor, file, chosen=reference, on=max(from_on, local(at).date()))
    _check(found, is_certain=is_certain, leave_out=leave_out, source=source)
    if file.kind == GroundFile.Kind.DIVISIONS:
        rows = [orgs.OutlineRow(one.code, one.polygons) for one in found.outlines if one.problem is None]
        file.batch = orgs.load_outlines(
            actor, rows=rows, source=source.strip(), reference=found.reference, on=from_on, at=at
        )
        file.from_on, file.count = from_on, len(rows)
    else:
        places = {one.building.id: one.place for one in found.places if one.problem is None and one.building}
        before = registry.place_buildings(actor, places=places, source=source.strip(), at=at)
        file.before = {str(key): place for key, place in before.items()}
        file.count = len(places)
    file.state, file.reference, file.source, file.changed_at = State.APPLIED, found.reference, source.strip(), at
    file.save(update_fields=["batch", "from_on", "count", "before", "state", "reference", "source", "changed_at"])
    record(
        actor,
        "ground.apply",
        subject=("ground", file.id),
        division_code=file.division_code,
        at=at,
        changes={"count": file.count, "reference": found.reference},
    )
    return file.count


def _check(found: Preview, *, is_certain: bool, leave_out: bool, source: str) -> None:
    if found.problem is not None:
        raise found.problem
    if not found.reference:
        raise RuleBroken(N_("Say first in which reference system the file was measured."), field="reference")
    if found.doubt and not is_certain:
        raise RuleBroken(
            N_("The file fits %(doubt)s better than %(said)s. Choose the right one, or say that you are certain."),
            field="certain",
            doubt=found.doubt,
            said=found.reference,
        )
    if not found.sound:
        raise RuleBroken(N_("Nothing in the file can be brought in. Mend it and send it again."))
    if found.sound < len(found.rows) and not leave_out:
        raise RuleBroken(
            N_("%(count)s of %(all)s have a problem. Mend the file, or say that they are left out."),
            field="leave_out",
            count=len(found.rows) - found.sound,
            all=len(found.rows),
        )
    if not source.strip() or len(source) > _LONGEST:
        raise RuleBroken(N_("Say who made the file, and by which document: whoever sees it will ask."), field="source")


@transaction.atomic
def undo(actor: Actor, *, ref: str, at: datetime) -> int:
    """Take back what a file brought: the outlines of before hold again, buildings stand where they stood."""
    require(actor, "ground.undo")
    file = _locked(actor, ref, State.APPLIED)
    if file.batch is not None:
        count = orgs.undo_outlines(actor, batch=file.batch, at=at)
    else:
        places = {UUID(key): (place[0], place[1]) if place else None for key, place in file.before.items()}
        count = len(registry.place_buildings(actor, places=places, source=file.source, at=at))
    file.state, file.changed_at = State.UNDONE, at
    file.save(update_fields=["state", "changed_at"])
    record(
        actor,
        "ground.undo",
        subject=("ground", file.id),
        division_code=file.division_code,
        at=at,
        changes={"count": count},
    )
    return count


def _locked(actor: Actor, ref: str, state: str) -> GroundFile:
    file: GroundFile | None = visible_to(actor, GroundFile.objects.select_for_update()).filter(ref=ref).first()
    if file is None:
        raise NotFound()
    if file.state != state:
        raise RuleBroken(N_("The file was dealt with in the meantime. Look at it again."))
    return file
