"""Who works where: stations with six posts held by A and B, offices above them, skills and absences."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from yimen.catalogue.rules import read_defaults
from yimen.demo import naming
from yimen.demo.reference import REFERENCE, moment
from yimen.demo.stream import Stream
from yimen.demo.tables import AbsenceRow, AccountRow, SeatRow, SkillRow
from yimen.demo.towns import HOME, NEXT_STREET, STREET, Town

SINCE = date(2024, 11, 4)
POSTS = ("MZ", "LD", "ZZ", "JS", "HW", "WJ")
UNUSABLE = "!"  # no password opens it
CITY = "3202"


@dataclass(frozen=True, slots=True)
class Seated:
    """A person in a seat, as the record names them."""

    account_id: UUID
    name: str
    role: str
    division_code: str
    post: str = ""
    side: str = ""

    @property
    def seat(self) -> str:
        return f"{self.post} {self.side}".strip()


@dataclass(slots=True)
class Staff:
    """The people of a station or an office, with their rows."""

    accounts: list[AccountRow] = field(default_factory=list)
    seats: list[SeatRow] = field(default_factory=list)
    absences: list[AbsenceRow] = field(default_factory=list)
    skills: list[SkillRow] = field(default_factory=list)
    head: Seated | None = None
    posts: dict[str, list[Seated]] = field(default_factory=dict)  # A first
    away: dict[UUID, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    alone: dict[UUID, set[str]] = field(default_factory=dict)  # matters each can do alone
    lines: dict[str, Seated] = field(default_factory=dict)  # of an office: department to its worker

    def is_away(self, account_id: UUID, at: datetime) -> bool:
        """Whether somebody is absent at a moment."""
        spans = self.away.get(account_id)
        return spans is not None and any(first <= at < last for first, last in spans)

    def present(self, people: list[Seated], at: datetime) -> list[Seated]:
        """Those who are not absent at a moment."""
        return [one for one in people if not self.is_away(one.account_id, at)]

    def workers(self) -> list[Seated]:
        """Everybody at the counter, each once, in the first of their seats."""
        seen: dict[UUID, Seated] = {}
        for holders in self.posts.values():
            for one in holders:
                if one.account_id not in seen or one.side == "A":
                    seen[one.account_id] = one
        return list(seen.values())


# username, name, posts; the rest of each station is made up
_HOME = (
    ("window", "沈晓岚", ("MZ A", "LD B")),
    ("window2", "许一帆", ("LD A", "MZ B")),
    ("", "陆建明", ("HW A", "JS B")),
    ("", "钱海涛", ("ZZ A", "HW B")),
    ("", "钱小满", ("WJ A", "ZZ B")),
    ("", "顾文清", ("JS A", "WJ B")),
)
_PAIRS = (("MZ A", "LD B"), ("LD A", "MZ B"), ("HW A", "JS B"), ("ZZ A", "HW B"), ("WJ A", "ZZ B"), ("JS A", "WJ B"))
_HEADS = {HOME: ("head", "吴静雯")}
_OFFICES: dict[str, tuple[tuple[str, str, str, str], ...]] = {  # username, name, role, line
    STREET: (("street", "周敏", "street", ""),),
    NEXT_STREET: (("nextstreet", "唐书琴", "street", ""),),
    STREET[:6]: (
        ("district", "顾正平", "district", ""),
        ("dept", "蒋文", "dept", "MZJ"),
        ("finance", "谢宏", "finance", ""),
    ),
    CITY: (
        ("city", "秦岚", "city", ""),
        ("sysadmin", "方哲", "sysadmin", ""),
        ("security", "邵青", "security", ""),
        ("auditor", "马骏", "auditor", ""),
    ),
}
CAST = (  # those who get the password
    "window",
    "window2",
    "head",
    "street",
    "district",
    "city",
    "dept",
    "finance",
    "sysadmin",
    "security",
    "auditor",
    "nextdoor",
)


def station_staff(town: Town, stream: Stream, *, nextdoor: bool = False) -> Staff:
    """The head and the workers of one station; with `nextdoor`, its first worker is that one of the cast."""
    maker = _Hiring(stream, town.code, f"0510-0{town.ordinal:04d}")
    username, name = _HEADS.get(town.code, ("", ""))
    maker.staff.head = maker.hire(username, name, "head")
    plan = _HOME if town.code == HOME else tuple(("", "", pair) for pair in _PAIRS)
    for place, (username, name, seats) in enumerate(plan):
        if nextdoor and place == 0:
            username, name = "nextdoor", "丁海波"
        maker.worker(username, name, seats)
    maker.leaver()
    for post in POSTS:
        maker.staff.posts[post].sort(key=lambda one: one.side)
    _skills(maker.staff, stream)
    _absences(maker.staff, town, stream)
    return maker.staff


@lru_cache(maxsize=64)
def office_staff(seed: str, code: str) -> Staff:
    """The people of a street, district or city office; the same for every community that asks."""
    stream = Stream(f"{seed}/office/{code}")
    maker = _Hiring(stream, code, f"0510-00{int(code[-5:]) % 1000:03d}")
    for username, name, role, line in _OFFICES.get(code, ()):
        maker.official(username, name, role, line)
    role = {4: "city", 6: "district", 9: "street"}[len(code)]
    if role not in {seat.role for seat in maker.staff.seats}:
        maker.official("", "", role, "")
    maker.official("", "", role, "")
    if len(code) < 9:
        for line in sorted({item.department for item in read_defaults().items.values()} - set(maker.staff.lines)):
            maker.official("", "", "dept", line)
    return maker.staff


@dataclass(slots=True)
class _Hiring:
    stream: Stream
    code: str
    phone: str
    staff: Staff = field(default_factory=Staff)

    def _account(self, username: str, name: str, left_at: datetime | None = None) -> AccountRow:
        number = len(self.staff.accounts) + 1
        if not name:
            sex = "2" if self.stream.chance(0.6) else "1"
            name = naming.surname(self.stream, local=True) + naming.given(self.stream, sex, 1986)
        row = AccountRow(
            id=self.stream.uid(),
            ref=self.stream.ref(),
            username=username or f"s{self.code}-{number}",
            name=name,
            password="" if username in CAST else UNUSABLE + self.stream.ref() * 3,
            phone=f"{self.phone}{number:0{13 - len(self.phone)}d}",
            language="zh-hans",
            is_active=left_at is None,
            created_at=moment(SINCE, 8, 30),
            left_at=left_at,
        )
        self.staff.accounts.append(row)
        return row

    def _seat(
        self, account: AccountRow, role: str, held: str = "", line: str = "", to_on: date | None = None
    ) -> Seated:
        post, _, side = held.partition(" ")
        self.staff.seats.append(
            SeatRow(
                id=self.stream.uid(),
                ref=self.stream.ref(),
                account_id=account.id,
                role=role,
                division_code=self.code,
                line=line,
                post=post,
                side=side,
                from_on=SINCE,
                to_on=to_on,
            )
        )
        return Seated(account.id, account.name, role, self.code, post, side)

    def hire(self, username: str, name: str, role: str) -> Seated:
        return self._seat(self._account(username, name), role)

    def worker(self, username: str, name: str, held: tuple[str, ...]) -> None:
        account = self._account(username, name)
        for one in held:
            seated = self._seat(account, "window", one)
            self.staff.posts.setdefault(seated.post, []).append(seated)

    def leaver(self) -> None:
        """Somebody who left in summer: their account is closed."""
        left_on = date(2026, 6, 30)
        account = self._account("", "", moment(left_on, 17, 0))
        self._seat(account, "window", "MZ B", to_on=left_on)

    def official(self, username: str, name: str, role: str, line: str) -> None:
        seated = self._seat(self._account(username, name), role, line=line)
        self.staff.lines.setdefault(line if role == "dept" else role, seated)


def _skills(staff: Staff, stream: Stream) -> None:
    """Most do their own posts' matters alone; a few matters hang on one person."""
    items = read_defaults().items.values()
    rare = {item.code for item in items if stream.chance(0.045)}
    for worker in staff.workers():
        sides = {
            one.post: one.side for held in staff.posts.values() for one in held if one.account_id == worker.account_id
        }
        staff.alone[worker.account_id] = set()
        for item in items:
            grade = _grade(stream, sides.get(item.post, ""), item.code in rare)
            if grade == "alone":
                staff.alone[worker.account_id].add(item.code)
            if grade:
                since_on = SINCE + timedelta(days=stream.between(0, 500))
                staff.skills.append(SkillRow(worker.account_id, item.code, grade, since_on))


