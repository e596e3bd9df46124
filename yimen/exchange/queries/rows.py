"""Rows of a preview: per cell what it said, what it becomes and why, masked as everywhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.codes import code_label
from yimen.core.errors import N_
from yimen.core.identity import inspect
from yimen.core.masking import mask_id, mask_phone, mask_words
from yimen.core.sentences import said
from yimen.exchange.models import LEFT_OUT, StagedRow
from yimen.exchange.queries.imports import ImportPage
from yimen.exchange.queries.whom import whom
from yimen.exchange.rules.cells import DONE, FIXES, UNDONE, State, Verdict
from yimen.exchange.rules.fields import TRAIT, fields
from yimen.exchange.rules.imports import (
    CELLS,
    FIXABLE,
    NEW,
    NEW_DOOR,
    REASONS,
    REFUSED,
    SAME,
    from_key,
    key_in_file,
    possible_duplicate,
)
from yimen.exchange.rules.records import Record, ResidentRecord, StaffRecord, TraitRecord
from yimen.exchange.rules.sealed import open_body
from yimen.exchange.rules.staged import Body
from yimen.orgs.queries import division_name
from yimen.patches.queries import patches_of_new
from yimen.registry.rules.traits import masked_trait, trait_label

PAGE = 25
_DECIDED = {":declined", ":left_out"}
_PARAMS = re.compile(r"%\([a-z_]+\)s")
_LABELS = {
    "door": N_("Door"),
    "floors": N_("Floors of the building"),
    "rented": N_("Rented out"),
    "added": N_("Added"),
    "account": N_("Account"),
    "household": N_("Household"),
    "dwelling": N_("Dwelling"),
    "stairwell": N_("Stairwell"),
    "building": N_("Building"),
    "compound": N_("Compound"),
    "facts": N_("Facts of the dwelling"),
    "office_phone": N_("Phone that residents see"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its field, what stands there now, what the row says, and the reason. `fix` names a pending fix;
    `is_left_out`: it cannot be right, and the row is taken without it."""

    label: str
    old: str = ""
    new: str = ""
    why: str = ""
    fix: str = ""
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row. `who` it is about and what tells them from others (`about`: masked number, door), the reason when it is
    refused, `notes` when something is said about it."""

    place: int
    line: int
    sheet: str
    who: str
    why: str
    cells: Sequence[Cell]
    about: Sequence[str] = ()
    notes: Sequence[str] = ()
    stays: Sequence[str] = ()
    alike: Sequence[tuple[str, str]] = ()  # reference and masked name of perhaps the same person
    is_open: bool = False
    is_decided: bool = False  # somebody accepted its fix, declined it or left the row out


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of rows; `after` (a key of `key_in_file`) leads to the next, 0 on the last."""

    rows: Sequence[RowShown] = field(default_factory=list)
    after: int = 0


def rows_page(
    actor: Actor, shown: ImportPage, tab: str, *, after: int = 0, only: str = "", limit: int = PAGE
) -> RowsPage:
    """Rows of one verdict as the file has them. `only` narrows to a fix ("field:fix") or a reason; the tab "stays"
    holds what undo had to leave, CELLS the rows that are taken without a cell, and of each such a cell alone."""
    rows = _of_tab(StagedRow.objects.filter(imported=shown.id), tab).order_by("sheet", "line")
    if only:
        rows = rows.filter(pending__contains=[only]) if tab == FIXABLE else rows.filter(reasons__contains=[only])
    columns = ("id", "place", "sheet", "line", "verdict", "reasons", "stays", "body", "fixes", "pending", "would_be")
    found = _following(rows.values_list(*columns), after, limit + 1)
    made = [_row(actor, shown, tab, *values) for values in found[:limit]]
    return RowsPage(made, key_in_file(*found[limit - 1][2:4]) if len(found) > limit else 0)


def _of_tab(rows: Any, tab: str) -> Any:
    if tab == "stays":
        return rows.exclude(stays=[])
    return rows.filter(LEFT_OUT) if tab == CELLS else rows.filter(verdict=tab)


def _following(rows: Any, after: int, count: int) -> list[Any]:
    """The next rows after a place in the file: the rest of its sheet, then those below. Two questions that an index
    answers where one would go through all rows before."""
    sheet, line = from_key(after)
    found = list(rows.filter(sheet=sheet, line__gt=line)[:count])
    return found + list(rows.filter(sheet__gt=sheet)[: count - len(found)]) if len(found) < count else found


