"""Read a file, judge its rows and keep them for the preview. Begun again from the start when it is interrupted."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yimen.core.actor import actor_again
from yimen.core.clock import local
from yimen.core.errors import N_
from yimen.core.files.pieces import opened
from yimen.core.files.reading import Unreadable
from yimen.core.ids import new_id
from yimen.core.many import insert_rows
from yimen.core.sentences import to_say
from yimen.exchange.actions.doors import note_places
from yimen.exchange.actions.judging import judged
from yimen.exchange.actions.run import Row, Run
from yimen.exchange.models import Import
from yimen.exchange.models import Mapping as Known
from yimen.exchange.reading import read
from yimen.exchange.rules.cells import Context, State
from yimen.exchange.rules.header import find_tables
from yimen.exchange.rules.imports import FIXABLE, JUDGED, KINDS, REFUSED, SAME, TABS, place_of, table_of
from yimen.exchange.rules.mapping import Plan, propose
from yimen.exchange.rules.plans import (
    HOW_TAKEN,
    chosen_plan,
    families,
    in_compound,
    is_unsure,
    kept_plan,
    owners_left,
    placed_in,
    private_phones,
    remembered,
)
from yimen.exchange.rules.rows import Parsed, ResidentRecord, parse
from yimen.exchange.rules.sealed import seal_body
from yimen.exchange.rules.sheets import Sentence, Sheet, Workbook, shown
from yimen.exchange.rules.staged import Body
from yimen.orgs.queries import community_names
from yimen.registry.rules.roster import HEADS
from yimen.trail.record import record

_SHAPE = {
    "id": "uuid",
    "imported_id": "uuid",
    "division_code": "text",
    "place": "bigint",
    "sheet": "int",
    "line": "int",
    "kind": "text",
    "verdict": "text",
    "would_be": "text",
    "fixes": "text[]",
    "pending": "text[]",
    "reasons": "text[]",
    "body": "bytea",
    "stays": "text[]",
}
_NOTHING = N_("No table was found in the file. Give each column a name in one row above the data.")
_ONE_COLUMN = N_(
    "The file holds a single column, which tells nobody from another. Put name, identity number, door and so on into "
    "columns of their own, each with its name above (in a .csv file parted by commas), and send it again."
)
_NO_ROWS = N_("The file has a header, but no row below it. Write the rows under the header and send it again.")
_OURS = N_("Something in the file could not be understood. Nothing was written. Tell the administrator %(ref)s.")
_log = logging.getLogger(__name__)
FILE_STATES = ("uploaded", "reading")


def stage(row: Import, at: datetime) -> None:
    """Bring an uploaded import to its preview, to the question about its columns, or to the refusal of the file."""
    try:
        with opened(row) as path, read(path, name=row.file_name) as workbook:
            _read(row, workbook, at)
    except Unreadable as error:
        _end(row, Import.State.REFUSED, at, problem=to_say(error.message, **error.params))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        _log.exception("The roster %s could not be read.", row.ref)
        _end(row, Import.State.REFUSED, at, problem=to_say(_OURS, ref=row.ref))


def _read(row: Import, workbook: Workbook, at: datetime) -> None:
    tables, notes = find_tables(workbook)
    if not tables:
        raise Unreadable(_NOTHING if any(map(_has_columns, workbook.sheets)) else _ONE_COLUMN)
    plan = in_compound(propose(tables, remembered=_remembered(row)), row.compound)
    kept = kept_plan(plan, [*notes, *plan.notes])
    if any(table.get("chosen") for table in row.plan.get("tables", ())):
        plan = chosen_plan(plan, row.plan)
    elif is_unsure(kept):
        row.plan = kept
        return _end(row, Import.State.MAPPING, at)
    if not row.plan.get("tables"):
        row.plan = kept
    goal = sum(table.table.sheet.row_count for table in plan.tables)
    if not _begin(row, goal, at):
        return None
    run = _run(row, plan, at)
    lines = _staged(row, plan, run, at)
    if lines is None:
        return None
    _tell(row, [*families(plan, lines), *placed_in(plan, run.named), *private_phones(plan), *owners_left(plan)])
    row.plan["places"] = _places(run)
    return _end(row, Import.State.READY, at)


def _has_columns(sheet: Sheet) -> bool:
    """Whether some row of a sheet holds more than one cell."""
    return any(sum(cell.value is not None for cell in row.cells) > 1 for row in sheet.rows)


def _staged(row: Import, plan: Plan, run: Run, at: datetime) -> dict[int, list[int]] | None:
    """Judge all rows and keep them. The lines of tables whose rows name several people; None when the import was thrown
    away meanwhile."""
    lines: dict[int, list[int]] = defaultdict(list)
    is_empty = True
    for batch in judged(run, _batches(plan, run)):
        is_empty = False
        note_places(run, batch)
        if not _keep(row, batch, at):
            return None
        for one in batch:
            if plan.tables[table := table_of(one.place)].table.own:
                lines[table].append(one.line)
    if is_empty:
        raise Unreadable(_NO_ROWS)
    return lines


def _run(row: Import, plan: Plan, at: datetime) -> Run:
    run = Run(actor_again(row.actor), row.community, row.evidence, local(at).date())
    run.chosen = {number: one.compound for number, one in enumerate(plan.tables) if one.compound}
    stem = Path(row.file_name).stem
    run.titles = {number: (one.table.title, one.table.name, stem) for number, one in enumerate(plan.tables)}
    return run


def _tell(row: Import, notes: Sequence[Sentence]) -> None:
    """Add sentences on how rows were taken to those about the file, in place of those of an earlier reading."""
    said = [[note.message, dict(note.params)] for note in notes]
    row.plan["notes"] = [*(one for one in row.plan["notes"] if one[0] not in HOW_TAKEN), *said]


def _places(run: Run) -> dict[str, Any]:
    """What the proposals to add places come to, and the buildings one by one, as many as a preview can carry."""
    listed = sorted(run.added.items(), key=lambda one: (one[0][0], one[0][1], len(one[0][2]), one[0][2]))
    return {
        "buildings": len(listed),
        "doors": sum(len(one.doors) for _key, one in listed),
        "rows": sum(one.rows for _key, one in listed),
        "listed": [
            {"compound": key[1], "building": key[2], "doors": len(one.doors), "rows": one.rows, "lines": one.lines}
            for key, one in listed[:_LISTED]
        ],
    }


_LISTED = 2_000  # buildings that a preview keeps by name: some 250 KB


def _remembered(row: Import) -> dict[str, Any]:
    """Mappings that this department or station has confirmed; the nearest division's first."""
    rows = Known.objects.filter(line=row.line, division_code__in=_above(row.division_code)).order_by("division_code")
    return {one.fingerprint: remembered(one.kind, one.fields, one.compound) for one in rows}


