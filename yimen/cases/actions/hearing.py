"""What the resident says of the result, and who above the handler calls back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.access import queries as access
from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.cases.actions.loading import CLOCK_FIELDS, case_for, changed, reason_of, set_clock
from yimen.cases.actions.numbering import fresh_secret, next_complaint_number
from yimen.cases.models import Case, Decision, FollowUp, Rating
from yimen.cases.rules import Waiting, answering_code, check_rating, check_reopening, opens_follow_up, sealed
from yimen.cases.rules.thresholds import FOLLOW_UP_DAYS
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.orgs import queries as orgs
from yimen.trail.record import record

TAGS = 8


@transaction.atomic
def reopen(actor: Actor, *, number: str, reason: str, edition: int | None = None, at: datetime) -> Case:
    """Open a decided case again because the resident is not content with it: a new limit runs from now.

    It goes back to its owner, or into the pool of its post when the owner has left.
    """
    opened = case_for(actor, number, "reopen", edition, at=at)
    case = opened.case
    assert case.closed_at is not None
    check_reopening(closed_at=case.closed_at, outcome=case.outcome, at=at)
    why = reason_of(reason, limit=1000)
    if case.owner_id and not _is_there(case.owner_id, case.division_code, at):
        case.owner = None
    case.state, case.outcome, case.closed_at, case.decided_at, case.rating = opened.state, "", None, None, None
    case.desk_code, case.waiting_for, case.extended_days, case.warned = case.division_code, Waiting.US, 0, ""
    case.reopened, case.reopened_at = case.reopened + 1, at
    set_clock(case, at=at)
    changed(
        case,
        *("owner", "state", "outcome", "closed_at", "decided_at", "rating", "desk_code", "waiting_for"),
        *("extended_days", "reopened", "reopened_at", *CLOCK_FIELDS),
        at=at,
    )
    record(actor, "case.reopen", subject=("case", case.id), division_code=case.division_code, at=at, note=why)
    return case


def _is_there(account_id: UUID, division_code: str, at: datetime) -> bool:
    seats = access.live_seats(account_id, on=local(at).date())
    return any(seat.division_code == division_code for seat in seats)


@transaction.atomic
def rate(
    actor: Actor,
    *,
    number: str,
    level: int,
    tags: Sequence[str] = (),
    comment: str = "",
    at: datetime,
) -> Rating:
    """The resident's mark, 1 to 5, once for each decision. The two lowest open a call-back above the handler."""
    case = case_for(actor, number, "rate", None, at=at).case
    assert case.closed_at is not None
    check_rating(level=level, closed_at=case.closed_at, at=at)
    if case.rating is not None:
        raise Conflict(N_("This matter has been rated already. Thank you; a complaint is possible at any time."))
    given = Rating.objects.create(
        case=case,
        round=case.reopened,
        level=level,
        tags=[str(tag)[:40] for tag in tags[:TAGS]],
        comment=" ".join(comment.split())[:500],
        at=at,
    )
    case.rating = level
    changed(case, "rating", at=at)
    record(
        actor,
        "case.rate",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"level": level},
    )
    if opens_follow_up(level):
        _open_follow_up(case, "rating", given.comment, "", "", case.division_code, at)
    return given


@transaction.atomic
def complain(
    actor: Actor, *, number: str = "", text: str, contact: str = "", of_head: bool = False, at: datetime
) -> tuple[FollowUp, str]:
    """A complaint about a case, or (without a number) about the station of the actor's division.

    It opens above whoever handled the case, who never sees it; one about the station head opens at the street.
    Returns it with the second secret to follow it by.
    """
    require(actor, "case.complain")
    words = " ".join(text.split())
    if not words:
        raise RuleBroken(N_("Write what happened. A few words are enough."), field="text")
    case = case_for(actor, number, "complain", None, at=at).case if number else None
    secret = fresh_secret()
    code = case.division_code if case else actor.reach
    made = _open_follow_up(case, "complaint", words[:2000], contact[:100], secret, code, at, of_head=of_head)
    record(actor, "case.complain", subject=("follow_up", made.id), division_code=made.division_code, at=at)
    return made, secret


def _open_follow_up(
    case: Case | None,
    kind: str,
    text: str,
    contact: str,
    secret: str,
    community: str,
    at: datetime,
    *,
    of_head: bool = False,
) -> FollowUp:
    row, today = new_id(), local(at).date()
    handlers = [*_handlers(case, at), *([(Role.HEAD, community)] if of_head else [])]
    return FollowUp.objects.create(
        id=row,
        kind=kind,
        case=case,
        division_code=answering_code(community, handlers),
        community_code=community,
        about_id=(case.owner_id or case.first_asked_id) if case else None,
        number=next_complaint_number(community, today),
        secret=sealed.seal(secret, place=sealed.CODE, row=row) if secret else None,
        secret_hash=sealed.secret_hash(secret) if secret else None,
        text=sealed.seal(text, place=sealed.FOLLOW_UP, row=row) if text else None,
        contact=sealed.seal(contact, place=sealed.CONTACT, row=row) if contact else None,
        opened_at=at,
        due_on=orgs.working_calendar().add_working_days(today, FOLLOW_UP_DAYS),
    )


def _handlers(case: Case | None, at: datetime) -> list[tuple[Role, str]]:
    """The roles and divisions of those who answered for the case and who decided it."""
    if case is None:
        return []
    people = {case.owner_id or case.first_asked_id}
    people.update(Decision.objects.filter(case=case).values_list("decided_by_id", flat=True))
    today = local(at).date()
    return [
        (Role(seat.role), seat.division_code)
        for person in people
        for seat in access.live_seats(person, on=today)
        if case.division_code.startswith(seat.division_code)
    ]


@transaction.atomic
def answer_follow_up(actor: Actor, *, ref: str, answer: str, at: datetime) -> FollowUp:
    """What was said and done about a bad mark or a complaint, by the office above the handler."""
    require(actor, "follow_up.answer")
    rows = visible_to(actor, FollowUp.objects.select_for_update(of=("self",)))
    found: FollowUp | None = rows.exclude(about_id=actor.account_id).filter(ref=ref).first()
    if found is None:
        raise NotFound()
    words = reason_of(answer, field="answer", limit=2000)
    if found.state != "open":
        raise Conflict(N_("This has been answered already. Open it and read the answer."))
    found.state, found.answer, found.answered_by_id, found.answered_at = "answered", words, actor.account_id, at
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(
        actor,
        "follow_up.answer",
        subject=("follow_up", found.id),
        division_code=found.division_code,
        at=at,
        note=words,
    )
    return found
