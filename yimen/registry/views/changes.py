"""Correct, undo and move: one form each, refusals beside the input, nothing typed is lost."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import NotFound, RuleBroken
from yimen.core.web import asked_at, page, refusal, text
from yimen.registry import actions
from yimen.registry.queries import history, resident_page
from yimen.registry.queries.resident import moved_to
from yimen.registry.queries.search import DoorRow
from yimen.registry.rules.fields import FIELDS
from yimen.registry.views.typed import CHOOSE, chosen_door, day, to, version
from yimen.registry.views.words import (
    code_options,
    evidence_options,
    field_options,
    source_options,
)


@door("resident.correct", "GET", "POST")
def correct(request: HttpRequest, ref: str) -> HttpResponse:
    """Correct one value with its source; below, what was corrected before."""
    if request.method == "GET":
        kept = moved_to(actor_of(request), ref)
        return HttpResponseRedirect(f"/people/{kept}/correct") if kept else _correct(request, ref)
    name = text(request, "field", limit=30)
    try:
        actions.correct(
            actor_of(request),
            ref=ref,
            values={name: text(request, "value", limit=200)},
            source=text(request, "source", limit=12),
            evidence=text(request, "evidence", limit=8),
            note=text(request, "note", limit=200),
            version=version(request) or 0,
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _correct(request, ref, error)
    return to(ref, "corrected")


def _correct(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor = actor_of(request)
    values = history.values_of(actor, ref, asked_at(request))
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
        "error": refusal(error),
        "sources": source_options(),
        "evidences": evidence_options(),
        "changes": history.corrections(actor, ref),
    }
    return page(request, "registry/correct.html", context, status=422 if error else 200)


@door("resident.undo", "POST")
def undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a corrected value back, or whoever was written down as gone."""
    if request.POST.get("leaving"):
        actions.undo_leaving(actor_of(request), ref=ref, at=asked_at(request))
        return to(ref, "undone")
    try:
        change = UUID(text(request, "change", limit=36))
    except ValueError:
        raise NotFound() from None
    try:
        actions.undo_correction(actor_of(request), change_id=change, at=asked_at(request))
    except RuleBroken as error:
        return _correct(request, ref, error)
    return to(ref, "undone")


@door("resident.move", "GET", "POST")
def move(request: HttpRequest, ref: str) -> HttpResponse:
    """Move to another door within reach, or away."""
    if request.method == "GET":
        return _move(request, ref)
    try:
        if text(request, "way", limit=4) == "away":
            actions.move_away(
                actor_of(request),
                ref=ref,
                on=day(request, "on"),
                to=text(request, "to", limit=120),
                with_registration=bool(request.POST.get("with_registration")),
                version=version(request),
                at=asked_at(request),
            )
            return to(ref, "moved_away")
        dwelling, several = chosen_door(request)
        if several:
            return _move(request, ref, RuleBroken(CHOOSE, field="dwelling"), several)
        actions.move(
            actor_of(request),
            ref=ref,
            dwelling_ref=dwelling,
            on=day(request, "on"),
            with_registration=bool(request.POST.get("with_registration")),
            relation=text(request, "relation", limit=2),
            residence_type=text(request, "residence_type", limit=2),
            reason=text(request, "reason", limit=60),
            version=version(request),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _move(request, ref, error)
    return to(ref, "moved")


def _move(
    request: HttpRequest, ref: str, error: RuleBroken | None = None, doors: list[DoorRow] | None = None
) -> HttpResponse:
    found = resident_page(actor_of(request), ref, asked_at(request))
    if found.moved_to:
        return HttpResponseRedirect(f"/people/{found.moved_to}/move")
    last = found.left_home
    context = {
        "found": found,
        "typed": request.POST or ({"door": last.address, "dwelling": last.ref} if last else {}),
        "error": refusal(error),
        "doors": doors or [],
        "today": local(asked_at(request)).date().isoformat(),
        "relations": code_options("kinship_gbt4761")[2:],
        "tenures": code_options("residence_type"),
    }
    return page(request, "registry/move.html", context, status=422 if error else 200)
