"""Rosters: bring one in, look at what it would do, decide, apply, undo."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.sentences import said, told
from yimen.core.web import asked_at, done, fragment, is_fragment, page, refusal, sentence, text
from yimen.exchange import actions, queries
from yimen.exchange.actions.exporting import export
from yimen.exchange.queries import ImportPage
from yimen.exchange.rules.fields import KIND_LABELS, TRAIT, fields
from yimen.exchange.rules.imports import (
    CELLS,
    CHANGED,
    FIXABLE,
    KINDS,
    NEW,
    REFUSED,
    SAME,
    TAB_WORDS,
    TABS,
    UNDO_WITHIN,
)
from yimen.exchange.rules.plans import AFTERWARDS, alike
from yimen.exchange.rules.words import plain
from yimen.orgs.queries import division_name
from yimen.registry.rules.fields import EVIDENCE
from yimen.registry.rules.traits import trait_label

_DONE = {
    "uploaded": N_("The roster is here. Reading it takes a moment."),
    "mapped": N_("Remembered for the next file with this header."),
    "again": N_("Being read again, with its columns as they were said."),
    "fixed": N_("Decided. The counts below have changed."),
    "kept": N_("Decided. The rows still wait for another decision below, so the counts stay as they were."),
    "back": N_("The decision is taken back; the rows wait for it as before."),
    "dropped": N_("Thrown away. Nothing was written."),
    "late": N_("The import has moved on, so this is no longer possible and changed nothing. This is how it stands."),
}
_CHOICES = {"0": False, "back": None}


@door("import.read")
def imports(request: HttpRequest) -> HttpResponse:
    """The rosters of the last time, and the form for the next one."""
    return _list(request)


@door("import.upload", "POST")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in; its page shows how far it is."""
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise RuleBroken(N_("Choose a file first: .xlsx, .xls or .csv."), field="file")
        made = actions.upload(
            actor_of(request),
            chunks=sent.chunks(),
            name=sent.name or "",
            community=text(request, "community", limit=12),
            evidence=text(request, "evidence", limit=8),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _list(request, error)
    return HttpResponseRedirect(f"/imports/{made.ref}")


def _list(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    actor = actor_of(request)
    rows, after = queries.imports(actor, after=text(request, "after", limit=12))
    context = {
        "rows": rows,
        "after": after,
        "later": bool(text(request, "after", limit=12)),
        "communities": queries.communities(actor),
        "kinds": [_(KIND_LABELS[kind]) for kind in KIND_LABELS if kind in KINDS[actor.role]],
        "evidences": [(key, _(words)) for key, words in EVIDENCE.items()],
        "evidence": "matched" if actor.line else "seen",
        "is_staff": actor.role == "sysadmin",
        "is_wide": len(actor.reach) < 12,
        "division_name": division_name,
        "days": UNDO_WITHIN.days,
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "exchange/imports.html", context, status=422 if error else 200)


@door("import.read")
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """One roster as it stands: being read, waiting for its columns, previewed, being applied, applied, undone."""
    return show(request, ref)


def show(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    """The page, with a refusal when there was one. htmx asks for the progress alone and is sent on at its end."""
    shown = queries.import_page(actor_of(request), ref)
    if is_fragment(request) and request.method == "GET":
        if shown.is_working:
            return fragment(request, "exchange/progress.html", _progress(request, shown))
        return HttpResponse(headers={"HX-Redirect": f"/imports/{ref}"})
    if shown.state == "mapping":
        return _columns(request, shown, error)
    context = _context(request, shown) | {"error": sentence(error) if error else ""}
    return page(request, "exchange/import.html", context, status=422 if error else 200)


def _progress(request: HttpRequest, shown: ImportPage) -> dict[str, Any]:
    return {"shown": shown, "state": _(shown.state_words), "is_idle": shown.is_idle(asked_at(request))}


def _context(request: HttpRequest, shown: ImportPage) -> dict[str, Any]:
    actor, at = actor_of(request), asked_at(request)
    context = _progress(request, shown) | {
        "messages": done(request, _DONE),
        "may_undo": shown.may_undo(at),
        "may_merge": may(actor, "duplicate.list"),
        "problem": told(shown.problem),
        "notes": _notes(shown),
        "mapped": _mapped(shown),
        "words": {key: _(value) for key, value in TAB_WORDS.items()},
        "days": UNDO_WITHIN.days,
    }
    if shown.is_working or shown.state == "refused" or shown.purged_at:
        return context
    tab = _tab(request, shown)
    only = text(request, "only", limit=400)
    after = text(request, "after", limit=19)
    undone = queries.undone_since(actor, shown) if shown.state == "ready" else None
    is_open = bool(shown.counts.get("fixable")) and undone is None  # what is read again is decided again
    groups = queries.groups(shown) if is_open else []
    cells = queries.cells_left_out(shown)
    rows = queries.rows_page(
        actor, shown, tab, after=int(after) if after.isascii() and after.isdigit() else 0, only=only
    )
    return context | {
        "tab": tab,
        "tabs": _tabs(shown, tab, cells),
        "left_out": cells,
        "held": cells if tab == CELLS else shown.counts.get(tab, 0),
        "rows": rows,
        "only": only,
        "next": f"/imports/{shown.ref}?tab={tab}&after={rows.after}{f'&only={quote(only)}' if only else ''}"
        if rows.after
        else "",
        "later": bool(after),
        "groups": groups,
        "decided": queries.decided(shown) if shown.state == "ready" and undone is None else [],
        "new_heads": sum(count for _field, fix, _label, _what, count in groups if fix == "new_head"),
        "has_lone_doors": any(fix == "lone_door" for _field, fix, *_rest in groups),
        "has_other_fixes": any(fix != "lone_door" for _field, fix, *_rest in groups),
        **(_places(request, shown) if is_open else {}),
        "reasons": queries.reasons(shown, tab) if tab in (REFUSED, CELLS) else [],
        "may_decide": shown.state == "ready" and undone is None,
        "undone": undone,
        "compounds": [(name, name) for name in queries.compounds_wanted(shown)],
    }


def _places(request: HttpRequest, shown: ImportPage) -> dict[str, Any]:
    """A page of the buildings that wait for a decision, and into which patches they would come."""
    asked = text(request, "buildings", limit=5)
    after = int(asked) if asked.isascii() and asked.isdigit() else 0
    places = queries.places_wanted(shown, after=after)
    patches = queries.patches_to_come(shown, on=local(asked_at(request)).date()) if places else None
    return {"places": places, "buildings_after": after, "is_listing": bool(asked), "patches": patches}


def _tabs(shown: ImportPage, tab: str, cells: int) -> list[dict[str, Any]]:
    """The tabs with their counts; those of fixes and of cells only while they hold something."""
    counts = {**{one: shown.counts.get(one, 0) for one in TABS}, CELLS: cells}
    return [
        {
            "title": _(TAB_WORDS[name]),
            "href": f"/imports/{shown.ref}?tab={name}",
            "count": count,
            "current": name == tab,
        }
        for name, count in counts.items()
        if count or name not in (FIXABLE, CELLS)
    ]


def _notes(shown: ImportPage) -> list[str]:
    """How the file was taken; advice to change its columns only while they can be changed."""
    instead = {} if shown.state == "ready" else AFTERWARDS
    return [said(instead.get(message, message), params) for message, params in shown.plan.get("notes", ())]


def _tab(request: HttpRequest, shown: ImportPage) -> str:
    """The tab that was asked for; else the one that needs a person, else the first that holds something."""
    asked = text(request, "tab", limit=8)
    if asked in (*TABS, CELLS, "stays"):
        return asked
    order = (FIXABLE, CHANGED, NEW, REFUSED, SAME) if shown.state == "ready" else TABS
    return next((name for name in order if shown.counts.get(name)), "new")


def _mapped(shown: ImportPage) -> list[dict[str, Any]]:
    """Each table with its kind and columns in words."""
    return [
        {
            "sheet": table["sheet"],
            "kind": _kind_words(table["kind"]),
            "columns": [
                (column["label"], field_words(column["field"]))
                for column in table["columns"]
                if column["field"] != "ignored"
            ],
            "left_out": sum(not column["field"] or column["field"] == "ignored" for column in table["columns"]),
        }
        for table in shown.plan.get("tables", ())
    ]


def _kind_words(kind: str) -> str:
    return next((_(words) for known, words in KIND_LABELS.items() if known == kind), kind)


def field_words(name: str) -> str:
    """A field in the reader's language; "" for none."""
    if name.startswith(TRAIT):
        return trait_label(name.removeprefix(TRAIT), get_language() or "")
    return _(fields()[name].label) if name in fields() else ""


@door("import.map", "GET", "POST")
def columns(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what each column is; it is remembered under this header."""
    actor = actor_of(request)
    shown = queries.import_page(actor, ref)
    if request.method == "GET":
        return _columns(request, shown)
    if "again" in request.POST:
        return _again(request, shown)
    if "compound" in request.POST:
        return _one_compound(request, shown)
    kinds, chosen, places = {}, {}, {}
    tables = shown.plan.get("tables", ())
    for number, first in enumerate(alike(tables)):
        table, asked = tables[number], _asked(first, tables[first])
        kinds[number] = text(request, f"k{first}", limit=10) or table["kind"]
        places[number] = text(request, f"p{first}", limit=60)
        for column in table["columns"]:
            name = next(asked[_header(column)], "")
            chosen[number, column["index"]] = text(request, name, limit=60) if name else column["field"]
    try:
        actions.choose_columns(actor, ref=ref, kinds=kinds, columns=chosen, compounds=places, at=asked_at(request))
    except RuleBroken as error:
        return _columns(request, shown, error)
    return HttpResponseRedirect(f"/imports/{ref}?done=mapped")


def _asked(place: int, table: dict[str, Any]) -> dict[str, Iterator[str]]:
    """The names of the inputs of a table's columns by their headers, in the order in which a header stands again."""
    found: dict[str, list[str]] = defaultdict(list)
    for column in table["columns"]:
        found[_header(column)].append(f"c{place}-{column['index']}")
    return defaultdict(lambda: iter(()), {header: iter(names) for header, names in found.items()})


def _header(column: dict[str, Any]) -> str:
    return plain(column["above"] + column["label"])


def _one_compound(request: HttpRequest, shown: ImportPage) -> HttpResponse:
    """From the preview: one compound for all rows that name none, the columns as they are."""
    name = text(request, "compound", limit=60)
    places = {number: name for number, table in enumerate(shown.plan.get("tables", ())) if queries.is_placeless(table)}
    try:
        if not name:
            raise RuleBroken(N_("Choose the compound first."), field="compound")
        actions.choose_columns(
            actor_of(request), ref=shown.ref, kinds={}, columns={}, compounds=places, at=asked_at(request)
        )
    except RuleBroken as error:
        return show(request, shown.ref, error)
    return HttpResponseRedirect(f"/imports/{shown.ref}?done=mapped")


def _again(request: HttpRequest, shown: ImportPage) -> HttpResponse:
    """From a preview made before an undo: the file once more, the columns as they are."""
    try:
        actions.choose_columns(actor_of(request), ref=shown.ref, kinds={}, columns={}, at=asked_at(request))
    except RuleBroken as error:
        return show(request, shown.ref, error)
    return HttpResponseRedirect(f"/imports/{shown.ref}?done=again")


def _columns(request: HttpRequest, shown: ImportPage, error: RuleBroken | None = None) -> HttpResponse:
    role = actor_of(request).role
    names = sorted(((field_words(name), name) for name in fields() if name != "ignored"), key=lambda pair: pair[0])
    tables = shown.plan.get("tables", ())
    firsts = alike(tables)
    context = {
        "shown": shown,
        "tables": [
            (number, table, [tables[other]["sheet"] for other, first in enumerate(firsts) if first == number])
            for number, table in enumerate(tables)
            if firsts[number] == number
        ],
        "kinds": [(str(kind), _(words)) for kind, words in KIND_LABELS.items() if kind in KINDS[role]],
        "fields": [(name, words) for words, name in names],
        "typed": request.POST,
        "compounds": [(name, name) for name in queries.compounds(shown)],
        "placeless": [queries.is_placeless(table) for table in tables],
        "error": refusal(error),
    }
    return page(request, "exchange/columns.html", context, status=422 if error else 200)


def _not_done(request: HttpRequest, ref: str, error: RuleBroken) -> HttpResponse:
    """The page of an import that has moved on, at its own address; else why it was not done."""
    if isinstance(error, Conflict) and queries.import_page(actor_of(request), ref).state != "ready":
        return HttpResponseRedirect(f"/imports/{ref}?done=late")
    return show(request, ref, error)


@door("import.fix", "POST")
def fix(request: HttpRequest, ref: str) -> HttpResponse:
    """Accept or decline a fix for all similar rows, all fixes at once, or those of one row; or take that back."""
    actor, at = actor_of(request), asked_at(request)
    accept = _CHOICES.get(text(request, "accept", limit=5), True)
    place, name = text(request, "place", limit=19), text(request, "field", limit=60)
    shown = queries.import_page(actor, ref)
    if shown.is_working:  # the worker holds its row: asking for it would wait for the batch
        return HttpResponseRedirect(f"/imports/{ref}?done=late")
    try:
        if place:
            number = int(place) if place.isascii() and place.isdigit() else 0
            made = actions.decide_row(actor, ref=ref, place=number, accept=accept, at=at)
        elif name:
            pair, rows = {"field": name, "fix": text(request, "fix", limit=30)}, text(request, "rows", limit=9)
            expected = int(rows) if rows.isascii() and rows.isdigit() else None
            made = actions.decide_fix(actor, ref=ref, **pair, accept=accept, at=at, expected=expected)
        else:
            made = actions.accept_all(actor, ref=ref, at=at)
    except RuleBroken as error:
        return _not_done(request, ref, error)
    tab, said_ = text(request, "tab", limit=8), "kept" if made.counts == shown.counts else "fixed"
    if accept is None:
        said_ = "back"
    return HttpResponseRedirect(f"/imports/{ref}?done={said_}" + (f"&tab={tab}" if tab in TABS and place else ""))


@door("import.apply", "POST")
def apply(request: HttpRequest, ref: str) -> HttpResponse:
    """Have it written."""
    try:
        actions.apply(actor_of(request), ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _not_done(request, ref, error)
    return HttpResponseRedirect(f"/imports/{ref}")


@door("import.undo", "POST")
def undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Have it taken back."""
    try:
        actions.undo(actor_of(request), ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _not_done(request, ref, error)
    return HttpResponseRedirect(f"/imports/{ref}")


@door("import.drop", "POST")
def drop(request: HttpRequest, ref: str) -> HttpResponse:
    """Throw it away before it is applied."""
    try:
        actions.drop(actor_of(request), ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _not_done(request, ref, error)
    return HttpResponseRedirect("/imports?done=dropped")


@door("import.export")
def refused(request: HttpRequest, ref: str) -> HttpResponse:
    """The refused rows as a workbook to mend and bring in again; the copy goes on record."""
    actor = actor_of(request)
    shown = queries.import_page(actor, ref)
    export(actor, ref=shown.ref, division_code=shown.division_code, at=asked_at(request))
    name = _("%(file)s - not taken.xlsx") % {"file": Path(shown.file_name).stem}
    return HttpResponse(
        queries.refused_rows(shown),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )
