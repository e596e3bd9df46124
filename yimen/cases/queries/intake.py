"""What the intake page shows of a draft: who, what, proof, and what is promised."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.cases.models import Case, Draft
from yimen.cases.queries.papers import basis_words, source_words
from yimen.cases.queries.person import Person, Relative, kin_words, person_at_counter
from yimen.cases.rules import Clock, clock_of, division_at, sealed
from yimen.cases.rules.application import (
    WHO_COMES,
    Application,
    AskedField,
    Brought,
    application_of,
    asked_fields,
    basis_of,
    may_declare,
    paper_of,
)
from yimen.catalogue import queries as catalogue
from yimen.catalogue.queries import Version
from yimen.catalogue.rules import (
    Answer,
    ChecklistLine,
    Field,
    Item,
    MaterialState,
    Question,
    answered,
    checklist,
    eligibility,
    read_defaults,
    suggestions,
)
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.errors import N_, Conflict, NotFound
from yimen.core.reach import EVERYWHERE
from yimen.orgs import queries as orgs

MOST_SUGGESTED = 5  # one for each of the keys 1 to 5
MOST_RELATIVES = 3


class Choice(NamedTuple):
    """A matter to tick: why it is proposed, "" when the worker chose it; `key` 1 to 5 for the proposed ones."""

    code: str
    name: str
    reason: str
    ticked: bool
    key: str


class Open(NamedTuple):
    """An open case of the same matter for the same resident."""

    number: str
    who: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """One chosen matter with its promise and what to know beside it. `pool` names who may claim it, "" when the taker
    owns it at once."""

    code: str
    name: str
    short: str
    clock: Clock
    provisional: bool
    promised: int
    decides: str
    owner: str
    stand_in: str
    double: Open | None
    doubts: tuple[str, ...]
    beside: tuple[str, ...]


class Known(NamedTuple):
    """A form field the register fills in."""

    label: str
    value: str
    source: str
    on: date | None


class Asked(NamedTuple):
    """A form field the worker fills in."""

    name: str
    label: str
    type: str
    value: str
    required: bool
    hint: str
    options: tuple[tuple[str, str], ...]


class QuestionShown(NamedTuple):
    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


class PaperLine(NamedTuple):
    """One line of the once-only checklist. `choice` is what the worker said of it; only open lines ask.

    `after` is the state the choice leads to; `declarable`: a signed commitment may stand in.
    """

    code: str
    name: str
    state: str
    basis: str
    counts: str
    choice: str
    settled: bool
    made_here: bool
    after: str
    declarable: bool


@dataclass(frozen=True, slots=True)
class IntakePage:
    """A draft as its page shows it."""

    ref: str
    owner: str
    is_mine: bool
    saved_at: datetime
    expires_at: datetime
    person: Person
    relatives: Sequence[tuple[str, str]]
    prompt: str
    application: Application
    choices: Sequence[Choice]
    matters: Sequence[Matter]
    questions: Sequence[QuestionShown]
    known: Sequence[Known]
    asked: Sequence[Asked]
    papers: Sequence[PaperLine]
    to_bring: int
    to_show: int
    contact: str


def intake_page(actor: Actor, ref: str, *, at: datetime, application: Application | None = None) -> IntakePage:
    """The page of a draft in reach; with `application`, as if that were saved (a page with mistakes in it)."""
    draft = Draft.objects.select_related("account", "resident").filter(ref=ref, division_code=actor.reach).first()
    if draft is None or draft.resident is None:
        raise NotFound()
    if draft.submitted_at is not None:
        raise Conflict(N_("This visit was accepted already. Its receipt is in the list of cases."))
    kept = application_of(sealed.unseal_values(draft.content, place=sealed.DRAFT, row=draft.id))
    shown = replace(application, noticed_at=kept.noticed_at) if application else kept
    person = person_at_counter(actor, draft.resident.ref, at=at)
    today = local(at).date()
    live = catalogue.live(today)
    chosen = [live[code] for code in shown.matters if code in live]
    history = _history(person.id)
    lines = _lines(person, chosen, shown, today)
    papers = sorted(
        (_paper(line, shown, today) for line in lines), key=lambda paper: paper.state != MaterialState.MISSING
    )
    asked = asked_fields(version.item for version in chosen)
    return IntakePage(
        ref=draft.ref,
        owner=draft.account.name,
        is_mine=draft.account_id == actor.account_id,
        saved_at=draft.updated_at,
        expires_at=draft.expires_at,
        person=person,
        relatives=[(each.ref, _proxy_words(each)) for each in person.household[:MOST_RELATIVES]],
        prompt=_prompt(person, draft.ref),
        application=shown,
        choices=_choices(person, chosen, live, shown, history, today),
        matters=[_matter(actor, version, shown, history, person, at) for version in chosen],
        questions=_questions(person, chosen, shown),
        known=_known(person, asked, shown),
        asked=[_asked(each, shown) for each in asked if wanted(person, each.field, shown)],
        papers=papers,
        to_bring=sum(paper.state == MaterialState.MISSING and not paper.settled for paper in papers),
        to_show=sum(paper.state == MaterialState.LOOK and not paper.settled for paper in papers),
        contact=person.phone,
    )


def _proxy_words(relative: Relative) -> str:
    return _("%(kin)s %(name)s on behalf") % {"kin": kin_words(relative.kin), "name": relative.name}


_PROMPTS = {
    "spouse": N_("Ask: what is the family name of your husband or wife?"),
    "phone": N_("Ask: which are the last four digits of your phone?"),
    "address": N_("Ask: on which floor and in which flat do you live?"),
    "household_size": N_("Ask: how many people live with you?"),
    "birth_on": N_("Ask: in which month were you born?"),
}


def _prompt(person: Person, ref: str) -> str:
    """One thing to ask whose answer the worker can see and a stranger would not know; another one for each draft."""
    able = [fact for fact in ("phone", "address", "household_size", "birth_on") if person.knows(fact)]
    if any(relative.kin == "spouse" for relative in person.household):
        able.insert(0, "spouse")
    if not able:
        return _("Ask for something only this person knows.")
    return _(_PROMPTS[able[sum(ref.encode()) % len(able)]])


class _Past(NamedTuple):
    """What there already is of one matter for this resident."""

    number: str
    who: str
    last: datetime | None


def _history(resident_id: UUID) -> dict[str, _Past]:
    """By matter: the open case, if any, and when one was last accepted that was not refused or withdrawn."""
    rows = Case.objects.filter(resident_id=resident_id).exclude(outcome__in=["refused", "withdrawn"])
    found = rows.values("item_code").annotate(
        last=Max("accepted_at"),
        number=Max("number", filter=Q(closed_at=None)),
        who=Max("first_asked__name", filter=Q(closed_at=None)),
    )
    with reaching(EVERYWHERE):  # also those of the station that served them before
        return {row["item_code"]: _Past(row["number"] or "", row["who"] or "", row["last"]) for row in found}


def _choices(
    person: Person,
    chosen: Sequence[Version],
    live: Mapping[str, Version],
    application: Application,
    history: Mapping[str, _Past],
    today: date,
) -> list[Choice]:
    """What the worker chose first, then what is proposed, each once."""
    parameters = catalogue.shelf().parameters
    proposed = {
        each.code: catalogue.words(each.reason)
        for each in suggestions((version.item for version in live.values()), person.facts, parameters)
        if each.code not in application.dismissed and not _done(history.get(each.code), each.again_after_months, today)
    }
    own = [version for version in chosen if version.code not in proposed]
    first = [code for code in proposed if code in application.matters]
    others = [code for code in proposed if code not in application.matters][: max(0, MOST_SUGGESTED - len(first))]
    shown = [code for code in proposed if code in first or code in others][:MOST_SUGGESTED]
    rows = [Choice(version.code, catalogue.words(version.item.name), "", True, "") for version in own]
    for position, code in enumerate(shown, 1):
        name = catalogue.words(live[code].item.name)
        rows.append(Choice(code, name, proposed[code], code in application.matters, str(position)))
    return rows


def _done(past: _Past | None, months: int | None, today: date) -> bool:
    """Whether a matter needs no proposal: one is open, or the last is too recent to repeat."""
    if past is None or past.last is None:
        return False
    if past.number or months is None:
        return True
    last = local(past.last).date()
    return (today.year - last.year) * 12 + today.month - last.month - (today.day < last.day) < months


def _matter(
    actor: Actor,
    version: Version,
    application: Application,
    history: Mapping[str, _Past],
    person: Person,
    at: datetime,
) -> Matter:
    item = version.item
    clock = clock_of(
        orgs.working_calendar(),
        accepted_at=at,
        promised=item.promised_days,
        legal=item.legal_days,
        closing=orgs.closing_time(person.division_code),
        with_lines=True,
    )
    past = history.get(item.code)
    double = Open(past.number, past.who, item.code in application.again) if past and past.number else None
    owner, stand_in = _who(actor, item, person.division_code, at)
    return Matter(
        code=item.code,
        name=catalogue.words(item.name),
        short=catalogue.words(item.result.name),
        clock=clock,
        provisional=promise_is_provisional(clock.due_on, at),
        promised=item.promised_days,
        decides=_decides(item, person.division_code),
        owner=owner,
        stand_in=stand_in,
        double=double,
        doubts=tuple(_doubts(item, person)),
        beside=tuple(catalogue.words(line) for line in item.beside_the_form),
    )


def promise_is_provisional(due_on: date | None, at: datetime) -> bool:
    """Whether the promised day itself may still move, whatever the longer legal limit does."""
    calendar = orgs.working_calendar()
    return due_on is not None and not all(calendar.knows(year) for year in range(local(at).year, due_on.year + 1))


def _who(actor: Actor, item: Item, division_code: str, at: datetime) -> tuple[str, str]:
    """Who will own the case: the taker ("") or those of its post; and the other side of that post."""
    holders = orgs.holders(division_code, item.post, at=at)
    others = [holder.name for holder in holders if holder.account_id != actor.account_id]
    able = any(holder.account_id == actor.account_id for holder in holders)
    if not able and actor.account_id is not None:
        able = orgs.grade_of(actor.account_id, item.code) == "alone"
    listed = _(", ").join(others)
    return ("", listed) if able else (listed or orgs.post_name(item.post), "")


def _decides(item: Item, division_code: str) -> str:
    """The office that decides, in words; "" when the station does."""
    level = str(item.decision_level)
    if level == "community":
        return ""
    name = orgs.division_name(division_at(division_code, level))
    if level == "street":
        return name
    return f"{name} {orgs.department_name(item.department)}"


def _doubts(item: Item, person: Person) -> Iterable[str]:
    """Conditions the register says are not met. They warn; anybody may still apply."""
    attributes = read_defaults().attributes
    for reason in eligibility(item.conditions, person.facts, catalogue.shelf().parameters).reasons:
        if reason.answer is Answer.NO:
            found = attributes.get(reason.clause.attribute)
            yield catalogue.words(found.name) if found else reason.clause.attribute


def _all_questions(chosen: Sequence[Version]) -> list[Question]:
    found = {question.key: question for version in chosen for question in version.item.ask}
    return [question for key, question in found.items() if key != WHO_COMES]


def _questions(person: Person, chosen: Sequence[Version], application: Application) -> list[QuestionShown]:
    questions = _all_questions(chosen)
    by_register = answered(questions, person.facts)
    return [
        QuestionShown(
            question.key,
            catalogue.words(question.label),
            tuple((answer.key, catalogue.words(answer.label)) for answer in question.answers),
            application.answers.get(question.key, ""),
        )
        for question in questions
        if question.key not in by_register
    ]


def answers_of(person: Person, chosen: Sequence[Version], application: Application) -> dict[str, str]:
    """What decides the checklist: the register's answers, the worker's, and who came."""
    return {
        **answered(_all_questions(chosen), person.facts),
        **application.answers,
        WHO_COMES: "proxy" if application.is_proxy else "self",
    }


def _lines(person: Person, chosen: Sequence[Version], application: Application, today: date) -> list[ChecklistLine]:
    return checklist(
        [version.item.needs for version in chosen],
        catalogue.shelf().materials,
        person.on_file,
        answers_of(person, chosen, application),
        proxy=application.is_proxy,
        on=today,
    )


def _paper(line: ChecklistLine, application: Application, today: date) -> PaperLine:
    choice = application.papers.get(line.material.code, "")
    after = paper_of(line, choice, on=today)
    declarable = may_declare(line)
    state = MaterialState.MISSING if declarable else line.state
    basis = basis_words(after.basis if declarable else basis_of(line, on=today))
    if line.because is not None:
        basis = _("because: %(answer)s") % {"answer": catalogue.words(line.because)}
    return PaperLine(
        line.material.code,
        catalogue.words(line.material.name),
        str(state),
        basis,
        catalogue.words(line.material.counts),
        choice or (Brought.LATER if state is MaterialState.MISSING else ""),
        after.state is not MaterialState.MISSING,
        line.material.made_here,
        str(after.state if state is MaterialState.MISSING else state),
        declarable,
    )


def _known(person: Person, asked: Sequence[AskedField], application: Application) -> list[Known]:
    rows = []
    for each in asked:
        if not person.knows(each.field.fact, application.outdated):
            continue
        told = person.told.get(each.field.fact)
        value = person.facts[each.field.fact]
        rows.append(
            Known(
                catalogue.words(each.field.label),
                _plain(each.field.fact, value),
                source_words(told.source) if told else "",
                told.on if told else None,
            )
        )
    return rows


def wanted(person: Person, field: Field, application: Application) -> bool:
    """Whether the worker has to fill a field in: neither the register knows it nor was its change just told."""
    if application.changed in ("phone", "address") and field.fact == application.outdated:
        return False
    return not person.knows(field.fact, application.outdated)


def _plain(fact: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return catalogue.fact_words(fact, str(value))


def _asked(each: AskedField, application: Application) -> Asked:
    field = each.field
    return Asked(
        each.name,
        catalogue.words(field.label),
        str(field.type),
        application.fields.get(each.name, ""),
        field.required,
        catalogue.words(field.hint) if field.hint else "",
        tuple((option.key, option.zh if _is_chinese() else option.en) for option in field.options),
    )


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
