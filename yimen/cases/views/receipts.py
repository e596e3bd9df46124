"""The receipt of a visit on the screen and on paper, and the once-only notice of a draft."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.cases.actions.printing import print_receipt
from yimen.cases.queries import intake as asking
from yimen.cases.queries.person import kin_words
from yimen.cases.queries.receipts import ReceiptCase, ReceiptPage, counts_from, receipt_page
from yimen.catalogue.rules import MaterialState
from yimen.core import documents
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.formats import format_date, format_datetime, format_phone
from yimen.core.masking import tail_of
from yimen.core.web import asked_at, page
from yimen.orgs import queries as orgs
from yimen.registry.queries.shown import shown_name

PAPERS = Path(__file__).resolve().parents[1] / "documents"
SECRET_ON_SCREEN = timedelta(minutes=30)  # for the taker, just after acceptance; later only on a new print


@door("case.read")
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What was taken in, under which number, until when; print, or the next person."""
    actor, at = actor_of(request), asked_at(request)
    found = receipt_page(actor, number, at=at)
    fresh = found.is_mine and at - found.at < SECRET_ON_SCREEN
    follow = request.build_absolute_uri(f"/p/t/{found.number}")
    context = {
        "receipt": found,
        "resident": shown_name(actor, found.resident),
        "secret": _spaced(found.secret) if fresh else "",
        "proxy": _proxy(actor, found),
        "qr": documents.qr_svg(follow),
        "follow": follow.removeprefix("https://").removeprefix("http://"),
        "station": orgs.station(found.division_code, at=at),
        "promises": [(case, _by(case.due_on, at)) for case in found.cases],
    }
    return page(request, "cases/receipt.html", context)


@door("case.print")
def receipt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as PDF (A5), printed or printed again, on record."""
    actor, at = actor_of(request), asked_at(request)
    found = print_receipt(actor, number=number, at=at)
    data = _frame(request, found.number, found.division_code, found.taker, found.taker_phone) | {
        "title": _("Receipt of acceptance"),
        "number_label": _("Number"),
        "about": [
            [_("Matter"), _("; ").join(case.name for case in found.cases)],
            [_("Applicant"), _applicant(actor, found)],
            [_("Taken in"), format_datetime(found.at, language=_language())],
        ],
        "promise_label": _("You have the result at the latest on"),
        "promises": [[case.name, _by(case.due_on, at), _promised(case)] for case in found.cases],
        "promise_note": _counting(found),
        "qr": request.build_absolute_uri(f"/p/t/{found.number}"),
        "qr_words": _("Scan to follow it"),
        "secret_label": _("Code to follow it"),
        "secret": _spaced(found.secret),
        "address": f"{request.get_host()}/p/track",
        "materials_title": _papers_title(found.cases),
        "materials": _papers(found.cases),
    }
    return _pdf("receipt.typ", data, request, f"{found.number}.pdf")


@door("draft.notice")
def notice_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything that is missing, said once, with the code that brings the draft back."""
    actor, at = actor_of(request), asked_at(request)
    shown = asking.intake_page(actor, ref, at=at)
    missing = [paper for paper in shown.papers if paper.state == MaterialState.MISSING and not paper.settled]
    look = [paper for paper in shown.papers if paper.state == MaterialState.LOOK and not paper.settled]
    kept = len(shown.papers) - len(missing) - len(look)
    code = " ".join(shown.ref.upper()[start : start + 4] for start in (0, 4, 8))
    data = _frame(request, code, actor.reach, actor.name, "") | {
        "title": _("Once-only notice"),
        "number_label": _("Return code"),
        "about": [
            [_("Matter"), _("; ").join(matter.name for matter in shown.matters)],
            [_("Applicant"), shown.person.name],
            [_("Given"), format_datetime(at, language=_language())],
        ],
        "missing_title": ngettext("%(num)s paper is missing", "%(num)s papers are missing", len(missing) + len(look))
        % {"num": len(missing) + len(look)},
        "missing": [[paper.name, paper.counts] for paper in missing]
        + [[paper.name, _("Only to be looked at; you take it home again.")] for paper in look],
        "kept": _("%(num)s others are on file or shared; you need not bring them.") % {"num": kept} if kept else "",
        "return_label": _("Come back with them by"),
        "return_by": format_date(shown.expires_at, "day", language=_language()),
        "return_words": _("Any window takes them. Nothing has to be told again."),
    }
    return _pdf("once_notice.typ", data, request, f"{shown.ref}.pdf")


