"""Everything one case page shows, gathered in as few questions as possible; the reading itself goes on record."""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from yimen.cases.queries.scope import known_sql
from yimen.cases.rules import Clock, Stop, clock_of, normal_number, sealed
from yimen.core.actor import Actor, Role
from yimen.core.masking import mask_words
from yimen.orgs import queries as orgs
from yimen.orgs.queries import Holder
from yimen.trail import queries as trail

HIDDEN = ("case.rate", "case.complain")  # from everybody at the counter: who was how content


class Paper(NamedTuple):
    code: str
    state: str
    basis: str
    by_name: str
    at: datetime


class Offer(NamedTuple):
    from_name: str
    to_name: str
    to_id: UUID
    reason: str
    at: datetime
    state: str
    answer: str


class Asked(NamedTuple):
    """A request for extension."""

    days: int
    reason: str
    by_name: str
    at: datetime
    state: str
    answered_by: str
    answer: str


class Decided(NamedTuple):
    document_no: str
    outcome: str
    text: str
    by_name: str
    by_id: UUID
    division_code: str
    at: datetime


class Words(NamedTuple):
    """A message between station and resident."""

    from_resident: bool
    by_name: str
    text: str
    at: datetime


class Mark(NamedTuple):
    """A rating, for those above the handler only."""

    level: int
    tags: list[str]
    comment: str
    at: datetime


class Person(NamedTuple):
    id: UUID
    ref: str
    name: str
    sex: str
    birth_on: date | None
    died_on: date | None
    id_number: bytes | None
    phone: bytes | None
    is_protected: bool
    door: str


class CaseRow(NamedTuple):
    id: UUID
    number: str
    division_code: str
    item_code: str
    version_id: UUID
    via: str
    proxy_name: str
    proxy_relation: str
    post: str
    department: str
    decision_level: str
    is_restricted: bool
    state: str
    desk_code: str
    first_asked_id: UUID
    first_asked: str
    owner_id: UUID | None
    owner: str | None
    hand_overs: int
    accepted_at: datetime
    promised_days: int
    legal_days: int | None
    extended_days: int
    due_on: date | None
    due_at: datetime | None
    legal_due_on: date | None
    is_provisional: bool
    is_paused: bool
    waiting_for: str
    form: bytes | None
    outcome: str
    closed_at: datetime | None
    reopened: int
    reopened_at: datetime | None
    returned_at: datetime | None
    rating: int | None
    edition: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case as this actor may see it. `ratings` is empty and the lines leave out opinions for its handlers."""

    case: CaseRow
    person: Person
    papers: list[Paper]
    pauses: list[Stop]
    pause_reason: str
    offers: list[Offer]
    extensions: list[Asked]
    decisions: list[Decided]
    messages: list[Words]
    ratings: list[Mark]
    values: dict[str, Any]
    lines: list[trail.Line]
    holders: list[Holder]
    standing: list[UUID]
    closing: time

    @property
    def answerable(self) -> tuple[UUID, str]:
        """Who answers for it now: the owner, or the first asked while nobody has claimed it."""
        if self.case.owner_id is not None:
            return self.case.owner_id, self.case.owner or ""
        return self.case.first_asked_id, self.case.first_asked

    @property
    def offered(self) -> Offer | None:
        """The offer that waits for an answer."""
        return next((offer for offer in self.offers if offer.state == "offered"), None)

    @property
    def extension_asked(self) -> Asked | None:
        """The request for extension that waits for an answer."""
        return next((asked for asked in self.extensions if asked.state == "asked"), None)

    @property
    def missing(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.state == "missing"]

    def clock(self, *, with_lines: bool = True) -> Clock:
        """Why the date is what it is: computed again from the case's own facts."""
        return clock_of(
            orgs.working_calendar(),
            accepted_at=self.case.reopened_at or self.case.accepted_at,
            promised=self.case.promised_days,
            extended=self.case.extended_days,
            legal=self.case.legal_days,
            pauses=self.pauses,
            closing=self.closing,
            reopened=self.case.reopened_at is not None,
            with_lines=with_lines,
        )


