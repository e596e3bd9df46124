"""Arithmetic anybody may ask: when a limit falls due, what an identity number says. No person is looked up."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import BeforeValidator

from yimen.core import calendar
from yimen.core.clock import LOCAL, local
from yimen.core.errors import N_, RuleBroken
from yimen.core.identity import inspect
from yimen.core.web import asked_at, sentence
from yimen.orgs.queries import working_calendar
from yimen.site import errors
from yimen.site.api.strict import Strict

router = Router(tags=["reckoning"])
LONGEST = 100_000  # working days, some four hundred years


class DayOut(Schema):
    """One step of the count: a day, what kind of day it is, and its number in the count (0 when it does not count)."""

    on: date
    kind: str
    number: int
    text: str


class DeadlineOut(Schema):
    due_on: date
    due_at: datetime
    provisional: bool
    explanation: list[DayOut]


_WORDS = {
    calendar.DayKind.ACCEPTED: N_("Accepted; this day does not count"),
    calendar.DayKind.WORKING: N_("Working day %(number)s"),
    calendar.DayKind.MAKEUP: N_("Make-up working day, day %(number)s"),
    calendar.DayKind.WEEKEND: N_("Weekend, not counted"),
    calendar.DayKind.HOLIDAY: N_("Public holiday, not counted"),
    calendar.DayKind.PAUSED: N_("Paused, not counted"),
    calendar.DayKind.DUE: N_("Working day %(number)s, due at closing time"),
}


_ZONE_AFTER_SPACE = re.compile(r"(?<=:[0-9]{2}) (?=[0-9]{2}:?[0-9]{2}$)")


def _with_plus(typed: object) -> object:
    """A plus sign that was not escaped reaches a server as a space."""
    return _ZONE_AFTER_SPACE.sub("+", typed) if isinstance(typed, str) else typed


Moment = Annotated[datetime, BeforeValidator(_with_plus)]


@router.get("deadline", auth=None, response=DeadlineOut, openapi_extra={"x-verb": "public"})
def deadline(request: HttpRequest, accepted_at: Moment, working_days: int) -> Any:
    """When a limit of so many working days falls due, and why. A moment without a zone is local time."""
    if not 0 <= working_days <= LONGEST:
        raise RuleBroken(
            N_("The limit must be between 0 and %(longest)s working days. Change it and ask again."),
            field="working_days",
            longest=LONGEST,
        )
    moment = accepted_at if accepted_at.tzinfo else accepted_at.replace(tzinfo=LOCAL)
    found = calendar.deadline(working_calendar(), moment, working_days)
    assert found.due_at is not None
    return {
        "due_on": found.due_on,
        "due_at": local(found.due_at),
        "provisional": found.provisional,
        "explanation": [
            {
                "on": line.on,
                "kind": line.kind,
                "number": line.number,
                "text": _(_WORDS[line.kind]) % {"number": line.number},
            }
            for line in found.lines
        ],
    }


class IdentityIn(Strict):
    number: str


class IdentityOut(Schema):
    """`reason` is empty when the number is valid; `reason_zh` and `reason_en` carry it in both languages."""

    valid: bool
    reason: str
    reason_zh: str
    reason_en: str
    kind: str
    number: str
    birth_on: date | None
    sex: str
    region_code: str
    upgraded: str
    demo: bool
    warnings: list[str]


@router.post("identity", auth=None, response=IdentityOut, openapi_extra={"x-verb": "public"})
def identity(request: HttpRequest, body: IdentityIn) -> Any:
    """What a number says by itself: form, check character, birth date, sex, region. Nobody is looked up."""
    at: datetime = asked_at(request)
    found = inspect(body.number[:100], today=local(at).date())
    return {
        "valid": found.valid,
        **both("reason", found.reason, found.params),
        "kind": found.kind,
        "number": found.number,
        "birth_on": found.birth_on,
        "sex": found.sex,
        "region_code": found.region_code,
        "upgraded": found.upgraded,
        "demo": found.demo,
        "warnings": [_(warning) for warning in found.warnings],
    }


def both(name: str, message: str, params: dict[str, Any]) -> dict[str, str]:
    """A sentence in the asked language and in both."""
    if not message:
        return {name: "", f"{name}_zh": "", f"{name}_en": ""}
    refusal = RuleBroken(message, **params)
    return {
        name: sentence(refusal),
        f"{name}_zh": errors.in_language("zh-hans", refusal),
        f"{name}_en": errors.in_language("en", refusal),
    }
