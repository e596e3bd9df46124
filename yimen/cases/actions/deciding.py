"""Send up, send back, decide, withdraw: how a case reaches its result."""

from datetime import datetime

from django.db import transaction

from yimen.cases.actions.loading import (
    CLOCK_FIELDS,
    ActingFor,
    Opened,
    case_for,
    changed,
    end_pause,
    named,
    reason_of,
    recall_offers,
    refuse_while_missing,
    set_clock,
    stand,
    work_on,
)
from yimen.cases.actions.numbering import next_decision_number
from yimen.cases.models import Case, Decision
from yimen.cases.rules import DECIDED, Outcome, State, Waiting, level_of, may_decide_above, route
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.orgs import queries as orgs
from yimen.trail.record import record


@transaction.atomic
def send_up(actor: Actor, *, number: str, opinion: str, edition: int | None = None, at: datetime) -> Case:
    """Report a case with the community's opinion to the office that decides it."""
    case, state, acting_for = work_on(actor, number, "send_up", edition, at=at, claimed=True)
    if case.decision_level == "community":
        raise RuleBroken(
            N_("%(number)s is decided here at the community. Decide it; nothing is sent up."), number=case.number
        )
    words = reason_of(opinion, field="opinion", limit=1000)
    refuse_while_missing(case)
    desk = route(community=case.division_code, post=case.post, level=case.decision_level, department=case.department)
    recall_offers(case, at=at)
    case.state, case.desk_code, case.waiting_for, case.returned_at = state, desk.desk_code, desk.waits_for, None
    changed(case, "state", "desk_code", "waiting_for", "returned_at", at=at)
    record(
        actor,
        "case.send_up",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"to": desk.desk_code},
        note=words,
        acting_for=acting_for,
    )
    return case


def _at_the_desk(actor: Actor, case: Case) -> None:
    """Refuse everybody but the desk where the case lies."""
    level = level_of(case.desk_code)
    if not may_decide_above(actor, desk_code=case.desk_code, level=level, department=case.department):
        raise RuleBroken(
            N_("%(number)s lies with %(office)s, which decides it. Ask there, or wait for the answer."),
            number=case.number,
            office=orgs.division_name(case.desk_code),
        )
    if actor.account_id == case.owner_id:
        raise RuleBroken(N_("You worked on this case yourself. Somebody else at your office decides it."))


@transaction.atomic
def send_back(actor: Actor, *, number: str, reason: str, edition: int | None = None, at: datetime) -> Case:
    """Return a case to the community with what it has to add."""
    case, state, _nobody = case_for(actor, number, "send_back", edition, at=at)
    _at_the_desk(actor, case)
    why = reason_of(reason, limit=1000)
    case.state, case.desk_code, case.waiting_for = state, case.division_code, Waiting.US
    case.returned_at = at
    changed(case, "state", "desk_code", "waiting_for", "returned_at", at=at)
    record(actor, "case.send_back", subject=("case", case.id), division_code=case.division_code, at=at, note=why)
    return case


@transaction.atomic
def decide(actor: Actor, *, number: str, outcome: str, text: str, edition: int | None = None, at: datetime) -> Decision:
    """Decide and close a case: its worker where the community decides, else the office it was sent up to.

    `outcome` is approved, refused or done; `text` is what the result document says.
    """
    opened = case_for(actor, number, "decide", edition, at=at)
    case = opened.case
    acting_for = _who_decides(actor, opened, at)
    if outcome not in DECIDED:
        raise RuleBroken(N_("Choose the result: approved, not approved, or done."), field="outcome")
    words = reason_of(text, field="text", limit=2000)
    refuse_while_missing(case)
    made = Decision.objects.create(
        case=case,
        document_no=next_decision_number(case.division_code, local(at).date()),
        outcome=outcome,
        text=words,
        decided_by_id=named(actor),
        division_code=case.desk_code,
        at=at,
    )
    case.decided_at = at
    _close(case, outcome, opened.state, at)
    record(
        actor,
        "case.decide",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"outcome": outcome, "document": made.document_no},
        note=words,
        acting_for=acting_for,
    )
    return made


def _who_decides(actor: Actor, opened: Opened, at: datetime) -> ActingFor:
    case = opened.case
    if case.state == State.SENT_UP:
        _at_the_desk(actor, case)
        return None
    if case.decision_level != "community":
        raise RuleBroken(
            N_("%(number)s is decided by %(office)s. It has to be sent up with the community's opinion first."),
            number=case.number,
            office=orgs.division_name(_desk(case)),
        )
    if actor.role not in (Role.WINDOW, Role.HEAD):
        raise RuleBroken(N_("%(number)s is decided at the community. Leave it a note instead."), number=case.number)
    if case.owner is None:
        raise RuleBroken(N_("Nobody has claimed %(number)s yet. Claim it first."), number=case.number)
    return stand(actor, case, at=at)


def _desk(case: Case) -> str:
    found = route(community=case.division_code, post=case.post, level=case.decision_level, department=case.department)
    return found.desk_code


def _close(case: Case, outcome: str, state: State, at: datetime) -> None:
    recall_offers(case, at=at)
    if case.is_paused:
        end_pause(case, at=at)
        set_clock(case, at=at)
    case.state, case.outcome, case.closed_at = state, outcome, at
    case.waiting_for, case.returned_at = Waiting.US, None
    fields = ("state", "outcome", "closed_at", "decided_at", "waiting_for", "returned_at", *CLOCK_FIELDS)
    changed(case, *fields, at=at)


@transaction.atomic
def withdraw(actor: Actor, *, number: str, reason: str, edition: int | None = None, at: datetime) -> Case:
    """Close a case because the resident no longer wants it; by the resident, or by the worker at their word."""
    opened = case_for(actor, number, "withdraw", edition, at=at)
    case = opened.case
    acting_for = None if actor.role is Role.RESIDENT else stand(actor, case, at=at)
    why = reason_of(reason)
    _close(case, Outcome.WITHDRAWN, opened.state, at)
    record(
        actor,
        "case.withdraw",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        note=why,
        acting_for=acting_for,
    )
    return case
