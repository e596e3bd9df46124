"""Two years of cases, each with a plan of its own: how long, where it stops, who decides, what the resident says."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from yimen.cases.rules import Outcome, PauseKind, State, case_number
from yimen.catalogue.rules import Item, ResultType
from yimen.core.clock import LOCAL
from yimen.demo.desk import Desk
from yimen.demo.forms import form_of, lay_papers
from yimen.demo.life import Life, NotYet
from yimen.demo.matters import Demand, days_of_cases, demand_of
from yimen.demo.people import People, Person
from yimen.demo.reference import NOW, REFERENCE, moment
from yimen.demo.staff import Seated
from yimen.demo.stream import Weighted
from yimen.demo.tables import FollowUpRow, VisitRow
from yimen.demo.words import say, sentences
from yimen.registry.rules.rows import MaterialRow

_VIA = Weighted([("desk", 80), ("visit", 9), ("hotline", 5), ("portal", 6)])
_LEVELS = Weighted([(5, 70.0), (4, 20.5), (3, 5.3), (2, 2.6), (1, 1.6)])
_EVENING = time(18, 20)
_RECENT = REFERENCE - timedelta(days=45)  # some of the cases since then are stuck


def live_years(
    desk: Desk, people: People, on_file: list[MaterialRow], *, spared: frozenset[UUID] = frozenset()
) -> None:
    """All cases of a community up to the demo's present; `spared` people have a script of their own."""
    papers: dict[object, list[MaterialRow]] = {}
    for row in on_file:
        papers.setdefault(row.resident_id, []).append(row)
    demand = demand_of([person for person in people.persons if person.row.id not in spared])
    for day in days_of_cases(desk.calendar, desk.stream, desk.town.households):
        item, person = demand.matter(desk.stream, day)
        planner = Planner(desk, day)
        planner.visit(item, person, papers.get(person.row.id, []))
    for item, person, day in _of_the_weekend(desk, demand):
        Planner(desk, day).visit(item, person, papers.get(person.row.id, []), late=True)


def _of_the_weekend(desk: Desk, demand: Demand) -> list[tuple[Item, Person, date]]:
    """What came over the weekend and has not been claimed yet."""
    days = (REFERENCE - timedelta(days=2), REFERENCE - timedelta(days=1))
    few = 1 + desk.town.households // 600
    return [(*demand.matter(desk.stream, days[1]), desk.stream.one(days)) for _ in range(few)]


