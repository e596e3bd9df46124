"""What a resident may know: of their own case by number and second secret, and of everybody's in figures."""

import secrets as constant_time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from yimen.access.scope import LAST
from yimen.cases.models import Case, CaseMaterial, Decision, FollowUp, Message, Pause, Visit
from yimen.cases.queries.words import material_name, matter_name
from yimen.cases.rules import (
    Badge,
    Clock,
    Outcome,
    State,
    Stop,
    badge,
    clock_of,
    normal_number,
    sealed,
)
from yimen.cases.rules.thresholds import RATE_WITHIN, REOPEN_WITHIN
from yimen.catalogue.rules import MaterialState
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.masking import mask_name
from yimen.core.reach import EVERYWHERE, under
from yimen.orgs import queries as orgs
from yimen.trail import queries as trail

_RECENT = 2000  # the cases among which "asked for most" is counted
_NOBODY = b"\0" * 16


def asked_most(*, limit: int) -> list[str]:
    """The matters asked for most among the last cases everywhere; restricted ones are never named."""
    with reaching(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "select item_code from (select item_code, is_restricted from cases_case order by id desc limit %s) recent "
            "where not is_restricted group by item_code order by count(*) desc, item_code limit %s",
            (_RECENT, limit),
        )
        return [str(row[0]) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Known:
    """What a number and its second secret open: the cases of one visit, or one complaint."""

    kind: str  # visit, complaint
    number: str
    division_code: str


def recognised(number: str, secret: str) -> Known | None:
    """What this number and secret open; None for an unknown number and for a wrong secret alike, with equal work."""
    with reaching(EVERYWHERE):
        return _recognised(number, secret)


def _recognised(number: str, secret: str) -> Known | None:
    wanted = normal_number(number)
    by_case, named = (  # asked apart: of one number or the other, the database would read every visit
        Visit.objects.filter(**{asked: wanted}).only("number", "secret_hash").first()
        for asked in ("cases__number", "number")
    )
    visit = by_case or named
    complaint = FollowUp.objects.filter(number=wanted, kind="complaint").only("number", "secret_hash").first()
    kept = visit.secret_hash if visit else complaint.secret_hash if complaint else None
    typed = sealed.secret_hashes(secret)
    right = [constant_time.compare_digest(bytes(kept or _NOBODY), one) for one in typed]
    if not any(right) or kept is None:
        return None
    if visit is not None:
        code = Visit.objects.values_list("division_code", flat=True).get(pk=visit.pk)
        return Known("visit", visit.number, code)
    assert complaint is not None
    code = FollowUp.objects.values_list("division_code", flat=True).get(pk=complaint.pk)
    return Known("complaint", complaint.number, code)


@dataclass(frozen=True, slots=True)
class Handler:
    """Who answers, with the office phone ("" where none is known)."""

    name: str
    phone: str
    is_away: bool = False
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the follow-up page."""

    at: datetime
    from_resident: bool
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One step of the course, for the portal to word. `note` is what was told to the resident."""

    at: datetime
    verb: str
    changes: Mapping[str, object]
    note: str


@dataclass(frozen=True, slots=True)
class Result:
    """The decision in force."""

    document_no: str
    outcome: str
    text: str
    at: datetime
    office: str  # the division that decided


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case as its resident sees it. A restricted matter keeps its name, handler, papers and course to itself."""

    number: str
    visit_number: str
    division_code: str
    matter: str
    version_id: UUID
    applicant: str  # masked, "" for a restricted matter
    is_restricted: bool
    state: State
    outcome: str
    waiting_for: str
    decision_level: str
    pause_kind: str
    accepted_at: datetime
    closed_at: datetime | None
    clock: Clock
    badge: Badge
    promised_days: int
    handler: Handler
    missing: tuple[str, ...]
    messages: tuple[Said, ...]
    course: tuple[Event, ...]
    result: Result | None
    edition: int
    rating: int | None
    may_rate: bool
    may_reopen: bool
    may_withdraw: bool
    others: tuple[tuple[str, str], ...]  # the other cases of the visit: number, matter


# What happened, as far as a resident is told; the first word of each is worded by the portal.
_TOLD = frozenset(
    f"case.{verb}"
    for verb in (
        "accept",
        "pause",
        "resume",
        "send_up",
        "send_back",
        "decide",
        "withdraw",
        "answer_extension",
        "reopen",
    )
)
_NOTE_IS_FOR_THE_RESIDENT = frozenset({"case.pause", "case.reopen", "case.withdraw"})


def public_case(visit_number: str, number: str, *, at: datetime) -> PublicCase | None:
    """A case of a visit whose secret was given; None when the number belongs to another visit."""
    rows = Case.objects.select_related("visit", "owner", "first_asked", "resident")
    case = rows.filter(number=normal_number(number), visit__number=visit_number).first()
    if case is None:
        return None
    pauses = list(Pause.objects.filter(case=case).order_by("from_at"))
    closed = case.closed_at
    return PublicCase(
        number=case.number,
        visit_number=visit_number,
        division_code=case.division_code,
        matter="" if case.is_restricted else matter_name(case.version_id),
        version_id=case.version_id,
        applicant="" if case.is_restricted else mask_name(case.resident.name),
        is_restricted=case.is_restricted,
        state=State(case.state),
        outcome=case.outcome,
        waiting_for=case.waiting_for,
        decision_level=case.decision_level,
        pause_kind=next((row.kind for row in pauses if row.to_at is None), ""),
        accepted_at=case.reopened_at or case.accepted_at,
        closed_at=closed,
        clock=_clock(case, pauses),
        badge=badge(orgs.working_calendar(), due_at=case.due_at, now=at, promised=case.promised_days, closed_at=closed),
        promised_days=case.promised_days,
        handler=_handler(case, at),
        missing=() if case.is_restricted else _missing(case),
        messages=() if case.is_restricted else _messages(case),
        course=() if case.is_restricted else _course(case),
        result=None if closed is None else _result(case),
        edition=case.edition,
        rating=case.rating,
        may_rate=closed is not None
        and case.outcome != Outcome.WITHDRAWN
        and case.rating is None
        and at <= closed + RATE_WITHIN,
        may_reopen=closed is not None and case.outcome != Outcome.WITHDRAWN and at <= closed + REOPEN_WITHIN,
        may_withdraw=closed is None,
        others=_others(case),
    )


def _clock(case: Case, pauses: list[Pause]) -> Clock:
    return clock_of(
        orgs.working_calendar(),
        accepted_at=case.reopened_at or case.accepted_at,
        promised=case.promised_days,
        extended=case.extended_days,
        legal=case.legal_days,
        pauses=[Stop(row.from_at, row.to_at, row.kind) for row in pauses],
        closing=orgs.closing_time(case.division_code),
        reopened=case.reopened_at is not None,
        with_lines=True,
    )


def _handler(case: Case, at: datetime) -> Handler:
    """The one who answers now, and who stands in while they are away. Names of restricted matters stay inside."""
    found = orgs.station(case.division_code, at=at)
    office = found.phone if found else ""
    if case.is_restricted:
        return Handler("", office)
    person = case.owner or case.first_asked
    away = person.id in orgs.absent_now(case.division_code, at=at)
    cover = orgs.stand_in_for(person.id, division_code=case.division_code, post=case.post, at=at) if away else None
    return Handler(person.name, person.phone or office, away, cover.name if cover else "")


def _missing(case: Case) -> tuple[str, ...]:
    rows = CaseMaterial.objects.filter(case=case, state=MaterialState.MISSING).order_by("material_code")
    return tuple(material_name(code) for code in rows.values_list("material_code", flat=True))


def _messages(case: Case) -> tuple[Said, ...]:
    return tuple(
        Said(row.at, row.from_resident, sealed.unseal(row.text, place=sealed.MESSAGE, row=row.id))
        for row in Message.objects.filter(case=case).order_by("-at")[:50]
    )


def _course(case: Case) -> tuple[Event, ...]:
    return tuple(
        Event(
            line.at,
            line.verb,
            line.changes if isinstance(line.changes, Mapping) else {},
            line.note if line.verb in _NOTE_IS_FOR_THE_RESIDENT else "",
        )
        for line in trail.lines_of("case", case.id)
        if line.verb in _TOLD
    )


def _result(case: Case) -> Result | None:
    row = Decision.objects.filter(case=case).order_by("-at").first()
    if row is None:
        return None
    return Result(row.document_no, row.outcome, "" if case.is_restricted else row.text, row.at, row.division_code)


def _others(case: Case) -> tuple[tuple[str, str], ...]:
    rows = Case.objects.filter(visit_id=case.visit_id).exclude(pk=case.pk).order_by("number")
    return tuple(
        (row.number, "" if row.is_restricted else matter_name(row.version_id))
        for row in rows.only("number", "is_restricted", "version_id")
    )


@dataclass(frozen=True, slots=True)
class PublicComplaint:
    """A complaint as the one who made it sees it."""

    number: str
    division_code: str
    opened_at: datetime
    due_on: date
    text: str
    state: str
    answer: str
    answered_at: datetime | None


def public_complaint(number: str) -> PublicComplaint | None:
    """A complaint by its number; the caller has checked the secret."""
    row = FollowUp.objects.filter(number=normal_number(number), kind="complaint").first()
    if row is None:
        return None
    words = sealed.unseal(row.text, place=sealed.FOLLOW_UP, row=row.id)
    return PublicComplaint(
        row.number, row.division_code, row.opened_at, row.due_on, words, row.state, row.answer, row.answered_at
    )


def case_in(community: str, number: str) -> bool:
    """Whether a community has a case of this number."""
    with reaching(under(community)):
        return Case.objects.filter(division_code=community, number=normal_number(number)).exists()


@dataclass(frozen=True, slots=True)
class Counters:
    """What one community did in a span of time. `ratings` counts levels 5 to 1."""

    division_code: str
    taken: int
    closed: int
    on_time: int  # of those closed
    overdue: int  # open and past their date at that moment
    ratings: Sequence[int]


_COUNTERS = """
with done as (
  select division_code, sum(taken)::int taken, sum(closed)::int closed, sum(on_time)::int on_time,
         array[sum(rated_5), sum(rated_4), sum(rated_3), sum(rated_2), sum(rated_1)]::int[] ratings
  from cases_daily
  where division_code >= %(low)s and division_code < %(high)s and length(division_code) = 12
    and day between %(from_on)s and %(to_on)s
  group by 1
), late as (
  select division_code, count(*)::int overdue from cases_case
  where closed_at is null and due_at < %(at)s and division_code >= %(low)s and division_code < %(high)s
  group by 1
)
select division_code, coalesce(taken, 0), coalesce(closed, 0), coalesce(on_time, 0), coalesce(overdue, 0),
       coalesce(ratings, '{0,0,0,0,0}')
from done full join late using (division_code) order by 1
"""


def counters(prefix: str, *, from_on: date, at: datetime) -> list[Counters]:
    """The public figures of each community under a street (or of one community) since a day, from the counts of days:
    they lag behind by a minute at most, except that what is late now is counted now."""
    asked: dict[str, str | date] = {"low": prefix, "high": prefix + LAST, "from_on": from_on, "to_on": local(at).date()}
    with reaching(under(prefix)), connection.cursor() as cursor:
        cursor.execute(_COUNTERS, asked | {"at": at})
        return [Counters(*row) for row in cursor.fetchall()]