def _grade(stream: Stream, side: str, rare: bool) -> str:
    roll = stream.random()
    if side == "A":
        return "alone"
    if rare:
        return "helped" if roll < 0.5 else ""
    if side == "B":
        return "alone" if roll < 0.88 else "helped"
    return "alone" if roll < 0.13 else "helped" if roll < 0.5 else ""


_AWAY = (
    ("leave", "年休假"),
    ("meeting", "街道业务培训"),
    ("sick", "病假"),
    ("visit", "集中入户走访"),
    ("other", "借调支援"),
)


def _absences(staff: Staff, town: Town, stream: Stream) -> None:
    """A year of absences, the ones of today, and those already planned."""
    fixed = _fixed_absences(staff) if town.code == HOME else {}
    everybody = [staff.head, *staff.workers()] if staff.head else staff.workers()
    for person in everybody:
        spans = fixed.get(person.name) or _planned(stream)
        for first, last, (reason, note) in _past(stream) + spans:
            staff.away.setdefault(person.account_id, []).append((first, last))
            staff.absences.append(
                AbsenceRow(stream.uid(), stream.ref(), person.account_id, town.code, first, last, reason, note)
            )


_Span = tuple[datetime, datetime, tuple[str, str]]


def _fixed_absences(staff: Staff) -> dict[str, list[_Span]]:
    """At home: window2 is away until 16:30 today, and next week nobody is at the culture post."""
    both = (moment(date(2026, 11, 27), 8, 30), moment(date(2026, 12, 2), 17, 0))
    return {
        "沈晓岚": [(moment(date(2026, 12, 14), 8, 30), moment(date(2026, 12, 16), 17, 0), _AWAY[0])],
        "许一帆": [(moment(date(2026, 11, 20), 13, 0), moment(REFERENCE, 16, 30), _AWAY[1])],
        "钱小满": [(*both, ("meeting", "全市文体骨干培训"))],
        "顾文清": [(*both, _AWAY[0])],
        "陆建明": [(moment(date(2026, 12, 7), 8, 30), moment(date(2026, 12, 8), 17, 0), _AWAY[3])],
        "钱海涛": [(moment(date(2026, 12, 21), 8, 30), moment(date(2026, 12, 23), 17, 0), _AWAY[0])],
        "吴静雯": [(moment(date(2026, 12, 10), 13, 0), moment(date(2026, 12, 10), 17, 0), _AWAY[1])],
    }


def _past(stream: Stream) -> list[_Span]:
    """Some in each season, never overlapping."""
    spans = []
    for quarter in range(4):
        if stream.chance(0.7):
            first = date(2025, 11, 24) + timedelta(days=quarter * 90 + stream.between(0, 75))
            days = stream.between(0, 4)
            hour = 13 if days == 0 else 8
            last = moment(first + timedelta(days=days), 17, 0)
            spans.append((moment(first, hour, 30), last, stream.one(_AWAY)))
    return spans


def _planned(stream: Stream) -> list[_Span]:
    if stream.chance(0.07):
        return [
            (
                moment(date(2026, 11, 22), 18, 0),
                moment(REFERENCE + timedelta(days=stream.between(0, 2)), 17, 0),
                stream.one(_AWAY),
            )
        ]
    if stream.chance(0.3):
        first = REFERENCE + timedelta(days=stream.between(3, 30))
        return [(moment(first, 8, 30), moment(first + timedelta(days=stream.between(0, 3)), 17, 0), stream.one(_AWAY))]
    return []
