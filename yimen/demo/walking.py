"""Two months of visits in the patches, and the year before them, for the scales that people look at.

In the cast's community the head has drawn anew once, by the head's own actions. Visits are written by COPY from a
stream of chance of their own, one for each community, after the must-visit households were found.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access import queries as access
from yimen.core import bulk
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.demo import naming
from yimen.demo.earlier import Door, Earlier
from yimen.demo.reference import NOW, REFERENCE, moment
from yimen.demo.speaking import speak
from yimen.demo.staff import SINCE
from yimen.demo.stream import Stream, Weighted
from yimen.demo.towns import HOME
from yimen.orgs.actions import set_phone
from yimen.patches import queries as patches
from yimen.patches.actions import move_stairwells, publish_plan, start_plan
from yimen.patches.actions.signs import give_cards, post_boards
from yimen.patches.queries.ground import stairwell_rows
from yimen.patches.rules.ground import ground_of, pieces
from yimen.visits.actions.finding_vulnerable import find_in_community
from yimen.visits.actions.folding import fold
from yimen.visits.rules import sealed
from yimen.visits.rules.months import REACHED

FROM = date(2026, 9, 23)  # two months before the day of the demonstration
_REDRAWN = date(2026, 9, 1)
_OUTCOMES = Weighted([("met", 62), ("not_home", 20), ("phone", 14), ("declined", 4)])
_TOPICS = Weighted(
    [
        ("fine", 40),
        ("health", 16),
        ("policy", 14),
        ("repair", 12),
        ("neighbour", 6),
        ("money", 5),
        ("safety", 4),
        ("job", 3),
    ]
)
_HOURS = Weighted([(9, 12), (10, 18), (14, 14), (15, 16), (16, 8), (18, 10), (19, 16), (20, 6)])
_NOTES = {
    "fine": ("老人精神不错，水电气都正常。", "家里都好，没有要办的事。"),
    "health": ("血压高，提醒按时吃药。", "刚出院，下周再来看看。", "想约家庭医生上门。"),
    "policy": ("问高龄津贴什么时候到账，已讲清楚。", "问医保怎么续，已讲清楚。"),
    "repair": ("楼道灯不亮，已报修。", "厨房下水慢，想请人看看。"),
    "neighbour": ("楼上漏水，两家说好本周修。", "嫌对门半夜吵，已劝和。"),
    "money": ("孩子上学，手头紧。",),
    "safety": ("楼道堆了纸箱，当场搬走。", "电动车进楼充电，已劝出。"),
    "job": ("儿子想找工作，留了招聘会时间。",),
}
_NEEDS = {
    "repair": ("下水道堵，物业一直没来。", "轮椅下不了楼，想要坡道。"),
    "health": ("想办居家养老服务。", "想约家庭医生上门。"),
    "money": ("想申请临时救助。",),
    "neighbour": ("楼上漏水，想请社区出面谈。", "嫌对门半夜吵，想请人劝劝。"),
}
_REFUSED = "已有人在办"
_LIES = 12  # days that a finding waits at most
_KNOWN = "库里已是这样"
# What the register hears of from visits: the kind of finding, its content, and how it was said.
_CHANGES: Weighted[tuple[str, dict[str, str]]] = Weighted(
    [
        (("phone", {}), 5),
        (("moved_out", {"words": "大儿子一家搬到新吴区的新房"}), 2),
        (("moved_out", {"words": "租客退租回安徽老家"}), 1),
        (("new_tenant", {"words": "房东说签了一年。"}), 2),
    ]
)


@dataclass(slots=True)
class _Rows:
    visits: list[tuple[Any, ...]]
    findings: list[tuple[Any, ...]]
    gaps: list[tuple[Any, ...]]
    notes: list[tuple[Any, ...]]


def live_in_patches(seed: str, code: str) -> None:
    """Let the officers of a community walk, and its residents speak, for two months."""
    head = _head(code)
    if head is None:
        return
    if code == HOME:
        _draw_anew(head)
        _hang(head)
    find_in_community(SYSTEM, division_code=code, at=moment(FROM, 6, 0))
    _walk(Stream(f"{seed}/{code}/visits"), Stream(f"{seed}/{code}/earlier"), code)
    speak(Stream(f"{seed}/{code}/speaking"), code)
    find_in_community(SYSTEM, division_code=code, at=NOW)  # some have turned eighty since


def fold_months() -> None:
    """The coverage of every month that was lived, so that nothing is left to the worker's first minutes."""
    while fold(SYSTEM, at=NOW):
        continue


