"""Accept one visit: several matters of one resident, dated, routed, with their papers, all in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import connection, transaction

from yimen.access import queries as access
from yimen.access.check import require
from yimen.cases.actions.loading import named
from yimen.cases.actions.numbering import case_numbers, fresh_secret
from yimen.cases.models import Case, CaseMaterial, Draft, Visit
from yimen.cases.queries.intake import wanted
from yimen.cases.queries.person import Person, person_at_counter
from yimen.cases.rules import State, Via, Waiting, clock_of, sealed
from yimen.cases.rules.application import (
    MOST_MATTERS,
    WHO_COMES,
    Application,
    Paper,
    Unfinished,
    application_of,
    asked_fields,
    is_about_the_dead,
    paper_of,
    submitted,
)
from yimen.catalogue import queries as catalogue
from yimen.catalogue.queries import Version
from yimen.catalogue.rules import AccessKind, FieldError, MaterialState, answered, checklist, form_values
from yimen.core.actor import Actor
from yimen.core.calendar import WorkingCalendar
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.core.reach import EVERYWHERE
from yimen.orgs import queries as orgs
from yimen.registry import actions as registry
from yimen.registry import queries as registry_queries
from yimen.registry.actions.keeping import keep_papers
from yimen.trail.record import record


@dataclass(frozen=True, slots=True)
class Taken:
    """One accepted matter. `is_pooled`: nobody who holds its post has claimed it yet."""

    number: str
    item_code: str
    due_on: date | None
    provisional: bool
    is_pooled: bool
    missing: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the resident takes home. `repeated`: the draft had been accepted before, nothing happened again."""

    number: str
    secret: str
    cases: tuple[Taken, ...]
    repeated: bool = False


@transaction.atomic
def accept(
    actor: Actor,
    *,
    at: datetime,
    draft_ref: str = "",
    resident_ref: str = "",
    application: Application | None = None,
    via: str = Via.DESK,
) -> Receipt:
    """Take in the matters of one visit: from a draft (`application` is then what its page holds now), or, over the API
    and in bulk, a resident and an application.

    The taker is the first asked of every case. Holders of the matter's post, and those who can do it alone, own it at
    once; anything else waits in the pool of its post. A draft is accepted once: the second time gives the same receipt.
    Refused with a sentence: a matter not in force, a second open case of a matter unless confirmed in `again`, a form
    that is not complete (`Unfinished`, all fields at once), an expired draft, the dead.
    """
    require(actor, "case.accept")
    if draft_ref:
        draft = _draft(actor, draft_ref)
        if draft.visit_id is not None:
            return receipt_of(draft.visit_id, repeated=True)
        _refuse_unless_mine(actor, draft, at)
        kept = application_of(sealed.unseal_values(draft.content, place=sealed.DRAFT, row=draft.id))
        resident_ref = draft.resident.ref if draft.resident else ""
        receipt, visit_id = _accepted(actor, resident_ref, application or kept, via, at)
        draft.submitted_at, draft.visit_id, draft.content = at, visit_id, None
        draft.save(update_fields=["submitted_at", "visit", "content"])
        return receipt
    return _accepted(actor, resident_ref, application or Application(), via, at)[0]


def _draft(actor: Actor, ref: str) -> Draft:
    rows = Draft.objects.select_for_update(of=("self",)).select_related("resident", "account")
    draft = rows.filter(ref=ref, division_code=actor.reach).first()
    if draft is None:
        raise NotFound()
    return draft


def _refuse_unless_mine(actor: Actor, draft: Draft, at: datetime) -> None:
    if draft.expires_at <= at:
        raise RuleBroken(
            N_("This draft ended on %(day)s. Start again from the resident: what is on file comes back by itself."),
            day=local(draft.expires_at).date().isoformat(),
        )
    if draft.account_id != actor.account_id:
        raise Conflict(
            N_("%(name)s is working on this draft. Take it over in the list first."), name=draft.account.name
        )


def receipt_of(visit_id: UUID, *, repeated: bool = False) -> Receipt:
    """The receipt of a visit that was accepted before."""
    visit = Visit.objects.get(pk=visit_id)
    cases = [
        Taken(
            case.number,
            case.item_code,
            case.due_on,
            case.is_provisional,
            case.owner_id is None,
            sum(paper.state == MaterialState.MISSING for paper in case.materials.all()),
        )
        for case in visit.cases.order_by("number").prefetch_related("materials")
    ]
    return Receipt(
        visit.number, sealed.unseal(visit.secret, place=sealed.SECRET, row=visit.id), tuple(cases), repeated=repeated
    )


@dataclass(frozen=True, slots=True)
class _Visit:
    """What holds for every case of the visit."""

    id: UUID
    actor: Actor
    person: Person
    application: Application
    via: str
    at: datetime
    today: date
    calendar: WorkingCalendar
    closing: time


