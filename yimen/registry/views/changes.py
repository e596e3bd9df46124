"""Add, correct, move, merge and undo: one form each, refusals beside the input, nothing typed is lost."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.identity import inspect
from yimen.core.web import fragment, page, sentence, text
from yimen.registry import actions
from yimen.registry.queries import history, people, resident_page
from yimen.registry.queries.search import DoorRow, doors_named, search
from yimen.registry.rules.fields import FIELDS
from yimen.registry.rules.traits import known_kinds
from yimen.registry.views.people import at_of
from yimen.registry.views.words import (
    code_options,
    evidence_options,
    field_options,
    options,
    source_options,
    trait_options,
)

_SEXES = {"1": N_("male"), "2": N_("female")}


def _said(error: RuleBroken | None) -> dict[str, str]:
    return {"field": error.field, "words": sentence(error)} if error else {}


def _to(ref: str, key: str) -> HttpResponse:
    return HttpResponseRedirect(f"/people/{ref}?done={key}")


def _day(request: HttpRequest, name: str) -> date:
    typed = text(request, name, limit=20)
    if not typed:
        return local(at_of(request)).date()
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise RuleBroken(
            N_("%(text)s is not a real date. Write it such as 2026-11-23."), field=name, text=typed
        ) from None


def _version(request: HttpRequest) -> int | None:
    typed = text(request, "version", limit=9)
    return int(typed) if typed.isascii() and typed.isdigit() else None


def _chosen_door(request: HttpRequest) -> tuple[str, list[DoorRow]]:
    """The dwelling chosen or meant, and, when the words fit several, those to choose from."""
    if chosen := text(request, "dwelling", limit=12):
        return chosen, []
    found = doors_named(actor_of(request), text(request, "door", limit=60, required=True))
    if not found:
        raise RuleBroken(N_("There is no such door. Search for it, such as 3-502, and choose one."), field="door")
    return (found[0].ref, []) if len(found) == 1 else ("", found)


_CHOOSE = N_("Several doors fit. Choose the one you mean.")


# --- add ------------------------------------------------------------------------------------------


@door("resident.add", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Register somebody who is not on record: number first, the rest follows from it."""
    if request.method == "GET":
        return _new(request)
    try:
        dwelling, several = _chosen_door(request)
        if several:
            return _new(request, RuleBroken(_CHOOSE, field="dwelling"), several)
        return _to(_take_in(request, dwelling) if request.POST.get("take_in") else _add(request, dwelling), "added")
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
        from_on=_day(request, "from_on"),
        is_registered_here=bool(request.POST.get("registered")),
        relation=text(request, "relation", limit=2),
        residence_type=text(request, "residence_type", limit=2),
        registered_address=text(request, "registered_address", limit=200),
        evidence=text(request, "evidence", limit=8) or "seen",
        at=at_of(request),
    )
    return added.ref


def _take_in(request: HttpRequest, dwelling: str) -> str:
    taken = actions.take_in(
        actor_of(request),
        number=text(request, "number", limit=60, required=True),
        dwelling_ref=dwelling,
        on=_day(request, "from_on"),
        relation=text(request, "relation", limit=2),
        residence_type=text(request, "residence_type", limit=2),
        at=at_of(request),
    )
    return taken.ref


def _new(request: HttpRequest, error: RuleBroken | None = None, doors: list[DoorRow] | None = None) -> HttpResponse:
    context = {
        "typed": request.POST,
        "error": _said(error),
        "doors": doors or [],
        "is_elsewhere": isinstance(error, actions.HeldElsewhere),
        "same": _same(request) if error else [],
        "read": _read(request) if error else None,
        "today": local(at_of(request)).date().isoformat(),
        "sexes": options(_SEXES),
        "relations": code_options("kinship_gbt4761")[2:],
        "tenures": code_options("residence_type"),
        "evidences": evidence_options(),
    }
    return page(request, "registry/new.html", context, status=422 if error else 200)


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
        at=at_of(request),
    )