@dataclass(slots=True)
class Planner:
    """The plan of one visit; `at` walks through the time of its first case."""

    desk: Desk
    day: date
    at: datetime = NOW
    may_be_late: bool = False

    # -- time

    def _open_at(self, day: date) -> datetime:
        stream = self.desk.stream
        minute = stream.between(8 * 60 + 35, 11 * 60 + 25) if stream.chance(0.56) else stream.between(815, 16 * 60 + 45)
        return moment(day, minute // 60, minute % 60, stream.between(0, 59))

    def _after(self, days: int) -> datetime:
        """A moment so many working days on; 0 is later the same day, or the next morning when it is late."""
        stream = self.desk.stream
        if days == 0:
            later = self.at + timedelta(minutes=stream.between(4, 45), seconds=stream.between(0, 59))
            if later.time() < time(16, 55) and self.desk.calendar.is_working(later.date()):
                self.at = later
                return later
            days = 1
        self.at = self._open_at(self.desk.calendar.add_working_days(self.at.date(), days))
        return self.at

    def _soon(self) -> datetime:
        """Within minutes, whatever the hour."""
        self.at += timedelta(minutes=self.desk.stream.between(1, 5), seconds=self.desk.stream.between(0, 59))
        return self.at

    def _in_time(self, life: Life, days: int) -> datetime:
        """So many working days on, but not after the due date unless this one is to be late."""
        before, due_at = self.at, life.clock().due_at
        at = self._after(days)
        if self.may_be_late or due_at is None or at <= due_at or due_at <= before:
            return at
        self.at = max(self._open_at(due_at.date()), before + timedelta(minutes=6))
        return self.at

    # -- one visit

    def visit(self, item: Item, person: Person, on_file: list[MaterialRow], *, late: bool = False) -> None:
        """Somebody comes with a matter, is given a number, and the case lives."""
        desk, stream = self.desk, self.desk.stream
        self.at = self._open_at(self.day)
        via = "portal" if late else stream.draw(_VIA)
        if late:
            self.at = moment(self.day, stream.between(9, 20), stream.between(0, 59))
        taker = self._taker(item, elsewhere=late)
        number = case_number(desk.town.letters, self.day, desk.serial("case", self.day))
        visit = VisitRow(stream.uid(self.at), number, desk.secret(), desk.town.code, self.at)
        life = Life(desk, item, person, number, visit.id, taker, self.at, via, self._proxy(person))
        life.form = form_of(item, person, stream, self.day)
        gap = item.promised_days >= 3 and stream.chance(0.07)
        lay_papers(life, on_file, missing=gap)
        try:
            life.accept()
        except NotYet:
            return
        desk.visits.append(visit)
        with suppress(NotYet):
            self._live(life, gap=gap and any(row.state == "missing" for row in life.papers.values()))
        life.write()

    def _taker(self, item: Item, *, elsewhere: bool) -> Seated:
        """Who stood at the window: mostly somebody of the post; with `elsewhere`, somebody who cannot do it."""
        staff, stream = self.desk.staff, self.desk.stream
        holders = staff.present(staff.posts[item.post], self.at)
        if not elsewhere and holders and (item.promised_days < 2 or stream.chance(0.7)):
            return holders[0] if stream.chance(0.75) else stream.one(holders)
        workers = staff.present(staff.workers(), self.at)
        if elsewhere:
            able = {one.account_id for one in staff.posts[item.post]}
            strangers = [
                one for one in workers if one.account_id not in able and item.code not in staff.alone[one.account_id]
            ]
            return stream.one(strangers or workers or staff.workers())
        return stream.one(workers or staff.workers())

    def _proxy(self, person: Person) -> tuple[str, str]:
        stream = self.desk.stream
        if person.age < 70 or not stream.chance(0.22):
            return "", ""
        surname = person.row.name[0] if stream.chance(0.6) else "陈"
        return surname + stream.one(("敏", "建国", "丽华", "志强", "燕")), stream.one(("子女", "配偶", "邻居"))

    # -- a life

    def _live(self, life: Life, *, gap: bool) -> None:
        stream, promised = self.desk.stream, life.item.promised_days
        self._claim(life)
        if promised == 0:
            self._while_waiting(life)
        else:
            days = max(1, round(promised * stream.uniform(0.3, 0.93)))
            self.may_be_late = stream.chance(0.016)
            if self.may_be_late:
                days = promised + stream.between(1, 7)
            if self.day > _RECENT and stream.chance(0.012):
                self.may_be_late, days = True, promised + stream.between(9, 40)
            self._work(life, days, gap=gap)
        self._afterwards(life)

    def _claim(self, life: Life) -> None:
        if life.owner:
            return
        holders = self.desk.staff.posts[life.item.post]
        self._after(0 if life.item.promised_days < 2 or self.desk.stream.chance(0.6) else 1)
        present = self.desk.staff.present(holders, self.at)
        head = self.desk.staff.head
        if head and (not present or self.desk.stream.chance(0.06)):
            present = [head]
        life.claim(present[0], self.at)

    def _while_waiting(self, life: Life) -> None:
        """Done while the resident waits, or nearly."""
        if life.item.decision_level == "community":
            life.decide(self._outcome(life.item), say(self.desk.stream, "done"), self._soon())
            return
        life.send_up(say(self.desk.stream, "opinion"), self._soon())
        self._decide_above(life, self._soon())

    def _work(self, life: Life, days: int, *, gap: bool) -> None:
        """Working days of a longer matter, spent on what happens to it."""
        stream = self.desk.stream
        if stream.chance(0.012):
            life.withdraw(say(stream, "withdraw"), self._after(max(1, days // 2)))
            return
        if days > 2 and stream.chance(0.045):
            self._hand_over(life)
        left = days - self._stops(life, days, gap=gap)
        if days > life.item.promised_days or stream.chance(0.012):
            self._extend(life)
        if stream.chance(0.3):
            life.note(say(stream, "note"), self._after(0))
        if stream.chance(0.1):
            life.message(say(stream, "resident_says"), self._soon(), from_resident=True)
            life.message(say(stream, "station_says"), self._after(0))
        self._finish(life, max(left, 1))

    def _finish(self, life: Life, left: int) -> None:
        stream = self.desk.stream
        if life.item.decision_level == "community":
            outcome = self._outcome(life.item)
            life.decide(outcome, say(stream, outcome), self._in_time(life, left))
            return
        first = max(1, left // 2) if left > 1 else 0
        life.send_up(say(stream, "opinion"), self._in_time(life, first))
        if left > 3 and stream.chance(0.05):
            office = self._official(life)
            life.send_back(office, say(stream, "send_back"), self._after(1))
            life.send_up(say(stream, "opinion"), self._after(1))
            first += 2
        self._decide_above(life, self._in_time(life, max(left - first, 0)))

    def _stops(self, life: Life, days: int, *, gap: bool) -> int:
        """Pauses; returns the working days counted before they began."""
        stream, item = self.desk.stream, life.item
        spent = 0
        if gap or (item.promised_days >= 5 and stream.chance(0.05)):
            spent += 1
            papers = tuple(code for code, row in life.papers.items() if row.state == "missing")
            papers = papers or tuple(item.materials[-1:])
            if papers:
                life.pause(PauseKind.CORRECTION, say(stream, "pause"), self._after(1), papers)
                self._after(stream.between(1, 7))
                life.hand_in(self.at)
                life.resume(self._soon())
        if item.public_notice_days and days > 4:
            spent += 2
            life.pause(PauseKind.NOTICE, say(stream, "notice"), self._after(2))
            life.resume(self._after(item.public_notice_days))
        elif item.code in ("MZ-14", "MZ-22", "MZ-23") and days > 4:
            spent += 2
            life.pause(PauseKind.ASSESSMENT, say(stream, "assessment"), self._after(2))
            life.resume(self._after(stream.between(2, 5)))
        return spent

    def _hand_over(self, life: Life) -> None:
        stream, desk = self.desk.stream, self.desk
        owner = life.owner
        others = [one for one in desk.staff.workers() if owner is None or one.account_id != owner.account_id]
        to = stream.one(others)
        life.offer(to, say(stream, "offer"), self._after(0))
        life.answer_offer(to, say(stream, "decline") if stream.chance(0.2) else "", self._after(stream.between(0, 1)))

    def _extend(self, life: Life) -> None:
        stream, item = self.desk.stream, life.item
        room = 9 if item.legal_days is None else item.legal_days - item.promised_days
        if item.promised_days < 5 or room < 1 or stream.chance(0.4):
            return
        life.ask_extension(min(5, room), say(stream, "extension"), self._after(0))
        grant = stream.chance(0.75)
        words = say(stream, "grant_extension" if grant else "refuse_extension")
        life.answer_extension(
            self.desk.office("street").lines["street"], words, self._after(stream.between(0, 1)), grant=grant
        )

    # -- results

    def _outcome(self, item: Item) -> str:
        if item.result.type in (ResultType.BENEFIT, ResultType.CERTIFICATE):
            return Outcome.REFUSED if item.promised_days and self.desk.stream.chance(0.045) else Outcome.APPROVED
        return Outcome.DONE

    def _official(self, life: Life) -> Seated:
        """Who decides at the level of the matter: the office itself, or the matter's own department there."""
        level = str(life.item.decision_level)
        lines = self.desk.office(level).lines
        if level != "street" and life.item.department in lines and self.desk.stream.chance(0.7):
            return lines[life.item.department]
        return lines[level]

    def _decide_above(self, life: Life, at: datetime) -> None:
        outcome = self._outcome(life.item)
        life.decide(outcome, say(self.desk.stream, outcome), at, self._official(life))

    def _afterwards(self, life: Life) -> None:
        """What the resident says, and what follows from it."""
        stream = self.desk.stream
        if life.state != State.CLOSED or life.closed_at is None:
            return
        if stream.chance(0.003):
            self._answer(life, life.complain(say(stream, "complaint"), self._evening(life.closed_at, 6)))
        if life.outcome != Outcome.WITHDRAWN and life.item.promised_days and stream.chance(0.009):
            self._again(life)
        if stream.chance(0.62):
            self._rate(life, stream.draw(_LEVELS))

    def _evening(self, since: datetime, days: int) -> datetime:
        """Residents answer when they are home."""
        stream = self.desk.stream
        self.at = since + timedelta(
            hours=stream.between(1, 5), days=stream.between(0, days), minutes=stream.between(0, 59)
        )
        if self.at.time() < time(7):
            self.at = datetime.combine(self.at.date(), _EVENING, tzinfo=LOCAL)
        return self.at

    def _rate(self, life: Life, level: int) -> None:
        stream = self.desk.stream
        assert life.closed_at is not None
        tags = tuple(stream.sample(sentences("tags_good" if level > 2 else "tags_bad"), stream.between(0, 2)))
        comment = say(stream, "praise" if level > 2 else "blame")
        made = life.rate(level, tags, comment, self._evening(life.closed_at, 8))
        if made is not None:
            self._answer(life, made)

    def _answer(self, life: Life, made: FollowUpRow) -> None:
        """The office above calls back, mostly within the limit."""
        stream, desk = self.desk.stream, self.desk
        level = {12: "community", 9: "street", 6: "district", 4: "city"}[len(made.division_code)]
        who = desk.staff.head if level == "community" else desk.office(level).lines[level]
        if who is not None:
            life.answer_follow_up(made, who, say(stream, "answer"), self._after(stream.between(2, 18)))

    def _again(self, life: Life) -> None:
        stream = self.desk.stream
        assert life.closed_at is not None
        life.reopen(say(stream, "reopen"), self._evening(life.closed_at, 20))
        self._finish(life, max(1, life.item.promised_days // 2))
