"""Find a hall: district, street, community; then its address, hours and phone."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import public_door
from yimen.core.errors import NotFound
from yimen.core.web import text
from yimen.orgs import queries as orgs
from yimen.portal.queries.halls import hall, with_halls
from yimen.portal.surroundings import remember, safe_next, show
from yimen.portal.views.reading import moment, today


@public_door()
def halls(request: HttpRequest) -> HttpResponse:
    """One level of divisions that have halls; a level with a single one is passed through."""
    code, after = text(request, "in", limit=12), text(request, "next", limit=500)
    while True:
        rows = with_halls(code, on=today(request))
        if len(rows) != 1 or len(rows[0]) == 12:
            break
        code = rows[0]
    if not rows:
        raise NotFound()
    links = [{"title": orgs.division_name(row), "href": _link(row, after)} for row in rows]
    return show(
        request,
        "portal/halls.html",
        {
            "divisions": links,
            "within": orgs.division_name(code) if code else "",
            "complaint": after.startswith("/p/complain"),
            "figures": after.startswith("/p/open"),
        },
    )


def _link(code: str, after: str) -> str:
    asked = {"next": after} if after else {}
    if len(code) == 12:
        return f"/p/halls/{code}?{urlencode(asked)}".rstrip("?")
    return f"/p/halls?{urlencode({'in': code, **asked})}"


@public_door()
def one_hall(request: HttpRequest, code: str) -> HttpResponse:
    """Where a hall is, when it opens, whom to call. Remembered as the visitor's own; `next` leads back."""
    found = hall(code, at=moment(request))
    if found is None:
        raise NotFound()
    after = text(request, "next", limit=500)
    if after:
        response: HttpResponse = HttpResponseRedirect(safe_next(request, after))
    else:
        response = show(request, "portal/hall.html", place=found)
    remember(response, "place", code)
    return response
