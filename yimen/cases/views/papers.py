"""Papers for the resident: the once-only notice and the result, as PDF."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen import cases
from yimen.access.gate import actor_of, door
from yimen.cases.actions.reading import read
from yimen.cases.queries.page import CasePage
from yimen.cases.queries.words import material_name, matter_name, outcome_name
from yimen.cases.rules.thresholds import REOPEN_WITHIN, RETURN_DAYS
from yimen.catalogue import queries as catalogue
from yimen.core import clock, documents
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotFound
from yimen.core.formats import format_date, format_datetime
from yimen.core.masking import mask_name
from yimen.core.web import asked_at
from yimen.orgs import queries as orgs
from yimen.registry.queries.shown import masked_number

_TEMPLATES = Path(cases.__file__).parent / "documents"
_NO_DECISION = N_("%(number)s has no result yet. Print it once the case is decided.")
_NOTHING_MISSING = N_("Nothing is missing for %(number)s, so there is no notice to print.")


@door("case.read")
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """The result document of the last decision."""
    actor, at = actor_of(request), asked_at(request)
    found = read(actor, number=number, at=at)
    if not found.decisions:
        raise NotFound(_NO_DECISION, number=found.case.number)
    last = found.decisions[0]
    version = catalogue.version(found.case.version_id)
    data = {
        **_frame(request, actor, found, at),
        "title": _("Result"),
        "number_label": _("Document"),
        "number": last.document_no,
        "result_label": _("Result"),
        "result": outcome_name(last.outcome),
        "result_words": catalogue.words(version.item.result.name) if last.outcome == "approved" else "",
        "grounds": [
            [_("Grounds"), last.text],
            [_("Basis"), _("Matter %(code)s, version %(n)s") % {"code": version.code, "n": version.number}],
        ],
        "notes": [
            _("Not content? Have it reopened within %(days)s days, with your number and code.")
            % {"days": REOPEN_WITHIN.days},
            _("Please rate how it went, at the same address."),
        ],
        "sign": [[_("Decided by"), last.by_name], [_("Date"), _day(last.at)]],
        "made": orgs.division_name(last.division_code),
    }
    return _pdf("decision.typ", data, actor, at)


@door("case.read")
def once_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that is missing, told once."""
    actor, at = actor_of(request), asked_at(request)
    found = read(actor, number=number, at=at)
    if not found.missing:
        raise NotFound(_NOTHING_MISSING, number=found.case.number)
    materials = catalogue.shelf().materials
    missing = [
        [material_name(one.code), catalogue.words(materials[one.code].counts) if one.code in materials else ""]
        for one in found.missing
    ]
    until = orgs.working_calendar().add_working_days(clock.local(at).date(), RETURN_DAYS)
    kept = len(found.papers) - len(missing)
    data = {
        **_frame(request, actor, found, at),
        "title": _("Once-only notice"),
        "number_label": _("Number"),
        "number": found.case.number,
        "missing_title": _("Still missing: %(count)s") % {"count": len(missing)},
        "missing": missing,
        "kept": _("The other %(count)s are on file; do not bring them again.") % {"count": kept} if kept else "",
        "return_label": _("Please bring them by"),
        "return_by": format_date(until, "day", language=_language()),
        "return_words": found.pause_reason or _("Any counter takes them; somebody else may bring them for you."),
        "notes": [_("While we wait the clock stands; it goes on the day after everything is in.")],
        "sign": [[_("Told by"), actor.name], [_("Signature of the applicant"), ""]],
        "made": orgs.division_name(found.case.division_code),
    }
    return _pdf("once_notice.typ", data, actor, at)


def _frame(request: HttpRequest, actor: Actor, found: CasePage, at: datetime) -> dict[str, Any]:
    """What both papers share; names are masked, because paper lies about."""
    case, person = found.case, found.person
    return {
        "lang": "en" if _language().startswith("en") else "zh",
        "about": [
            [_("Matter"), matter_name(case.version_id)],
            [_("Applicant"), f"{mask_name(person.name)}  {masked_number(person.id_number, person.id)}".strip()],
            [_("Taken in"), format_datetime(case.accepted_at, "long", language=_language())],
        ],
        "qr": request.build_absolute_uri(f"/p/track/{case.number}"),
        "qr_words": _("Scan to follow it"),
        "seal": _("Seal"),
    }


def _language() -> str:
    return get_language() or "zh-hans"


def _day(at: datetime) -> str:
    return format_date(clock.local(at).date(), "plain", language=_language())


def _pdf(template: str, data: dict[str, Any], actor: Actor, at: datetime) -> HttpResponse:
    printed = f"{actor.name} {clock.local(at):%Y-%m-%d %H:%M}"
    demo = _("Demonstration") if settings.DEMO else ""
    made = documents.render(_TEMPLATES / template, data, watermark=printed, demo=demo)
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{data["number"]}.pdf"'
    return response
