"""How every verb opens a case: permission, reach, lock, edition, state; and how it closes it again."""

from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID

from yimen.access.check import require
from yimen.cases.models import Case, CaseMaterial, HandOver, Pause
from yimen.cases.queries.scope import known_to, stands_in_for
from yimen.cases.queries.words import material_name
from yimen.cases.rules import (
    Clock,
    Holder,
    Standing,
    State,
    Stop,
    Warned,
    clock_of,
    may_work,
    moved,
    normal_number,
    warning_level,
)
from yimen.cases.rules.warnings import ORDER
from yimen.catalogue.rules import MaterialState
from yimen.core.actor import Actor
from yimen.core.calendar import WorkingCalendar
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotAllowed, NotFound, RuleBroken
from yimen.orgs import queries as orgs
from yimen.trail import queries as trail

ActingFor = tuple[UUID, str] | None


class Opened(NamedTuple):
    """A locked case, where the verb leads it, and for whom the actor stands in (for the record)."""

    case: Case
    state: State
    acting_for: ActingFor = None


def case_for(actor: Actor, number: str, verb: str, edition: int | None, *, at: datetime) -> Opened:
    """The case of that number, locked, if this actor may do the verb and the case takes it now.

    Raises NotAllowed (wrong role), NotFound (unknown, out of reach, restricted), Conflict (somebody changed it since
    `edition` was shown; None does not ask), RuleBroken (wrong state).
    """
    require(actor, f"case.{verb}")
    known = known_to(actor, standing=stands_in_for(actor, at=at))
    # No joined owner here: PostgreSQL reads only the locked row anew after a wait, so a join could show the old one.
    case = Case.objects.select_for_update().filter(known, number=normal_number(number)).first()
    if case is None:
        raise NotFound()
    if edition is not None and edition != case.edition:
        raise _stale(case)
    return Opened(case, moved(case.state, verb, number=case.number))


def _stale(case: Case) -> Conflict:
    last = trail.last_change("case", case.id)
    return Conflict(
        N_("%(name)s changed %(number)s at %(time)s, after you opened it. Look at it again, then decide."),
        name=last.actor_name if last else "-",
        number=case.number,
        time=f"{local(last.at):%H:%M}" if last else "-",
    )


def work_on(
    actor: Actor, number: str, verb: str, edition: int | None, *, at: datetime, claimed: bool = False
) -> Opened:
    """A case opened by somebody who may work on it: the owner (the first asked while nobody has claimed it), their
    stand-in while they are absent, or the station head. With `claimed`, the case must have an owner."""
    opened = case_for(actor, number, verb, edition, at=at)
    case = opened.case
    if claimed and case.owner is None:
        raise RuleBroken(N_("Nobody has claimed %(number)s yet. Claim it first."), number=case.number)
    return opened._replace(acting_for=stand(actor, case, at=at))


def stand(actor: Actor, case: Case, *, at: datetime) -> ActingFor:
    """For whom the actor works on this case: nobody else (None), or the absent one; refused for all others."""
    answerable = case.owner or case.first_asked
    covered = actor.account_id != answerable.id and answerable.id in stands_in_for(actor, at=at)
    standing = may_work(actor, Holder(answerable.id, is_absent=covered, is_covered_by_actor=covered))
    if standing is None:
        raise RuleBroken(
            N_("%(name)s is working on %(number)s. Ask %(name)s to hand it over, or ask the station head."),
            name=answerable.name,
            number=case.number,
        )
    return (answerable.id, answerable.name) if standing is Standing.STAND_IN else None


def named(actor: Actor) -> UUID:
    """The account behind an act that a named person answers for."""
    if actor.account_id is None:
        raise NotAllowed(N_("Only a named person can do this. Sign in with an account of your own."))
    return actor.account_id


def changed(case: Case, *fields: str, at: datetime) -> None:
    """Save the named fields and raise the edition, so that older forms are refused."""
    case.edition += 1
    case.changed_at = at
    case.save(update_fields=[*fields, "edition", "changed_at"])


CLOCK_FIELDS = ("due_on", "due_at", "legal_due_on", "is_provisional", "is_paused", "warned")


def set_clock(case: Case, *, at: datetime, calendar: WorkingCalendar | None = None) -> Clock:
    """Date the case anew from its own facts (saves nothing; the caller saves CLOCK_FIELDS)."""
    calendar = calendar or orgs.working_calendar()
    stops = [Stop(row.from_at, row.to_at, row.kind) for row in Pause.objects.filter(case=case)]
    return put_clock(case, calendar, stops, orgs.closing_time(case.division_code), at=at)


def put_clock(case: Case, calendar: WorkingCalendar, stops: list[Stop], closing: time, *, at: datetime) -> Clock:
    """The same with calendar, pauses and closing time at hand, for batches."""
    clock = clock_of(
        calendar,
        accepted_at=case.reopened_at or case.accepted_at,
        promised=case.promised_days,
        extended=case.extended_days,
        legal=case.legal_days,
        pauses=stops,
        closing=closing,
        reopened=case.reopened_at is not None,
    )
    was = case.due_at
    case.due_on, case.due_at, case.legal_due_on = clock.due_on, clock.due_at, clock.legal_due_on
    case.is_provisional = clock.provisional
    case.is_paused = any(stop.to_at is None for stop in stops)
    if clock.due_at != was and clock.due_at is not None:
        level = warning_level(calendar, due_at=clock.due_at, now=at, promised=case.promised_days)
        case.warned = min(Warned(case.warned), level, key=ORDER.index)  # a later date may be warned of again
    return clock


def end_pause(case: Case, *, at: datetime) -> None:
    """Let the clock go on from the day after."""
    Pause.objects.filter(case=case, to_at=None).update(to_at=at)


def recall_offers(case: Case, *, at: datetime) -> None:
    """Take back an offer that nobody has answered."""
    HandOver.objects.filter(case=case, state="offered").update(state="recalled", answered_at=at)


def missing_names(case: Case) -> list[str]:
    """The papers still missing, by name in the reader's language."""
    codes = CaseMaterial.objects.filter(case=case, state=MaterialState.MISSING).order_by("material_code")
    return [material_name(code) for code in codes.values_list("material_code", flat=True)]


def refuse_while_missing(case: Case) -> None:
    """A case with missing papers goes no further."""
    names = missing_names(case)
    if names:
        raise RuleBroken(
            N_("Still missing: %(names)s. Mark them when they are in, or pause the case for correction."),
            names=", ".join(names),
        )


def reason_of(text: str, *, field: str = "reason", limit: int = 300) -> str:
    """A reason somebody typed: needed, and not too long."""
    words = " ".join(text.split())
    if not words:
        raise RuleBroken(N_("Write the reason: it is shown with the case. A few words are enough."), field=field)
    if len(words) > limit:
        raise RuleBroken(N_("The reason is too long. Keep it under %(limit)s characters."), field=field, limit=limit)
    return words
