"""What a person decides before anything is written: columns, fixes, single rows."""

from collections.abc import Collection
from collections.abc import Mapping as Map
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yimen.access.check import require
from yimen.core.actor import Actor, actor_json
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.exchange.actions.staging import counted
from yimen.exchange.actions.uploading import import_in_reach, order
from yimen.exchange.models import Decision, Import, Mapping
from yimen.exchange.queries.imports import undone_since
from yimen.exchange.rules.fields import Kind, fields
from yimen.exchange.rules.imports import FIXABLE, KINDS, LONE_DOOR, NEW_DOOR, PLACES_APART, REFUSED
from yimen.exchange.rules.plans import LEFT_OUT
from yimen.registry.queries.places import compound_names
from yimen.trail.record import record

State = Import.State
_CHANGED = N_("This import is not waiting for a decision any more. Open it again to see how it stands.")


@transaction.atomic
def choose_columns(
    actor: Actor,
    *,
    ref: str,
    kinds: Map[int, str],
    columns: Map[tuple[int, int], str],
    at: datetime,
    compounds: Map[int, str] | None = None,
) -> Import:
    """Say what each column is, by table and column index ("" leaves it out), and have the file read so. `compounds`:
    the one to which rows of a table belong that name none, "" to leave it to each row.

    The mapping is remembered for this station or department under the header.
    """
    require(actor, "import.map")
    row = import_in_reach(actor, ref)
    if row.state not in (State.MAPPING, State.READY):
        raise Conflict(_CHANGED)
    known = fields()
    for number, table in enumerate(row.plan["tables"]):
        kind = kinds.get(number, table["kind"])
        if kind not in set(Kind) or Kind(kind) not in KINDS[actor.role]:
            raise RuleBroken(N_("Your post does not bring in rows of this kind. Choose another."), field=f"k{number}")
        taken: set[str] = set()
        for column in table["columns"]:
            chosen = columns.get((number, column["index"]), column["field"])
            if chosen and chosen not in known:
                raise RuleBroken(N_("This value is not in the list. Choose one from it."), field="field")
            if chosen in taken and not chosen.startswith(("ignored", "note")):
                raise RuleBroken(
                    N_("Two columns are said to be the same thing. Leave one of them out."),
                    field=f"c{number}-{column['index']}",
                )
            taken.add(chosen)
            column["field"], column["certainty"], column["why"] = chosen, 1.0, "remembered"
        table["compound"] = _compound(row, number, (compounds or {}).get(number, table.get("compound", "")))
        table["kind"], table["chosen"] = kind, True
        _remember(actor, table, at)
    row.state, row.changed_at, row.done, row.goal = State.UPLOADED, at, 0, 0
    row.actor = actor_json(actor)
    row.save(update_fields=["state", "changed_at", "plan", "done", "goal", "actor"])
    order(row)
    record(actor, "import.map", subject=("import", row.ref), division_code=row.division_code, at=at)
    return row


def _compound(row: Import, number: int, name: str) -> str:
    if name and name not in compound_names(row.community):
        raise RuleBroken(N_("This value is not in the list. Choose one from it."), field=f"p{number}")
    return name


def _remember(actor: Actor, table: Map[str, Any], at: datetime) -> None:
    labels = [(column["above"] + column["label"], column["field"]) for column in table["columns"]]
    left_out = {label: LEFT_OUT for label, _field in labels}  # a decision too, which the next file should not ask anew
    Mapping.objects.update_or_create(
        division_code=actor.reach,
        line=actor.line,
        fingerprint=table["fingerprint"],
        defaults={
            "kind": table["kind"],
            "compound": table["compound"],
            "fields": left_out | {label: name for label, name in labels if name},
            "by_account": actor.account_id,
            "at": at,
        },
    )