def _read(request: HttpRequest) -> dict[str, str] | None:
    """What the typed number says, in words; None while it is empty."""
    typed = request.POST.get("number", "").strip()
    if not typed:
        return None
    seen = inspect(typed, today=local(at_of(request)).date())
    return {
        "valid": "1" if seen.valid else "",
        "number": seen.number,
        "reason": sentence(RuleBroken(seen.reason, **seen.params)) if seen.reason else "",
        "birth_on": seen.birth_on.isoformat() if seen.birth_on else "",
        "sex": dict(options(_SEXES)).get(seen.sex, ""),
        "warnings": " ".join(sentence(RuleBroken(warning)) for warning in seen.warnings),
    }


# --- correct --------------------------------------------------------------------------------------


@door("resident.correct", "GET", "POST")
def correct(request: HttpRequest, ref: str) -> HttpResponse:
    """Correct one value with its source; below, what was corrected before."""
    if request.method == "GET":
        return _correct(request, ref)
    name = text(request, "field", limit=30)
    try:
        actions.correct(
            actor_of(request),
            ref=ref,
            values={name: text(request, "value", limit=200)},
            source=text(request, "source", limit=12),
            evidence=text(request, "evidence", limit=8),
            note=text(request, "note", limit=200),
            version=_version(request) or 0,
            at=at_of(request),
        )
    except RuleBroken as error:
        return _correct(request, ref, error)
    return _to(ref, "corrected")