def _accepted(
    actor: Actor, resident_ref: str, application: Application, via: str, at: datetime
) -> tuple[Receipt, UUID]:
    named(actor)
    today = local(at).date()
    person = person_at_counter(actor, resident_ref, at=at, household=application.is_proxy)
    if application.is_proxy and not person.proxy(application)[0].strip():
        raise RuleBroken(N_("Write the name of the person who came for the resident."), field="proxy_name")
    versions = [catalogue.version_on(code, today) for code in _chosen(application)]
    _refuse_the_dead(person, versions)
    _one_at_a_time(person.id)
    _refuse_doubles(person, versions, application)
    forms = _forms(person, versions, application)
    visit = _Visit(
        new_id(),
        actor,
        person,
        application,
        via,
        at,
        today,
        orgs.working_calendar(),
        orgs.closing_time(person.division_code),
    )
    numbers = case_numbers(person.division_code, today, len(versions))
    secret = fresh_secret()
    _keep_visit(visit, numbers[0], secret)
    able = _able(actor, versions, at)
    cases = [
        _case(visit, version, number, forms[version.code], version.code in able)
        for version, number in zip(versions, numbers, strict=True)
    ]
    papers = [(case, _papers(visit, version)) for case, version in zip(cases, versions, strict=True)]
    for case, kept in papers:
        short = any(paper.state is MaterialState.MISSING for paper in kept)
        case.waiting_for = Waiting.RESIDENT if short else Waiting.US
    Case.objects.bulk_create(cases)
    _keep_papers(visit, papers)
    _correct(visit, versions, numbers[0])
    for case, kept in papers:
        _record(visit, case, kept)
    return Receipt(numbers[0], secret, tuple(_taken(case, kept) for case, kept in papers)), visit.id


def _chosen(application: Application) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(application.matters))
    if not codes:
        raise RuleBroken(
            N_("Choose at least one matter: type its name or initials, or tick a suggestion."), field="matter"
        )
    if len(codes) > MOST_MATTERS:
        raise RuleBroken(
            N_("One visit holds at most %(most)s matters. Take the others in a second visit."),
            field="matter",
            most=MOST_MATTERS,
        )
    return codes


def _refuse_the_dead(person: Person, versions: Sequence[Version]) -> None:
    if person.is_dead and not all(is_about_the_dead(version.item) for version in versions):
        raise RuleBroken(
            N_("%(name)s has died on record. Take the matter for the relative who came, or correct the record first."),
            field="who",
            name=person.name,
        )


def _one_at_a_time(resident_id: UUID) -> None:
    """Two visits of one resident are accepted one after the other, so that the second sees the cases of the first."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 7))", (str(resident_id),))


def _refuse_doubles(person: Person, versions: Sequence[Version], application: Application) -> None:
    codes = [version.code for version in versions if version.code not in application.again]
    rows = (
        Case.objects.filter(resident_id=person.id, item_code__in=codes, closed_at=None)
        if codes
        else Case.objects.none()
    )
    with reaching(EVERYWHERE):  # also one that the station has which served them before
        found = rows.order_by("number").values_list("number", "item_code", "first_asked__name").first()
    if found is not None:
        raise RuleBroken(
            N_("%(number)s about the same matter is open with %(name)s. Go on there, or tick that this is another."),
            field=f"again-{found[1]}",
            number=found[0],
            name=found[2],
        )


def _forms(person: Person, versions: Sequence[Version], application: Application) -> dict[str, dict[str, object]]:
    """The values of each matter's form: from the registry where it knows, typed otherwise."""
    asked = asked_fields(version.item for version in versions)
    names = {(code, each.field.key): each.name for each in asked for code in each.items}
    values: dict[str, dict[str, object]] = {}
    problems: dict[str, str] = {}
    for version in versions:
        known = {
            each.key: application.new_value if each.fact == application.outdated else person.facts[each.fact]
            for each in version.item.form
            if not wanted(person, each, application)
        }
        typed = submitted(version.item, asked, application.fields)
        result = form_values((each for each in version.item.form if each.key not in known), typed)
        values[version.code] = {**{key: _plain(value) for key, value in known.items()}, **result.values}
        problems |= {names[version.code, error.field]: error.message for error in result.errors}
    if problems:
        raise Unfinished([FieldError(name, message) for name, message in problems.items()])
    return values


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool) else str(value)


def _able(actor: Actor, versions: Sequence[Version], at: datetime) -> set[str]:
    """The matters whose owner the taker is at once: of a post the taker holds in this community, or can do alone."""
    taker = named(actor)
    mine = {actor.post}
    if any(version.item.post not in mine for version in versions):
        seats = access.live_seats(taker, on=local(at).date())
        mine = {seat.post for seat in seats if seat.division_code == actor.reach}
    able = {version.code for version in versions if version.item.post in mine}
    return able | {
        version.code
        for version in versions
        if version.code not in able and orgs.grade_of(taker, version.code) == "alone"
    }


def _keep_visit(visit: _Visit, number: str, secret: str) -> None:
    row = Visit(
        id=visit.id,
        number=number,
        secret=sealed.seal(secret, place=sealed.SECRET, row=visit.id),
        secret_hash=sealed.secret_hash(secret),
        division_code=visit.person.division_code,
        at=visit.at,
    )
    Visit.objects.bulk_create([row])