def _hang(head: Actor) -> None:
    """The cast's community has boards and cards, but for its last patches; city and street have their numbers."""
    at = moment(_REDRAWN + timedelta(days=1), 10, 0)
    set_phone(Actor(Role.CITY, head.reach[:4], name="市级"), phone="12345", at=at)
    set_phone(Actor(Role.STREET, head.reach[:9], name="街道"), phone="0510-00000100", at=at)
    standing = patches.patches_at(head.reach, at=at)
    for one in standing[:-2]:
        post_boards(head, patch_ref=one.ref, at=at)
    for one in standing[:-3]:
        give_cards(head, patch_ref=one.ref, at=at)


def _head(code: str) -> Actor | None:
    seats = access.seats_held(code, first=SINCE, last=REFERENCE, roles=(Role.HEAD,))
    return Actor(Role.HEAD, code, seats[0].account_id, seats[0].name) if seats else None


def _draw_anew(head: Actor) -> None:
    """One stairwell changes hands, so that two patches hold more alike; none where they already do."""
    at = moment(_REDRAWN - timedelta(days=6), 15, 20)
    found = _evening(head.reach, at)
    if found is None:
        return
    well, number = found
    plan = start_plan(head, division_code=head.reach, from_on=_REDRAWN, as_is=True, at=at)
    move_stairwells(head, ref=plan.ref, edition=plan.edition, stairwells=[well], number=number, at=at)
    publish_plan(head, ref=plan.ref, edition=plan.edition + 1, from_on=_REDRAWN, reason="两个片区户数拉平", at=at)


def _evening(code: str, at: datetime) -> tuple[UUID, int] | None:
    """The stairwell on the border of two patches whose move makes them most alike, both in one piece, and where to;
    None where no move does."""
    ground = ground_of(stairwell_rows(patches.ground_of(code, at=at).places))
    lies = patches.division_on(code, on=_REDRAWN)
    wells = [UUID(str(one.id)) for one in ground.stairwells]
    part = [lies[well] for well in wells]
    holds = Counter[int]()
    for one, its in zip(ground.stairwells, part, strict=True):
        holds[its] += one.households
    best: int = 0
    found: tuple[UUID, int] | None = None
    for unit, near in enumerate(ground.links):
        rest = [other for other, its in enumerate(part) if its == part[unit] and other != unit]
        for to in {part[other] for other in near} - {part[unit]}:
            apart = holds[part[unit]] - holds[to]
            evened = apart - abs(apart - 2 * ground.stairwells[unit].households)
            if evened > best and len(pieces(ground.links, rest)) == 1:
                best, found = evened, (wells[unit], to)
    return found


_DOORS = """
select d.id, l.patch_id, exists (
  select from visits_vulnerablehousehold v where v.dwelling_id = d.id and v.to_on is null),
  coalesce((select o.patch_id from patches_placement o where o.stairwell_id = l.stairwell_id and o.to_on = l.from_on),
    l.patch_id)
from registry_dwelling d
join patches_placement l on l.stairwell_id = d.stairwell_id and l.to_on is null
where d.division_code = %s and exists (
  select from registry_residence r where r.dwelling_id = d.id and r.to_on is null and r.kind in ('both', 'living'))
order by d.door, d.id
"""


