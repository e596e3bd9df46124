"""Rows into tables by COPY: sealed where the table keeps a value sealed, in one transaction with everything else."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.cases.rules import sealed
from yimen.demo.desk import Desk
from yimen.demo.staff import Staff
from yimen.demo.tables import (
    AbsenceRow,
    AccountRow,
    CaseMaterialRow,
    CaseRow,
    DecisionRow,
    DraftRow,
    EntryRow,
    ExtensionRow,
    FollowUpRow,
    HandOverRow,
    MessageRow,
    PauseRow,
    RatingRow,
    SeatRow,
    SkillRow,
    VisitRow,
)

Values = Sequence[Any]


def write_staff(staff: Staff, *, password: str) -> None:
    """Accounts, seats, absences and skills; `password` is the stored hash of the cast."""
    _copy("access_account", AccountRow, (row._replace(password=row.password or password) for row in staff.accounts))
    _copy("access_seat", SeatRow, staff.seats)
    _copy("orgs_absence", AbsenceRow, staff.absences)
    _copy("orgs_skill", SkillRow, staff.skills)


def write_cases(desk: Desk, versions: Mapping[str, UUID]) -> None:
    """Cases with all that hangs on them; `versions` gives the catalogue version of a matter."""
    _copy("cases_visit", VisitRow, map(_visit, desk.visits), extra=("secret_hash",))
    _copy("cases_case", CaseRow, (_case(row, versions) for row in desk.cases), extra=("version_id",))
    _copy("cases_casematerial", CaseMaterialRow, desk.materials)
    _copy("cases_pause", PauseRow, desk.pauses)
    _copy("cases_extension", ExtensionRow, desk.extensions)
    _copy("cases_handover", HandOverRow, desk.offers)
    _copy("cases_decision", DecisionRow, desk.decisions)
    _copy("cases_rating", RatingRow, (row._replace(tags=_json(row.tags)) for row in desk.ratings))  # type: ignore[arg-type]  # JSON text
    _copy("cases_followup", FollowUpRow, map(_follow_up, desk.follow_ups), renamed={"secret": "secret_hash"})
    _copy("cases_draft", DraftRow, map(_draft, desk.drafts))
    _copy("cases_message", MessageRow, map(_message, desk.messages))


def hold_entries(entries: Iterable[EntryRow]) -> None:
    """Keep entries aside until all are there: the trail is read in the order of its numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table if not exists demo_entry on commit drop as "
            f"select {', '.join(EntryRow._fields)} from trail_entry with no data"
        )
    _copy("demo_entry", EntryRow, (row._replace(changes=_json(row.changes)) for row in entries))


def write_entries() -> None:
    """The entries held aside, in the order of time."""
    columns = ", ".join(EntryRow._fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into trail_entry ({columns}, request_id, address) "
            f"select {columns}, '', '' from demo_entry order by at"
        )


def _draft(row: DraftRow) -> Values:
    content: Any = sealed.seal_values(row.content, place=sealed.DRAFT, row=row.id)
    return row._replace(content=content)


def _visit(row: VisitRow) -> Values:
    secret = sealed.seal(row.secret, place=sealed.SECRET, row=row.id)
    return (*row._replace(secret=secret), sealed.secret_hash(row.secret))  # type: ignore[arg-type]  # sealed


def _case(row: CaseRow, versions: Mapping[str, UUID]) -> Values:
    form = sealed.seal_values(row.form, place=sealed.FORM, row=row.id) if row.form else None
    return (*row._replace(form=form), versions[row.item_code])  # type: ignore[arg-type]  # sealed


def _follow_up(row: FollowUpRow) -> Values:
    cells: dict[str, Any] = {
        "secret": sealed.secret_hash(row.secret) if row.secret else None,
        "text": sealed.seal(row.text, place=sealed.FOLLOW_UP, row=row.id) if row.text else None,
        "contact": sealed.seal(row.contact, place=sealed.CONTACT, row=row.id) if row.contact else None,
    }
    return row._replace(**cells)


def _message(row: MessageRow) -> Values:
    text: Any = sealed.seal(row.text, place=sealed.MESSAGE, row=row.id)
    return row._replace(text=text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _copy(
    table: str,
    kind: Any,
    rows: Iterable[Values],
    *,
    extra: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> None:
    columns = [(renamed or {}).get(name, name) for name in kind._fields] + list(extra)
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)
