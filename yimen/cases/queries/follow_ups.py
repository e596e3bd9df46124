"""Bad marks and complaints: seen above the handler, never by the handler."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.cases.models import FollowUp
from yimen.cases.rules import sealed
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.core.masking import mask_words


class Line(NamedTuple):
    """One follow-up in a list."""

    ref: str
    number: str
    kind: str
    case_number: str | None
    version_id: UUID | None
    about: str | None
    division_code: str
    opened_at: datetime
    due_on: date
    state: str


class Full(NamedTuple):
    """One follow-up with the resident's words."""

    id: UUID
    line: Line
    text: str
    contact: str
    rating: int | None
    answer: str
    answered_by: str
    answered_at: datetime | None


_COLUMNS = (
    "ref",
    "number",
    "kind",
    "case__number",
    "case__version_id",
    "about__name",
    "division_code",
    "opened_at",
    "due_on",
    "state",
)


PAGE = 50


def follow_ups(actor: Actor, *, state: str = "open", after: str = "", limit: int = PAGE) -> tuple[list[Line], str]:
    """Those this office answers or oversees, never those about oneself: open ones soonest due first, others latest due
    first; and what leads to the next page ("" on the last)."""
    require(actor, "follow_up.list")
    rows = visible_to(actor, FollowUp.objects.filter(state=state)).exclude(about_id=actor.account_id)
    sign, beyond = ("", "gt") if state == "open" else ("-", "lt")
    if after and (last := rows.filter(ref=after).first()):
        later = Q(due_on=last.due_on, **{f"id__{beyond}": last.id})
        rows = rows.filter(Q(**{f"due_on__{beyond}": last.due_on}) | later)
    rows = rows.order_by(f"{sign}due_on", f"{sign}id").values_list(*_COLUMNS)
    found = [Line(*row) for row in rows[: limit + 1]]
    return found[:limit], found[limit - 1].ref if len(found) > limit else ""


def follow_up(actor: Actor, ref: str) -> Full:
    """One of them in full; whoever shows it to somebody writes the record (`actions.reading`)."""
    require(actor, "follow_up.read")
    rows = visible_to(actor, FollowUp.objects.filter(ref=ref)).exclude(about_id=actor.account_id)
    found = rows.select_related("case", "about", "answered_by").first()
    if found is None:
        raise NotFound()
    case = found.case
    line = Line(
        found.ref,
        found.number,
        found.kind,
        case.number if case else None,
        case.version_id if case else None,
        found.about.name if found.about else None,
        found.division_code,
        found.opened_at,
        found.due_on,
        found.state,
    )
    return Full(
        found.id,
        line,
        mask_words(sealed.unseal(found.text, place=sealed.FOLLOW_UP, row=found.id)),
        sealed.unseal(found.contact, place=sealed.CONTACT, row=found.id),
        case.rating if case and found.kind == "rating" else None,
        found.answer,
        found.answered_by.name if found.answered_by else "",
        found.answered_at,
    )
