"""The verbs of a case: a form at GET, the act at POST, back to the case afterwards."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import actor_of, door
from yimen.cases import actions
from yimen.cases.actions.reading import read
from yimen.cases.forms.verbs import Ask, sheet
from yimen.cases.queries.timeline import told
from yimen.cases.queries.words import material_name
from yimen.cases.rules import moved
from yimen.cases.views.case import colleagues, head_of
from yimen.core.actor import Actor
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.web import asked_at, page, sentence, text

Typed = Mapping[str, Any]
Act = Callable[[Actor, str, Typed, "int | None", datetime], object]

_ACTS: dict[str, Act] = {
    "claim": lambda who, number, typed, edition, at: actions.claim(who, number=number, edition=edition, at=at),
    "offer": lambda who, number, typed, edition, at: actions.offer(
        who, number=number, to_ref=typed["to"], reason=typed["reason"], edition=edition, at=at
    ),
    "answer_offer": lambda who, number, typed, edition, at: actions.answer_offer(
        who, number=number, accept=typed["answer"] == "accept", reason=typed["reason"], edition=edition, at=at
    ),
    "pause": lambda who, number, typed, edition, at: actions.pause(
        who,
        number=number,
        kind=typed["kind"],
        reason=typed["reason"],
        gaps=typed["gaps"] if typed["kind"] == "correction" else (),
        edition=edition,
        at=at,
    ),
    "resume": lambda who, number, typed, edition, at: actions.resume(who, number=number, edition=edition, at=at),
    "material": lambda who, number, typed, edition, at: actions.material(
        who, number=number, code=typed["code"], state=typed["state"], edition=edition, at=at
    ),
    "note": lambda who, number, typed, edition, at: actions.note(
        who, number=number, text=typed["text"], edition=edition, at=at
    ),
    "message": lambda who, number, typed, edition, at: actions.message(
        who, number=number, text=typed["text"], edition=edition, at=at
    ),
    "send_up": lambda who, number, typed, edition, at: actions.send_up(
        who, number=number, opinion=typed["opinion"], edition=edition, at=at
    ),
    "send_back": lambda who, number, typed, edition, at: actions.send_back(
        who, number=number, reason=typed["reason"], edition=edition, at=at
    ),
    "decide": lambda who, number, typed, edition, at: actions.decide(
        who, number=number, outcome=typed["outcome"], text=typed["text"], edition=edition, at=at
    ),
    "withdraw": lambda who, number, typed, edition, at: actions.withdraw(
        who, number=number, reason=typed["reason"], edition=edition, at=at
    ),
    "ask_extension": lambda who, number, typed, edition, at: actions.ask_extension(
        who, number=number, days=_whole(typed["days"]), reason=typed["reason"], edition=edition, at=at
    ),
    "answer_extension": lambda who, number, typed, edition, at: actions.answer_extension(
        who, number=number, grant=typed["answer_is"] == "grant", answer=typed["answer"], edition=edition, at=at
    ),
    "urge": lambda who, number, typed, edition, at: actions.urge(
        who, number=number, text=typed["text"], edition=edition, at=at
    ),
}
_NAMES = ("to", "reason", "answer", "answer_is", "kind", "code", "state", "text", "opinion", "outcome", "days")
AT_ONCE = ("claim", "resume", "material")  # no form of their own: a button on the page


def _whole(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 4:
        raise RuleBroken(N_("Write the number of working days in digits, such as 5."), field="days")
    return int(typed)


def verb_door(verb: str) -> Callable[..., HttpResponse]:
    """The door of one verb."""
    methods = ("POST",) if verb in AT_ONCE else ("GET", "POST")

    @door(f"case.{verb}", *methods)
    def view(request: HttpRequest, number: str) -> HttpResponse:
        if request.method == "POST":
            return _act(request, number, verb)
        return _form(request, number, verb)

    view.__name__ = view.__qualname__ = f"case_{verb}"
    return view


def _act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    typed = {name: text(request, name, limit=4000) for name in _NAMES}
    edition = text(request, "edition", limit=9)
    typed_all: dict[str, Any] = {**typed, "gaps": request.POST.getlist("gaps")[:60]}
    try:
        _ACTS[verb](actor, number, typed_all, int(edition) if edition.isascii() and edition.isdigit() else None, at)
    except RuleBroken as refused:
        if verb in AT_ONCE:
            raise
        return _form(request, number, verb, typed_all, refused)
    return HttpResponseRedirect(_back(request, number, verb))


def _back(request: HttpRequest, number: str, verb: str) -> str:
    """Where the reader came from: the list's place is kept, the workbench for a claim made there."""
    if text(request, "then", limit=10) == "list":
        return "/"
    query = urlencode({key: value for key, value in request.GET.items() if value})
    return f"/cases/{number}" + (f"?{query}" if query else "")


def _form(
    request: HttpRequest,
    number: str,
    verb: str,
    typed: Typed | None = None,
    refused: RuleBroken | None = None,
) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    found = read(actor, number=number, at=at)
    if refused is None:
        moved(found.case.state, verb, number=found.case.number)
    people = colleagues(found, actor, at) if verb == "offer" else []
    asks = sheet(verb, found, people)
    context = {
        **head_of(actor, found, at),
        "sheet": asks,
        "asks": [(ask, _value(ask, typed), _error(ask, refused)) for ask in asks.asks],
        "problems": _problems(asks.asks, refused),
        "is_stale": isinstance(refused, Conflict),
        "verb": verb,
        "missing": [material_name(paper.code) for paper in found.missing],
        "lines": told(found.lines)[:6],
        "query": urlencode({key: value for key, value in request.GET.items() if value}),
    }
    status = 200 if refused is None else 409 if isinstance(refused, Conflict) else 422
    return page(request, "cases/act.html", context, status=status)


def _value(ask: Ask, typed: Typed | None) -> Any:
    return ask.value if typed is None else typed.get(ask.name, "")


def _error(ask: Ask, refused: RuleBroken | None) -> str:
    return sentence(refused) if refused is not None and refused.field == ask.name else ""


def _problems(asks: Sequence[Ask], refused: RuleBroken | None) -> list[dict[str, str]]:
    if refused is None:
        return []
    named = refused.field in {ask.name for ask in asks}
    return [{"text": sentence(refused), "href": f"#f-{refused.field}" if named else ""}]
