"""The named residents of 广瑞一村 and their matters, as the pages of the design show them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from yimen.cases.rules import case_number
from yimen.cases.rules.application import DRAFT_LASTS, Application
from yimen.catalogue.rules import read_defaults
from yimen.core.clock import LOCAL
from yimen.core.identity import age_on
from yimen.demo.desk import Desk
from yimen.demo.documents import LOCAL_REGION, number_of, region_of
from yimen.demo.forms import form_of, lay_papers
from yimen.demo.life import Life, NotYet
from yimen.demo.people import REGISTER_DAY, People, Person
from yimen.demo.places import CAST_COMPOUND, Door
from yimen.demo.reference import REFERENCE, years_before
from yimen.demo.staff import Seated
from yimen.demo.tables import DraftRow, VisitRow
from yimen.demo.towns import somewhere_else
from yimen.demo.words import say
from yimen.registry.rules.rows import MaterialRow, ResidentRow

_FILE = Path(__file__).resolve().parent / "data" / "cast.yaml"
Plain = Mapping[str, Any]


@cache
def _cast() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@cache
def numbers() -> Mapping[str, tuple[str, date]]:
    """Identity number and birth date of everybody named, by name: nobody else is given them."""
    return {row["name"]: _number(row) for row in _everybody()}


def _everybody() -> list[Plain]:
    rows = []
    for row in _cast()["people"]:
        rows += [row, *row.get("with", [])]
    return rows


def _number(row: Plain) -> tuple[str, date]:
    """A number with the tail asked for, of somebody born on the day or in the year asked for."""
    region = region_of(row["region"]) if "region" in row else LOCAL_REGION
    tail = row.get("tail", "")
    if "born" in row:
        return number_of(region, row["born"], int(tail[:3])), row["born"]
    born = years_before(REFERENCE, row["age"]) - timedelta(days=40)
    serial = int(tail[:3]) if tail else 700 + sum(map(ord, row["name"])) % 140 * 2 + int(row["sex"] == "1")
    while True:
        number = number_of(region, born, serial)
        if not tail or number.endswith(tail):
            return number, born
        born -= timedelta(days=1)


def kept_doors(doors: list[Door]) -> dict[str, Door]:
    """The doors of the cast, by "3-502"."""
    wanted = {row["door"] for row in _cast()["people"]}
    found: dict[str, Door] = {}
    for door in doors:
        short = f"{door.building}-{door.row.room}"
        if short in wanted and door.row.address.startswith(f"{CAST_COMPOUND} "):
            found.setdefault(short, door)
    return found


def move_in(people: People, doors: Mapping[str, Door]) -> tuple[dict[str, Person], list[MaterialRow]]:
    """The cast behind their doors; returns them by name, and their papers."""
    named: dict[str, Person] = {}
    papers: list[MaterialRow] = []
    for row in _cast()["people"]:
        door = doors[row["door"]]
        family = [_person(people, each, row, door) for each in (row, *row.get("with", []))]
        living = people.household(door, "living", family[0], row["since"])
        registered = (
            None
            if "far" in row or "elsewhere" in row
            else people.household(door, "registered", family[0], row["since"])
        )
        for person in family:
            named[person.row.name] = person
            person.household, person.size = living, len(family)
            person.old_only = all(each.age >= 60 for each in family)
            came = max(row["since"], person.row.birth_on or row["since"])
            people.member(living, person, person.relation, came)
            people.residence(
                person.row.id, door, "both" if registered else "living", came, "01" if registered else "02"
            )
            if registered:
                people.member(registered, person, person.relation, came)
        people.persons += family
        papers += [_paper(people, family[0], *paper) for paper in row.get("papers", [])]
    return named, papers


def _person(people: People, row: Plain, head: Plain, door: Door) -> Person:
    stream = people.stream
    number, birth_on = numbers()[row["name"]]
    registered = (people.town.code, door.row.address)
    if "far" in head:
        registered = (region_of(head["region"]), head["far"])
    elif "elsewhere" in head:
        registered = somewhere_else(stream, people.town.code)
    made = ResidentRow(
        id=stream.uid(),
        ref=stream.ref(),
        division_code=people.town.code,
        name=row["name"],
        source="POP",
        as_of_on=REGISTER_DAY,
        number=number,
        phone=f"1540036{row['phone']}" if "phone" in row else "",
        sex=row["sex"],
        birth_on=birth_on,
        ethnic=row.get("ethnic", "01"),
        education="71",
        marital=row.get("marital", head["marital"] if row.get("relation") == "10" else "10"),
        political="13",
        employment=row["employment"],
        registered_division=registered[0],
        registered_address=registered[1],
        provenance={field: tuple(said) for field, said in row.get("provenance", {}).items()},
    )
    relation = row.get("relation", "02")
    return Person(made, age_on(birth_on, REFERENCE), relation, door, "far" not in head, facts=dict(row["facts"]))


def _paper(people: People, person: Person, code: str, obtained_on: date, months: int) -> MaterialRow:
    return MaterialRow(
        id=people.stream.uid(),
        division_code=people.town.code,
        resident_id=person.row.id,
        material_code=code,
        source="desk",
        obtained_on=obtained_on,
        valid_until=obtained_on + timedelta(days=months * 30) if months else None,
    )


def live_script(desk: Desk, named: Mapping[str, Person], papers: list[MaterialRow]) -> None:
    """Their cases, step by step as written."""
    for row in _cast()["cases"]:
        _Scene(desk, named[row["who"]], row).play(papers)


def leave_drafts(desk: Desk, named: Mapping[str, Person]) -> None:
    """Intakes that were begun and wait for the resident to come back."""
    for row in _cast()["drafts"]:
        at = _moment(row["at"])
        worker = next(one for one in desk.staff.workers() if one.name == row["by"])
        person = named[row["who"]]
        content = Application(matters=tuple(row["matters"]), asked=True).plain()
        ends = at + DRAFT_LASTS
        uid, ref = desk.stream.uid(at), desk.stream.ref()
        desk.drafts.append(DraftRow(uid, ref, desk.town.code, worker.account_id, person.row.id, content, at, ends))
        desk.enter("draft.start", worker, ("resident", person.row.id), at, is_read=True)


class _Scene:
    """One scripted case."""

    def __init__(self, desk: Desk, person: Person, row: Plain) -> None:
        self.desk, self.person, self.row = desk, person, row

    def play(self, papers: list[MaterialRow]) -> None:
        desk, row, at = self.desk, self.row, _moment(self.row["at"])
        number = case_number(desk.town.letters, at.date(), desk.serial("case", at.date()))
        visit = VisitRow(desk.stream.uid(at), number, desk.secret(), desk.town.code, at)
        item = read_defaults().items[row["item"]]
        life = Life(desk, item, self.person, number, visit.id, self._worker(row["by"]), at, row.get("via", "desk"))
        if row.get("pool"):
            life.owner = None
        life.form = {**form_of(item, self.person, desk.stream, at.date()), **row.get("form", {})}
        lay_papers(life, [paper for paper in papers if paper.resident_id == self.person.row.id], missing=False)
        life.accept()
        desk.visits.append(visit)
        if "claim" in row and life.owner is None:
            life.claim(self._worker(row["claim"]), at + timedelta(minutes=7))
        with suppress(NotYet):
            for verb, moment, *words in row["steps"]:
                _STEPS[verb](self, life, _moment(moment), words)
        life.write()

    def _worker(self, name: str) -> Seated:
        head = [self.desk.staff.head] if self.desk.staff.head else []
        return next(one for one in (*self.desk.staff.workers(), *head) if one.name == name)

    def _office(self, life: Life) -> Seated:
        level = str(life.item.decision_level)
        lines = self.desk.office(level).lines
        return lines.get(life.item.department, lines[level]) if level != "street" else lines[level]

    def send_up(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.send_up(words[0] if words else say(self.desk.stream, "opinion"), at)

    def send_back(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.send_back(self._office(life), words[0], at)

    def pause(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.pause(words[0], words[1], at, tuple(words[2:]))

    def hand_in(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.hand_in(at)

    def resume(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.resume(at)

    def note(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.note(words[0], at)

    def message(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.message(words[0], at)

    def hear(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.message(words[0], at, from_resident=True)

    def offer(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.offer(self._worker(words[0]), words[1], at)

    def ask_extension(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.ask_extension(words[0], words[1], at)

    def decide(self, life: Life, at: datetime, words: list[Any]) -> None:
        who = None if life.item.decision_level == "community" else self._office(life)
        life.decide(words[0], say(self.desk.stream, words[0]), at, who)

    def rate(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.rate(words[0], (), words[1], at)

    def complain(self, life: Life, at: datetime, words: list[Any]) -> None:
        life.complain(words[0], at)


_STEPS: dict[str, Callable[[_Scene, Life, datetime, list[Any]], None]] = {
    name: getattr(_Scene, name)
    for name in (
        *("send_up", "send_back", "pause", "hand_in", "resume", "note", "message", "hear", "offer"),
        *("ask_extension", "decide", "rate", "complain"),
    )
}


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=LOCAL)


def door_ids(doors: Mapping[str, Door]) -> frozenset[UUID]:
    """The dwellings nobody else moves into."""
    return frozenset(door.row.id for door in doors.values())
