"""Rate a finished matter, complain, look at the public figures."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import public_door
from yimen.cases import actions as cases
from yimen.cases.queries.resident import PublicCase
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.core.web import sentence, text
from yimen.portal import actions
from yimen.portal.queries import figures as public
from yimen.portal.queries.halls import Hall, hall
from yimen.portal.surroundings import hall_of, show
from yimen.portal.views.reading import moment
from yimen.portal.views.tracking import address_of, opened_case, resident_of

GOOD = (
    ("kind", N_("Friendly")),
    ("quick", N_("Quick")),
    ("clear", N_("Well explained")),
    ("once", N_("No extra trips")),
)
BAD = (
    ("waited", N_("Long wait")),
    ("unclear", N_("Badly explained")),
    ("trips", N_("Extra trips")),
    ("unkind", N_("Unfriendly")),
)


@public_door("GET", "POST")
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """One question, five answers, once. In the large view unless the standard one was chosen."""
    found = opened_case(request, number)
    if isinstance(found, HttpResponse):
        return found
    if found.rating is not None:
        return show(request, "portal/rated.html", _rating(request, found) | {"level": found.rating}, private=True)
    if not found.may_rate:
        return HttpResponseRedirect(f"/p/track/{quote(found.number)}")
    if request.method == "GET":
        return _rate_page(request, found)
    try:
        level = text(request, "level", limit=1)
        tags = [tag for tag, _words in (*GOOD, *BAD) if tag in request.POST.getlist("tags")]
        cases.rate(
            resident_of(request, found),
            number=found.number,
            level=int(level) if level.isascii() and level.isdigit() else 0,
            tags=tags,
            comment=text(request, "words", limit=500),
            at=moment(request),
        )
    except RuleBroken as error:
        return _rate_page(request, found, error)
    return HttpResponseRedirect(f"/p/rate/{quote(found.number)}")


def _rating(request: HttpRequest, case: PublicCase) -> dict[str, Any]:
    chosen = request.COOKIES.get("elder", "")
    elder = {"": "yes", "0": "", "1": "yes", "2": "larger"}.get(chosen, "")
    return {"case": case, "elder": elder, "good": GOOD, "bad": BAD}


def _rate_page(request: HttpRequest, case: PublicCase, error: RuleBroken | None = None) -> HttpResponse:
    context = _rating(request, case) | {
        "error": sentence(error) if error else "",
        "words": request.POST.get("words", ""),
    }
    place = hall(case.division_code, at=moment(request))
    return show(request, "portal/rate.html", context, place=place, private=True, status=422 if error else 200)


@public_door("GET", "POST")
def complain(request: HttpRequest) -> HttpResponse:
    """Say what was wrong: it goes to the station head and the street, never to the person it is about."""
    place = hall_of(request)
    if place is None:
        return HttpResponseRedirect("/p/halls?next=/p/complain")
    if request.method == "GET":
        return _complain_page(request, place, {"number": text(request, "number", limit=24), "key": new_id()})
    address, request_id = address_of(request)
    try:
        made = _complaint(request, place)
        number, code = actions.complain(made, address=address, at=moment(request), request_id=request_id)
    except RuleBroken as error:
        typed = {name: request.POST.get(name, "") for name in ("about", "number", "words", "contact", "key")}
        return _complain_page(request, place, typed | {"error": sentence(error), "wrong": error.field}, status=422)
    return show(request, "portal/complained.html", {"number": number, "code": code}, place=place, private=True)


def _complaint(request: HttpRequest, place: Hall) -> actions.Complaint:
    try:
        key = UUID(text(request, "key", limit=36))
    except ValueError:
        key = new_id()
    return actions.Complaint(
        key,
        place.code,
        text(request, "number", limit=24),
        text(request, "words", limit=1900),
        text(request, "contact", limit=100),
        text(request, "about", limit=8) == "head",
    )


def _complain_page(request: HttpRequest, place: Hall, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return show(request, "portal/complain.html", context, place=place, status=status, private=True)


@public_door()
def figures(request: HttpRequest, code: str = "") -> HttpResponse:
    """The public figures of a street and its communities, or of one community."""
    place = hall_of(request)
    if not code:
        if place is None:
            return HttpResponseRedirect("/p/halls?next=/p/open")
        code = place.code[:9]
    if len(code) not in (9, 12) or not (code.isascii() and code.isdigit()):
        raise NotFound()
    found = public.figures(code, at=moment(request))
    if found is None:
        raise NotFound()
    return show(request, "portal/open.html", {"figures": found})
