"""Bring in outlines and places of buildings: choose a file, say how it was measured, look, apply, undo."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, done, page, sentence, text
from yimen.geo.actions import ground as actions
from yimen.geo.queries import ground as files
from yimen.geo.rules.references import METRIC, REFERENCES
from yimen.orgs.queries import division_name
from yimen.patches.forms import read_day

_DONE = {
    "brought": N_("The file is read. Look below at what it would do; nothing is written yet."),
    "layers": N_("The file has several layers. Each stands in the list below."),
    "applied": N_("Brought in. It can be undone below."),
    "undone": N_("Undone. What held before holds again."),
}
_STATES = {"open": N_("looked at"), "applied": N_("brought in"), "undone": N_("undone")}
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
MOST_ROWS = 300  # that a preview shows, those with a problem first


@door("ground.read")
def ground(request: HttpRequest) -> HttpResponse:
    """The files so far, and the form for the next one."""
    return _list(request)


@door("ground.bring", "POST")
def bring(request: HttpRequest) -> HttpResponse:
    """Read a file; its page asks how it was measured where the file does not say."""
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise RuleBroken(N_("Choose a file first: GeoJSON, a zipped Shapefile or a GeoPackage."), field="file")
        made = actions.bring(
            actor_of(request),
            chunks=sent.chunks(),
            name=sent.name or "",
            kind=text(request, "kind", limit=9),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _list(request, error)
    if len(made) > 1:
        return HttpResponseRedirect("/map/ground?done=layers")
    return HttpResponseRedirect(f"/map/ground/{made[0].ref}?done=brought")


def _list(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    rows, after = files.files(actor_of(request), after=text(request, "after", limit=12))
    context = {
        "rows": rows,
        "after": after,
        "later": bool(text(request, "after", limit=12)),
        "states": {key: _(words) for key, words in _STATES.items()},
        "kinds": [(key, _(words)) for key, words in _KINDS.items()],
        "kind": text(request, "kind", limit=9) or "divisions",
        "error": {"field": error.field, "words": sentence(error)} if error else {},
        "messages": done(request, _DONE),
    }
    return page(request, "geo/ground.html", context, status=422 if error else 200)


@door("ground.read")
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """What a file would do, or did."""
    return _one(request, ref)


def _one(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor, today = actor_of(request), local(asked_at(request)).date()
    found = files.preview(actor, ref, chosen=text(request, "reference", limit=20), on=today)
    rows = sorted(found.rows, key=lambda row: row.problem is None)
    wrong = error or found.problem
    context: dict[str, Any] = {
        "found": found,
        "rows": [_row(row, found) for row in rows[:MOST_ROWS]],
        "more": max(0, len(rows) - MOST_ROWS),
        "problems_count": len(rows) - found.sound,
        "mended": sum(bool(row.notes) for row in rows if row.problem is None),
        "replaces": sum(row.problem is None and row.code in found.today for row in found.outlines),
        "references": [(code, _(words)) for code, words in _REFERENCES.items() if code in REFERENCES],
        "is_metric": found.reference in METRIC,
        "kind": _(_KINDS[found.file.kind]),
        "state": _(_STATES[found.file.state]),
        "today": today,
        "typed": request.POST,
        "error": {"field": wrong.field, "words": sentence(wrong)} if wrong else {},
        "messages": done(request, _DONE),
    }
    return page(request, "geo/ground_file.html", context, status=422 if error else 200)


def _row(row: Any, found: files.Preview) -> dict[str, Any]:
    """One outline or place in the reader's words."""
    is_outline = bool(found.outlines)
    name = division_name(row.code) if is_outline and row.code else ""
    return {
        "label": (row.code or _("without a code")) if is_outline else (row.label or _("without a name")),
        "name": name if is_outline and name != row.code else "",
        "problem": _said(row.problem) if row.problem else "",
        "notes": [_said(note) for note in row.notes],
        "square_km": row.square_km if is_outline and row.polygons else None,
        "replaces": is_outline and row.code in found.today,
    }


def _said(words: tuple[str, Any]) -> str:
    message, params = words
    return _(message) % params if params else _(message)


@door("ground.apply", "POST")
def apply(request: HttpRequest, ref: str) -> HttpResponse:
    """Bring it in."""
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
    return HttpResponseRedirect(f"/map/ground/{ref}?done=applied")


@door("ground.undo", "POST")
def undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it back."""
    try:
        actions.undo(actor_of(request), ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _one(request, ref, error)
    return HttpResponseRedirect(f"/map/ground/{ref}?done=undone")
