"""One case from acceptance to result: each step writes what the same verb of `yimen.cases` writes.

A step that lies after the demo's present raises `NotYet`: the case then stands where it stood.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yimen.cases.rules import (
    Clock,
    Outcome,
    PauseKind,
    State,
    Stop,
    Waiting,
    answering_code,
    clock_of,
    complaint_number,
    decision_number,
    division_at,
    opens_follow_up,
)
from yimen.cases.rules.thresholds import FOLLOW_UP_DAYS
from yimen.catalogue.rules import AccessKind, Item
from yimen.core.actor import Role
from yimen.demo.desk import Desk
from yimen.demo.people import Person
from yimen.demo.reference import NOW
from yimen.demo.staff import Seated
from yimen.demo.tables import (
    CaseMaterialRow,
    CaseRow,
    DecisionRow,
    ExtensionRow,
    FollowUpRow,
    HandOverRow,
    MessageRow,
    PauseRow,
    RatingRow,
)
from yimen.demo.warned import warnings_of

RESIDENT = "resident"


class NotYet(Exception):
    """The step lies after the demo's present."""


@dataclass(slots=True)
class Life:
    """A case being lived through. Steps are told their time; times must not run backwards."""

    desk: Desk
    item: Item
    person: Person
    number: str
    visit: UUID
    taker: Seated
    accepted_at: datetime
    via: str = "desk"
    proxy: tuple[str, str] = ("", "")
    form: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(init=False)
    owner: Seated | None = None
    state: str = State.OPEN
    lies_at: str = ""
    waiting: str = Waiting.US
    outcome: str = ""
    extended: int = 0
    hand_overs: int = 0
    reopened: int = 0
    edition: int = 1
    rating: int | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    returned_at: datetime | None = None
    changed_at: datetime | None = None
    papers: dict[str, CaseMaterialRow] = field(default_factory=dict)
    pauses: list[PauseRow] = field(default_factory=list)
    extension: ExtensionRow | None = None
    offers: list[HandOverRow] = field(default_factory=list)
    deciders: list[Seated] = field(default_factory=list)
    _counted: tuple[tuple[Any, ...], Clock] | None = None

    def __post_init__(self) -> None:
        self.id = self.desk.stream.uid(self.accepted_at)
        self.lies_at = self.desk.town.code
        if self.owner is None and self.can_own(self.taker):
            self.owner = self.taker

    def can_own(self, worker: Seated) -> bool:
        """Whether a worker who takes the case in owns it: the post is theirs, or they can do it alone."""
        holders = {one.account_id for one in self.desk.staff.posts.get(self.item.post, ())}
        return worker.account_id in holders or self.item.code in self.desk.staff.alone.get(worker.account_id, ())

    # -- the trail

    def _record(
        self,
        verb: str,
        who: Seated | None,
        at: datetime,
        changes: Any = (),
        note: str = "",
        acting_for: Seated | None = None,
    ) -> None:
        role = RESIDENT if who is None else ""
        self.desk.enter(f"case.{verb}", who, ("case", self.id), at, changes, note, acting_for=acting_for, role=role)

    def _change(self, at: datetime) -> None:
        if at > NOW:
            raise NotYet
        self.edition += 1
        self.changed_at = at

    def worker_at(self, at: datetime) -> tuple[Seated, Seated | None]:
        """Who works on the case at a moment, and for whom: the owner, or the other side of the post while away."""
        answerable = self.owner or self.taker
        staff = self.desk.staff
        if not staff.is_away(answerable.account_id, at):
            return answerable, None
        for holders in staff.posts.values():
            if any(one.account_id == answerable.account_id for one in holders):
                for one in holders:
                    if one.account_id != answerable.account_id and not staff.is_away(one.account_id, at):
                        return one, answerable
        return (staff.head or answerable), None

    # -- at the community

    def accept(self) -> None:
        """Taken in: the receipt is out."""
        if self.accepted_at > NOW:
            raise NotYet
        missing = [code for code, row in self.papers.items() if row.state == "missing"]
        self.waiting = Waiting.RESIDENT if missing else Waiting.US
        changes = {
            "number": self.number,
            "matter": self.item.code,
            "owner": "taker" if self.owner else "pool",
            "missing": missing,
            "asked": True,
            "proxy": bool(self.proxy[0]),
        }
        opened = self.accepted_at - timedelta(minutes=4)
        self.desk.enter("resident.read", self.taker, ("resident", self.person.row.id), opened, is_read=True)
        self._record("accept", self.taker, self.accepted_at, changes)

    def paper(self, code: str, state: str, basis: str, at: datetime, by_name: str) -> None:
        """How one paper stands."""
        old = self.papers.get(code)
        uid = old.id if old else self.desk.stream.uid(at)
        self.papers[code] = CaseMaterialRow(uid, self.id, code, state, basis, by_name, at)

    def claim(self, who: Seated, at: datetime) -> None:
        """Out of the pool."""
        self._change(at)
        self.owner = who
        self._record("claim", who, at)

    def offer(self, to: Seated, reason: str, at: datetime) -> None:
        """Handed over to a named person, who has to answer."""
        self._change(at)
        who, acting_for = self.worker_at(at)
        stream = self.desk.stream
        self.offers.append(
            HandOverRow(
                stream.uid(at), stream.ref(), self.id, who.account_id, to.account_id, reason, at, "offered", "", None
            )
        )
        self._record("offer", who, at, {"to": to.name}, reason, acting_for)

    def answer_offer(self, to: Seated, answer: str, at: datetime) -> None:
        """Accepted (no answer needed) or declined with a reason."""
        self._change(at)
        state = "declined" if answer else "accepted"
        self.offers[-1] = self.offers[-1]._replace(state=state, answer=answer, answered_at=at)
        if not answer:
            self.owner, self.hand_overs = to, self.hand_overs + 1
        self._record("answer_offer", to, at, {"answer": state}, answer)

    def pause(self, kind: str, reason: str, at: datetime, gaps: tuple[str, ...] = ()) -> None:
        """The clock stands from the day after."""
        self._change(at)
        who, acting_for = self.worker_at(at)
        for code in gaps:
            self.paper(code, "missing", f"missing desk {at.date()}", at, who.name)
        self.pauses.append(PauseRow(self.desk.stream.uid(at), self.id, kind, reason, at, None))
        self.state = State.PAUSED
        self.waiting = Waiting.RESIDENT if kind == PauseKind.CORRECTION else Waiting.US
        self._record("pause", who, at, {"kind": str(kind), "gaps": list(gaps)}, reason, acting_for)

    def hand_in(self, at: datetime) -> None:
        """The missing papers come in."""
        who, acting_for = self.worker_at(at)
        for code, row in self.papers.items():
            if row.state == "missing":
                self._change(at)
                self.papers[code] = row._replace(
                    state="kept", basis=f"handed_in desk {at.date()}", by_name=who.name, at=at
                )
                self._record("material", who, at, {"code": code, "state": "kept"}, "", acting_for)

    def resume(self, at: datetime) -> None:
        """It goes on."""
        self._change(at)
        who, acting_for = self.worker_at(at)
        self.pauses[-1] = self.pauses[-1]._replace(to_at=at)
        self.state, self.waiting = State.OPEN, Waiting.US
        self._record("resume", who, at, {"due_on": str(self.clock().due_on)}, "", acting_for)

    def note(self, text: str, at: datetime) -> None:
        """Words for colleagues."""
        self._change(at)
        who, acting_for = self.worker_at(at)
        self._record("note", who, at, (), text, acting_for)

    def message(self, text: str, at: datetime, *, from_resident: bool = False) -> None:
        """Words between resident and station."""
        self._change(at)
        who, acting_for = (None, None) if from_resident else self.worker_at(at)
        name = who.name if who else ""
        self.desk.messages.append(MessageRow(self.desk.stream.uid(at), self.id, from_resident, name, text, at))
        self._record("message", who, at, (), "", acting_for)

    def ask_extension(self, days: int, reason: str, at: datetime) -> None:
        """More days are asked of the street."""
        self._change(at)
        who, acting_for = self.worker_at(at)
        uid = self.desk.stream.uid(at)
        self.extension = ExtensionRow(uid, self.id, days, reason, who.account_id, at, "asked", None, None, "")
        self._record("ask_extension", who, at, {"days": days}, reason, acting_for)

    def answer_extension(self, who: Seated, answer: str, at: datetime, *, grant: bool) -> None:
        """Granted, which moves the date, or refused."""
        self._change(at)
        assert self.extension is not None
        state = "granted" if grant else "refused"
        self.extension = self.extension._replace(
            state=state, answered_by_id=who.account_id, answered_at=at, answer=answer
        )
        if grant:
            self.extended = self.extension.days
        changes = {"answer": state, "days": self.extension.days, "due_on": str(self.clock().due_on or "")}
        self._record("answer_extension", who, at, changes, answer)

    # -- above

    def send_up(self, opinion: str, at: datetime) -> None:
        """To the office that decides, with the community's opinion."""
        self._change(at)
        who, acting_for = self.worker_at(at)
        self.lies_at = division_at(self.desk.town.code, self.item.decision_level)
        self.state, self.waiting, self.returned_at = State.SENT_UP, str(self.item.decision_level), None
        self._record("send_up", who, at, {"to": self.lies_at}, opinion, acting_for)

    def send_back(self, who: Seated, reason: str, at: datetime) -> None:
        """Back to the community with what it has to add."""
        self._change(at)
        self.state, self.waiting, self.lies_at, self.returned_at = State.OPEN, Waiting.US, self.desk.town.code, at
        self._record("send_back", who, at, (), reason)

    def urge(self, who: Seated, text: str, at: datetime) -> None:
        """A reminder from above."""
        self._change(at)
        self._record("urge", who, at, {"to": str(self.waiting)}, text)

    # -- the end

    def decide(self, outcome: str, text: str, at: datetime, who: Seated | None = None) -> None:
        """Decided and closed: by the worker at the community, else by `who` of the office above."""
        self._change(at)
        acting_for = None
        if who is None:
            who, acting_for = self.worker_at(at)
        self.deciders.append(who)
        desk = self.desk
        document = decision_number(desk.town.letters, at.date(), desk.serial("decision", at.date()))
        desk.decisions.append(
            DecisionRow(desk.stream.uid(at), self.id, document, outcome, text, who.account_id, self.lies_at, at)
        )
        self.decided_at = at
        self._close(outcome, at)
        self._record("decide", who, at, {"outcome": str(outcome), "document": document}, text, acting_for)

    def withdraw(self, reason: str, at: datetime) -> None:
        """The resident no longer wants it; the worker writes it down."""
        self._change(at)
        who, acting_for = self.worker_at(at)
        self._close(Outcome.WITHDRAWN, at)
        self._record("withdraw", who, at, (), reason, acting_for)

    def _close(self, outcome: str, at: datetime) -> None:
        if self.state == State.PAUSED:
            self.pauses[-1] = self.pauses[-1]._replace(to_at=at)
        if self.offers and self.offers[-1].state == "offered":
            self.offers[-1] = self.offers[-1]._replace(state="recalled", answered_at=at)
        self.state, self.outcome, self.closed_at = State.CLOSED, outcome, at
        self.waiting, self.returned_at = Waiting.US, None

    def reopen(self, reason: str, at: datetime) -> None:
        """The resident is not content: a new limit runs."""
        self._change(at)
        self.state, self.outcome, self.closed_at, self.decided_at, self.rating = State.OPEN, "", None, None, None
        self.lies_at, self.waiting, self.extended = self.desk.town.code, Waiting.US, 0
        self.reopened, self.reopened_at = self.reopened + 1, at
        self._record("reopen", None, at, (), reason)

    def rate(self, level: int, tags: tuple[str, ...], comment: str, at: datetime) -> FollowUpRow | None:
        """The resident's mark; a bad one opens a call-back above the handler, which is returned."""
        self._change(at)
        self.rating = level
        uid = self.desk.stream.uid(at)
        self.desk.ratings.append(RatingRow(uid, self.id, self.reopened, level, tags, comment, at))
        self._record("rate", None, at, {"level": level})
        return self.follow_up("rating", comment, "", at) if opens_follow_up(level) else None

    def complain(self, text: str, at: datetime) -> FollowUpRow:
        """A complaint about the case."""
        if at > NOW:
            raise NotYet
        made = self.follow_up("complaint", text, "", at)
        self.desk.enter("case.complain", None, ("follow_up", made.id), at, division=made.division_code, role=RESIDENT)
        return made

    def follow_up(self, kind: str, text: str, contact: str, at: datetime) -> FollowUpRow:
        """What has to be answered above everybody who handled the case."""
        desk, answerable = self.desk, self.owner or self.taker
        handlers = [(Role(one.role), one.division_code) for one in (answerable, *self.deciders)]
        row = FollowUpRow(
            id=desk.stream.uid(at),
            ref=desk.stream.ref(),
            kind=kind,
            case_id=self.id,
            division_code=answering_code(desk.town.code, handlers),
            community_code=desk.town.code,
            about_id=answerable.account_id,
            number=complaint_number(desk.town.letters, at.date(), desk.serial("follow_up", at.date())),
            secret=desk.secret() if kind == "complaint" else "",
            text=text,
            contact=contact,
            opened_at=at,
            due_on=desk.calendar.add_working_days(at.date(), FOLLOW_UP_DAYS),
            state="open",
            answer="",
            answered_by_id=None,
            answered_at=None,
        )
        desk.follow_ups.append(row)
        return row

    def answer_follow_up(self, made: FollowUpRow, who: Seated, answer: str, at: datetime) -> None:
        """What was said and done about it."""
        if at > NOW:
            raise NotYet
        rows = self.desk.follow_ups
        rows[rows.index(made)] = made._replace(
            state="answered", answer=answer, answered_by_id=who.account_id, answered_at=at
        )
        subject = ("follow_up", made.id)
        self.desk.enter("follow_up.answer", who, subject, at, (), answer, division=made.division_code)

    # -- written down

    def clock(self) -> Clock:
        """When it falls due, by the rules of every case; counted anew when something has moved it."""
        moved_by = (self.reopened_at, self.extended, tuple(self.pauses))
        if self._counted is None or self._counted[0] != moved_by:
            self._counted = moved_by, self._count()
        return self._counted[1]

    def _count(self) -> Clock:
        return clock_of(
            self.desk.calendar,
            accepted_at=self.reopened_at or self.accepted_at,
            promised=self.item.promised_days,
            extended=self.extended,
            legal=self.item.legal_days,
            pauses=[Stop(row.from_at, row.to_at, row.kind) for row in self.pauses],
            reopened=self.reopened_at is not None,
        )

    def write(self) -> None:
        """Put the case as it stands now into the rows of the desk."""
        desk, clock = self.desk, self.clock()
        desk.materials += self.papers.values()
        desk.pauses += self.pauses
        desk.offers += self.offers
        if self.extension:
            desk.extensions.append(self.extension)
        desk.cases.append(self._row(clock, warnings_of(self, clock)))

    def _row(self, clock: Clock, warned: str) -> CaseRow:
        item = self.item
        return CaseRow(
            id=self.id,
            number=self.number,
            visit_id=self.visit,
            division_code=self.desk.town.code,
            item_code=item.code,
            resident_id=self.person.row.id,
            via=self.via,
            proxy_name=self.proxy[0],
            proxy_relation=self.proxy[1],
            post=item.post,
            department=item.department,
            decision_level=str(item.decision_level),
            is_restricted=item.access is AccessKind.RESTRICTED,
            state=str(self.state),
            desk_code=self.lies_at,
            first_asked_id=self.taker.account_id,
            owner_id=self.owner.account_id if self.owner else None,
            hand_overs=self.hand_overs,
            accepted_at=self.accepted_at,
            promised_days=item.promised_days,
            legal_days=item.legal_days,
            extended_days=self.extended,
            due_on=clock.due_on,
            due_at=clock.due_at,
            legal_due_on=clock.legal_due_on,
            is_provisional=clock.provisional,
            is_paused=self.state == State.PAUSED,
            warned=warned,
            waiting_for=str(self.waiting),
            form=self.form,
            outcome=str(self.outcome),
            decided_at=self.decided_at,
            closed_at=self.closed_at,
            reopened=self.reopened,
            reopened_at=self.reopened_at,
            returned_at=self.returned_at,
            changed_at=self.changed_at,
            rating=self.rating,
            edition=self.edition,
        )
