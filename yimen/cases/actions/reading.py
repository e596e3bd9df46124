"""Opening a case is a deed too: whoever reads about a person is on record."""

from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.cases.queries.page import CasePage, case_page
from yimen.core.actor import Actor
from yimen.trail.record import record


@transaction.atomic
def read(actor: Actor, *, number: str, at: datetime) -> CasePage:
    """Everything the page of a case shows, and one line on record that it was read."""
    require(actor, "case.read")
    found = case_page(actor, number, at=at)
    case = found.case
    record(actor, "case.read", subject=("case", case.id), division_code=case.division_code, at=at, is_read=True)
    return found
