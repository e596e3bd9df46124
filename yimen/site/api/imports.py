"""Rosters as data: bring one in, see how far it is and what is wrong, apply, undo. The long parts run in the worker."""

import hashlib
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.sentences import told
from yimen.core.web import asked_at
from yimen.exchange import actions, queries
from yimen.exchange.queries import ImportPage, RowShown
from yimen.exchange.rules.imports import CELLS, FIXABLE, LONE_DOOR, NEW_DOOR, REFUSED, TABS
from yimen.site.api.bearer import bearer
from yimen.site.api.keyed import answer_once
from yimen.site.api.strict import Strict, only_known

router = Router(tags=["imports"])
MOST = 200


class Counts(Schema):
    """Rows by verdict; their sum is `total`. After applying, `fixable` is 0: rows nobody decided on were refused.
    `cells_left_out` is no part of the sum: of the rows that are not refused, those of which a cell is left out because
    it cannot be right (`problems=cells` lists them); 0 once the rows are removed, seven days after."""

    total: int
    new: int
    changed: int
    same: int
    fixable: int
    refused: int
    cells_left_out: int


class CellOut(Schema):
    """One cell, masked as on the pages: what stands there, what it becomes, and why."""

    field: str
    old: str
    new: str
    why: str
    fix: str


class ProblemOut(Schema):
    """One row that is refused, waits for a decision or is taken without a cell; `row` as the spreadsheet counts,
    `about` what tells the person from others: masked number, door."""

    row: int
    sheet: str
    who: str
    about: list[str]
    why: str
    cells: list[CellOut]


class NewBuilding(Schema):
    """A building that is not on record, with the doors the file would add to it; `lines` are its first rows."""

    compound: str
    building: str
    doors: int
    rows: int
    lines: list[int]


class NewPlaces(Schema):
    """What `accept_places` would add; `listed` are the first buildings."""

    buildings: int
    doors: int
    rows: int
    listed: list[NewBuilding]


class ImportOut(Schema):
    """`state`: uploaded, mapping (its columns want a person), reading, ready, applying, applied, undoing, undone,
    refused (`problem` says why). `percent` is the progress of what the worker does just now. `next` goes into `after`
    for the next page of problems, null on the last. `compounds`: rows were refused because they name none of these;
    send the file again with one of them as `compound`."""

    id: str
    state: str
    file: str
    uploaded_at: datetime
    applied_at: datetime | None
    undo_until: datetime | None
    done: int
    goal: int
    percent: int
    counts: Counts
    stays: int
    problem: str
    compounds: list[str]
    new_places: NewPlaces | None
    problems: list[ProblemOut]
    next: int | None


class ImportTaken(Schema):
    id: str
    state: str


@router.post("imports", response={202: ImportTaken}, openapi_extra={"x-verb": "import.upload"})
def upload(
    request: HttpRequest,
    file: File[UploadedFile | None] = None,
    community: Form[str] = "",
    compound: Form[str] = "",
    evidence: Form[str] = "",
) -> Any:
    """Bring in a roster (.xlsx, .xls, .csv; multipart). Reading begins at once.

    `community` (its code) and `compound` (its name) are for rows that name none; a name that the community does not
    have is refused with the names it has. `evidence`: stated, seen or matched.
    """
    actor = bearer(request, "import.upload")
    only_known([*request.FILES, *request.POST], ("file", "community", "compound", "evidence"))
    if file is None:
        raise RuleBroken(N_("Choose a file first: .xlsx, .xls or .csv."), field="file")
    sent = file
    digest = hashlib.sha256()
    for chunk in sent.chunks():
        digest.update(chunk)

    def run() -> tuple[int, Any]:
        made = actions.upload(
            actor,
            chunks=sent.chunks(),
            name=sent.name or "",
            community=community[:12],
            compound=" ".join(compound.split())[:60],
            evidence=evidence[:8],
            at=asked_at(request),
        )
        return 202, {"id": made.ref, "state": made.state}

    said = "\n".join((sent.name or "", community, compound, evidence))
    return answer_once(request, actor, digest.digest() + said.encode(), run)