def _walk(stream: Stream, before: Stream, code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, (code,))
        doors = [Door(*row) for row in cursor.fetchall()]
    rows = _Rows([], [], [], [])
    walked = [one for one in patches.patches_at(code, at=moment(REFERENCE, 9, 0)) if one.a is not None]
    of_patch = {one.id: [door for door in doors if door.patch_id == one.id] for one in walked}
    for standing in walked:
        for first in (FROM, date(2026, 10, 1), date(2026, 11, 1)):
            _month(stream, code, standing, of_patch[standing.id], first, rows)
    earlier = Earlier(code, {one.id: one.a for one in walked if one.a is not None}, FROM)
    seen = {row[3] for row in rows.visits}
    for standing in walked:
        earlier.patch(before, of_patch[standing.id], seen)
    _hear_changes(stream.fork("changes"), rows)
    _write(rows, earlier)


def _month(stream: Stream, code: str, standing: patches.Standing, own: list[Door], first: date, rows: _Rows) -> None:
    """One officer's month: the must-visits, nearly all of them, and as many others as make about thirty households."""
    officer = standing.a
    assert officer is not None
    last = min(REFERENCE - timedelta(days=1), date(2026, first.month + 1, 1) - timedelta(days=1))
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    share = len(days) / 30
    must = [door for door in own if door.is_must]
    others = [door for door in own if not door.is_must]
    seen = [door for door in must if stream.chance(0.94 * min(1.0, share + 0.1))]
    seen += stream.sample(others, min(len(others), round(stream.between(9, 24) * share)))
    reached = _round(stream, code, standing, seen, days, rows)
    for door in must:
        if door.id not in reached and stream.chance(0.7 if first.day == 1 and last.day > 27 else 0.15):
            reason = stream.one(("hospital", "away", "family"))
            rows.gaps.append(
                (stream.uid(), code, door.id, first.replace(day=1), reason, "", officer.name, moment(last, 16, 30))
            )
    if stream.chance(0.7):
        day = stream.one(days)
        row = stream.uid()
        words = sealed.seal("小区广场和几位老人聊了聊，都问冬天供暖。", place=sealed.JOURNAL, row=row)
        rows.notes.append(
            (
                row,
                stream.ref(),
                code,
                officer.account_id,
                officer.name,
                standing.id,
                None,
                day,
                moment(day, 17, 10),
                words,
            )
        )


def _round(
    stream: Stream, code: str, standing: patches.Standing, seen: list[Door], days: list[date], rows: _Rows
) -> set[UUID]:
    """To each of these doors once, and mostly again to the must-visits that were missed; returns who was reached."""
    reached: set[UUID] = set()
    for door in seen:
        day = stream.one(days)
        found = _visit(stream, code, standing, door, day, rows)
        if not found and door.is_must and day < days[-1] and stream.chance(0.8):
            again = stream.between(1, (days[-1] - day).days)
            found = _visit(stream, code, standing, door, day + timedelta(days=again), rows)
        if found:
            reached.add(door.id)
    return reached


def _visit(
    stream: Stream,
    code: str,
    standing: patches.Standing,
    door: Door,
    day: date,
    rows: _Rows,
) -> bool:
    """One visit; returns whether it reached the household."""
    officer = standing.a
    assert officer is not None
    row, outcome = stream.uid(), stream.draw(_OUTCOMES)
    topic = stream.draw(_TOPICS) if outcome in ("met", "phone") else ""
    at = moment(day, stream.draw(_HOURS), stream.between(0, 59))
    late = stream.chance(0.06) and day < REFERENCE - timedelta(days=1)  # written down before the demonstration
    received = at + timedelta(days=1, hours=1) if late else at + timedelta(minutes=stream.between(1, 40))
    note = stream.one(_NOTES[topic]) if topic and stream.chance(0.5) else ""
    rows.visits.append(
        (
            *(row, stream.ref(), code, door.id, standing.id, officer.account_id, officer.name, at, day, received),
            *(late and received.date() > day, outcome, f"{{{topic}}}"),
            sealed.seal(note, place=sealed.NOTE, row=row),
            "phone" if stream.chance(0.85) else "desk",
        )
    )
    if topic in _NEEDS and stream.chance(0.35):
        name = standing.b.name if standing.b is not None and stream.chance(0.2) else officer.name
        _finding(stream, (code, row, door.id), topic, received, name, rows)
    return outcome in REACHED


