"""Rows leave the product as a file only with a reason, within a measure, and never unseen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, Sum

from yimen.access import rules
from yimen.access.actions.approvals import request, seal_of, use_approval
from yimen.access.check import require, require_proof
from yimen.access.models import Export
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.trail.record import Subject, record, record_many

VERBS = {"people": "resident.export", "cases": "case.export"}


@transaction.atomic
def ask_export(
    actor: Actor, *, source: str, what: Mapping[str, Any], rows: int, alone: int, reason: str, at: datetime
) -> Export:
    """Ask for a list as a file. Up to `alone` rows in 30 days are ready at once, more wait for a second person.

    Counted over all files of this person, not per file; two requests at once are counted one after the other.
    """
    require(actor, VERBS[source])
    if not reason:
        raise RuleBroken(N_("Say what the file is for. The reason stands on it and on record."), field="reason")
    if wrong := rules.no_file(rows):
        raise wrong
    require_proof(actor, at)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", (f"export {actor.person}",))
    approval = None
    if taken_out(actor, at) + rows > alone:
        sealed = {"source": source, "filter": dict(what), "rows": rows, "within": actor.reach}
        approval = request(actor, kind="export", what=sealed, division_code=actor.reach, reason=reason, at=at)
    asked = Export.objects.create(
        account_id=actor.person,
        division_code=actor.reach,
        source=source,
        what=dict(what),
        rows=rows,
        reason=reason,
        asked_at=at,
        approval=approval,
    )
    record(
        actor,
        VERBS[source],
        subject=("export", asked.id),
        division_code=actor.reach,
        at=at,
        changes={"rows": rows, "state": "pending" if approval else "ready"},
        note=reason,
    )
    return asked


def taken_out(actor: Actor, at: datetime) -> int:
    """How many rows this person took out, or may, within the last 30 days without a second person."""
    own = Export.objects.filter(account_id=actor.person, asked_at__gt=at - rules.EXPORTS_COUNT_FOR)
    return int(own.filter(Q(approval=None)).aggregate(rows=Sum("rows"))["rows"] or 0)


def take_export(actor: Actor, *, ref: str, at: datetime) -> Export:
    """One's own export that is ready, in the post in which it was asked for. NotFound otherwise; Conflict when it still
    waits, was refused, or has run out. Part of the caller's transaction, which calls `hand_out` with what it found."""
    require(actor, "export.download")
    own = Export.objects.select_related("approval").filter(ref=ref, account_id=actor.person, division_code=actor.reach)
    asked: Export | None = visible_to(actor, own).select_for_update(of=("self",)).first()
    if asked is None:
        raise NotFound()
    require(actor, VERBS[asked.source])
    since = asked.asked_at
    if asked.approval is not None:
        if asked.approval.state not in ("approved", "used") or asked.approval.answered_at is None:
            raise Conflict(N_("This file waits for a second person, or was refused. See your requests."))
        sealed = {"source": asked.source, "filter": asked.what, "rows": asked.rows, "within": asked.division_code}
        if bytes(asked.approval.seal) != seal_of("export", sealed):
            raise Conflict(N_("This is not what was approved. Ask again."))
        since = asked.approval.answered_at
    if at >= since + rules.EXPORT_READY_FOR:
        raise Conflict(N_("This file was ready for 24 hours. Ask again."))
    return asked


def hand_out(actor: Actor, asked: Export, *, people: Sequence[tuple[UUID, str]], at: datetime) -> None:
    """Put on record that a file left: once for the file and once for each resident in it (id, division), so that who
    looks up their own record finds it there."""
    if asked.approval is not None and asked.approval.state == "approved":
        use_approval(asked.approval, at=at)
    asked.taken_at = at
    asked.save(update_fields=["taken_at"])
    record(
        actor,
        "export.download",
        subject=("export", asked.id),
        division_code=asked.division_code,
        at=at,
        changes={"rows": asked.rows},
        note=asked.reason,
        is_read=True,
    )
    record_many(
        actor,
        "export.download",
        kind="resident",
        subjects=[Subject(row_id, code) for row_id, code in dict.fromkeys(people)],
        at=at,
        note=asked.reason,
        is_read=True,
    )
