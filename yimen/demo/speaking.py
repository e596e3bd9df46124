"""Two months of what residents said: boxes with their rounds, chat groups, calls, letters, messages, receptions.

Written by COPY from a stream of chance of its own, one for each community. Most was answered at once, some became the
cases that are there, and what came in the last days still waits.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.cases.actions.numbering import case_numbers
from yimen.catalogue import queries as catalogue
from yimen.core import bulk
from yimen.core.clock import local
from yimen.demo.reference import NOW, REFERENCE, moment
from yimen.demo.stream import Stream, Weighted
from yimen.demo.words import asked_for, spoken
from yimen.orgs.queries import working_calendar
from yimen.patches import queries as patches
from yimen.registry.rules import sealed as registry
from yimen.visits.rules import sealed

FROM = date(2026, 9, 23)  # two months before the day of the demonstration
_WAITS = timedelta(days=4)  # what is younger may still be open
_HOURS = Weighted([(9, 16), (10, 20), (11, 10), (14, 16), (15, 16), (16, 12), (18, 4), (19, 6)])
_TIMES = {"call": (5, 10), "group": (2, 5), "desk": (1, 4), "web": (0, 3)}  # of one patch, in the two months
_KINDS = Weighted([("微信", 9), ("QQ", 1)])
_PUT_OFF = Weighted([(0, 14), (1, 3), (2, 1)])  # days after the officer's weekday
_LETTERS = Weighted([(0, 10), (1, 7), (2, 3), (3, 1)])  # of one round
_MOVED, _MOVED_ON = 2, date(2026, 10, 20)  # the box of which patch was moved, and when
_FORGOTTEN = 3  # which box in four
_CASES = 12  # of one community, that began with a contact


@dataclass(frozen=True, slots=True)
class _Person:
    id: UUID
    name: str
    phone: str
    dwelling_id: UUID


@dataclass(frozen=True, slots=True)
class _Box:
    id: UUID
    first: UUID | None  # as it hung at first, when it was moved
    officer: patches.Person
    patch_id: UUID
    is_forgotten: bool


@dataclass(slots=True)
class _Rows:
    boxes: list[tuple[Any, ...]] = field(default_factory=list)
    rounds: list[tuple[Any, ...]] = field(default_factory=list)
    groups: list[tuple[Any, ...]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)


def speak(stream: Stream, code: str) -> None:
    """Everything that residents of a community said; its patches have officers."""
    rows = _Rows()
    for standing in patches.patches_at(code, at=moment(REFERENCE, 9, 0)):
        if standing.a is None:
            continue
        people = _people(standing.id)
        group = _group(stream, code, standing, rows)
        if (box := _box(stream, code, standing, rows)) is not None:
            _rounds(stream, code, box, rows)
        for way, (least, most) in _TIMES.items():
            for _ in range(stream.between(least, most)):
                person = stream.one(people) if people and stream.chance(0.7) else None
                said = _said(stream, code, way, person, _some_moment(stream), standing.a, standing.id)
                rows.contacts.append(said | ({"channel_id": group} if way == "group" else {}))
    rows.contacts += _cases(stream, code)
    _write(stream, code, rows)


_PEOPLE = """
select r.id, r.name, r.phone, d.id from patches_placement l
join registry_dwelling d on d.stairwell_id = l.stairwell_id
join registry_residence s on s.dwelling_id = d.id and s.to_on is null and s.kind in ('both', 'living')
join registry_resident r on r.id = s.resident_id and r.phone is not null and r.died_on is null
  and r.merged_into_id is null and not r.is_protected and r.birth_on < '2008-01-01'
where l.patch_id = %s and l.to_on is null
order by d.door, d.id, r.birth_on, r.id limit 60
"""


def _people(patch_id: UUID) -> list[_Person]:
    """Grown-up residents of a patch who have a telephone."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, (patch_id,))
        return [
            _Person(row, name, registry.open_phone(phone, row), door) for row, name, phone, door in cursor.fetchall()
        ]


def _some_moment(stream: Stream) -> datetime:
    day = FROM + timedelta(days=stream.between(0, (REFERENCE - FROM).days - 1))
    return moment(day, stream.draw(_HOURS), stream.between(0, 59))