def _frame(request: HttpRequest, number: str, division_code: str, who: str, phone: str) -> dict[str, Any]:
    at = asked_at(request)
    station = orgs.station(division_code, at=at)
    street = orgs.division_name(division_code[:9])
    call = phone or (station.phone if station else "")
    asked = {"name": who, "phone": format_phone(call)}
    return {
        "lang": "en" if _language() == "en" else "zh",
        "number": number,
        "notes": [
            _("Ask for %(name)s, phone %(phone)s. Any window can go on when they are away.") % asked
            if call
            else _("Ask for %(name)s. Any window can go on when they are away.") % asked,
            _("Not satisfied? Tell the street office %(street)s.") % {"street": street},
        ],
        "sign": [[_("Accepted by"), who], [_("Signature of the applicant"), ""]],
        "seal": "" if _language() == "en" else _("Seal"),  # the Chinese copy is the one that is sealed
        "made": _("%(station)s community affairs station. Two copies, one is yours.")
        % {
            "station": street + " " + orgs.division_name(division_code)
            if _language() == "en"
            else street + orgs.division_name(division_code)
        },
    }


def _pdf(template: str, data: dict[str, Any], request: HttpRequest, name: str) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    printed = documents.render(
        PAPERS / template,
        data,
        watermark=f"{actor.name} {local(at):%Y-%m-%d %H:%M}",
        demo=_("Demonstration") if settings.DEMO else "",
    )
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(printed, content_type="application/pdf", headers=headers)


def _language() -> str:
    return get_language() or "zh-hans"


def _by(day: date | None, at: datetime) -> str:
    """The promised day in words; with its year when that is not this one."""
    if day is None:
        return _("set when the clock goes on")
    return format_date(day, "day" if day.year == local(at).year else "long", language=_language())


def _promised(case: ReceiptCase) -> str:
    words = ngettext("%(num)s working day promised", "%(num)s working days promised", case.promised) % {
        "num": case.promised
    }
    return _("%(words)s (provisional)") % {"words": words} if case.provisional else words


def _counting(found: ReceiptPage) -> str:
    day = format_date(counts_from(found.at), "day", language=_language())
    return _("Counted from %(day)s. If the date moves, you are told the same day.") % {"day": day}


def _applicant(actor: Actor, found: ReceiptPage) -> str:
    parts = [found.resident]
    if tail := tail_of(found.id_masked):
        parts.append(_("ID ending in %(tail)s") % {"tail": tail})
    if tail := tail_of(found.phone_masked):
        parts.append(_("phone ending in %(tail)s") % {"tail": tail})
    if proxy := _proxy(actor, found):
        parts.append(proxy)
    return pgettext("clause", ", ").join(parts)


def _proxy(actor: Actor, found: ReceiptPage) -> str:
    name, kin = found.proxy
    return (
        _("%(name)s (%(kin)s) on behalf") % {"name": shown_name(actor, name), "kin": kin_words(kin) or "-"}
        if name
        else ""
    )


def _papers(cases: Sequence[ReceiptCase]) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for case in cases:
        for name, state, why in case.papers:
            words = _("to follow") if state == MaterialState.MISSING else why
            if name not in found or state == MaterialState.MISSING:
                found[name] = [name, words]
    return list(found.values())


def _papers_title(cases: Sequence[ReceiptCase]) -> str:
    total = len(_papers(cases))
    missing = len({name for case in cases for name in case.missing})
    if missing:
        return _("%(total)s papers, %(missing)s to follow") % {"total": total, "missing": missing}
    return ngettext("%(num)s paper, nothing to follow", "%(num)s papers, nothing to follow", total) % {"num": total}


def _spaced(secret: str) -> str:
    return f"{secret[:3]} {secret[3:]}"
