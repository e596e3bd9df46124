"""Rows into tables by COPY: sealed where the table keeps a value sealed, in one transaction with everything else."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from yimen.cases.rules import sealed
from yimen.core import bulk
from yimen.core.bulk import NULL, jsonb, moment, plain
from yimen.demo.desk import Desk
from yimen.demo.dividing import Division
from yimen.demo.staff import Staff
from yimen.demo.tables import (
    AbsenceRow,
    AccountRow,
    BeginningRow,
    CaseMaterialRow,
    CaseRow,
    DecisionRow,
    DraftRow,
    EntryRow,
    ExtensionRow,
    FollowUpRow,
    HandOverRow,
    MessageRow,
    OfficerRow,
    PatchRow,
    PauseRow,
    PlacementRow,
    PublicationRow,
    RatingRow,
    SeatRow,
    SkillRow,
    VisitRow,
)

Values = Sequence[Any]
_FORM = CaseRow._fields.index("form")


def write_staff(staff: Staff, *, password: str) -> None:
    """Accounts, seats, absences and skills; `password` is the stored hash of the cast."""
    _copy("access_account", AccountRow, (row._replace(password=row.password or password) for row in staff.accounts))
    _copy("access_seat", SeatRow, staff.seats)
    _copy("orgs_absence", AbsenceRow, staff.absences)
    _copy("orgs_skill", SkillRow, staff.skills)


def write_cases(desk: Desk, versions: Mapping[str, UUID]) -> None:
    """Cases with all that hangs on them, and their trail; `versions` gives the catalogue version of a matter."""
    _copy("cases_visit", VisitRow, map(_visit, desk.visits), extra=("secret_hash",))
    _copy("cases_case", CaseRow, (_case(row, versions) for row in desk.cases), extra=("version_id",))
    bulk.write_lines("cases_casematerial", CaseMaterialRow._fields, map(_material, desk.materials))
    _copy("cases_pause", PauseRow, desk.pauses)
    _copy("cases_extension", ExtensionRow, desk.extensions)
    _copy("cases_handover", HandOverRow, desk.offers)
    _copy("cases_decision", DecisionRow, desk.decisions)
    _copy("cases_rating", RatingRow, desk.ratings)
    _copy("cases_followup", FollowUpRow, map(_follow_up, desk.follow_ups), extra=("secret_hash",))
    _copy("cases_draft", DraftRow, map(_draft, desk.drafts))
    _copy("cases_message", MessageRow, map(_message, desk.messages))
    bulk.write_lines("trail_entry", (*EntryRow._fields, "request_id", "address"), map(_entry, desk.entries))


def write_division(division: Division) -> None:
    """Patches, what lies in them and who answers; needs the stairwells and the staff."""
    _copy("patches_patch", PatchRow, division.patches)
    _copy("patches_placement", PlacementRow, division.placements)
    _copy("patches_officer", OfficerRow, division.officers)
    _copy("patches_publication", PublicationRow, division.publications)
    _copy("patches_beginning", BeginningRow, division.beginnings)


def _draft(row: DraftRow) -> Values:
    content: Any = sealed.seal_values(row.content, place=sealed.DRAFT, row=row.id)
    return row._replace(content=content)


def _visit(row: VisitRow) -> Values:
    secret: Any = sealed.seal(row.secret, place=sealed.SECRET, row=row.id)
    return (*row._replace(secret=secret), sealed.secret_hash(row.secret))


def _case(row: CaseRow, versions: Mapping[str, UUID]) -> Values:
    cells: list[Any] = [*row, versions[row.item_code]]
    cells[_FORM] = sealed.seal_values(row.form, place=sealed.FORM, row=row.id) if row.form else None
    return cells


def _follow_up(row: FollowUpRow) -> Values:
    cells: dict[str, Any] = {
        "secret": sealed.seal(row.secret, place=sealed.CODE, row=row.id) if row.secret else None,
        "text": sealed.seal(row.text, place=sealed.FOLLOW_UP, row=row.id) if row.text else None,
        "contact": sealed.seal(row.contact, place=sealed.CONTACT, row=row.id) if row.contact else None,
    }
    return (*row._replace(**cells), sealed.secret_hash(row.secret) if row.secret else None)


def _message(row: MessageRow) -> Values:
    text: Any = sealed.seal(row.text, place=sealed.MESSAGE, row=row.id)
    return row._replace(text=text)


def _material(row: CaseMaterialRow) -> str:
    return (
        f"{row.id.hex}\t{row.case_id.hex}\t{row.material_code}\t{row.state}\t{plain(row.basis)}\t{plain(row.by_name)}\t"
        f"{moment(row.at)}\n"
    )


def _entry(row: EntryRow) -> str:
    account = NULL if row.account_id is None else row.account_id.hex
    acting_for = NULL if row.acting_for is None else row.acting_for.hex
    return (
        f"{row.id}\t{moment(row.at)}\t{row.verb}\t{account}\t{plain(row.actor_name)}\t{row.role}\t{row.seat}\t{acting_for}\t"
        f"{plain(row.acting_for_name)}\t{row.division_code}\t{row.subject_kind}\t{row.subject_id}\t"
        f"{jsonb(row.changes) if row.changes else '[]'}\t{plain(row.note)}\t{row.is_read}\t\t\n"
    )


def _copy(
    table: str,
    kind: Any,
    rows: Iterable[Values],
    *,
    extra: Sequence[str] = (),
) -> None:
    bulk.write(table, [*kind._fields, *extra], rows)
