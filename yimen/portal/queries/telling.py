"""A case in plain sentences: where it stands, what comes next, by when, what has happened."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yimen.cases.queries.resident import Event, PublicCase
from yimen.cases.queries.words import outcome_name
from yimen.cases.rules import Line, Outcome, PauseKind, State, normal_number
from yimen.cases.rules.thresholds import REOPEN_WITHIN
from yimen.catalogue import queries as catalogue
from yimen.core.calendar import DayKind
from yimen.core.clock import local
from yimen.core.errors import N_
from yimen.core.formats import format_date, format_datetime
from yimen.orgs import queries as orgs
from yimen.portal.queries.guides import is_confirmed

LONGEST = 140  # days shown one by one; longer limits are told in sentences only


def normal(number: str) -> str:
    """A number as printed, from what was typed."""
    return normal_number(number)


def office(code: str) -> str:
    """The office of a division in words."""
    return orgs.division_name(code)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the course."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences of the follow-up page. `by` is "" while no date runs."""

    headline: str
    lead: str
    next: str
    next_more: str
    by: str
    by_more: str
    why: tuple[str, ...]
    course: tuple[Step, ...]
    outcome: str


_LEVELS = {
    "community": N_("the community"),
    "street": N_("the street"),
    "district": N_("the district"),
    "city": N_("the city"),
}
_OUTCOMES = {
    Outcome.APPROVED: N_("Your application was approved."),
    Outcome.REFUSED: N_("Your application was not approved."),
    Outcome.DONE: N_("It is done."),
    Outcome.WITHDRAWN: N_("You took your application back."),
}
_PAUSED = {
    PauseKind.CORRECTION: N_("We are waiting for papers from you."),
    PauseKind.NOTICE: N_("The result is on public notice."),
    PauseKind.ASSESSMENT: N_("An assessment is under way."),
}
_NOTHING = N_("You need do nothing now.")


def told(case: PublicCase, *, now: datetime) -> Told:
    """The page in sentences."""
    following, more = _next(case)
    return Told(
        headline=_headline(case),
        lead=_lead(case),
        next=following,
        next_more=more,
        by=_day(case.clock.due_on) if case.clock.due_on and case.state is not State.CLOSED else "",
        by_more=_("We tell you the result that day at the latest.") if case.clock.due_on else "",
        why=() if case.state is State.CLOSED else _why(case),
        course=tuple(Step(event.at, words) for event in case.course if (words := _course(case, event))),
        outcome=_(_OUTCOMES[Outcome(case.outcome)]) if case.outcome else "",
    )


def _day(day: date) -> str:
    return format_date(day, "day", language=get_language() or "zh-hans")


def _level(name: str) -> str:
    return _(_LEVELS[name])


def _headline(case: PublicCase) -> str:
    if case.is_restricted:
        return _("Your matter is finished.") if case.closed_at else _("We are working on your matter.")
    if case.state is State.CLOSED:
        return _(_OUTCOMES[Outcome(case.outcome)])
    if case.state is State.PAUSED:
        return _(_PAUSED[PauseKind(case.pause_kind or PauseKind.CORRECTION)])
    if case.state is State.SENT_UP:
        return _("It lies with %(office)s for the decision.") % {"office": _level(case.decision_level)}
    return _("The station is working on it.")


def _lead(case: PublicCase) -> str:
    if case.is_restricted:
        return _("Details are told in person only. Call the station, or come to the hall.")
    if case.state is State.CLOSED:
        return _("Is something not right? You can ask us to look again.") if case.may_reopen else ""
    if case.missing:
        return ngettext(
            "Please bring %(num)s paper that is still missing.",
            "Please bring %(num)s papers that are still missing.",
            len(case.missing),
        ) % {"num": len(case.missing)}
    if case.badge.state == "late":
        return _("It is past its date. The station head has been told and looks after it.")
    return _(_NOTHING)


def _next(case: PublicCase) -> tuple[str, str]:
    if case.is_restricted or case.state is State.CLOSED:
        return "", ""
    if case.state is State.PAUSED and case.pause_kind == PauseKind.CORRECTION:
        return _("You bring the papers"), _("Then the clock goes on, and we with it.")
    if case.state is State.PAUSED:
        return _("We go on by ourselves"), _("You are told when it goes on. The time between is not counted.")
    if case.state is State.SENT_UP or case.decision_level == "community":
        said = _("%(office)s decides") % {"office": _level(case.decision_level)}
        return said[:1].upper() + said[1:], _("Then you get the result. You need not come for this.")
    return (
        _("The station checks it and passes it on"),
        _("Then %(office)s decides. It is passed on by us, not by you.") % {"office": _level(case.decision_level)},
    )


