"""Copies that leave the house go on record."""

from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.trail.record import record


@transaction.atomic
def export(actor: Actor, *, ref: str, division_code: str, at: datetime) -> None:
    """Write down that somebody took the refused rows of an import; the caller has found it within reach."""
    require(actor, "import.export")
    record(actor, "import.export", subject=("import", ref), division_code=division_code, at=at, is_read=True)