_SQL = f"""
select c.id as found_id, c.division_code as found_in,
  c.id, c.number, c.division_code, c.item_code, c.version_id, c.via, c.proxy_name, c.proxy_relation, c.post,
  c.department, c.decision_level, c.is_restricted, c.state, c.desk_code, c.first_asked_id, f.name, c.owner_id, o.name,
  c.hand_overs, c.accepted_at, c.promised_days, c.legal_days, c.extended_days, c.due_on, c.due_at, c.legal_due_on,
  c.is_provisional, c.is_paused, c.waiting_for, c.form, c.outcome, c.closed_at, c.reopened, c.reopened_at,
  c.returned_at, c.rating, c.edition,
  r.id, r.ref, r.name, r.sex, r.birth_on, r.died_on, r.id_number, r.phone, r.is_protected, coalesce(d.door, ''),
  s.closes_at, {orgs.HOLDERS.format(division="c.division_code")},
  {trail.LINES.format(kind="'case'", subject="c.id::text")},
  (select json_agg(json_build_array(material_code, state, basis, by_name, at) order by (state <> 'missing'), id)
     from cases_casematerial where case_id = c.id)::text,
  (select json_agg(json_build_array(from_at, to_at, kind, reason) order by from_at)
     from cases_pause where case_id = c.id)::text,
  (select json_agg(json_build_array(a.name, b.name, b.id, h.reason, h.at, h.state, h.answer) order by h.at desc)
     from cases_handover h join access_account a on a.id = h.from_account_id
     join access_account b on b.id = h.to_account_id where h.case_id = c.id)::text,
  (select json_agg(json_build_array(e.days, e.reason, a.name, e.asked_at, e.state, coalesce(b.name, ''), e.answer)
     order by e.asked_at desc)
     from cases_extension e join access_account a on a.id = e.asked_by_id
     left join access_account b on b.id = e.answered_by_id where e.case_id = c.id)::text,
  (select json_agg(json_build_array(n.document_no, n.outcome, n.text, a.name, a.id, n.division_code, n.at)
     order by n.at desc)
     from cases_decision n join access_account a on a.id = n.decided_by_id where n.case_id = c.id)::text,
  (select json_agg(json_build_array(id, from_resident, by_name, encode(text, 'base64'), at) order by at, id)
     from cases_message where case_id = c.id)::text,
  (select json_agg(json_build_array(level, tags, comment, at) order by at desc)
     from cases_rating where case_id = c.id)::text
from cases_case c
join registry_resident r on r.id = c.resident_id
join access_account f on f.id = c.first_asked_id
left join access_account o on o.id = c.owner_id
left join registry_residence l on l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living')
left join registry_dwelling d on d.id = l.dwelling_id
left join orgs_station s on s.division_id = c.division_code
where c.number = %(number)s and """
# One line of it: psycopg remembers how it converted a statement up to a certain length.
_SQL = " ".join(_SQL.split()) + " "

_CASE, _PERSON = len(CaseRow._fields), len(Person._fields)


def page_sql(actor: Actor, number: str, *, at: datetime) -> tuple[str, dict[str, Any]]:
    """What finds the case of a number, if this actor may know of it, for `page_of`; its first two columns are its id
    and its community. Who may open it at all is the door's question."""
    known, values = known_sql(actor, at=at)
    return _SQL + known, values | {"number": normal_number(number)}


def page_of(actor: Actor, row: Sequence[Any]) -> CasePage:
    """The page of what `page_sql` found."""
    row = row[2:]
    case, person = CaseRow(*row[:_CASE]), Person(*row[_CASE : _CASE + _PERSON])
    closing, sitting, lines, *groups = row[_CASE + _PERSON :]
    holders = orgs.holders_told(sitting)
    papers, pauses, offers, extensions, decisions, messages, ratings = (json.loads(one or "[]") for one in groups)
    decided = [Decided(one[0], one[1], one[2], one[3], UUID(one[4]), one[5], _at(one[6])) for one in decisions]
    handler = _handled(actor, case, decided)
    return CasePage(
        case=case,
        person=person,
        papers=[Paper(one[0], one[1], one[2], one[3], _at(one[4])) for one in papers],
        pauses=[Stop(_at(one[0]), _at(one[1]) if one[1] else None, one[2]) for one in pauses],
        pause_reason=next((one[3] for one in reversed(pauses) if one[1] is None), ""),
        offers=[Offer(one[0], one[1], UUID(one[2]), one[3], _at(one[4]), one[5], one[6]) for one in offers],
        extensions=[Asked(one[0], one[1], one[2], _at(one[3]), one[4], one[5], one[6]) for one in extensions],
        decisions=decided,
        messages=[_words(one) for one in messages],
        ratings=[] if handler else [Mark(one[0], one[1], one[2], _at(one[3])) for one in ratings],
        values=sealed.unseal_values(case.form, place=sealed.FORM, row=case.id),
        lines=[line for line in trail.told(lines) if not (handler and line.verb in HIDDEN)],
        holders=holders,
        standing=_standing(actor, holders) if actor.role in (Role.WINDOW, Role.HEAD) else [],
        closing=closing or time(17, 0),
    )


def _standing(actor: Actor, holders: list[Holder]) -> list[UUID]:
    """Those of the holders for whom the actor stands in: absent, in a post the actor holds too."""
    mine = {holder.post for holder in holders if holder.account_id == actor.account_id}
    away = [one for one in holders if one.away is not None and one.account_id != actor.account_id]
    return sorted({one.account_id for one in away if one.post in mine})


def _handled(actor: Actor, case: CaseRow, decided: list[Decided]) -> bool:
    """Whether the residents' opinions of this case are not for this actor: everybody at the window, and whoever
    worked on it or decided it."""
    hands = {case.owner_id, case.first_asked_id, *(one.by_id for one in decided)}
    return actor.role is Role.WINDOW or actor.account_id in hands


def _words(one: list[Any]) -> Words:
    text = sealed.unseal(b64decode(one[3]), place=sealed.MESSAGE, row=UUID(one[0]))
    return Words(one[1], one[2], mask_words(text), _at(one[4]))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
