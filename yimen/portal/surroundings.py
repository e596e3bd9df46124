"""What surrounds every resident page: the chosen community, who helps, the view for elders."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from yimen.core.web import asked_at, page
from yimen.portal.queries.halls import Hall, hall

YEAR = 365 * 86400
_COMMUNITY = re.compile(r"\d{12}")
_ELDER = ("0", "1", "2")  # standard, elder, larger


def place_of(request: HttpRequest) -> str:
    """The community the visitor chose last, or ""."""
    chosen = request.COOKIES.get("place", "")
    return chosen if _COMMUNITY.fullmatch(chosen) else ""


def hall_of(request: HttpRequest) -> Hall | None:
    """The hall of that community."""
    chosen = place_of(request)
    return hall(chosen, at=asked_at(request)) if chosen else None


def surroundings(request: HttpRequest, place: Hall | None = None) -> dict[str, Any]:
    """Name of the place, help and foot links; `place` when the page itself belongs to one."""
    found = place or hall_of(request)
    return {
        "place_name": found.name if found else "",
        "hall": found,
        "help": {"words": found.help_words, "phone": found.phone, "dial": found.dial} if found and found.dial else None,
        "links": [
            {"title": _("Service promises"), "href": "/p/promises"},
            {"title": _("Public figures"), "href": "/p/open"},
            {"title": _("Accessibility"), "href": "/p/accessibility"},
            {"title": _("Privacy"), "href": "/p/privacy"},
        ],
    }


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    place: Hall | None = None,
    status: int = 200,
    private: bool = False,
) -> HttpResponse:
    """A resident page. `private` pages are never kept by the browser; the others are asked for anew each time, because
    language and view hang on cookies."""
    response = page(request, template, {**surroundings(request, place), **(context or {})}, status=status)
    response.headers["Cache-Control"] = "no-store" if private else "private, no-cache"
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    asked = request.GET.get("elder", "")
    if asked in _ELDER and asked != request.COOKIES.get("elder", ""):
        remember(response, "elder", asked)  # from a code on a board or a receipt
    return response


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a harmless choice for a year."""
    response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS, path="/")


def safe_next(request: HttpRequest, asked: str, otherwise: str = "/p/") -> str:
    """Where to go on, if it is one of our own pages."""
    return asked if asked and url_has_allowed_host_and_scheme(asked, {request.get_host()}) else otherwise