# "No fix of this row is left" makes it what it would be; a fix that is declined refuses it.
_ACCEPT = """
update exchange_stagedrow set pending = array_remove(pending, %(pair)s),
    verdict = case when array_remove(pending, %(pair)s) = '{}' then would_be else verdict end
where imported_id = %(import)s and verdict = 'fixable' and %(pair)s = any(pending)
"""
_DECLINE = """
update exchange_stagedrow set pending = array_prepend(%(pair)s, array_remove(pending, %(pair)s)),
    verdict = 'refused', reasons = array_append(reasons, ':declined')
where imported_id = %(import)s and verdict = 'fixable' and %(pair)s = any(pending)
"""
_TAKE_BACK = """
update exchange_stagedrow set
    pending = case when %(pair)s = any(pending) then pending else array_append(pending, %(pair)s) end,
    verdict = case when verdict = 'refused' and %(pair)s <> all(pending) then verdict else 'fixable' end,
    reasons = case when %(pair)s = any(pending) then array_remove(reasons, ':declined') else reasons end
where imported_id = %(import)s and %(pair)s = any(fixes) and (%(pair)s <> all(pending)
    or verdict = 'refused' and ':declined' = any(reasons) and pending[1] = %(pair)s)
"""
_ACCEPT_ALL = """
update exchange_stagedrow set
    pending = array(select one from unnest(pending) one where one = any(%(apart)s)),
    verdict = case when pending && %(apart)s then verdict else would_be end
where imported_id = %(import)s and verdict = 'fixable' and not pending <@ %(apart)s
"""
_ACCEPT_ROW = """
update exchange_stagedrow set pending = '{}', verdict = would_be
where imported_id = %(import)s and verdict = 'fixable' and place = %(place)s
"""
_LEAVE_OUT = """
update exchange_stagedrow set verdict = 'refused', reasons = array_append(reasons, ':left_out')
where imported_id = %(import)s and place = %(place)s and verdict <> 'refused'
"""
_TAKE_BACK_ROW = """
update exchange_stagedrow set pending = fixes, verdict = case when fixes = '{}' then would_be else 'fixable' end,
    reasons = array_remove(array_remove(reasons, ':declined'), ':left_out')
where imported_id = %(import)s and place = %(place)s and would_be <> 'refused'
    and (reasons && '{:declined,:left_out}' or not pending @> fixes)
"""


@transaction.atomic
def decide_fix(
    actor: Actor, *, ref: str, field: str, fix: str, accept: bool | None, at: datetime, expected: int | None = None
) -> Import:
    """Accept or decline one fix of one field in all similar rows, or take back what was decided about it (None).
    Declined rows are left out.

    Conflict where it was decided otherwise meanwhile, or other rows wait for it than the `expected` ones.
    """
    row = _ready(actor, ref)
    if accept is not None:
        _refuse_stale(row, f"{field}:{fix}", accept, expected)
    statement = _TAKE_BACK if accept is None else _ACCEPT if accept else _DECLINE
    _decide(actor, row, statement, accept, at, field=field, fix=fix)
    return row


@transaction.atomic
def accept_all(actor: Actor, *, ref: str, at: datetime) -> Import:
    """Accept every proposed fix but those that add places: buildings and doors that the register lacks are added by
    decisions of their own (`decide_fix` of NEW_DOOR, and of LONE_DOOR where they may be slips)."""
    row = _ready(actor, ref)
    _decide(actor, row, _ACCEPT_ALL, True, at)
    return row


@transaction.atomic
def decide_row(actor: Actor, *, ref: str, place: int, accept: bool | None, at: datetime) -> Import:
    """Accept the fixes of one row, leave the row out, or take back what was decided about it (None).

    Conflict where a row to be accepted was left out meanwhile.
    """
    row = _ready(actor, ref)
    verdict = row.rows.filter(place=place).values_list("verdict", flat=True).first()
    if verdict is None:
        raise NotFound()
    if accept and verdict == REFUSED:
        raise Conflict(_LEFT_OUT_SINCE)
    statement = _TAKE_BACK_ROW if accept is None else _ACCEPT_ROW if accept else _LEAVE_OUT
    _decide(actor, row, statement, accept, at, place=place)
    return row


def _ready(actor: Actor, ref: str) -> Import:
    """An import whose preview waits for decisions, locked."""
    require(actor, "import.fix")
    row = import_in_reach(actor, ref)
    if row.state != State.READY:
        raise Conflict(_CHANGED)
    return row


def _refuse_stale(row: Import, pair: str, accept: bool, expected: int | None) -> None:
    """Refuse what was decided on a page that shows no more how things stand; the same decision twice is one."""
    of_pair = row.rows.filter(fixes__contains=[pair])
    waiting = of_pair.filter(verdict=FIXABLE, pending__contains=[pair]).count()
    left_out = of_pair.filter(verdict=REFUSED).count()
    accepted = of_pair.exclude(verdict=REFUSED).exclude(pending__contains=[pair]).count()
    is_as_shown = waiting > 0 if expected is None else waiting == expected
    is_as_said = not waiting and (accepted if accept else left_out) >= (expected or 1)
    if is_as_shown or is_as_said or not (waiting or accepted or left_out):
        return
    counts = {"accepted": f"{accepted:,}", "left_out": f"{left_out:,}", "waiting": f"{waiting:,}"}
    raise Conflict(_DECIDED_SINCE, **counts)


