"""Add a resident: number first, the rest follows from it."""

from django.http import HttpRequest, HttpResponse

from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import RuleBroken
from yimen.core.identity import inspect
from yimen.core.web import asked_at, fragment, page, refusal, sentence, text
from yimen.registry import actions
from yimen.registry.queries import people
from yimen.registry.queries.search import DoorRow
from yimen.registry.views.typed import CHOOSE, chosen_door, day, to
from yimen.registry.views.words import (
    code_options,
    evidence_options,
    sex_options,
)


@door("resident.add", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Register somebody who is not on record: number first, the rest follows from it."""
    if request.method == "GET":
        return _new(request)
    try:
        dwelling, several = chosen_door(request)
        if several:
            return _new(request, RuleBroken(CHOOSE, field="dwelling"), several)
        return to(_take_in(request, dwelling) if request.POST.get("take_in") else _add(request, dwelling), "added")
    except RuleBroken as error:
        return _new(request, error)


def _add(request: HttpRequest, dwelling: str) -> str:
    added = actions.add_resident(
        actor_of(request),
        name=text(request, "name", limit=50),
        number=text(request, "number", limit=60),
        sex=text(request, "sex", limit=1),
        birth_on=text(request, "birth_on", limit=10),
        phone=text(request, "phone", limit=40),
        dwelling_ref=dwelling,
        from_on=day(request, "from_on"),
        is_registered_here=bool(request.POST.get("registered")),
        relation=text(request, "relation", limit=2),
        residence_type=text(request, "residence_type", limit=2),
        registered_address=text(request, "registered_address", limit=200),
        evidence=text(request, "evidence", limit=8) or "seen",
        at=asked_at(request),
    )
    return added.ref


def _take_in(request: HttpRequest, dwelling: str) -> str:
    taken = actions.take_in(
        actor_of(request),
        number=text(request, "number", limit=60, required=True),
        dwelling_ref=dwelling,
        on=day(request, "from_on"),
        relation=text(request, "relation", limit=2),
        residence_type=text(request, "residence_type", limit=2),
        at=asked_at(request),
    )
    return taken.ref


def _new(request: HttpRequest, error: RuleBroken | None = None, doors: list[DoorRow] | None = None) -> HttpResponse:
    context = {
        "typed": request.POST or _at_door(request),
        "error": refusal(error),
        "doors": doors or [],
        "is_elsewhere": isinstance(error, actions.HeldElsewhere),
        "is_here": isinstance(error, actions.HeldHere),
        "same": _same(request) if error else [],
        "read": _read(request) if error else None,
        "today": local(asked_at(request)).date().isoformat(),
        "sexes": sex_options(),
        "relations": code_options("kinship_gbt4761")[2:],
        "tenures": code_options("residence_type"),
        "evidences": evidence_options(),
    }
    return page(request, "registry/new.html", context, status=422 if error else 200)


def _at_door(request: HttpRequest) -> dict[str, str]:
    """The door from whose page the form was opened; nothing when there is none."""
    ref = text(request, "at", limit=12)
    found = people.door_label(actor_of(request), ref) if ref else ""
    return {"dwelling": ref, "door": found} if found else {}


@door("resident.add", "POST")
def check(request: HttpRequest) -> HttpResponse:
    """While typing: what the number says, and who is already on record."""
    return fragment(request, "registry/same.html", {"same": _same(request), "read": _read(request)})


def _same(request: HttpRequest) -> list[people.ListRow]:
    read = _read(request)
    return people.same_person(
        actor_of(request),
        name=request.POST.get("name", "")[:60],
        number=read["number"] if read and read["valid"] else "",
        birth_on=(read["birth_on"] if read else "") or request.POST.get("birth_on", "")[:10],
        at=asked_at(request),
    )


def _read(request: HttpRequest) -> dict[str, str] | None:
    """What the typed number says, in words; None while it is empty."""
    typed = request.POST.get("number", "").strip()
    if not typed:
        return None
    seen = inspect(typed, today=local(asked_at(request)).date())
    return {
        "valid": "1" if seen.valid else "",
        "number": seen.number,
        "reason": sentence(RuleBroken(seen.reason, **seen.params)) if seen.reason else "",
        "birth_on": seen.birth_on.isoformat() if seen.birth_on else "",
        "sex": dict(sex_options()).get(seen.sex, ""),
        "warnings": " ".join(sentence(RuleBroken(warning)) for warning in seen.warnings),
    }