def _group(stream: Stream, code: str, standing: patches.Standing, rows: _Rows) -> UUID:
    row, kind = stream.uid(), stream.draw(_KINDS)
    name, number = f"第 {standing.number} 片区居民群", str(stream.between(100_000_000, 899_999_999))
    assert standing.a is not None
    rows.groups.append(
        (row, stream.ref(), code, standing.id, kind, name, number, standing.a.account_id, FROM, None),
    )
    return row


_WELL = """
select w.id, c.name, b.number, w.number from patches_placement l join registry_stairwell w on w.id = l.stairwell_id
join registry_building b on b.id = w.building_id join registry_compound c on c.id = b.compound_id
where l.patch_id = %s and l.to_on is null order by c.name, length(b.number), b.number, w.number, w.id limit 1
"""


def _box(stream: Stream, code: str, standing: patches.Standing, rows: _Rows) -> _Box | None:
    """One box a patch, at its first stairwell; one of them hung at the gate of the compound at first."""
    with connection.cursor() as cursor:
        cursor.execute(_WELL, (standing.id,))
        found = cursor.fetchone()
    if found is None or standing.a is None:
        return None
    well, compound, building, stairwell = found
    row, first = stream.uid(), None
    if standing.number == _MOVED:
        first = stream.uid()
        rows.boxes.append((first, stream.ref(), code, well, f"{compound}大门内侧", FROM, _MOVED_ON, None))
    place = f"{compound} {building} 号楼 {stairwell} 单元门旁"
    rows.boxes.append((row, stream.ref(), code, well, place, _MOVED_ON if first else FROM, None, first))
    return _Box(row, first, standing.a, standing.id, standing.number % 4 == _FORGOTTEN)


def _rounds(stream: Stream, code: str, box: _Box, rows: _Rows) -> None:
    """On the officer's weekday and at about the officer's hour, put off now and then and by holidays, a few written
    down the day after; the last of one box in four is too long ago."""
    calendar = working_calendar()
    end = REFERENCE - timedelta(days=8 if box.is_forgotten else 0)
    hour, usual = stream.one((8, 9, 10, 14, 16)), stream.between(1, 5)
    start = FROM + timedelta(days=(usual - FROM.isoweekday()) % 7)
    last = FROM
    for week in range(9):
        on = calendar.next_working(start + timedelta(days=7 * week + stream.draw(_PUT_OFF) - 1))
        if not last < on < end:
            continue
        last = on
        at = moment(on, hour, stream.between(3, 49))
        written = moment(calendar.next_working(on), 9, stream.between(5, 40)) if stream.chance(0.06) else None
        lying, letters = box.first if box.first and on < _MOVED_ON else box.id, stream.draw(_LETTERS)
        officer = box.officer
        rows.rounds.append((stream.uid(), code, lying, at, officer.name, officer.account_id, letters, written))
        for count in range(letters):
            said_at = at + timedelta(minutes=4 + 3 * count)
            said = _said(stream, code, "box", None, said_at, officer, box.patch_id)
            received = max(written + timedelta(minutes=3 + 3 * count), said_at) if written else said_at
            late = {"received_at": received, "closed_at": received if said["closed_at"] else None}
            rows.contacts.append(said | {"box_id": lying} | late)


def _said(
    stream: Stream,
    code: str,
    way: str,
    person: _Person | None,
    at: datetime,
    officer: patches.Person,
    patch_id: UUID,
) -> dict[str, Any]:
    """One contact: answered at once, or still open when it is young."""
    row = stream.uid()
    words, told = stream.one(spoken(way))
    is_open = at > NOW - _WAITS and stream.chance(0.6)
    has_phone = person is not None and way in ("call", "web")
    received = min(NOW, at + timedelta(hours=20)) if way == "call" and stream.chance(0.05) else at
    closed = None if is_open else min(NOW, received + timedelta(minutes=50 if way == "web" else 0))
    return {
        **{"id": row, "division_code": code, "via": way, "at": at, "received_at": received},
        **{"patch_id": patch_id, "first_asked_id": officer.account_id, "by_name": "" if way == "web" else officer.name},
        **_of(person, row, has_phone=has_phone),
        "words": sealed.seal(words, place=sealed.WORDS, row=row),
        "state": "open" if is_open else "answered",
        "answer": None if is_open else sealed.seal(told, place=sealed.ANSWER, row=row),
        **{"answered_by": "" if is_open else officer.name, "closed_at": closed},
        "call_back": has_phone and (is_open or way == "web"),
        "called_back_at": closed if has_phone and way == "web" else None,
    }