@router.get("imports/{ref}", response=ImportOut, openapi_extra={"x-verb": "import.read"})
def one(request: HttpRequest, ref: str, after: int = 0, limit: int = 50, problems: str = "refused") -> Any:
    """How far an import is, its counts, and a page of the rows that `problems` names, as the file has them: `refused`,
    those that are not taken; `fixable`, those that wait for a decision; `cells`, those that are taken without the cells
    told here, which cannot be right; `stays`, after an undo, those that somebody touched since."""
    actor = bearer(request, "import.read")
    if not 1 <= limit <= MOST:
        raise RuleBroken(N_("Ask for 1 to %(most)s rows at a time."), field="limit", most=MOST)
    if problems not in (REFUSED, FIXABLE, CELLS, "stays"):
        raise RuleBroken(N_("This value is not in the list. Choose one from it."), field="problems")
    shown = queries.import_page(actor, ref)
    rows = queries.rows_page(actor, shown, problems, after=max(0, after), limit=limit)
    wanted = {"compounds": queries.compounds_wanted(shown), "new_places": queries.places_wanted(shown) or None}
    return _import(shown) | wanted | {"problems": [_problem(row) for row in rows.rows], "next": rows.after or None}


class Apply(Strict):
    """`accept_fixes`: accept every proposed fix first, also to add heads of households who are not on record, but for
    places; `accept_places`: add the buildings and doors of
    `new_places`; `accept_lone_doors`: add doors of buildings not on record that so few rows name that they may be
    slips. Rows that nobody decided on are refused; where nothing else would be written, the order is (422), and `field`
    names what to say."""

    accept_fixes: bool = False
    accept_places: bool = False
    accept_lone_doors: bool = False


@router.post("imports/{ref}/apply", response={202: ImportTaken}, openapi_extra={"x-verb": "import.apply"})
def apply(request: HttpRequest, ref: str, body: Apply | None = None) -> Any:
    """Write the new and changed rows. Sent again, whatever it accepts, it changes nothing and answers 202 with the
    `state` reached meanwhile: applying or applied. 409 before the preview is ready, and once the import was undone."""
    actor = bearer(request, "import.apply")

    def run() -> tuple[int, Any]:
        said = body or Apply()
        wanted = {NEW_DOOR: said.accept_places, LONE_DOOR: said.accept_lone_doors}
        made = actions.apply(
            actor,
            ref=ref,
            at=asked_at(request),
            accept_fixes=said.accept_fixes,
            accept=[pair for pair, is_accepted in wanted.items() if is_accepted],
        )
        return 202, {"id": made.ref, "state": made.state}

    return answer_once(request, actor, request.body, run)


@router.post("imports/{ref}/undo", response={202: ImportTaken}, openapi_extra={"x-verb": "import.undo"})
def undo(request: HttpRequest, ref: str) -> Any:
    """Take everything back that nobody touched since, within seven days. Sent again it changes nothing."""
    actor = bearer(request, "import.undo")

    def run() -> tuple[int, Any]:
        made = actions.undo(actor, ref=ref, at=asked_at(request))
        return 202, {"id": made.ref, "state": made.state}

    return answer_once(request, actor, request.body, run)


def _import(shown: ImportPage) -> dict[str, Any]:
    until = shown.undo_until
    return {
        "id": shown.ref,
        "state": shown.state,
        "file": shown.file_name,
        "uploaded_at": local(shown.uploaded_at),
        "applied_at": local(shown.applied_at) if shown.applied_at else None,
        "undo_until": local(until) if until else None,
        "done": shown.done,
        "goal": shown.goal,
        "percent": shown.percent,
        "counts": _counts(shown),
        "stays": shown.stays,
        "problem": told(shown.problem),
    }


def _counts(shown: ImportPage) -> dict[str, int]:
    told = {name: shown.counts.get(name, 0) for name in TABS}
    return {"total": shown.total, **told, "cells_left_out": queries.cells_left_out(shown)}


def _problem(row: RowShown) -> dict[str, Any]:
    cells = [
        {"field": cell.label, "old": cell.old, "new": cell.new, "why": cell.why, "fix": cell.fix} for cell in row.cells
    ]
    return {"row": row.line, "sheet": row.sheet, "who": row.who, "about": row.about, "why": row.why, "cells": cells}
