"""Opening a case or a complaint is a deed too: whoever reads about a person is on record."""

from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.cases.queries.follow_ups import Full, follow_up
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


@transaction.atomic
def read_follow_up(actor: Actor, *, ref: str, at: datetime) -> Full:
    """A bad mark or a complaint in the resident's words, and one line on record that they were read."""
    require(actor, "follow_up.read")
    found = follow_up(actor, ref)
    subject, code = ("follow_up", found.id), found.line.division_code
    record(actor, "follow_up.read", subject=subject, division_code=code, at=at, is_read=True)
    return found
