"""What was said at doors and on the telephone, at rest: sealed, each value bound to its column and row."""

import json
from typing import Any
from uuid import UUID

from yimen.core.cipher import cipher

NOTE = "visits_visit.note"
FINDING = "visits_finding.content"
PHONE = "visits_contact.phone"
WORDS = "visits_contact.words"
ANSWER = "visits_contact.answer"
JOURNAL = "visits_journalnote.words"

Blob = bytes | memoryview


def seal(text: str, *, place: str, row: UUID) -> bytes | None:
    """Words for a column of one row; None for none."""
    return cipher().seal(text, place=place, row=row) if text else None


def unseal(blob: Blob | None, *, place: str, row: UUID) -> str:
    """The words again, "" when there are none."""
    return cipher().open(blob, place=place, row=row) if blob else ""


def seal_values(values: dict[str, Any], *, place: str, row: UUID) -> bytes | None:
    """Values (JSON) for a column of one row."""
    return seal(json.dumps(values, ensure_ascii=False), place=place, row=row)


def unseal_values(blob: Blob | None, *, place: str, row: UUID) -> dict[str, Any]:
    """The values again, {} when there are none."""
    values: dict[str, Any] = json.loads(unseal(blob, place=place, row=row) or "{}")
    return values


def phone_hash(phone: str) -> bytes:
    """What stands in the row of a caller's number. To find it, ask for `phone_hashes`."""
    return cipher().blind("phone", phone)


def phone_hashes(phone: str) -> list[bytes]:
    """All that a caller's number may be found by: two while keys are rotated."""
    return list(cipher().blinds("phone", phone))
