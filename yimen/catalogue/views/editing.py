"""Changing the catalogue: a matter under a decision, a city number with its document."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.catalogue import actions, queries
from yimen.catalogue.forms import OPERATORS, SPARE_ROWS, Edited, Known, read_amount, read_edit, typed_of, ways_of
from yimen.catalogue.queries import Version, words
from yimen.catalogue.rules import DecisionLevel, FieldType, read_defaults
from yimen.catalogue.views.matters import about, today
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import done, page, refusal, sentence, text
from yimen.orgs import queries as orgs

_NOTHING = N_("Nothing differs from version %(number)s. Change something first.")
_DONE = {"set": N_("Saved. Conditions that use the number answer with it from now on.")}


def _last(code: str) -> Version:
    versions = queries.history(code)
    if not versions:
        raise NotFound()
    return versions[0]


def known_today() -> Known:
    """What the cells of a version may name: papers, posts, departments and parameters."""
    return Known(
        papers=queries.shelf().materials,
        posts=orgs.post_codes(),
        departments=[code for code, _name in orgs.departments()],
        parameters=read_defaults().parameters,
    )


@door("catalogue.publish", "GET", "POST")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Write the next version: first seen beside the last one, then, confirmed, published under its decision."""
    last = _last(code)
    if request.method == "GET":
        return _form(request, last, typed_of(last.item), ways_of(last.item))
    if text(request, "back", limit=1):
        return _again(request, last)
    edited = read_edit(request.POST, last.item, known_today())
    if not edited.changes and not edited.errors:
        edited.errors.append(RuleBroken(_NOTHING, number=last.number))
    if not edited.errors and text(request, "confirmed", limit=1) != "1":
        return _preview(request, last, edited)
    if not edited.errors:
        try:
            return _publish(request, last, edited)
        except RuleBroken as error:
            edited.errors.append(error)
    return _again(request, last, edited.errors)


def _again(request: HttpRequest, last: Version, errors: list[RuleBroken] | None = None) -> HttpResponse:
    """The form with what was typed."""
    typed = {name: str(request.POST.get(name, "")) for name in request.POST}
    ways = {name.removeprefix("paper-"): way for name, way in typed.items() if name.startswith("paper-")}
    return _form(request, last, typed, ways, errors)


def _publish(request: HttpRequest, last: Version, edited: Edited) -> HttpResponse:
    assert edited.from_on is not None
    based = text(request, "based_on", limit=5)
    actions.publish(
        actor_of(request),
        code=last.code,
        changes=edited.changes,
        decision_no=edited.decision_no,
        from_on=edited.from_on,
        based_on=int(based) if based.isascii() and based.isdigit() else last.number,
        at=cast(Any, request).at,
    )
    return HttpResponseRedirect(f"/catalogue/{last.code}?done=published")


def _form(
    request: HttpRequest,
    last: Version,
    typed: dict[str, Any],
    ways: dict[str, str],
    errors: list[RuleBroken] | None = None,
) -> HttpResponse:
    papers = [
        {"code": row.code, "name": words(row.name), "counts": words(row.counts), "way": ways.get(row.code, "")}
        for row in queries.shelf().materials.values()
    ]
    context = {
        "last": last,
        "name": words(last.item.name),
        "typed": typed,
        "papers": papers,
        "rows": {kind: _rows(kind, typed) for kind in ("cond", "form")},
        "choices": _choices(),
        "problems": [{"text": sentence(one), "href": f"#f-{one.field}" if one.field else ""} for one in errors or ()],
        "wrong": {one.field: sentence(one) for one in errors or ()},
        "based_on": typed.get("based_on") or last.number,
        "today": today(request),
    }
    return page(request, "catalogue/edit.html", context, status=422 if errors else 200)


def _rows(kind: str, typed: dict[str, Any]) -> range:
    """The numbers of the rows of a table: those that hold something, and a few to add."""
    held = [int(name.split("-")[1]) for name, value in typed.items() if name.startswith(f"{kind}-") and value]
    return range(max(held, default=-1) + 1 + SPARE_ROWS)


def _choices() -> dict[str, list[tuple[str, str]]]:
    defaults = read_defaults()
    conditions = [(one.code, words(one.name)) for one in defaults.attributes.values()]
    return {
        "posts": [(code, orgs.post_name(code)) for code in orgs.post_codes()],
        "departments": orgs.departments(),
        "levels": [(str(level), queries.level_words(level)) for level in DecisionLevel],
        "conditions": conditions,
        "operators": [(one, queries.operator_words(one)) for one in OPERATORS],
        "kinds": [(str(kind), queries.kind_words(kind)) for kind in FieldType],
        "facts": [(one.code, words(one.name)) for one in defaults.facts.values()] + conditions,
    }


def _preview(request: HttpRequest, last: Version, edited: Edited) -> HttpResponse:
    kept_out = ("csrfmiddlewaretoken", "confirmed", "back")
    sent = {name: request.POST.get(name, "") for name in request.POST if name not in kept_out}
    context = {
        "last": last,
        "about": about(edited.item),
        "changes": queries.changes_between(last.item, edited.item),
        "edited": edited,
        "sent": sent,
    }
    return page(request, "catalogue/preview.html", context)


@door("catalogue.read")
def parameters(request: HttpRequest) -> HttpResponse:
    """The numbers a city sets, each with its document."""
    return _parameters(request)


def _parameters(request: HttpRequest, name: str = "", error: RuleBroken | None = None) -> HttpResponse:
    context = {
        "parameters": queries.parameters_shown(today(request)),
        "may_set": may(actor_of(request), "parameter.set"),
        "wrong": {"name": name, **refusal(error)} if error else {},
        "typed": request.POST,
        "messages": done(request, _DONE),
    }
    return page(request, "catalogue/parameters.html", context, status=422 if error else 200)


@door("parameter.set", "POST")
def set_parameter(request: HttpRequest, name: str) -> HttpResponse:
    """One number, with the document it comes from."""
    try:
        actions.set_parameter(
            actor_of(request),
            name=name,
            value=read_amount(text(request, "value", limit=20)),
            document=text(request, "document", limit=120),
            at=cast(Any, request).at,
        )
    except RuleBroken as error:
        return _parameters(request, name, error)
    return HttpResponseRedirect("/catalogue/parameters?done=set")