def _why(case: PublicCase) -> tuple[str, ...]:
    """Why this date; the legal limit, which comes last, only where the city has confirmed it."""
    lines = case.clock.lines
    if case.clock.legal_due_on is not None and not is_confirmed(catalogue.version(case.version_id)):
        lines = lines[:-1]
    return tuple(_reason(line) for line in lines)


def _reason(line: Line) -> str:
    params = {name: _day(value) if isinstance(value, date) else value for name, value in line.params.items()}
    return _(line.message) % params


_STEPS = {
    "case.accept": N_("Taken in at the counter."),
    "case.resume": N_("The papers are in; the clock counts again from the next day."),
    "case.send_back": N_("It came back to the community to be completed."),
    "case.withdraw": N_("You took your application back."),
    "case.reopen": N_("You asked us to look again; a new limit runs."),
}
_PAUSE_STEPS = {
    PauseKind.CORRECTION: N_("We asked you for papers; the clock stands from the next day."),
    PauseKind.NOTICE: N_("Public notice began; the clock stands from the next day."),
    PauseKind.ASSESSMENT: N_("The assessment began; the clock stands from the next day."),
}


def _course(case: PublicCase, event: Event) -> str:
    if event.verb == "case.pause":
        words = _(_PAUSE_STEPS[PauseKind(str(event.changes.get("kind", PauseKind.CORRECTION)))])
        return f"{words} {event.note}".strip()
    if event.verb == "case.decide":
        return _(_OUTCOMES[Outcome(str(event.changes.get("outcome", Outcome.DONE)))])
    if event.verb == "case.send_up":
        return _("Passed on to %(office)s.") % {"office": _level(case.decision_level)}
    if event.verb == "case.answer_extension":
        if event.changes.get("answer") != "granted":
            return ""
        return _("The limit was extended by %(days)s working days.") % {"days": event.changes.get("days", "")}
    return _(_STEPS[event.verb])


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of the calendar."""

    on: date
    kind: str  # start on stop off due
    n: int
    today: bool


_KINDS = {
    DayKind.ACCEPTED: "start",
    DayKind.WORKING: "on",
    DayKind.MAKEUP: "on",
    DayKind.WEEKEND: "off",
    DayKind.HOLIDAY: "off",
    DayKind.PAUSED: "stop",
    DayKind.DUE: "due",
}


def weeks(case: PublicCase, *, now: datetime) -> list[list[Day | None]]:
    """The days of the limit in weeks from Monday; nothing once closed, or when too long to read."""
    lines = case.clock.days
    if case.closed_at is not None or len(lines) < 3 or len(lines) > LONGEST:
        return []
    today = local(now).date()
    days = {line.on: Day(line.on, _KINDS[line.kind], line.number, line.on == today) for line in lines}
    first = lines[0].on - timedelta(days=lines[0].on.weekday())
    span = (lines[-1].on - first).days // 7 + 1
    return [[days.get(first + timedelta(days=week * 7 + day)) for day in range(7)] for week in range(span)]


def document(case: PublicCase, *, address: str) -> dict[str, Any]:
    """The words of the result document; the office signs, not a person."""
    assert case.result is not None
    language, last = get_language() or "zh-hans", case.result
    version = catalogue.version(case.version_id)
    return {
        "lang": "en" if language.startswith("en") else "zh",
        "about": [
            [_("Matter"), case.matter],
            [_("Applicant"), case.applicant],
            [_("Taken in"), format_datetime(case.accepted_at, "long", language=language)],
        ],
        "title": _("Result"),
        "number_label": _("Document"),
        "number": last.document_no,
        "result_label": _("Result"),
        "result": outcome_name(last.outcome),
        "result_words": catalogue.words(version.item.result.name) if last.outcome == Outcome.APPROVED else "",
        "grounds": [
            [_("Grounds"), last.text],
            [_("Basis"), _("Matter %(code)s, version %(n)s") % {"code": version.code, "n": version.number}],
        ],
        "notes": [
            _("Not content? Have it reopened within %(days)s days, with your number and code.")
            % {"days": REOPEN_WITHIN.days},
            _("Please rate how it went, at the same address."),
        ],
        "qr": address,
        "qr_words": _("Scan to follow it"),
        "seal": _("Seal"),
        "sign": [[_("Decided by"), office(last.office)], [_("Date"), _day_long(last.at)]],
        "made": office(last.office),
    }


def _day_long(at: datetime) -> str:
    return format_date(local(at).date(), "plain", language=get_language() or "zh-hans")
