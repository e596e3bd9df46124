"""Bad marks and complaints: seen above the handler, never by the handler."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from yimen.access.check import require
from yimen.access.scope import LAST, visible_to
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
    community_code: str  # "" if an older release wrote it

    @property
    def place(self) -> str:
        """Where it comes from."""
        return self.community_code or self.division_code


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
    "community_code",
)


PAGE = 50
COUNTED = 2000  # a count goes no further: more are told as "2000+"
KINDS = ("rating", "complaint")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list of follow-ups shows, and the ref of the one it goes on after. `division`: where they come from."""

    state: str = "open"
    kind: str = ""
    division: str = ""
    after: str = ""


def follow_ups(actor: Actor, sought: Sought = Sought(), *, limit: int = PAGE) -> tuple[list[Line], str, int]:
    """Those this office answers or oversees, never those about oneself: open ones soonest due first, others latest due
    first; what leads to the next page ("" on the last); and how many there are in all, counted up to COUNTED."""
    require(actor, "follow_up.list")
    rows = _rows(actor, sought)
    counted = rows.order_by().values(same=Value(1))[:COUNTED]
    sign, beyond = ("", "gt") if sought.state == "open" else ("-", "lt")
    page = rows
    if sought.after and (last := rows.filter(ref=sought.after).first()):
        later = Q(due_on=last.due_on, **{f"id__{beyond}": last.id})
        page = rows.filter(Q(**{f"due_on__{beyond}": last.due_on}) | later)
    page = page.order_by(f"{sign}due_on", f"{sign}id").annotate(total=_Total(counted))
    found = list(page.values_list(*_COLUMNS, "total")[: limit + 1])
    lines = [Line(*row[:-1]) for row in found]
    return lines[:limit], lines[limit - 1].ref if len(lines) > limit else "", found[0][-1] if found else 0


class _Total(Subquery):
    """How many rows another question has: asked once, whatever the number of rows it is told with."""

    template = "(select count(*) from (%(subquery)s) counted)"
    output_field = IntegerField()


def _rows(actor: Actor, sought: Sought) -> "QuerySet[FollowUp, FollowUp]":
    rows = visible_to(actor, FollowUp.objects.filter(state=sought.state)).exclude(about_id=actor.account_id)
    if sought.kind:
        rows = rows.filter(kind=sought.kind)
    if sought.division:  # the same place as `slices.FOLLOW_UP_PLACE`
        rows = rows.annotate(place=Coalesce(NullIf("community_code", Value("")), "division_code"))
        rows = rows.filter(place__gte=sought.division, place__lt=sought.division + LAST)
    return rows


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
        found.community_code,
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
