"""Rows of tables that have no bulk door of their own, in the order of their columns. Values are plain; what the
table keeps sealed is sealed when it is written (`yimen.demo.writing`)."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID


class AccountRow(NamedTuple):
    """access_account; `password` is what is stored, "" for the cast (their hash is filled in when written)."""

    id: UUID
    ref: str
    username: str
    name: str
    password: str
    phone: str
    language: str
    is_active: bool
    created_at: datetime
    left_at: datetime | None


class SeatRow(NamedTuple):
    """access_seat"""

    id: UUID
    ref: str
    account_id: UUID
    role: str
    division_code: str
    line: str
    post: str
    side: str
    from_on: date
    to_on: date | None


class AbsenceRow(NamedTuple):
    """orgs_absence"""

    id: UUID
    ref: str
    account_id: UUID
    division_code: str
    from_at: datetime
    to_at: datetime
    reason: str
    note: str


class SkillRow(NamedTuple):
    """orgs_skill, whose id the database gives"""

    account_id: UUID
    item_code: str
    grade: str
    since_on: date


class DraftRow(NamedTuple):
    """cases_draft; `content` is plain: an application as `yimen.cases.rules.application` keeps it"""

    id: UUID
    ref: str
    division_code: str
    account_id: UUID
    resident_id: UUID
    content: dict[str, Any]
    updated_at: datetime
    expires_at: datetime


class VisitRow(NamedTuple):
    """cases_visit; `secret` is plain"""

    id: UUID
    number: str
    secret: str
    division_code: str
    at: datetime


class CaseRow(NamedTuple):
    """cases_case; `form` is plain, and the version is found by the item"""

    id: UUID
    number: str
    visit_id: UUID
    division_code: str
    item_code: str
    resident_id: UUID
    via: str
    proxy_name: str
    proxy_relation: str
    post: str
    department: str
    decision_level: str
    is_restricted: bool
    state: str
    desk_code: str
    first_asked_id: UUID
    owner_id: UUID | None
    hand_overs: int
    accepted_at: datetime
    promised_days: int
    legal_days: int | None
    extended_days: int
    due_on: date | None
    due_at: datetime | None
    legal_due_on: date | None
    is_provisional: bool
    is_paused: bool
    warned: str
    waiting_for: str
    form: dict[str, Any]
    outcome: str
    decided_at: datetime | None
    closed_at: datetime | None
    reopened: int
    reopened_at: datetime | None
    returned_at: datetime | None
    changed_at: datetime | None
    rating: int | None
    edition: int


class CaseMaterialRow(NamedTuple):
    """cases_casematerial"""

    id: UUID
    case_id: UUID
    material_code: str
    state: str
    basis: str
    by_name: str
    at: datetime


class PauseRow(NamedTuple):
    """cases_pause"""

    id: UUID
    case_id: UUID
    kind: str
    reason: str
    from_at: datetime
    to_at: datetime | None


class ExtensionRow(NamedTuple):
    """cases_extension"""

    id: UUID
    case_id: UUID
    days: int
    reason: str
    asked_by_id: UUID
    asked_at: datetime
    state: str
    answered_by_id: UUID | None
    answered_at: datetime | None
    answer: str


class HandOverRow(NamedTuple):
    """cases_handover"""

    id: UUID
    ref: str
    case_id: UUID
    from_account_id: UUID
    to_account_id: UUID
    reason: str
    at: datetime
    state: str
    answer: str
    answered_at: datetime | None


class DecisionRow(NamedTuple):
    """cases_decision"""

    id: UUID
    case_id: UUID
    document_no: str
    outcome: str
    text: str
    decided_by_id: UUID
    division_code: str
    at: datetime


class RatingRow(NamedTuple):
    """cases_rating"""

    id: UUID
    case_id: UUID
    round: int
    level: int
    tags: tuple[str, ...]
    comment: str
    at: datetime


class FollowUpRow(NamedTuple):
    """cases_followup; `text`, `contact` and `secret` are plain"""

    id: UUID
    ref: str
    kind: str
    case_id: UUID | None
    division_code: str
    community_code: str
    about_id: UUID | None
    number: str
    secret: str
    text: str
    contact: str
    opened_at: datetime
    due_on: date
    state: str
    answer: str
    answered_by_id: UUID | None
    answered_at: datetime | None


class MessageRow(NamedTuple):
    """cases_message; `text` is plain"""

    id: UUID
    case_id: UUID
    from_resident: bool
    by_name: str
    text: str
    at: datetime


class BeginningRow(NamedTuple):
    """patches_beginning"""

    division_code: str
    from_on: date


class PatchRow(NamedTuple):
    """patches_patch"""

    id: UUID
    ref: str
    division_code: str
    code: str
    number: int
    from_on: date


class PlacementRow(NamedTuple):
    """patches_placement"""

    id: UUID
    division_code: str
    stairwell_id: UUID
    patch_id: UUID
    from_on: date


class OfficerRow(NamedTuple):
    """patches_officer"""

    id: UUID
    ref: str
    division_code: str
    patch_id: UUID
    account_id: UUID
    side: str
    from_on: date


class PublicationRow(NamedTuple):
    """patches_publication"""

    id: UUID
    ref: str
    division_code: str
    from_on: date
    at: datetime
    by_name: str
    by_account: UUID
    reason: str
    before: dict[str, int]
    officers_before: dict[str, dict[str, str]]
    moved: int


class EntryRow(NamedTuple):
    """trail_entry"""

    id: int  # rises with the time, over all communities
    at: datetime
    verb: str
    account_id: UUID | None
    actor_name: str
    role: str
    seat: str
    acting_for: UUID | None
    acting_for_name: str
    division_code: str
    subject_kind: str
    subject_id: str
    changes: Any
    note: str
    is_read: bool
