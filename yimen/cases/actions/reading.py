"""Opening a case or a complaint is a deed too: whoever reads about a person is on record."""

from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.cases.queries.follow_ups import Full, follow_up
from yimen.cases.queries.page import CasePage, page_of, page_sql
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.trail.record import look, record


def read(actor: Actor, *, number: str, at: datetime) -> CasePage:
    """Everything the page of a case shows, and one line on record that it was read: one statement does both."""
    require(actor, "case.read")
    sql, values = page_sql(actor, number, at=at)
    row = look(actor, "case.read", kind="case", at=at, sql=sql, values=values)
    if row is None:
        raise NotFound()
    return page_of(actor, row)


@transaction.atomic
def read_follow_up(actor: Actor, *, ref: str, at: datetime) -> Full:
    """A bad mark or a complaint in the resident's words, and one line on record that they were read."""
    require(actor, "follow_up.read")
    found = follow_up(actor, ref)
    subject, code = ("follow_up", found.id), found.line.division_code
    record(actor, "follow_up.read", subject=subject, division_code=code, at=at, is_read=True)
    return found
