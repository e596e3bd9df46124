"""Bring in outlines and places of buildings: choose a file, say how it was measured, look, apply, undo."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.sentences import said, told
from yimen.core.web import asked_at, done, fragment, is_fragment, page, refusal, text
from yimen.geo.actions import bringing
from yimen.geo.actions import ground as actions
from yimen.geo.queries import ground as files
from yimen.geo.rules.files import KEPT, REFUSED, STATE_WORDS, WORKING
from yimen.geo.rules.references import METRIC, REFERENCES
from yimen.patches.forms import read_day

_DONE = {
    "dropped": N_("Thrown away. Nothing was written."),
}
_KINDS = {"divisions": N_("Outlines of divisions"), "buildings": N_("Places of buildings")}
_REFERENCES = {
    "EPSG:4490": N_("CGCS2000, degrees (EPSG:4490)"),
    "EPSG:4326": N_("WGS 84, degrees (EPSG:4326)"),
    "GCJ-02": N_("GCJ-02, as on Amap and Tencent"),
    "BD-09": N_("BD-09, as on Baidu"),
    "EPSG:4549": N_("CGCS2000, metres, central meridian 120° (EPSG:4549)"),
    "EPSG:4528": N_("CGCS2000, metres, zone 40 (EPSG:4528)"),
    "EPSG:4548": N_("CGCS2000, metres, central meridian 117° (EPSG:4548)"),
    "EPSG:4527": N_("CGCS2000, metres, zone 39 (EPSG:4527)"),
}


@door("ground.read")
def ground(request: HttpRequest) -> HttpResponse:
    """The files so far, and the form for the next one."""
    return _list(request)


@door("ground.bring", "POST")
def bring(request: HttpRequest) -> HttpResponse:
    """Take a file in; its page shows how far it is."""
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise RuleBroken(N_("Choose a file first: GeoJSON, a zipped Shapefile or a GeoPackage."), field="file")
        made = bringing.bring(
            actor_of(request),
            chunks=sent.chunks(),
            name=sent.name or "",
            kind=text(request, "kind", limit=9),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _list(request, error)
    return HttpResponseRedirect(f"/map/ground/{made.ref}")


def _list(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    rows, after = files.files(actor_of(request), after=text(request, "after", limit=12))
    context = {
        "rows": [(row, told(row.problem) if row.state == REFUSED else "") for row in rows],
        "after": after,
        "later": bool(text(request, "after", limit=12)),
        "states": {key: _(words) for key, words in STATE_WORDS.items()},
        "kinds": [(key, _(words)) for key, words in _KINDS.items()],
        "kind": text(request, "kind", limit=9) or "divisions",
        "days": KEPT.days,
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "geo/ground.html", context, status=422 if error else 200)


@door("ground.read")
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """One file as it stands: being read, previewed, being brought in, on the map, being taken back,
    undone."""
    return _one(request, ref)


def _one(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    """The page, with a refusal when there was one. htmx asks for the progress alone and is sent on at its end."""
    actor, today = actor_of(request), local(asked_at(request)).date()
    file = files.file_page(actor, ref)
    is_working = file.state in WORKING
    context: dict[str, Any] = {"file": file, "is_working": is_working, "state": _(STATE_WORDS[file.state])}
    if is_working:
        context["shapes"] = files.shapes_in(file)
    if is_fragment(request) and request.method == "GET":
        if is_working:
            return fragment(request, "geo/ground_progress.html", context)
        return HttpResponse(headers={"HX-Redirect": f"/map/ground/{ref}"})
    judged = file.judged
    context |= {
        "judged": judged,
        "rows": [_row(row) for row in judged.get("rows", ())],
        "more": judged.get("count", 0) - len(judged.get("rows", ())),
        "wrong": judged.get("count", 0) - judged.get("sound", 0),
        "is_outlines": file.kind == "divisions",
        "problem": told(file.problem),
        "references": [
            (code, _(words))
            for code, words in _REFERENCES.items()
            if code in REFERENCES and not (file.is_turned and code in METRIC)
        ],
        "is_metric": file.reference in METRIC,
        "kind": _(_KINDS[file.kind]),
        "may_drop": file.by_account == actor.person,
        "days": KEPT.days,
        "today": today,
        "typed": request.POST,
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "geo/ground_file.html", context, status=422 if error else 200)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """One outline or place in the reader's words."""
    return row | {
        "problem": said(*row["problem"]) if row["problem"] else "",
        "notes": [said(*note) for note in row["notes"]],
    }


@door("ground.measure", "POST")
def measure(request: HttpRequest, ref: str) -> HttpResponse:
    """Say how it was measured, and have it judged."""
    try:
        bringing.measure(
            actor_of(request), ref=ref, reference=text(request, "reference", limit=20), at=asked_at(request)
        )
    except RuleBroken as error:
        return _one(request, ref, error)
    return HttpResponseRedirect(f"/map/ground/{ref}")


@door("ground.drop", "POST")
def drop(request: HttpRequest, ref: str) -> HttpResponse:
    """Throw it away before it is brought in."""
    try:
        bringing.drop(actor_of(request), ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _one(request, ref, error)
    return HttpResponseRedirect("/map/ground?done=dropped")


@door("ground.apply", "POST")
def apply(request: HttpRequest, ref: str) -> HttpResponse:
    """Have it brought in."""
    try:
        actions.apply(
            actor_of(request),
            ref=ref,
            reference=text(request, "reference", limit=20),
            is_certain=bool(text(request, "certain", limit=1)),
            leave_out=bool(text(request, "leave_out", limit=1)),
            source=text(request, "source", limit=200),
            from_on=read_day(request, "from_on"),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _one(request, ref, error)
    return HttpResponseRedirect(f"/map/ground/{ref}")


@door("ground.undo", "POST")
def undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Have it taken back."""
    try:
        actions.undo(actor_of(request), ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _one(request, ref, error)
    return HttpResponseRedirect(f"/map/ground/{ref}")