def _above(code: str) -> list[str]:
    return [code[:length] for length in (4, 6, 9, 12) if length <= len(code)]


@transaction.atomic
def _begin(row: Import, goal: int, at: datetime) -> bool:
    """Forget what an interrupted reading left. False when the import was thrown away meanwhile."""
    if not _still(row, FILE_STATES):
        return False
    row.rows.all()._raw_delete("default")
    row.state, row.done, row.goal, row.read_at, row.changed_at = Import.State.READING, 0, goal, at, at
    row.save(update_fields=["state", "done", "goal", "read_at", "changed_at", "plan"])
    return True


def _still(row: Import, states: Sequence[str]) -> bool:
    """Whether the import is still in one of these states; it stays so until the transaction ends."""
    return Import.objects.select_for_update().filter(id=row.id, state__in=states).exists()


def _batches(plan: Plan, run: Run) -> Iterator[list[Row]]:
    """Rows by the thousand, tables in the order in which they are applied, so that doors come before people."""
    known = community_names(run.actor.reach)
    context = Context(today=run.today, made_up=settings.MADE_UP_NUMBERS, communities=known)
    order = sorted(
        range(len(plan.tables)), key=lambda place: place_of(plan.tables[place].kind, is_head=True, table=place, line=0)
    )
    if order == sorted(order):
        passes = [parse(plan, context)]
    else:  # tables know one another, so all are gone through for each
        passes = [_only(table, parse(plan, context)) for table in order]
    made = (_row(found, plan, run) for one in passes for found in one)
    while batch := list(islice(made, JUDGED)):
        yield batch


