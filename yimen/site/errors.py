"""The errors of `core`, and what the database refuses, as a page, a fragment or a problem document. Nothing else
catches them."""

import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from yimen.core.errors import N_, Conflict, NotAllowed, NotFound, NotKnown, RuleBroken, YimenError
from yimen.core.web import is_fragment, page, received, sentence
from yimen.portal.surroundings import surroundings

_log = logging.getLogger("yimen")

_STATUS: tuple[tuple[type[YimenError], int], ...] = (
    (NotFound, 404),
    (NotKnown, 401),
    (NotAllowed, 403),
    (Conflict, 409),
    (RuleBroken, 422),
)
_TITLES = {
    400: N_("The request could not be read"),
    401: N_("Sign in first"),
    403: N_("Not part of your post"),
    404: N_("Not found"),
    405: N_("Not possible here"),
    408: N_("Not all of it arrived"),
    409: N_("Not possible as things stand now"),
    413: N_("Too large"),
    422: N_("This cannot be saved yet"),
    429: N_("Too many tries"),
    500: N_("Something broke on our side"),
    503: N_("Too busy just now"),
}
_UNASKED = N_("This cannot be looked up like this")  # 422 where nothing was to be saved
_TAKEN = N_("Somebody else changed this at the same moment. Nothing was saved twice; open it again and look.")
_UNREADABLE = N_("A value has the wrong form. Check what you typed and send it again.")
_TOO_LARGE = N_("What was sent is too large: more than %(limit)s MB. Nothing was taken; send less at once.")
_UNNAMED = N_("Nobody reaches us under this name. Use the address you were given; its names stand in YIMEN_HOSTS.")
_BUSY = N_("The database is busy or restarting. Nothing was half-saved; try again in a moment.")
_UNRECEIVED = {
    400: N_("The connection broke before all of it had arrived. Nothing was saved; send it again."),
    408: N_("What you sent came too slowly. Nothing was saved; send it again where the network is better."),
    413: N_("More than 50 MB cannot be sent at once. Send it in parts."),
    503: N_("Many large files are being sent just now. Nothing was saved; send it again in a few minutes."),
}
_BROKEN = N_("Nothing was half-saved. Try again; if it happens twice, tell the administrator the number %(id)s.")


def as_core_error(exception: Exception) -> tuple[int, YimenError] | None:
    """Status and sentence of a known error, or None when it is a defect."""
    for kind, status in _STATUS:
        if isinstance(exception, kind):
            return status, exception
    if isinstance(exception, IntegrityError):
        _log.warning("constraint: %s", str(exception).split("\n")[0])
        return 409, Conflict(_TAKEN)
    if isinstance(exception, DataError):
        return 422, RuleBroken(_UNREADABLE)
    if isinstance(exception, (OperationalError, InterfaceError)):  # away, or the connection was lost before
        _log.warning("database: %s", str(exception).split("\n")[0])
        return 503, YimenError(_BUSY)
    return None


def answer(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The response for an exception raised in a view; None leaves it to the 500 page."""
    known = as_core_error(exception)
    if known is None:
        return None
    status, error = known
    if request.path.startswith("/api/"):
        return problem(status, error)
    return error_page(request, status, error)


def problem(status: int, error: YimenError) -> JsonResponse:
    """A problem document (RFC 9457) with the sentence in the asked language and in both."""
    chinese, english = in_language("zh-hans", error), in_language("en", error)
    body = {
        "type": "about:blank",
        "title": _(_TITLES[status]),
        "status": status,
        "detail": english if (translation.get_language() or "").startswith("en") else chinese,
        "detail_zh": chinese,
        "detail_en": english,
    }
    if isinstance(error, RuleBroken) and error.field:
        body["field"] = error.field
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
        headers={"WWW-Authenticate": "Bearer"} if status == 401 else None,
    )


def in_language(language: str, error: YimenError) -> str:
    """The error's sentence in one language."""
    with translation.override(language):
        return sentence(error)


def error_page(
    request: HttpRequest, status: int, error: YimenError, *, title: str = "", back: str = ""
) -> HttpResponse:
    """One calm page for every refusal: what happened, what to do, the way back (`back`, else to the first page).
    `title` in place of the status's."""
    if is_fragment(request):
        return HttpResponse(sentence(error), status=status, content_type="text/plain; charset=utf-8")
    if status == 503:
        received(request).actor = None  # the frame would ask the database for names
    if status == 422 and request.method in ("GET", "HEAD"):
        title = title or _UNASKED
    context = {"status": status, "title": _(title or _TITLES[status]), "sentence": sentence(error), "back": back}
    context["is_other_post"] = status == 403 and not title
    if request.path.startswith("/p/"):
        around = surroundings(request) if status < 500 else {}  # a broken database cannot be asked who helps
        return page(request, "portal/error.html", {**around, **context}, status=status)
    return page(request, "site/error.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old, most often because somebody signed out in another window."""
    error = NotAllowed(N_("This form was opened in another session. Go back, reload the page and send it again."))
    if request.path.startswith("/api/"):
        return problem(403, error)
    return error_page(request, 403, error, title=N_("This form is no longer valid"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(404, NotFound()) if request.path.startswith("/api/") else error_page(request, 404, NotFound())


def not_this_way(request: HttpRequest, methods: str) -> HttpResponse:
    """The address exists and takes other methods: most often a form's address typed or reloaded."""
    if request.path.startswith("/api/"):
        words = N_("This operation takes %(methods)s only. Compare the request with /api/v1/openapi.json.")
        response: HttpResponse = problem(405, YimenError(words, methods=methods))
    else:
        words = N_(
            "This address cannot be opened by itself. Go back to the page it belongs to and use the button there."
        )
        response = error_page(request, 405, YimenError(words))
    response.headers["Allow"] = methods
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    status, error = 400, YimenError(_UNREADABLE)
    if isinstance(exception, RequestDataTooBig):
        status, error = 413, YimenError(_TOO_LARGE, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000)
    return problem(status, error) if request.path.startswith("/api/") else error_page(request, status, error)


def not_received(request: HttpRequest, status: int) -> HttpResponse:
    """The body did not come in whole, or is more than is taken (`yimen.site.received`)."""
    error = YimenError(_UNRECEIVED[status])
    if request.path.startswith("/api/"):
        return problem(status, error)
    return error_page(request, status, error, back=_sent_from(request))


def _sent_from(request: HttpRequest) -> str:
    """The page of ours whose form was sent; "" when it is not told."""
    told = urlsplit(request.headers.get("Referer", ""))
    is_ours = told.netloc == request.get_host() and not told.path.startswith("//")
    return told.path if is_ours else ""


def not_our_name(request: HttpRequest) -> HttpResponse:
    """Asked for under a host name that YIMEN_HOSTS does not list."""
    if request.path.startswith("/api/"):
        return problem(400, YimenError(_UNNAMED))
    return error_page(request, 400, RuleBroken(_UNNAMED))


def broken(request: HttpRequest) -> HttpResponse:
    """A defect of ours: no detail leaves the server."""
    error = YimenError(_BROKEN, id=getattr(request, "request_id", "-"))
    return problem(500, error) if request.path.startswith("/api/") else error_page(request, 500, error)
