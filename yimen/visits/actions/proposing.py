"""What a visit found becomes work for whoever masters the fact, once; nothing is written over."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.trail.record import record
from yimen.visits.models import Finding, Visit
from yimen.visits.queries.households import heads_of
from yimen.visits.rules import sealed
from yimen.visits.rules.offline import Found
from yimen.visits.rules.words import clean_content

FACTS = ("phone", "moved_out", "new_tenant")  # of which a door has one, so that two officers may contradict each other


def note_findings(visit: Visit, found: Sequence[Found], *, seen_version: int | None) -> None:
    """Propose what a new visit found. RuleBroken for a kind that is not in the list."""
    if not found:
        return
    resident = heads_of([visit.dwelling_id]).get(visit.dwelling_id)
    rows = []
    for one in found:
        row = Finding(
            division_code=visit.division_code,
            visit=visit,
            dwelling_id=visit.dwelling_id,
            resident_id=resident,
            kind=one.kind,
            seen_version=seen_version,
            at=visit.received_at,
        )
        row.content = sealed.seal_values(clean_content(one.kind, dict(one.values)), place=sealed.FINDING, row=row.id)
        rows.append(row)
    Finding.objects.bulk_create(rows)


@transaction.atomic
def settle(actor: Actor, *, ref: str, keep: str, at: datetime) -> None:
    """Of two open findings about one fact of a door, keep one's own ("mine") or the colleague's ("theirs"); the other
    stays in the history as refused. NotFound unless `ref` is an open finding of the actor's own."""
    require(actor, "visit.settle")
    mine = (
        Finding.objects.select_for_update(of=("self",))
        .filter(ref=ref, state=Finding.State.OPEN, kind__in=FACTS, visit__account_id=actor.person)
        .first()
    )
    if mine is None or mine.dwelling_id is None:
        raise NotFound()
    if keep not in ("mine", "theirs"):
        raise RuleBroken(N_("Choose which of the two is right, or leave it for now."), field="keep")
    theirs = Finding.objects.select_for_update(of=("self",)).filter(
        dwelling_id=mine.dwelling_id, kind=mine.kind, state=Finding.State.OPEN, visit__isnull=False
    )
    for row in theirs.exclude(visit__account_id=actor.person) if keep == "mine" else [mine]:
        row.state = Finding.State.REFUSED
        row.decided_by, row.decided_at = actor.name, at
        row.save(update_fields=["state", "decided_by", "decided_at"])
    record(
        actor,
        "visit.settle",
        subject=("dwelling", mine.dwelling_id),
        division_code=mine.division_code,
        at=at,
        changes={"kind": mine.kind, "kept": keep},
    )
