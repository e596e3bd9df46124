"""Follow a case or a complaint by number and code, and say something about it."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen import cases as cases_room
from yimen.access.gate import public_door
from yimen.cases import actions as cases
from yimen.cases.queries import resident
from yimen.cases.queries.resident import Known, PublicCase
from yimen.core import documents
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import done, received, sentence, text
from yimen.portal import actions
from yimen.portal.queries import telling
from yimen.portal.queries.halls import hall
from yimen.portal.surroundings import show
from yimen.portal.views.reading import moment

NUMBER, CODE = 24, 12
RESULT = Path(cases_room.__file__).parent / "documents" / "decision.typ"
_NEEDS_BOTH = N_("Number and code are both needed. They stand on the receipt, one below the other.")
_DONE = {
    "message": N_("Your words have been sent to the station."),
    "reopen": N_("It is open again. A new limit runs from today."),
    "withdraw": N_("Your application has been taken back."),
}


def address_of(request: HttpRequest) -> tuple[str, str]:
    """Network address and request id, for the record."""
    return request.META.get("REMOTE_ADDR", ""), received(request).request_id


@public_door("GET", "POST")
def track(request: HttpRequest) -> HttpResponse:
    """Number and code from the receipt; the same answer whatever is wrong."""
    number = text(request, "number", limit=NUMBER)
    if request.method == "GET":
        known = actions.ticket_of(request, at=moment(request))
        return _ask(request, {"number": number, "open": known.number if known else ""})
    return _unlock(request, number)


@public_door()
def from_code(request: HttpRequest, number: str) -> HttpResponse:
    """From the code on the receipt: the number is known, only the second secret is asked."""
    return _ask(request, {"number": number[:NUMBER], "only_code": True})


def _ask(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return show(request, "portal/track.html", context, status=status, private=True)


def _unlock(request: HttpRequest, number: str) -> HttpResponse:
    code, only_code = text(request, "code", limit=CODE), bool(text(request, "only_code", limit=1))
    address, request_id = address_of(request)
    try:
        if not number or not code:
            raise RuleBroken(_NEEDS_BOTH, field="code" if number else "number")
        known = actions.unlock(number, code, address=address, at=moment(request), request_id=request_id)
    except RuleBroken as error:
        context = {
            "number": number,
            "code": code,
            "only_code": only_code,
            "error": sentence(error),
            "wrong": error.field,
        }
        return _ask(request, context, status=422)
    response = HttpResponseRedirect(f"/p/track/{quote(_asked_or_first(known, number))}")
    actions.give_ticket(response, known, at=moment(request))
    return response


def _asked_or_first(known: Known, number: str) -> str:
    """The case that was asked for, when it is one of a visit's later ones."""
    return telling.normal(number) if known.kind == "visit" else known.number


@public_door("POST")
def forget(request: HttpRequest) -> HttpResponse:
    """Close it on a screen that others use."""
    response = HttpResponseRedirect("/p/track")
    actions.take_ticket_back(response)
    return response


def opened_case(request: HttpRequest, number: str) -> PublicCase | HttpResponse:
    """The case this browser may open, or the page that asks for the code."""
    known = actions.ticket_of(request, at=moment(request))
    if known is None or known.kind != "visit":
        return HttpResponseRedirect(f"/p/t/{quote(number)}")
    found = resident.public_case(known.number, number, at=moment(request))
    return found or HttpResponseRedirect(f"/p/t/{quote(number)}")


@public_door()
def followed(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, what comes next, by when and why, who answers."""
    known = actions.ticket_of(request, at=moment(request))
    if known is not None and known.kind == "complaint":
        return _complaint(request, known, number)
    found = opened_case(request, number)
    return found if isinstance(found, HttpResponse) else _case_page(request, found)


def _case_page(
    request: HttpRequest, case: PublicCase, error: RuleBroken | None = None, doing: str = ""
) -> HttpResponse:
    context = {
        "case": case,
        "told": telling.told(case, now=moment(request)),
        "weeks": telling.weeks(case, now=moment(request)),
        "error": sentence(error) if error else "",
        "doing": doing,
        "typed": request.POST.get("words", "")[:1000],
        "done": done(request, _DONE),
    }
    place = hall(case.division_code, at=moment(request))
    return show(request, "portal/case.html", context, place=place, private=True, status=422 if error else 200)


@public_door()
def result(request: HttpRequest, number: str) -> HttpResponse:
    """The result document, as the station prints it, without names of staff."""
    found = opened_case(request, number)
    if isinstance(found, HttpResponse):
        return found
    if found.result is None or found.is_restricted:
        raise NotFound()
    data = telling.document(found, address=request.build_absolute_uri(f"/p/t/{found.number}"))
    made = documents.render(RESULT, data, watermark=found.number, demo=_("Demonstration") if settings.DEMO else "")
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.result.document_no}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _complaint(request: HttpRequest, known: Known, number: str) -> HttpResponse:
    found = resident.public_complaint(known.number)
    if found is None or telling.normal(number) != found.number:
        return HttpResponseRedirect(f"/p/t/{quote(number)}")
    place = hall(found.division_code, at=moment(request)) if len(found.division_code) == 12 else None
    context = {"complaint": found, "office": telling.office(found.division_code)}
    return show(request, "portal/complaint.html", context, place=place, private=True)


@public_door("POST")
def message(request: HttpRequest, number: str) -> HttpResponse:
    """Write to the station."""
    return _act(request, number, "message")


@public_door("POST")
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Ask to look again, with a reason."""
    return _act(request, number, "reopen")


@public_door("POST")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the application back."""
    return _act(request, number, "withdraw")


def _act(request: HttpRequest, number: str, doing: str) -> HttpResponse:
    found = opened_case(request, number)
    if isinstance(found, HttpResponse):
        return found
    try:
        words = text(request, "words", limit=1000)
        edition = _edition(request)
        actor = resident_of(request, found)
        if doing == "message":
            cases.message(actor, number=found.number, text=words, at=moment(request))
        elif doing == "reopen":
            cases.reopen(actor, number=found.number, reason=words, edition=edition, at=moment(request))
        else:
            cases.withdraw(actor, number=found.number, reason=words, edition=edition, at=moment(request))
    except RuleBroken as error:
        return _case_page(request, found, error, doing)
    return HttpResponseRedirect(f"/p/track/{quote(found.number)}?done={doing}")


def _edition(request: HttpRequest) -> int | None:
    typed = text(request, "edition", limit=9)
    return int(typed) if typed.isascii() and typed.isdigit() else None


def resident_of(request: HttpRequest, case: PublicCase) -> Actor:
    address, request_id = address_of(request)
    return actions.as_resident(case.division_code, address=address, request_id=request_id)
