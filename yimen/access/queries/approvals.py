"""What waits for a second person, and what one asked for oneself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from yimen.access import rules
from yimen.access.models import Approval, Export
from yimen.access.scope import visible_to
from yimen.core.actor import Actor

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its state of now: pending, expired, approved, refused or used. `seal` is in hex."""

    ref: str
    kind: str
    division_code: str
    requester: str
    what: Mapping[str, Any]
    seal: str
    reason: str
    state: str
    asked_at: datetime
    expires_at: datetime
    approver: str
    answered_at: datetime | None
    answer: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class OwnExport:
    """A file one asked for: its state is ready, expired, or that of its request. `ready_until` when it is ready."""

    ref: str
    source: str
    rows: int
    reason: str
    asked_at: datetime
    state: str
    ready_until: datetime | None
    taken_at: datetime | None
    approval_ref: str


_COLUMNS = ("ref", "kind", "division_code", "requester__name", "what", "seal", "reason", "state", "asked_at")
_MORE = ("expires_at", "approver__name", "answered_at", "answer", "requester_id")


def _kinds(actor: Actor) -> list[str]:
    return [kind for kind, roles in rules.APPROVERS.items() if actor.role in roles]


def _open(actor: Actor, at: datetime) -> "QuerySet[Approval]":
    rows = Approval.objects.filter(state="pending", kind__in=_kinds(actor), expires_at__gt=at)
    return visible_to(actor, rows).exclude(requester_id=actor.account_id)


def approvals_waiting(actor: Actor, at: datetime) -> list[Asked]:
    """What this person may answer now, oldest first."""
    if not _kinds(actor):
        return []
    rows = _open(actor, at).order_by("asked_at").values_list(*_COLUMNS, *_MORE)[:SHOWN]
    return [_asked(actor, row, at) for row in rows]


def count_waiting(actor: Actor, at: datetime) -> int:
    """How many, up to SHOWN."""
    return len(_open(actor, at).values_list("pk")[:SHOWN]) if _kinds(actor) else 0


def approvals_asked(actor: Actor, at: datetime) -> list[Asked]:
    """What this person asked for, newest first."""
    rows = Approval.objects.filter(requester_id=actor.person).order_by("-asked_at")
    return [_asked(actor, row, at) for row in rows.values_list(*_COLUMNS, *_MORE)[:SHOWN]]


def approval(actor: Actor, ref: str, at: datetime) -> Asked | None:
    """One request: one's own, or one of a kind that this role answers, within reach."""
    row = visible_to(actor, Approval.objects.filter(ref=ref)).values_list(*_COLUMNS, *_MORE).first()
    found = _asked(actor, row, at) if row else None
    return found if found and (found.is_own or found.kind in _kinds(actor)) else None


def _asked(actor: Actor, row: tuple[Any, ...], at: datetime) -> Asked:
    ref, kind, code, requester, what, seal, reason, state, asked_at, expires_at, approver, answered, answer, who = row
    if state == "pending" and expires_at <= at:
        state = "expired"
    own = who == actor.account_id
    return Asked(
        *(ref, kind, code, requester, what, bytes(seal).hex(), reason, state, asked_at, expires_at),
        *(approver or "", answered, answer, own),
    )


def exports_asked(actor: Actor, at: datetime) -> list[OwnExport]:
    """The files this person asked for in the post they sit in, newest first."""
    rows = Export.objects.filter(account_id=actor.person, division_code=actor.reach).select_related("approval")
    return [_export(row, at) for row in rows.order_by("-asked_at")[:SHOWN]]


def _export(row: Export, at: datetime) -> OwnExport:
    asked, since, state = row.approval, row.asked_at, "ready"
    if asked is not None:
        state = "ready" if asked.state in ("approved", "used") else asked.state
        if state == "pending" and asked.expires_at <= at:
            state = "expired"
        since = asked.answered_at or since
    until = since + rules.EXPORT_READY_FOR
    if state == "ready" and at >= until:
        state = "expired"
    return OwnExport(
        row.ref,
        row.source,
        row.rows,
        row.reason,
        row.asked_at,
        state,
        until if state == "ready" else None,
        row.taken_at,
        asked.ref if asked else "",
    )