def _finding(stream: Stream, where: tuple[str, UUID, UUID], topic: str, at: datetime, name: str, rows: _Rows) -> None:
    """A need that a visit (community, visit, door) found, and what came of it."""
    code, visit, door_id = where
    row, state = stream.uid(), _came_to(stream.one(("open", "open", "taken", "refused")), at)
    content = sealed.seal_values({"words": stream.one(_NEEDS[topic])}, place=sealed.FINDING, row=row)
    decided = at + timedelta(days=1) if state != "open" else None
    rows.findings.append(
        (
            *(row, stream.ref(), code, visit, door_id, "need", content, state, at),
            *(name if decided else "", decided, _REFUSED if state == "refused" else ""),
        )
    )


def _came_to(state: str, at: datetime) -> str:
    """What came of a finding: a station leaves none lying for weeks, and decides on none before tomorrow."""
    if at > NOW - timedelta(days=1):
        return "open"
    return "taken" if state == "open" and at < NOW - timedelta(days=_LIES) else state


def _hear_changes(stream: Stream, rows: _Rows) -> None:
    """Few visits in a hundred hear of a new phone, of somebody who moved out, or of a new tenant."""
    for visit in rows.visits:
        row, _ref, code, door_id, _patch, _officer, name, _at, day, received, _late, outcome, *_rest = visit
        if outcome != "met" or not stream.chance(0.03):
            continue
        kind, content = stream.draw(_CHANGES)
        said = dict(content)
        if kind != "moved_out":
            said["phone"] = f"154{stream.between(0, 99_999_999):08}"
        if kind == "moved_out":
            said["on"] = day.replace(day=1).isoformat()
        found = stream.uid()
        if kind == "new_tenant":
            own = Stream(str(found))
            said["name"] = naming.surname(own, local=False) + naming.given(own, own.one(("1", "2")), 1990)
        state = _came_to(stream.one(("open", "open", "taken", "refused")), received)
        decided = received + timedelta(days=1) if state != "open" else None
        rows.findings.append(
            (
                *(found, stream.ref(), code, row, door_id, kind),
                *(sealed.seal_values(said, place=sealed.FINDING, row=found), state, received),
                *(name if decided else "", decided, _KNOWN if state == "refused" else ""),
            )
        )


_VISIT = (
    *("id", "ref", "division_code", "dwelling_id", "patch_id", "account_id", "by_name", "at", '"on"', "received_at"),
    *("is_late", "outcome", "topics", "note", "via"),
)
_FINDING = (
    *("id", "ref", "division_code", "visit_id", "dwelling_id", "kind", "content", "state", "at", "decided_by"),
    *("decided_at", "note"),
)
_GAP = ("id", "division_code", "dwelling_id", "month", "reason", "note", "by_name", "at")
_NOTE = ("id", "ref", "division_code", "account_id", "by_name", "patch_id", "dwelling_id", '"on"', "at", "words")


_EARLIER = tuple(name for name in _VISIT if name not in ("note", "is_late"))


def _write(rows: _Rows, earlier: Earlier) -> None:
    fixed = ("for_name", "clock_off_s", "is_current")
    bulk.write("visits_visit", (*_EARLIER, *fixed, "is_late"), ((*row, "", 0, True, False) for row in earlier.visits))
    bulk.write("visits_visit", (*_VISIT, *fixed), ((*row, "", 0, True) for row in rows.visits))
    bulk.write("visits_finding", (*_FINDING, "case_number"), ((*row, "") for row in rows.findings))
    bulk.write("visits_gap", _GAP, [*earlier.gaps, *rows.gaps])
    bulk.write("visits_journalnote", _NOTE, rows.notes)
