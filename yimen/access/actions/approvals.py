"""Two people for what is most dangerous: one asks, another answers, and what is done is exactly what was asked."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yimen.access import rules
from yimen.access.actions.seats import grant_seat
from yimen.access.check import require, require_proof
from yimen.access.matrix import MATRIX
from yimen.access.models import Account, Approval, Seat
from yimen.access.queries import live_seats
from yimen.access.scope import visible_to
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotAllowed, NotFound, RuleBroken
from yimen.trail.record import record


@transaction.atomic
def propose_seat(
    actor: Actor,
    *,
    account_ref: str,
    role: Role,
    division_code: str,
    line: str = "",
    post: str = "",
    side: str = "",
    from_on: date,
    reason: str = "",
    at: datetime,
) -> Seat | None:
    """Give a seat, or ask a security administrator to: the system administrator's proposals always wait for one, a
    security administrator's own wait for another when the seat is of city level. None when it waits."""
    require(actor, "seat.propose")
    wanted: dict[str, Any] = {
        "account_ref": account_ref,
        "role": role,
        "division_code": division_code,
        "line": line,
        "post": post,
        "side": side,
        "from_on": from_on,
    }
    if actor.role is Role.SECURITY and not rules.is_city_level(role, division_code):
        return grant_seat(actor, **wanted, at=at)
    if not reason:
        raise RuleBroken(N_("Say why this person needs the post. Another administrator reads it."), field="reason")
    account = Account.objects.filter(ref=account_ref, is_active=True).first()
    if account is None or not actor.reaches(division_code):
        raise NotFound()
    if account.id == actor.account_id:
        raise RuleBroken(N_("Nobody gives a post to themselves. Ask another security administrator."))
    problem = rules.seat_problem(role, division_code=division_code, line=line, post=post, side=side)
    if problem is not None:
        raise RuleBroken(problem[1], field=problem[0])
    what = {**wanted, "role": str(role), "from_on": from_on.isoformat(), "name": account.name}
    request(actor, kind="seat", what=what, division_code=division_code, reason=reason, at=at)
    return None


def request(
    actor: Actor, *, kind: str, what: Mapping[str, Any], division_code: str, reason: str, at: datetime
) -> Approval:
    """A request on record, in the caller's transaction; the caller has asked for the verb."""
    asked = Approval.objects.create(
        kind=kind,
        division_code=division_code,
        requester_id=actor.person,
        what=dict(what),
        seal=seal_of(kind, what),
        reason=reason,
        asked_at=at,
        expires_at=at + rules.APPROVAL_LASTS,
    )
    record(
        actor,
        "approval.ask",
        subject=("approval", asked.id),
        division_code=division_code,
        at=at,
        changes={"kind": kind},
        note=reason,
    )
    return asked


def seal_of(kind: str, what: Mapping[str, Any]) -> bytes:
    """The hash of what is asked for, however its keys are ordered."""
    plain = json.dumps([kind, what], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).digest()


@transaction.atomic
def answer_approval(actor: Actor, *, ref: str, seal: str, grant: bool, answer: str = "", at: datetime) -> Approval:
    """Approve or refuse what somebody else asked for. `seal` (hex) is of what the approver has read.

    Refused: one's own request, one that was answered or has run out, one that is not what was shown, and the approval
    of what somebody asked who has left since. An approved seat is given at once.
    """
    require(actor, "approval.answer")
    asked: Approval | None = visible_to(actor, Approval.objects.filter(ref=ref)).select_for_update().first()
    if asked is None:
        raise NotFound()
    if actor.role not in rules.APPROVERS[asked.kind]:
        raise NotAllowed(N_("A post is approved by a security administrator, a file by a level above or security."))
    if asked.requester_id == actor.account_id:
        raise RuleBroken(N_("Nobody approves their own request. Another person has to."))
    _refuse_stale(asked, seal, at)
    if grant and not _may_still_ask(asked, at):
        raise Conflict(N_("The person who asked has left that post. Refuse it; whoever needs it asks again."))
    require_proof(actor, at)
    if not grant and not answer:
        raise RuleBroken(N_("Say why not. The person who asked reads it."), field="answer")
    asked.state, asked.approver_id, asked.answered_at = "approved" if grant else "refused", actor.person, at
    asked.answer = answer
    asked.save(update_fields=["state", "approver", "answered_at", "answer"])
    verb = "approval.answer"
    said = {"kind": asked.kind, "outcome": asked.state}
    record(
        actor, verb, subject=("approval", asked.id), division_code=asked.division_code, at=at, changes=said, note=answer
    )
    if grant and asked.kind == "seat":
        _give_seat(actor, asked, at)
    return asked


def _refuse_stale(asked: Approval, seal: str, at: datetime) -> None:
    if asked.state != "pending":
        raise Conflict(N_("This request was answered already. Open it again to see how."))
    if asked.expires_at <= at:
        raise Conflict(N_("This request has run out. Whoever needs it asks again."))
    kept = bytes(asked.seal)
    if kept != seal_of(asked.kind, asked.what) or not hmac.compare_digest(kept.hex().encode(), seal.encode()):
        raise Conflict(N_("This is not what you were shown. Open the request again and read it."))


def _may_still_ask(asked: Approval, at: datetime) -> bool:
    """Whether who asked is still here, in a post that may ask for this."""
    if not asked.requester.is_active:
        return False
    seats = live_seats(asked.requester_id, on=local(at).date())
    if asked.kind == "seat":
        return any(Role(seat.role) in MATRIX["seat.propose"] for seat in seats)
    return any(seat.division_code == asked.division_code for seat in seats)


def _give_seat(actor: Actor, asked: Approval, at: datetime) -> None:
    what = {name: value for name, value in asked.what.items() if name != "name"}
    role, begins = Role(what.pop("role")), date.fromisoformat(what.pop("from_on"))
    grant_seat(actor, **what, role=role, from_on=begins, at=at, approved=True)
    use_approval(asked, at=at)


def use_approval(asked: Approval, *, at: datetime) -> None:
    """Mark an approved request as carried out; what is carried out must be what was sealed."""
    if asked.state != "approved" or bytes(asked.seal) != seal_of(asked.kind, asked.what):
        raise Conflict(N_("This is not approved, or not any more. Ask again."))
    asked.state, asked.used_at = "used", at
    asked.save(update_fields=["state", "used_at"])
