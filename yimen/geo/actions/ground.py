"""Have a file of ground brought in that was looked at, and take it back as a whole."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor, actor_json
from yimen.core.errors import N_, RuleBroken
from yimen.geo.actions.bringing import locked, order
from yimen.geo.models import GroundFile
from yimen.geo.rules.files import EMPTY, LEAVE_OUT, UNSURE
from yimen.trail.record import record

_LONGEST = 200
_DECIDED = ("is_certain", "leave_out", "source", "from_on")
State = GroundFile.State


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
) -> GroundFile:
    """Have the worker bring in what was looked at: outlines from a day on, or places at once. RuleBroken while a
    feature has a problem and nobody said to leave those out, while the reference system is in doubt and nobody is
    certain, and when it was judged in another system than the page that was looked at says."""
    require(actor, "ground.apply")
    file = locked(actor, ref, State.OPEN)
    if not file.reference:
        raise RuleBroken(N_("Say first in which reference system the file was measured."), field="reference")
    if reference != file.reference:
        raise RuleBroken(N_("The file was dealt with in the meantime. Look at it again."))
    file.is_certain, file.leave_out, file.source, file.from_on = is_certain, leave_out, source.strip(), from_on
    check(file.judged, file)
    if not file.source or len(file.source) > _LONGEST:
        raise RuleBroken(N_("Say who made the file, and by which document: whoever sees it will ask."), field="source")
    file.state, file.changed_at, file.actor, file.problem = State.APPLYING, at, actor_json(actor), {}
    file.count = 0
    file.save(update_fields=[*_DECIDED, "state", "changed_at", "actor", "problem", "count"])
    order(file)
    record(
        actor,
        "ground.apply",
        subject=("ground", file.id),
        division_code=file.division_code,
        at=at,
        changes={"reference": reference, "count": file.judged["sound"]},
    )
    return file


def check(judged: Mapping[str, Any], file: GroundFile) -> None:
    """Whether a file may be brought in as it was judged and as somebody decided. RuleBroken."""
    if judged.get("doubt") and not file.is_certain:
        raise RuleBroken(UNSURE, field="certain", doubt=judged["doubt"], said=file.reference)
    if not judged.get("sound"):
        raise RuleBroken(EMPTY)
    if judged["sound"] < judged["count"] and not file.leave_out:
        raise RuleBroken(LEAVE_OUT, field="leave_out", count=judged["count"] - judged["sound"], all=judged["count"])


@transaction.atomic
def undo(actor: Actor, *, ref: str, at: datetime) -> GroundFile:
    """Have the worker take back what a file brought: the outlines of before hold again, buildings stand where they
    stood."""
    require(actor, "ground.undo")
    file = locked(actor, ref, State.APPLIED)
    file.state, file.changed_at, file.actor, file.problem = State.UNDOING, at, actor_json(actor), {}
    file.save(update_fields=["state", "changed_at", "actor", "problem"])
    order(file)
    record(
        actor,
        "ground.undo",
        subject=("ground", file.id),
        division_code=file.division_code,
        at=at,
        changes={"count": file.count},
    )
    return file
