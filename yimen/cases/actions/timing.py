"""The clock and those who watch it: extension, urging, warnings, computing anew."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from yimen.access.check import require
from yimen.cases.actions.loading import (
    CLOCK_FIELDS,
    case_for,
    changed,
    named,
    put_clock,
    reason_of,
    set_clock,
    work_on,
)
from yimen.cases.models import Case, Extension, Pause
from yimen.cases.rules import (
    Stop,
    Warned,
    check_extension,
    is_higher,
    may_answer_extension,
    soon_until,
    warning_level,
)
from yimen.cases.rules.thresholds import URGE_EVERY
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.orgs import queries as orgs
from yimen.trail import queries as trail
from yimen.trail.record import record

BATCH = 500


@transaction.atomic
def ask_extension(
    actor: Actor, *, number: str, days: int, reason: str, edition: int | None = None, at: datetime
) -> Extension:
    """Ask the level above for more working days, once in the life of a case."""
    case, _state, acting_for = work_on(actor, number, "ask_extension", edition, at=at, claimed=True)
    check_extension(days=days, promised=case.promised_days, legal=case.legal_days)
    why = reason_of(reason)
    if Extension.objects.filter(case=case).exclude(state="refused").exists():
        raise RuleBroken(
            N_("%(number)s has already been extended, or the request is waiting. A case is extended once."),
            number=case.number,
        )
    asked = Extension.objects.create(case=case, days=days, reason=why, asked_by_id=named(actor), asked_at=at)
    changed(case, at=at)
    record(
        actor,
        "case.ask_extension",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"days": days},
        note=why,
        acting_for=acting_for,
    )
    return asked


@transaction.atomic
def answer_extension(
    actor: Actor, *, number: str, grant: bool, answer: str = "", edition: int | None = None, at: datetime
) -> Case:
    """Allow the extension, which moves the date, or refuse it with a reason; one level above the desk that asked."""
    case = case_for(actor, number, "answer_extension", edition, at=at).case
    if not may_answer_extension(actor, division_code=case.division_code, desk_code=case.division_code):
        raise RuleBroken(N_("An extension is answered by the street above the station. Leave it to them."))
    asked = Extension.objects.select_for_update().filter(case=case, state="asked").first()
    if asked is None:
        raise Conflict(N_("No extension is waiting: somebody has answered it. Open the case and look."))
    asked.answer = " ".join(answer.split())[:300] if grant else reason_of(answer, field="answer")
    asked.state, asked.answered_by_id, asked.answered_at = ("granted" if grant else "refused"), actor.account_id, at
    asked.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if grant:
        case.extended_days = asked.days
        set_clock(case, at=at)
    changed(case, "extended_days", *CLOCK_FIELDS, at=at)
    record(
        actor,
        "case.answer_extension",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"answer": asked.state, "days": asked.days, "due_on": str(case.due_on or "")},
        note=asked.answer,
    )
    return case


@transaction.atomic
def urge(actor: Actor, *, number: str, text: str = "", edition: int | None = None, at: datetime) -> Case:
    """Remind whoever has to move; once a day for one case, so that a reminder stays one."""
    case = case_for(actor, number, "urge", edition, at=at).case
    last = trail.last_of("case", case.id, "case.urge")
    if last is not None and at < last.at + URGE_EVERY:
        raise RuleBroken(
            N_("%(name)s urged %(number)s at %(time)s. A case is urged once a day; call them if it cannot wait."),
            name=last.actor_name,
            number=case.number,
            time=f"{local(last.at):%m-%d %H:%M}",
        )
    changed(case, at=at)
    record(
        actor,
        "case.urge",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"to": case.waiting_for},
        note=" ".join(text.split())[:300],
    )
    return case


@transaction.atomic
def warn(actor: Actor, *, at: datetime, limit: int = BATCH) -> int:
    """Put every warning that is due on record, each once; returns how many. A repeat finds nothing left to do."""
    require(actor, "case.warn")
    calendar = orgs.working_calendar()
    short, long = soon_until(calendar, at)
    rows = Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        Q(due_at__lt=at) & ~Q(warned=Warned.DISTRICT)
        | Q(due_at__lte=short, warned=Warned.NONE)
        | Q(due_at__lte=long, promised_days__gte=10, warned=Warned.NONE),
        closed_at=None,
    )
    warned = 0
    for case in rows.order_by("due_at", "id")[: limit * 20]:
        level = warning_level(calendar, due_at=case.due_at, now=at, promised=case.promised_days)
        if not is_higher(level, case.warned):
            continue
        case.warned = level
        case.save(update_fields=["warned"])
        record(
            actor,
            "case.warn",
            subject=("case", case.id),
            division_code=case.division_code,
            at=at,
            changes={"level": str(level)},
        )
        warned += 1
        if warned == limit:
            break
    return warned


@transaction.atomic
def recompute(actor: Actor, *, at: datetime) -> int:
    """Date every open case anew after a calendar was loaded, each change on record; returns how many moved.

    Works through them by id in batches, so that memory stays small. Raises no edition: nobody's form grows stale.
    """
    require(actor, "case.recompute")
    calendar = orgs.working_calendar()
    closings: dict[str, time] = {}
    moved, last = 0, None
    while batch := _batch_after(last):
        stops = _stops_of([case.id for case in batch])
        for case in batch:
            if case.division_code not in closings:
                closings[case.division_code] = orgs.closing_time(case.division_code)
            before = (case.due_on, case.due_at, case.legal_due_on, case.is_provisional)
            put_clock(case, calendar, stops[case.id], closings[case.division_code], at=at)
            if before != (case.due_on, case.due_at, case.legal_due_on, case.is_provisional):
                _keep(actor, case, str(before[0] or ""), at)
                moved += 1
        last = batch[-1].id
    return moved


def _keep(actor: Actor, case: Case, was: str, at: datetime) -> None:
    case.save(update_fields=list(CLOCK_FIELDS))
    record(
        actor,
        "case.recompute",
        subject=("case", case.id),
        division_code=case.division_code,
        at=at,
        changes={"from": was, "to": str(case.due_on or ""), "provisional": case.is_provisional},
    )


def _batch_after(last: UUID | None) -> Sequence[Case]:
    rows = Case.objects.select_for_update(of=("self",)).filter(closed_at=None)
    if last is not None:
        rows = rows.filter(id__gt=last)
    return list(rows.order_by("id")[:BATCH])


def _stops_of(ids: list[UUID]) -> dict[UUID, list[Stop]]:
    stops: dict[UUID, list[Stop]] = defaultdict(list)
    for row in Pause.objects.filter(case_id__in=ids):
        stops[row.case_id].append(Stop(row.from_at, row.to_at, row.kind))
    return stops
