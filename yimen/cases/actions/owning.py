"""Whose case it is: claimed out of the pool, offered to a named person, accepted or declined."""

from datetime import datetime

from django.db import transaction

from yimen.access import queries as access
from yimen.access.queries import SeatHeld
from yimen.cases.actions.loading import case_for, changed, named, reason_of, recall_offers, work_on
from yimen.cases.models import Case, HandOver
from yimen.cases.rules import may_claim
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.orgs import queries as orgs
from yimen.trail.record import record


@transaction.atomic
def claim(actor: Actor, *, number: str, edition: int | None = None, at: datetime) -> Case:
    """Take an unclaimed case out of the pool of its post; whoever is second is told who was first."""
    case = case_for(actor, number, "claim", None, at=at).case
    if case.owner is not None:
        raise Conflict(
            N_("%(name)s has already claimed %(number)s. Take the next one."), name=case.owner.name, number=case.number
        )
    me = named(actor)
    skilled = orgs.can_alone(me, case.item_code)
    posts = {seat.post for seat in access.live_seats(me, on=local(at).date())}
    if actor.role is not Role.HEAD and not any(
        may_claim(post=case.post, seat_post=post, can_alone=skilled) for post in posts
    ):
        raise RuleBroken(
            N_(
                "%(number)s belongs to the %(post)s post. Ask A or B of that post, or have the skill matrix say that "
                "you can do the matter alone."
            ),
            number=case.number,
            post=orgs.post_name(case.post),
        )
    recall_offers(case, at=at)
    case.owner_id = me
    changed(case, "owner", at=at)
    record(actor, "case.claim", subject=("case", case.id), division_code=case.division_code, at=at)
    return case


@transaction.atomic
def offer(actor: Actor, *, number: str, to_ref: str, reason: str, edition: int | None = None, at: datetime) -> HandOver:
    """Offer a case to a named colleague of the same station, with a reason. An earlier unanswered offer is recalled.

    Whoever answers for the case stays answerable until the offer is accepted.
    """
    case, _state, acting_for = work_on(actor, number, "offer", edition, at=at)
    why = reason_of(reason)
    taker = colleague(case.division_code, to_ref, at=at)
    if taker.account_id == case.owner_id:
        raise RuleBroken(
            N_("%(name)s already has %(number)s. Choose somebody else."),
            field="to",
            name=taker.name,
            number=case.number,
        )
    recall_offers(case, at=at)
    made = HandOver.objects.create(
        case=case, from_account_id=named(actor), to_account_id=taker.account_id, reason=why, at=at
    )
    changed(case, at=at)
    record(
        actor,
        "case.offer",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"to": taker.name},
        note=why,
        acting_for=acting_for,
    )
    return made


def colleague(division_code: str, ref: str, *, at: datetime) -> SeatHeld:
    """Somebody who works at the station of this community today."""
    today = local(at).date()
    seats = access.seats_held(division_code, first=today, last=today, roles=(Role.WINDOW, Role.HEAD))
    for seat in seats:
        if seat.account_ref == ref and seat.division_code == division_code:
            return seat
    raise RuleBroken(N_("Choose somebody who works at this station today."), field="to")


@transaction.atomic
def answer_offer(
    actor: Actor, *, number: str, accept: bool, reason: str = "", edition: int | None = None, at: datetime
) -> Case:
    """Accept a case offered to oneself and answer for it from now on, or decline with a reason."""
    case = case_for(actor, number, "answer_offer", edition, at=at).case
    made = HandOver.objects.select_for_update().filter(case=case, state="offered").first()
    if made is None:
        raise Conflict(N_("The offer was taken back or answered. Open the case and look."))
    if made.to_account_id != actor.account_id:
        raise NotFound()
    made.answer = "" if accept else reason_of(reason)
    made.state, made.answered_at = ("accepted" if accept else "declined"), at
    made.save(update_fields=["state", "answer", "answered_at"])
    fields = []
    if accept:
        case.owner_id, case.hand_overs = actor.account_id, case.hand_overs + 1
        fields = ["owner", "hand_overs"]
    changed(case, *fields, at=at)
    record(
        actor,
        "case.answer_offer",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"answer": made.state},
        note=made.answer,
    )
    return case