def _decide(
    actor: Actor,
    row: Import,
    statement: str,
    accept: bool | None,
    at: datetime,
    *,
    field: str = "",
    fix: str = "",
    place: int | None = None,
) -> None:
    with connection.cursor() as cursor:
        pair, apart = f"{field}:{fix}", list(PLACES_APART)
        cursor.execute(statement, {"import": row.id, "pair": pair, "place": place or 0, "apart": apart})
        touched = cursor.rowcount
    if not touched:
        return
    row.counts, row.changed_at = counted(row), at
    row.save(update_fields=["counts", "changed_at"])
    if accept is not None:
        Decision.objects.create(
            imported=row,
            division_code=row.division_code,
            field=field,
            fix=fix,
            place=place,
            is_accepted=accept,
            rows=touched,
            by_account=actor.account_id,
            at=at,
        )
    what = {"fix": f"{field}:{fix}"} if fix else {"row": place} if place else {"fix": "all"}
    changes = {**what, "accepted": accept, "rows": touched}
    record(actor, "import.fix", subject=("import", row.ref), division_code=row.division_code, at=at, changes=changes)


_DECIDED_SINCE = N_(
    "This was decided in another window meanwhile: %(accepted)s rows accepted, %(left_out)s left out, %(waiting)s "
    "still waiting. What you chose just now was not carried out; below is how it stands now. To decide otherwise, "
    "first take the decision back."
)
_LEFT_OUT_SINCE = N_(
    "This row was left out in another window meanwhile, so its fix was not accepted. It stands among the refused ones; "
    "to accept it after all, take that back there."
)


@transaction.atomic
def apply(actor: Actor, *, ref: str, at: datetime, accept_fixes: bool = False, accept: Collection[str] = ()) -> Import:
    """Have the new and changed rows written, with every proposed fix but those of places (`accept_fixes`) and with
    single fixes ("field:fix") accepted first. Rows nobody decided on are refused; a second order changes nothing,
    whatever it accepts.

    RuleBroken where nothing would be written and rows wait for a decision: they would be lost, and the file sent again.
    Conflict before the preview is ready, where another import was undone since it was made, and once this one has been
    undone or thrown away.
    """
    require(actor, "import.apply")
    row = import_in_reach(actor, ref)
    if row.state in (State.APPLYING, State.APPLIED):
        return row
    if row.state != State.READY:
        raise Conflict(_NOT_READY if row.state in _TO_COME else _ENDED)
    if undone_since(actor, row):
        raise Conflict(_STALE)
    if accept_fixes:
        _decide(actor, row, _ACCEPT_ALL, True, at)
    for field, fix in (pair.split(":") for pair in accept):
        _decide(actor, row, _ACCEPT, True, at, field=field, fix=fix)
    _refuse_nothing(row)
    with connection.cursor() as cursor:
        cursor.execute(
            "update exchange_stagedrow set verdict = %s, pending = '{}', reasons = array_append(reasons, "
            "case when %s = any(pending) then ':door_unknown' else ':undecided' end) "
            "where imported_id = %s and verdict = %s",
            (REFUSED, LONE_DOOR, row.id, FIXABLE),
        )
    row.counts = counted(row)
    row.state, row.changed_at, row.actor = State.APPLYING, at, actor_json(actor)
    row.done, row.goal, row.mark = 0, row.counts["new"] + row.counts["changed"], 0
    row.save(update_fields=["state", "changed_at", "actor", "counts", "done", "goal", "mark"])
    order(row)
    record(
        actor,
        "import.apply",
        subject=("import", row.ref),
        division_code=row.division_code,
        at=at,
        changes=row.counts,
    )
    return row


def _refuse_nothing(row: Import) -> None:
    """Refuse an order that would only throw away what waits for a decision."""
    counts = row.counts
    if counts["new"] or counts["changed"] or not counts["fixable"]:
        return
    waiting = row.rows.filter(verdict=FIXABLE)
    if waiting.exclude(pending__contained_by=PLACES_APART).exists():
        raise RuleBroken(_NO_FIX, field="accept_fixes", rows=f"{counts['fixable']:,}")
    is_lone = not waiting.filter(pending__contains=[NEW_DOOR]).exists()
    field = "accept_lone_doors" if is_lone else "accept_places"
    raise RuleBroken(_NO_PLACE, field=field, rows=f"{counts['fixable']:,}")


_NO_FIX = N_(
    "Nothing would be written: %(rows)s rows wait for a decision. Accept the proposed fixes, and the buildings and "
    "doors that are not on record, or leave the rows out; then apply."
)
_NO_PLACE = N_(
    "Nothing would be written: %(rows)s rows live at buildings or doors that are not on record, and nobody has decided "
    "on these. Add them or leave the rows out; then apply."
)
_STALE = N_(
    "This preview was made before another import was undone, so its counts no longer hold. Have the file read again, "
    "or bring it in again; then apply."
)
_NOT_READY = N_("The preview is not ready. Wait for it, then look at it and apply.")
_ENDED = N_("This import was undone or thrown away. Bring the file in again to write its rows.")
_TO_COME = (State.UPLOADED, State.MAPPING, State.READING)
