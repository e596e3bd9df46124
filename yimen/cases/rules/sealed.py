"""What residents wrote or were given, at rest: sealed, each value bound to its column and row."""

import json
from typing import Any
from uuid import UUID

from yimen.cases.rules.numbers import normal_secret
from yimen.core.cipher import cipher

SECRET = "cases_visit.secret"  # noqa: S105 (a place, not a password)
FORM = "cases_case.form"
DRAFT = "cases_draft.content"
MESSAGE = "cases_message.text"
FOLLOW_UP = "cases_followup.text"
CONTACT = "cases_followup.contact"
CODE = "cases_followup.secret"

Blob = bytes | memoryview
_encode = json.JSONEncoder(ensure_ascii=False).encode


def seal(text: str, *, place: str, row: UUID) -> bytes:
    """Words for a column of one row."""
    return cipher().seal(text, place=place, row=row)


def unseal(blob: Blob | None, *, place: str, row: UUID) -> str:
    """The words again, "" when there are none."""
    return cipher().open(blob, place=place, row=row) if blob else ""


def seal_values(values: dict[str, Any], *, place: str, row: UUID) -> bytes:
    """Form values (JSON) for a column of one row."""
    return seal(_encode(values), place=place, row=row)


def unseal_values(blob: Blob | None, *, place: str, row: UUID) -> dict[str, Any]:
    """The form values again, {} when there are none."""
    values: dict[str, Any] = json.loads(unseal(blob, place=place, row=row) or "{}")
    return values


def secret_hashes(secret: str) -> list[bytes]:
    """All that a second secret, as typed, may stand as: two while keys are rotated."""
    return list(cipher().blinds("case_secret", normal_secret(secret)))


def secret_hash(secret: str) -> bytes:
    """What a second secret, as typed, is found by."""
    return cipher().blind("case_secret", normal_secret(secret))
