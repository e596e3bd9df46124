"""What the resident takes home: the receipt of a visit, and the once-only notice of a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yimen.cases.models import Case, Visit
from yimen.cases.queries.intake import promise_is_provisional
from yimen.cases.queries.papers import basis_words
from yimen.cases.queries.scope import known_to, stands_in_for
from yimen.cases.queries.words import material_name, matter_name
from yimen.cases.rules import normal_number, sealed
from yimen.catalogue.rules import MaterialState
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import NotFound
from yimen.orgs import queries as orgs
from yimen.registry import queries as registry


@dataclass(frozen=True, slots=True)
class ReceiptCase:
    """One matter on a receipt. `owner` is "" while it waits to be claimed: the first asked stays answerable."""

    number: str
    name: str
    due_on: date | None
    provisional: bool
    promised: int
    owner: str
    pool: str
    papers: Sequence[tuple[str, str, str]]  # name, state, why

    @property
    def missing(self) -> list[str]:
        """The papers still to come."""
        return [name for name, state, _why in self.papers if state == MaterialState.MISSING]


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """A visit as its receipt shows it. `secret` is for the printed copy and for the first look at the screen."""

    number: str
    secret: str
    at: datetime
    division_code: str
    resident: str
    resident_ref: str
    id_masked: str
    phone_masked: str
    proxy: tuple[str, str]
    taker: str
    taker_phone: str
    is_mine: bool
    cases: Sequence[ReceiptCase]


def receipt_page(actor: Actor, number: str, *, at: datetime) -> ReceiptPage:
    """The receipt of a visit in reach, with the cases this actor may know of. NotFound when there is none."""
    known = known_to(actor, standing=stands_in_for(actor, at=at))
    rows = (
        Case.objects.filter(known, visit__number=normal_number(number))
        .select_related("owner", "first_asked")
        .order_by("number")
    )
    cases = list(rows.prefetch_related("materials"))
    if not cases:
        raise NotFound()
    first = cases[0]
    visit = Visit.objects.get(pk=first.visit_id)
    taker = first.first_asked
    person = registry.known([first.resident_id])[first.resident_id]
    return ReceiptPage(
        number=visit.number,
        secret=sealed.unseal(visit.secret, place=sealed.SECRET, row=visit.id),
        at=visit.at,
        division_code=visit.division_code,
        resident=person.name,
        resident_ref=person.ref,
        id_masked=person.id_masked,
        phone_masked=person.phone_masked,
        proxy=(first.proxy_name, first.proxy_relation),
        taker=taker.name,
        taker_phone=taker.phone,
        is_mine=taker.id == actor.account_id,
        cases=[_case(case) for case in cases],
    )


def _case(case: Case) -> ReceiptCase:
    return ReceiptCase(
        number=case.number,
        name=matter_name(case.version_id),
        due_on=case.due_on,
        provisional=promise_is_provisional(case.due_on, case.accepted_at),
        promised=case.promised_days,
        owner=case.owner.name if case.owner else "",
        pool="" if case.owner else orgs.post_name(case.post),
        papers=[
            (material_name(paper.material_code), paper.state, basis_words(paper.basis))
            for paper in sorted(case.materials.all(), key=lambda paper: (paper.state != "missing", paper.material_code))
        ],
    )


def counts_from(at: datetime) -> date:
    """The first day that counts: the working day after the day of acceptance."""
    return orgs.working_calendar().next_working(local(at).date())
