"""Find my officer, see who answers today, leave a message. No sign-in, two steps from an address."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import public_door
from yimen.core.errors import NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.core.web import sentence, text
from yimen.orgs import queries as orgs
from yimen.portal import actions
from yimen.portal.queries import halls, officers
from yimen.portal.surroundings import place_of, show
from yimen.portal.views.reading import moment
from yimen.portal.views.tracking import address_of


@public_door()
def find(request: HttpRequest) -> HttpResponse:
    """An address in one box; the buildings of the chosen community beneath it."""
    asked, chosen = text(request, "q", limit=60), text(request, "in", limit=12) or place_of(request)
    known = bool(chosen) and orgs.division(chosen) is not None
    within = chosen if known else ""
    found, missing = officers.find_addresses(asked, within=within, at=moment(request)) if asked else ([], None)
    context = {
        "asked": asked,
        "found": found,
        "missing": missing,
        "compounds": officers.compounds(chosen) if known and not asked else [],
        "within": orgs.division_name(chosen) if known else "",
        "chosen": chosen if known else "",
        "is_ended": text(request, "ended", limit=1) == "1",
    }
    return show(request, "portal/find_officer.html", context)


@public_door()
def officer(request: HttpRequest, ref: str) -> HttpResponse:
    """Who answers for this stairwell today: the page behind the code on boards and cards. The code of a patch that
    ended still hangs on walls for a while: it leads to the choice of the stairwell."""
    return _officer(request, ref, {"key": new_id()})


def _officer(request: HttpRequest, ref: str, typed: dict[str, Any], status: int = 200) -> HttpResponse:
    found = officers.officer_page(ref, at=moment(request))
    if found is None and (code := officers.community_of(ref)):
        return HttpResponseRedirect(f"/p/officer?in={code}&ended=1")
    if found is None:
        raise NotFound()
    context = {"patch": found, "place": orgs.division_name(found.code), "typed": typed}
    return show(request, "portal/officer.html", context, place=found.hall, status=status)


@public_door()
def photo(request: HttpRequest, ref: str) -> HttpResponse:
    """The officer's photo."""
    content = officers.photo(ref, at=moment(request))
    if content is None:
        raise NotFound()
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = "public, max-age=600"
    return response


@public_door("POST")
def message(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a message; sent twice it is one. Where the patch ended while somebody wrote, it goes to whoever has all its
    stairwells now; where several have them, the page comes back with what was typed and asks which."""
    found = officers.officer_page(ref, at=moment(request))
    typed = {name: request.POST.get(name, "") for name in ("words", "name", "phone", "key", "to")}
    if found is None:
        code = officers.community_of(ref)
        if not code:
            raise NotFound()
        heirs = officers.heirs(ref, code, at=moment(request))
        meant = [one for one in heirs if len(heirs) == 1 or one.ref == typed["to"]]
        found = officers.officer_page(meant[0].ref, at=moment(request)) if meant else None
        if found is None:
            return _ask_whom(request, ref, code, heirs, typed)
    return _left(request, found, typed)


def _ask_whom(
    request: HttpRequest, ref: str, code: str, heirs: list[officers.Heir], typed: dict[str, Any]
) -> HttpResponse:
    place = halls.hall(code, at=moment(request))
    context = {"ref": ref, "heirs": heirs, "typed": typed, "code": code}
    return show(request, "portal/message_again.html", context, place=place, status=409, private=True)


def _left(request: HttpRequest, found: officers.OfficerPage, typed: dict[str, Any]) -> HttpResponse:
    address, request_id = address_of(request)
    try:
        made = actions.Message(
            _key(typed["key"]),
            found.code,
            found.ref,
            text(request, "words", limit=2000),
            text(request, "name", limit=50),
            text(request, "phone", limit=30),
        )
        number = actions.leave_message(made, address=address, at=moment(request), request_id=request_id)
    except RuleBroken as error:
        return _officer(request, found.ref, typed | {"error": sentence(error), "wrong": error.field}, status=422)
    context = {"patch": found, "number": number, "has_phone": bool(typed["phone"])}
    return show(request, "portal/message_left.html", context, place=found.hall, private=True)


def _key(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return new_id()