def _of(person: _Person | None, row: UUID, *, has_phone: bool) -> dict[str, Any]:
    """Whom a contact is about, and the number they left."""
    if person is None:
        return {}
    about = {"resident_id": person.id, "dwelling_id": person.dwelling_id, "caller_name": person.name}
    if not has_phone:
        return about
    phone = sealed.seal(person.phone, place=sealed.PHONE, row=row)
    return about | {"phone": phone, "phone_hash": sealed.phone_hash(person.phone)}


_TAKEN = """
select k.number, k.accepted_at, k.version_id, k.first_asked_id, a.name, r.id, r.name, r.phone, d.id, l.patch_id
from cases_case k join access_account a on a.id = k.first_asked_id join registry_resident r on r.id = k.resident_id
join registry_residence s on s.resident_id = r.id and s.to_on is null and s.kind in ('both', 'living')
join registry_dwelling d on d.id = s.dwelling_id
join patches_placement l on l.stairwell_id = d.stairwell_id and l.to_on is null
where k.division_code = %(code)s and k.accepted_at >= %(first)s and k.accepted_at < %(now)s and not k.is_restricted
  and not r.is_protected and r.phone is not null
order by k.number limit 400
"""


def _cases(stream: Stream, code: str) -> list[dict[str, Any]]:
    """Some of the cases that are there began with a call or at the desk."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, {"code": code, "first": moment(FROM, 0, 0), "now": NOW})
        found = cursor.fetchall()
    made = []
    for case in stream.sample(found, min(_CASES, len(found))):
        number, accepted_at, version, account, name, resident, called, phone, door, patch = case
        row, at = stream.uid(), accepted_at - timedelta(minutes=stream.between(2, 9))
        person = _Person(resident, called, registry.open_phone(phone, resident), door)
        words = asked_for(catalogue.version(version).item.name.zh)
        made.append(
            {
                **{"id": row, "division_code": code, "via": stream.one(("call", "desk")), "at": at, "received_at": at},
                **{"patch_id": patch, "first_asked_id": account, "by_name": name},
                **_of(person, row, has_phone=True),
                "words": sealed.seal(words, place=sealed.WORDS, row=row),
                **{"state": "case", "case_number": number, "closed_at": accepted_at},
            }
        )
    return made


_BOX = ("id", "ref", "division_code", "stairwell_id", "place", "from_on", "to_on", "first_id")
_ROUND = ("id", "division_code", "box_id", "at", "by_name", "by_account", "letters", "written_at")
_GROUP = (*("id", "ref", "division_code", "patch_id", "kind", "name", "number", "account_id", "from_on", "to_on"),)
# Every column of a contact, with what stands there when nothing is said.
_CONTACT: dict[str, Any] = {
    **dict.fromkeys(("id", "ref", "number", "division_code", "via", "at", "received_at", "words", "state")),
    **dict.fromkeys(("patch_id", "dwelling_id", "resident_id", "box_id", "channel_id", "first_asked_id")),
    **dict.fromkeys(("phone", "phone_hash", "answer", "called_back_at", "closed_at", "handed_to_id")),
    **dict.fromkeys(("caller_name", "case_number", "draft_ref", "by_name", "answered_by"), ""),
    "call_back": False,
}


def _write(stream: Stream, code: str, rows: _Rows) -> None:
    bulk.write("visits_contactbox", _BOX, rows.boxes)
    bulk.write("visits_emptying", _ROUND, rows.rounds)
    bulk.write("visits_channel", _GROUP, rows.groups)
    contacts = sorted(rows.contacts, key=lambda one: (one["received_at"], one["id"]))
    for day, of_day in groupby(contacts, key=lambda one: local(one["received_at"]).date()):
        said = list(of_day)
        for one, number in zip(said, case_numbers(code, day, len(said)), strict=True):
            one |= {"number": number, "ref": stream.ref()}
    bulk.write("visits_contact", tuple(_CONTACT), ((_CONTACT | one).values() for one in contacts))