def _only(table: int, rows: Iterator[Parsed]) -> Iterator[Parsed]:
    return (found for found in rows if found.table == table)


def _row(found: Parsed, plan: Plan, run: Run) -> Row:
    table, kind = plan.tables[found.table].table, plan.tables[found.table].kind
    residents = [one for one in found.records if isinstance(one, ResidentRecord)]
    is_head = any(one.relation in HEADS for one in residents)
    place = place_of(kind, is_head=is_head, table=found.table, line=found.number)
    cells = [shown(found.row.cell(column.index)) for column in table.columns]
    row = Row(place, found.number, kind, Body(cells=cells, records=found.records, findings=found.findings))
    if found.state is State.REFUSED:
        row.verdict, row.body.reason = REFUSED, "cells"
    elif kind not in KINDS[run.actor.role]:
        row.verdict, row.body.reason = REFUSED, "other_kind"
    return row


@transaction.atomic
def _keep(row: Import, batch: Sequence[Row], at: datetime) -> bool:
    if not _still(row, ("reading",)):
        return False
    insert_rows("exchange_stagedrow", _SHAPE, [_columns(row, one) for one in batch])
    row.done += len(batch)
    Import.objects.filter(id=row.id).update(done=row.done, changed_at=at)
    return True


def _columns(row: Import, one: Row) -> dict[str, Any]:
    row_id, findings = new_id(), one.body.findings
    fixes = sorted({f"{each.field}:{each.verdict.fix}" for each in findings if each.verdict.state is State.FIXABLE})
    is_open = bool(fixes) and one.verdict not in (SAME, REFUSED)  # what changes nothing needs no decision
    wrong = [f"{each.field}:{each.verdict.message}" for each in findings if each.verdict.state is State.REFUSED]
    return {
        "id": row_id,
        "imported_id": row.id,
        "division_code": row.division_code,
        "place": one.place,
        "sheet": table_of(one.place),
        "line": one.line,
        "kind": str(one.kind),
        "verdict": FIXABLE if is_open else one.verdict,
        "would_be": one.verdict,
        "fixes": fixes if is_open else [],
        "pending": fixes if is_open else [],
        "reasons": [f":{one.body.reason}"] if one.body.reason not in ("", "cells") else wrong[:5],
        "body": seal_body(one.body, row_id),
        "stays": [],
    }


@transaction.atomic
def _end(row: Import, state: str, at: datetime, *, problem: dict[str, Any] | None = None) -> None:
    """Leave the reading: what was found is told."""
    if not _still(row, FILE_STATES):
        return
    row.state, row.changed_at, row.problem = state, at, problem or {}
    row.counts = counted(row)
    row.goal = row.done
    row.save(update_fields=["state", "changed_at", "problem", "counts", "goal", "plan"])
    if state == Import.State.READY:
        actor = actor_again(row.actor)
        record(
            actor,
            "import.preview",
            subject=("import", row.ref),
            division_code=row.division_code,
            at=at,
            changes=row.counts,
        )


def counted(row: Import) -> dict[str, int]:
    """Rows by verdict; their sum is the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute("select verdict, count(*) from exchange_stagedrow where imported_id = %s group by 1", (row.id,))
        found = dict(cursor.fetchall())
    return {tab: int(found.get(tab, 0)) for tab in TABS}