def _correct(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor = actor_of(request)
    values = history.values_of(actor, ref)
    name = text(request, "field", limit=30)
    field = FIELDS.get(name, FIELDS["phone"])
    context = {
        "ref": ref,
        "name": values["name"],
        "version": values["version"],
        "field": field,
        "fields": field_options(),
        "choices": code_options(field.codes) if field.codes else [],
        "value": request.POST.get("value", values.get(field.name, "")),
        "typed": request.POST,
        "error": _said(error),
        "sources": source_options(),
        "evidences": evidence_options(),
        "changes": history.corrections(actor, ref),
    }
    return page(request, "registry/correct.html", context, status=422 if error else 200)


@door("resident.undo", "POST")
def undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a corrected value back."""
    try:
        change = UUID(text(request, "change", limit=36))
    except ValueError:
        raise NotFound() from None
    try:
        actions.undo_correction(actor_of(request), change_id=change, at=at_of(request))
    except RuleBroken as error:
        return _correct(request, ref, error)
    return _to(ref, "undone")


# --- move -----------------------------------------------------------------------------------------


@door("resident.move", "GET", "POST")
def move(request: HttpRequest, ref: str) -> HttpResponse:
    """Move to another door within reach."""
    if request.method == "GET":
        return _move(request, ref)
    try:
        dwelling, several = _chosen_door(request)
        if several:
            return _move(request, ref, RuleBroken(_CHOOSE, field="dwelling"), several)
        actions.move(
            actor_of(request),
            ref=ref,
            dwelling_ref=dwelling,
            on=_day(request, "on"),
            with_registration=bool(request.POST.get("with_registration")),
            relation=text(request, "relation", limit=2),
            residence_type=text(request, "residence_type", limit=2),
            reason=text(request, "reason", limit=60),
            version=_version(request),
            at=at_of(request),
        )
    except RuleBroken as error:
        return _move(request, ref, error)
    return _to(ref, "moved")


def _move(
    request: HttpRequest, ref: str, error: RuleBroken | None = None, doors: list[DoorRow] | None = None
) -> HttpResponse:
    found = resident_page(actor_of(request), ref, at_of(request))
    if found.moved_to:
        return HttpResponseRedirect(f"/people/{found.moved_to}/move")
    context = {
        "found": found,
        "typed": request.POST,
        "error": _said(error),
        "doors": doors or [],
        "today": local(at_of(request)).date().isoformat(),
        "relations": code_options("kinship_gbt4761")[2:],
        "tenures": code_options("residence_type"),
    }
    return page(request, "registry/move.html", context, status=422 if error else 200)


# --- merge ----------------------------------------------------------------------------------------


@door("resident.merge", "GET", "POST")
def merge(request: HttpRequest, ref: str) -> HttpResponse:
    """First find the other record, then pick field by field, then merge."""
    actor, at = actor_of(request), at_of(request)
    other = text(request, "other", limit=12)
    try:
        if request.method == "GET" or not other:
            return _other(request, ref) if not other else _pick(request, ref, other)
        if request.POST.get("then") != "merge":
            return _pick(request, ref, other)
        take = [
            key.removeprefix("pick-") for key, value in request.POST.items() if (key[:5], value) == ("pick-", "take")
        ]
        actions.merge(
            actor,
            keep_ref=ref,
            merge_ref=other,
            take=[name for name in take if name != "home"],
            take_home="home" in take,
            reason=text(request, "why", limit=200),
            version=_version(request),
            at=at,
        )
    except RuleBroken as error:
        return _pick(request, ref, other, error) if error.field != "other" else _other(request, ref, error)
    return _to(ref, "merged")


def _other(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor, at, q = actor_of(request), at_of(request), request.POST.get("q", "")
    name = history.values_of(actor, ref)["name"]
    found = search(actor, q or name, at)
    context = {
        "ref": ref,
        "name": name,
        "q": found.question.words,
        "rows": [row for row in found.people if row.ref != ref],
        "error": _said(error),
    }
    return page(request, "registry/merge_find.html", context, status=422 if error else 200)


def _pick(request: HttpRequest, ref: str, other: str, error: RuleBroken | None = None) -> HttpResponse:
    preview = history.merge_preview(actor_of(request), ref, other)
    context = {"ref": ref, "preview": preview, "typed": request.POST, "error": _said(error)}
    return page(request, "registry/merge.html", context, status=422 if error else 200)


@door("resident.undo", "POST")
def part(request: HttpRequest, ref: str) -> HttpResponse:
    """Undo a merge."""
    actions.undo_merge(actor_of(request), merge_ref=text(request, "merge", limit=12), at=at_of(request))
    return _to(ref, "parted")


# --- traits ---------------------------------------------------------------------------------------


@door("resident.set_trait", "GET", "POST")
def traits(request: HttpRequest, ref: str) -> HttpResponse:
    """Set a trait by hand, with source and period."""
    if request.method == "GET":
        return _traits(request, ref)
    try:
        until = text(request, "until", limit=10)
        actions.set_trait(
            actor_of(request),
            ref=ref,
            kind=text(request, "kind", limit=40),
            value=text(request, "value", limit=100),
            source=text(request, "source", limit=12),
            evidence=text(request, "evidence", limit=8),
            on=_day(request, "on"),
            until=_day(request, "until") if until else None,
            note=text(request, "note", limit=200),
            at=at_of(request),
        )
    except RuleBroken as error:
        return _traits(request, ref, error)
    return _to(ref, "marked")


def _traits(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor = actor_of(request)
    found = resident_page(actor, ref, at_of(request))
    if found.moved_to:
        return HttpResponseRedirect(f"/people/{found.moved_to}/traits")
    kind = known_kinds().get(text(request, "kind", limit=40))
    context = {
        "found": found,
        "typed": request.POST,
        "error": _said(error),
        "kinds": trait_options(actor, settable=True),
        "kind": kind,
        "today": local(at_of(request)).date().isoformat(),
        "sources": source_options(),
        "evidences": evidence_options(),
    }
    return page(request, "registry/traits.html", context, status=422 if error else 200)


@door("resident.end_trait", "POST")
def end_trait(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that a trait no longer holds, from today."""
    at = at_of(request)
    try:
        actions.end_trait(actor_of(request), ref=ref, kind=text(request, "kind", limit=40), on=local(at).date(), at=at)
    except RuleBroken as error:
        return _traits(request, ref, error)
    return _to(ref, "ended")