def _row(
    actor: Actor,
    shown: ImportPage,
    tab: str,
    row_id: UUID,
    place: int,
    sheet: int,
    line: int,
    verdict: str,
    reasons: Sequence[str],
    stays: Sequence[str],
    blob: bytes,
    fixes: Sequence[str],
    pending: Sequence[str],
    would_be: str,
) -> RowShown:
    body = open_body(blob, row_id)
    tables = shown.plan.get("tables", ())
    who, about = whom(actor, body, tables[sheet] if sheet < len(tables) else None)
    cells = _cells(body, verdict, shown, stays)
    return RowShown(
        place=place,
        line=line,
        sheet=tables[sheet]["sheet"] if len(tables) > 1 and sheet < len(tables) else "",
        who=who,
        about=[part for part in about if all(part != cell.old for cell in cells)],
        why=why_of(body, reasons),
        cells=[cell for cell in cells if cell.is_left_out or tab != CELLS],
        notes=[said(each.verdict.message, each.verdict.params) for each in body.findings if _is_note(each.verdict)],
        stays=[label_of(one) for one in stays],
        alike=[(one.split(" ", 1)[0], one.split(" ", 1)[1]) for one in body.alike],
        is_open=verdict == FIXABLE,
        is_decided=would_be != REFUSED and (bool(set(fixes) - set(pending)) or bool(_DECIDED & set(reasons))),
    )


def _instead(shown: ImportPage, stays: Sequence[str]) -> Mapping[str, str]:
    """What is said of a fix in place of the proposal, by its name: once written, once undone unless something stays."""
    if shown.state in ("undoing", "undone") and not stays:
        return UNDONE
    return DONE if shown.applied_at is not None else {}


def _is_note(verdict: object) -> bool:
    return getattr(verdict, "state", None) is State.NOTED and bool(getattr(verdict, "message", ""))


def label_of(name: str) -> str:
    """A field, a trait, "door" and so on in the reader's language."""
    if name.startswith(TRAIT):
        return trait_label(name.removeprefix(TRAIT), get_language() or "")
    if name in _LABELS:
        return _(_LABELS[name])
    return _(fields()[name].label) if name in fields() else name


def with_label(name: str, words: str) -> str:
    """What is said of a field, with its name in front."""
    return _("%(field)s: %(words)s") % {"field": label_of(name), "words": words} if name else words


def why_of(body: Body, reasons: Sequence[str]) -> str:
    """Why a row is refused: what somebody decided counts more than what was found."""
    last = reasons[-1].removeprefix(":") if reasons and reasons[-1].startswith(":") else ""
    name = last if last in REASONS else body.reason
    if name not in REASONS:
        return ""
    params = dict(body.params)
    if "station" in params:
        params["station"] = division_name(params["station"])
    if "trait" in params:
        params["trait"] = trait_label(params["trait"], get_language() or "")
    return said(REASONS[name], params)


def _cells(body: Body, verdict: str, shown: ImportPage, stays: Sequence[str]) -> list[Cell]:
    cells, instead = [], _instead(shown, stays)
    for one in body.findings:
        found = one.verdict
        if found.state is State.FIXABLE and verdict not in (SAME, REFUSED):
            why = _why_fixed(found, instead)
            cells.append(
                Cell(label_of(one.field), mask(one.field, found.raw), mask(one.field, found.value), why, found.fix)
            )
        elif found.state is State.REFUSED:
            why = said(found.message, found.params)
            is_taken = verdict != REFUSED
            cells.append(Cell(label_of(one.field), mask(one.field, found.raw), "", why, is_left_out=is_taken))
    for name, old, new in body.differences:
        cells.append(Cell(label_of(name), mask(name, old), mask(name, new)))
    if (verdict == NEW and not cells) or any(cell.fix == "new_head" for cell in cells):
        facts = {one.label: one for one in reversed(_facts(body.records, local(shown.uploaded_at).date()))}
        for cell in cells:
            facts.pop(cell.label, None)
        cells = [*cells, *reversed(facts.values())]
    return cells


def _why_fixed(found: Verdict, instead: Mapping[str, str]) -> str:
    """Why a cell becomes another; of what is written since, what it was before."""
    if found.fix in instead:
        return _(instead[found.fix])
    return said(found.message, found.params) or _(FIXES.get(found.fix, found.fix))


def mask(name: str, text: str) -> str:
    """A value as pages show it: numbers and phones masked, codes and yes or no in words."""
    known = fields().get(name)
    if known is None or not text or name == "office_phone":  # residents see that one
        return text
    if known.type == "number":
        return mask_id(text)
    if known.type == "phone":
        return mask_phone(text)
    if known.type == "community":
        return division_name(text) if text.isdigit() else text
    if name.startswith(TRAIT):
        text = str(masked_trait(name.removeprefix(TRAIT), text))
    if known.type == "yes":
        return {"true": _("yes"), "false": _("no")}.get(text, text)
    if known.type == "code" and known.codes:
        return _coded(known.codes, text)
    return mask_words(text) if known.type in ("text", "name") else text


def _coded(codes: str, text: str) -> str:
    try:
        return code_label(codes, text, get_language() or "")
    except KeyError:
        return text


_SHOWN = ("sex", "birth_on", "phone", "kind", "head_name", "floors", "area")
_OF_STAFF = ("staff_number", "office_phone")  # what becomes of a colleague's row; the rest goes nowhere


