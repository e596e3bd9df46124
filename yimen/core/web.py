"""Parse input, render a page: the little that every door shares."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils.translation import get_language, gettext

from yimen.core.actor import Actor
from yimen.core.errors import N_, RuleBroken, YimenError
from yimen.core.sentences import said

UNRECEIVED = "yimen.unreceived"  # in a request's META: the status for a body that did not come or was not taken
_UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\ufeff\uffa0"  # fillers and marks of no width
_UNSEEN += "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))))
_BLANK = _UNSEEN + "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())


class Received(HttpRequest):
    """A request as the Doorway middleware hands it on, with what every door asks for."""

    at: datetime  # when it came
    request_id: str  # ties records to it
    actor: Actor | None
    frame: Callable[[], dict[str, Any]]
    base_frame: Callable[[], dict[str, Any]]


def received(request: HttpRequest) -> Received:
    """The request with what the Doorway has hung on it."""
    return cast(Received, request)


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a full page inside its frame."""
    full = {**received(request).frame(), **(context or {})}
    return HttpResponse(_environment().get_template(template).render(full), status=status)


def fragment(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a piece of a page for htmx: no frame, no menu query."""
    full = {**received(request).base_frame(), **context}
    return HttpResponse(_environment().get_template(template).render(full))


def _environment() -> Any:
    """The environment of the reader's language: templates are compiled once for each (yimen.site.spoken)."""
    default: Any = cast(Jinja2, engines["jinja2"]).env
    return default.in_language.get(get_language(), default)


def asked_at(request: HttpRequest) -> datetime:
    """When the request came in: doors ask the time once and pass it down."""
    return received(request).at


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks, so that a piece of the page is enough."""
    return request.headers.get("HX-Request") == "true"


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the sign-in page and back; htmx is told to move the whole window."""
    target = f"/login?next={quote(request.get_full_path() if request.method == 'GET' else '/')}"
    if is_fragment(request):
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def choose_password_first(request: HttpRequest) -> HttpResponse:
    """Send somebody whose password was set by another to the page where they choose their own."""
    target = "/me/password"
    if is_fragment(request):
        return HttpResponse(status=403, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def sentence(error: YimenError) -> str:
    """A refusal in the reader's language, for the form it belongs to."""
    return said(error.message, error.params)


def refusal(error: YimenError | None) -> dict[str, str]:
    """A refusal for the form that draws it: beside the field it names, "" for the form as a whole; empty when none."""
    return {"field": getattr(error, "field", ""), "words": sentence(error)} if error else {}


def done(request: HttpRequest, sentences: Mapping[str, str]) -> list[str]:
    """What a form before this page has done: its `?done=` key in the reader's language, for the frame's messages."""
    key = request.GET.get("done", "")
    return [gettext(sentences[key])] if key in sentences else []


def text(request: HttpRequest, name: str, *, limit: int = 200, required: bool = False) -> str:
    """One trimmed input of the form or the query; refused when too long, empty though required, or holding a NUL.
    Signs that nobody sees count as blanks: a reason of them alone is none."""
    value = (request.POST.get(name) or request.GET.get(name) or "").strip(_BLANK)
    if "\x00" in value:
        raise RuleBroken(N_("The text holds a character that cannot be stored. Type it again."), field=name)
    if len(value) > limit:
        raise RuleBroken(N_("The text is too long. Keep it under %(limit)s characters."), field=name, limit=limit)
    if required and not value:
        raise RuleBroken(N_("This is needed. Fill it in and try again."), field=name)
    return value


_BACK = 60  # pages a reader may turn back one by one; before them comes the first
_PLACE = 24  # characters that name a place in a list


class Pages(NamedTuple):
    """The addresses of the pages around one, "" where there is none."""

    first: str = ""
    previous: str = ""
    next: str = ""


def pages_around(request: HttpRequest, query: Mapping[str, str], onward: str) -> Pages:
    """The pages around one of a list that goes on `after` a row: the rows after which the pages before it began stand
    in `back`. `onward`: after which row the next one begins, "" on the last."""
    here = text(request, "after", limit=_PLACE)
    back = [one for one in text(request, "back", limit=_BACK * (_PLACE + 1)).split(".") if one]

    def page_of(after: str, before: list[str]) -> str:
        place = {"after": after, "back": ".".join(before[-_BACK:])}
        asked = urlencode({**query, **{name: value for name, value in place.items() if value}})
        return f"{request.path}?{asked}" if asked else request.path

    return Pages(
        first=page_of("", []) if back else "",
        previous=page_of(back[-1] if back else "", back[:-1]) if here else "",
        next=page_of(onward, [*back, here] if here else []) if onward else "",
    )