def _case(visit: _Visit, version: Version, number: str, form: Mapping[str, object], owned: bool) -> Case:
    item, person, application = version.item, visit.person, visit.application
    clock = clock_of(
        visit.calendar,
        accepted_at=visit.at,
        promised=item.promised_days,
        legal=item.legal_days,
        closing=visit.closing,
    )
    case_id = new_id()
    proxy_name, proxy_relation = person.proxy(application)
    return Case(
        id=case_id,
        number=number,
        visit_id=visit.id,
        division_code=person.division_code,
        item_code=version.code,
        version_id=version.id,
        resident_id=person.id,
        via=visit.via,
        proxy_name=proxy_name[:50],
        proxy_relation=proxy_relation[:20],
        post=item.post,
        department=item.department,
        decision_level=str(item.decision_level),
        is_restricted=item.access is AccessKind.RESTRICTED,
        state=State.OPEN,
        desk_code=person.division_code,
        first_asked_id=named(visit.actor),
        owner_id=visit.actor.account_id if owned else None,
        accepted_at=visit.at,
        promised_days=item.promised_days,
        legal_days=item.legal_days,
        due_on=clock.due_on,
        due_at=clock.due_at,
        legal_due_on=clock.legal_due_on,
        is_provisional=clock.provisional,
        form=sealed.seal_values(dict(form), place=sealed.FORM, row=case_id) if form else None,
    )


def _papers(visit: _Visit, version: Version) -> list[Paper]:
    application, person = visit.application, visit.person
    answers = {
        **answered(version.item.ask, person.facts),
        **application.answers,
        WHO_COMES: "proxy" if application.is_proxy else "self",
    }
    lines = checklist(
        [version.item.needs],
        catalogue.shelf().materials,
        person.on_file,
        answers,
        proxy=application.is_proxy,
        on=visit.today,
    )
    return [paper_of(line, application.papers.get(line.material.code, ""), on=visit.today) for line in lines]


def _keep_papers(visit: _Visit, papers: Sequence[tuple[Case, Sequence[Paper]]]) -> None:
    CaseMaterial.objects.bulk_create(
        CaseMaterial(
            case=case,
            material_code=paper.code,
            state=paper.state,
            basis=paper.basis,
            by_name=visit.actor.name,
            at=visit.at,
        )
        for case, rows in papers
        for paper in rows
    )
    kept = {paper.code: (paper.keep, case.number) for case, rows in papers for paper in rows if paper.keep}
    if kept:
        keep_papers(
            visit.actor,
            resident_id=visit.person.id,
            division_code=visit.person.division_code,
            papers=[(code, source, number) for code, (source, number) in kept.items()],
            at=visit.at,
        )


def _correct(visit: _Visit, versions: Sequence[Version], number: str) -> None:
    """What has changed, or was not known, is told to the register once, here at the counter; the note is the case."""
    application, person = visit.application, visit.person
    typed = application.new_value
    if application.changed == "address":
        door = registry_queries.search(visit.actor, typed, visit.at).doors if typed else []
        if len(door) != 1:
            raise RuleBroken(N_("Write the new door so that it is found once, such as 3-502."), field="new_value")
        registry.move(visit.actor, ref=person.ref, dwelling_ref=door[0].ref, on=visit.today, at=visit.at)
    phone = typed if application.changed == "phone" else application.fields.get("phone", "")
    if application.changed == "phone" and not phone:
        raise RuleBroken(N_("Write the new phone number, or choose that nothing has changed."), field="new_value")
    if phone and (application.changed == "phone" or not person.knows("phone")):
        registry.correct(
            visit.actor,
            ref=person.ref,
            values={"phone": phone},
            source="desk",
            evidence="stated",
            at=visit.at,
            note=number,
        )
    card = next((value for name, value in _typed_of(visit, versions, "bank_card") if value.strip()), "")
    if card and not person.knows("bank_card", application.outdated):
        registry.set_trait(
            visit.actor,
            ref=person.ref,
            kind="bank_card",
            value=card,
            source="desk",
            evidence="stated",
            on=visit.today,
            at=visit.at,
            note=number,
        )


def _typed_of(visit: _Visit, versions: Sequence[Version], fact: str) -> Iterator[tuple[str, str]]:
    """What was typed into the fields of a fact."""
    for each in asked_fields(version.item for version in versions):
        if each.field.fact == fact:
            yield each.name, visit.application.fields.get(each.name, "")


def _record(visit: _Visit, case: Case, papers: Sequence[Paper]) -> None:
    record(
        visit.actor,
        "case.accept",
        subject=("case", case.id),
        division_code=case.division_code,
        at=visit.at,
        changes={
            "number": case.number,
            "matter": case.item_code,
            "owner": "taker" if case.owner_id else "pool",
            "missing": [paper.code for paper in papers if paper.state is MaterialState.MISSING],
            "asked": visit.application.asked,
            "proxy": visit.application.is_proxy,
        },
    )


def _taken(case: Case, papers: Sequence[Paper]) -> Taken:
    missing = sum(paper.state is MaterialState.MISSING for paper in papers)
    return Taken(case.number, case.item_code, case.due_on, case.is_provisional, case.owner_id is None, missing)