def _facts(records: Sequence[Record], today: date) -> list[Cell]:
    """The little of a new row by which one recognises it, with what the number of a person tells."""
    cells = []
    for record in records:
        if isinstance(record, ResidentRecord) and record.number:
            told = inspect(record.number, today=today)
            record = replace(record, sex=record.sex or told.sex, birth_on=record.birth_on or told.birth_on)
        for attribute in _OF_STAFF if isinstance(record, StaffRecord) else _SHOWN:
            value = getattr(record, attribute, None)
            if value in ("", None) or attribute not in fields():
                continue
            text = value.isoformat() if isinstance(value, date) else str(value)
            cells.append(Cell(label_of(attribute), "", mask(attribute, text)))
        if isinstance(record, TraitRecord):
            text = {True: "true", False: "false"}.get(record.value, "") if isinstance(record.value, bool) else ""
            name = f"{TRAIT}{record.kind}"
            cells.append(Cell(label_of(name), "", mask(name, text or str(record.value))))
    return cells[:6]


def groups(shown: ImportPage) -> list[tuple[str, str, str, str, int]]:
    """Fixes still to be decided: field, fix, both in words, and how many rows. That of new places is not among them,
    see `places_wanted`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pair, count(*) from exchange_stagedrow, unnest(pending) pair "
            "where imported_id = %s and verdict = 'fixable' and pair <> %s "
            "group by pair order by count(*) desc, pair limit 40",
            (shown.id, NEW_DOOR),
        )
        found = []
        for pair, count in cursor.fetchall():
            name, _colon, fix = pair.rpartition(":")
            found.append((name, fix, label_of(name), _(FIXES.get(fix, fix)), count))
    return found


def decided(shown: ImportPage) -> list[tuple[str, str, str, str, int, int]]:
    """Fixes that were decided: field, fix, both in words, and in how many rows each was accepted and declined."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select pair, count(*) filter (where verdict <> 'refused'), count(*) filter (where verdict = 'refused')
            from exchange_stagedrow, unnest(fixes) pair
            where imported_id = %s and (verdict <> 'refused' and pair <> all(pending)
                or verdict = 'refused' and ':declined' = any(reasons) and pending[1] = pair)
            group by pair order by count(*) desc, pair limit 40
            """,
            (shown.id,),
        )
        found = []
        for pair, accepted, declined in cursor.fetchall():
            name, _colon, fix = pair.rpartition(":")
            found.append((name, fix, label_of(name), _(FIXES.get(fix, fix)), accepted, declined))
    return found


def places_wanted(shown: ImportPage, *, after: int = 0) -> Mapping[str, Any]:
    """The buildings and doors that the file would add with its residents, {} when nothing waits for that decision:
    numbers of buildings, doors and rows; `listed`, a page of the buildings with the lines of their first rows, those
    behind the first `after`; `told`, how many are named up to here, and `next` what leads to more, 0 on the last."""
    waiting = StagedRow.objects.filter(imported=shown.id, verdict=FIXABLE, pending__contains=[NEW_DOOR])
    places = shown.plan.get("places", {})
    if not places or not waiting.exists():
        return {}
    listed, upto = places["listed"], after + _BUILDINGS
    return {
        **places,
        "listed": listed[after:upto],
        "told": min(upto, len(listed)),
        "next": upto if upto < len(listed) else 0,
    }


_BUILDINGS = 60  # named on one page


def patches_to_come(shown: ImportPage, *, on: date) -> list[int] | None:
    """The numbers of the patches that the new buildings would get, none while the community is not divided; None for a
    file that may name several communities."""
    compounds = {one["compound"] for one in shown.plan.get("places", {}).get("listed", ())}
    return patches_of_new(shown.community, compounds, on=on) if shown.community else None


def reasons(shown: ImportPage, tab: str) -> list[tuple[str, str, int]]:
    """Why rows are refused, or of CELLS why cells are left out: the key, the words, and how many rows."""
    which = "not verdict = 'refused' and not reasons = '{}'" if tab == CELLS else "verdict = 'refused'"
    with connection.cursor() as cursor:
        cursor.execute(
            "select one, count(*) from exchange_stagedrow, unnest(reasons) one "
            f"where imported_id = %s and {which} group by one order by count(*) desc, one",
            (shown.id,),
        )
        return [(key, _reason_words(key), count) for key, count in cursor.fetchall()]


def cells_left_out(shown: ImportPage) -> int:
    """How many rows are taken without a cell that cannot be right; 0 once the rows are removed."""
    return StagedRow.objects.filter(LEFT_OUT, imported=shown.id).count()


def _reason_words(key: str) -> str:
    name, _colon, message = key.partition(":")
    if f"{name}:" == TRAIT:
        kind, _colon, message = message.partition(":")
        name = f"{TRAIT}{kind}"
    if not name:
        return _PARAMS.sub("…", _(REASONS.get(message, message)))
    return with_label(name, _PARAMS.sub("…", _(message))) if message else label_of(name)


def duplicate_words(who: str) -> str:
    """What is said of a new person who is perhaps on record already."""
    return _(possible_duplicate()) % {"who": who}
