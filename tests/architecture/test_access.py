"""Every route × method × role × place. The expected grid is `access_matrix.csv`, reviewed by people: `y` may, `-` not.

A route without a row fails. Out of reach and not existing are the same answer.
"""

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from PIL import Image

from tests import cast
from tests.architecture.doors import Door, doors
from tests.architecture.routes import routes
from tests.cases.counter import PHONE, people
from tests.patches.conftest import begin, name
from tests.visits.conftest import find, record_visit
from yimen.access.actions.sessions import open_session
from yimen.access.models import Account, Seat, Token
from yimen.access.queries import hash_of
from yimen.cases.actions import complain, drafts
from yimen.cases.actions.intake import accept
from yimen.cases.rules.application import Application
from yimen.core.actor import STAFF_ROLES, Actor, Role
from yimen.core.clock import local, now
from yimen.exchange.actions import upload
from yimen.geo.models import GroundFile
from yimen.orgs.actions import mark_absent
from yimen.patches.actions import publish_plan, start_plan
from yimen.patches.actions.printing import ask_print, draw_print
from yimen.patches.actions.signs import keep_photo
from yimen.registry.models import Building, Duplicate, Dwelling, Residence, Resident
from yimen.visits.actions import boxes, channels
from yimen.visits.actions.contacts import Entry, Said, take

pytestmark = pytest.mark.django_db

GRID = Path(__file__).with_name("access_matrix.csv")
HOME = {  # where each role sits when it sits at its own place
    Role.WINDOW: cast.COMMUNITY,
    Role.HEAD: cast.COMMUNITY,
    Role.STREET: cast.STREET,
    Role.DISTRICT: cast.DISTRICT,
    Role.CITY: cast.CITY,
    Role.DEPT: cast.DISTRICT,
    Role.FINANCE: cast.DISTRICT,
    Role.SYSADMIN: cast.CITY,
    Role.SECURITY: cast.CITY,
    Role.AUDITOR: cast.CITY,
}
PLACES = {  # the same seat elsewhere: sibling, parent, child, another district
    cast.COMMUNITY: (cast.SIBLING, cast.STREET, cast.COMMUNITY + "01", cast.OTHER_COMMUNITY),
    cast.STREET: (cast.NEXT_STREET, cast.DISTRICT, cast.COMMUNITY, cast.OTHER_DISTRICT + "001"),
    cast.DISTRICT: (cast.OTHER_DISTRICT, cast.CITY, cast.STREET, "320206"),
    cast.CITY: ("3203", "32", cast.DISTRICT, "3101"),
}
STATION_ONLY = {"draft", "absence", "worker", "portrait", "print"}  # things that only their own station knows
OTHER_ROSTERS = (Role.DEPT, Role.SYSADMIN)  # who know rosters of their own line, or of staff, and no station's
NOT_YET = {  # they need a second thing that is not there: a decision, a notice, a correction, a merge
    "/cases/<str:number>/decision.pdf",
    "/cases/<str:number>/once-notice.pdf",
    "/people/<str:ref>/part",
    "/people/<str:ref>/undo",
}


@dataclass(frozen=True)
class Row:
    """One line of the grid."""

    door: Door
    kind: str  # of the object in the address, "" when there is none
    may: dict[Role, bool]


@cache
def grid() -> list[Row]:
    with GRID.open(newline="") as file:
        return [
            Row(
                Door(row["method"], row["route"], row["verb"]),
                row["object"],
                {role: row[str(role)] == "y" for role in STAFF_ROLES},
            )
            for row in csv.DictReader(file)
        ]


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert [row.door for row in grid()] == doors()


def test_no_route_hides_one_that_comes_after_it() -> None:
    """`x/<str:ref>` takes `x/abc.pdf` too, when it is asked first."""
    assert [route.pattern for route in routes() if resolve(route.path).route != route.pattern] == []


@dataclass(frozen=True)
class Things:
    """One of each kind of object, all of one community."""

    refs: dict[str, str]

    def address(self, row: Row) -> str:
        """The row's address with real objects in it."""
        filled = row.door.address
        if row.kind:
            filled = re.sub(
                r"<str:(ref|number|code|account)>|<number>|\{(number|ref)\}", self.refs[row.kind], filled, count=1
            )
        fixed = {
            "<int:year>": "2026",
            "<str:layer>/<int:z>/<int:x>/<int:y>": "buildings/15/27334/13351",
            "<uuid:token>": "01890000-0000-7000-8000-000000000000",
            "<str:name>": "dibao_line",
        }
        for mark, value in fixed.items():
            filled = filled.replace(mark, value)
        if "catalogue" in filled or "guides" in filled or "/check/" in filled:
            filled = filled.replace("<str:code>", "MZ-11")
        return re.sub(r"<str:\w+>|\{(number|ref)\}", "zzzzzzzzzzzz", filled)


@pytest.fixture
def things(matters: None) -> Things:
    """One of each kind of object, all in the window's community."""
    refs, at = people(), now()
    window = cast.actor("window")
    receipt = accept(
        window,
        resident_ref=refs["张国富"],
        application=Application(matters=("MZ-11",), asked=True, papers={"ID": "seen"}),
        at=at,
    )
    by_resident = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")
    follow_up, _secret = complain(by_resident, number=receipt.number, text="等了很久", at=at)
    draft_ref = drafts.start(window, resident_ref=refs["陈立新"], at=at)
    colleague = Account.objects.get(username="window2")
    absence = mark_absent(
        cast.actor("head"),
        account_ref=colleague.ref,
        from_at=at,
        to_at=at + timedelta(hours=2),
        reason="meeting",
        at=at,
    )
    roster = upload(cast.actor("head"), chunks=["姓名,电话\n".encode()], name="名册.csv", at=at)
    dwelling = Residence.objects.filter(resident__ref=refs["张国富"]).values_list("dwelling__ref", flat=True)[0]
    return Things(
        {
            "resident": refs["张国富"],
            "duplicate": _pair(refs["张国富"], refs["陈立新"], at),
            "case": receipt.number,
            "draft": draft_ref,
            "dwelling": dwelling,
            "building": Building.objects.get(stairwell__dwelling__ref=dwelling).ref,
            "follow_up": follow_up.ref,
            "absence": absence.ref,
            "worker": colleague.ref,
            "station": cast.COMMUNITY,
            "import": roster.ref,
            "ground": _ground(at),
            **_patched(window, at),
            **_spoken(window, refs["张国富"], at),
            **_walked(dwelling, at),
        }
    )


def _ground(at: datetime) -> str:
    """A file of places of the community's buildings."""
    street = cast.actor("street")
    kinds = {"kind": "buildings", "features": [], "said": "EPSG:4490", "name": "places.geojson"}
    return GroundFile.objects.create(
        division_code=cast.COMMUNITY, by_name=street.name, state="open", at=at, changed_at=at, **kinds
    ).ref


def _patched(window: Actor, at: datetime) -> dict[str, str]:
    """A patch of the community with its officer, a PDF of its boards that is ready, and the officer's photo."""
    patch = begin(1)[0]
    name(patch, "window")
    made = ask_print(window, kind="boards", is_due=False, origin="https://yimen.example", at=at)
    draw_print(made.ref, at=at)
    account = Account.objects.get(username="window")
    photo = io.BytesIO()
    Image.new("RGB", (42, 56), "navy").save(photo, format="PNG")
    keep_photo(window, account_ref=account.ref, content=photo.getvalue(), at=at)
    return {"patch": patch.ref, "print": made.ref, "portrait": account.ref, **_divided(at)}


def _divided(at: datetime) -> dict[str, str]:
    """A division that was published, and a what-if for another."""
    head, today = cast.actor("head"), local(at).date()
    first = start_plan(head, division_code=cast.COMMUNITY, from_on=today, as_is=True, at=at)
    made = publish_plan(head, ref=first.ref, edition=1, from_on=today, at=at)
    plan = start_plan(head, division_code=cast.COMMUNITY, from_on=today, as_is=True, at=at)
    return {"plan": plan.ref, "publication": made.ref}


def _spoken(window: Actor, resident_ref: str, at: datetime) -> dict[str, str]:
    """A contact box, a chat group, and a call about a resident who is to be called back."""
    box = boxes.set_up(window, place="三号楼门口", at=at)
    group = channels.set_up(window, kind="微信", name="广瑞一村居民群", at=at)
    said = Said("楼道灯不亮", "张国富", PHONE)
    made = take(
        window, entry=Entry(key=uuid4(), via="call", said=said, resident_ref=resident_ref, call_back=True), at=at
    )
    return {"box": box.ref, "channel": group.ref, "contact": made.ref}


def _walked(dwelling_ref: str, at: datetime) -> dict[str, str]:
    """A visit at the resident's door, and a number it found."""
    visit = record_visit(Dwelling.objects.get(ref=dwelling_ref).door, at=at, note="都好")
    return {"visit": visit.ref, "finding": find(visit, "phone", {"phone": PHONE}).ref}


def _pair(one: str, other: str, at: datetime) -> str:
    """The two stand on the desk as if they were one person."""
    first, second = sorted(Resident.objects.filter(ref__in=(one, other)).values_list("id", flat=True))
    made = Duplicate.objects.create(
        division_code=cast.COMMUNITY, first_id=first, second_id=second, grounds=["name"], compared="", found_at=at
    )
    return made.ref


@dataclass(frozen=True)
class Caller:
    """One seat, with a browser's cookie and a bearer token."""

    cookie: str
    token: str

    def ask(self, method: str, address: str, form: str = "") -> HttpResponse:
        """Send it, and undo whatever it did."""
        client = Client(raise_request_exception=False)
        extra: dict[str, Any] = {}
        if address.startswith("/api/"):
            extra = {"HTTP_AUTHORIZATION": f"Bearer {self.token}"}
            body: Any = json.dumps(BODIES.get(address.rsplit("/", 1)[-1], {}))
            kind = "application/json"
        else:
            client.cookies[settings.SESSION_COOKIE] = self.cookie
            body, kind = form or FORM, "application/x-www-form-urlencoded"
        with transaction.atomic():
            if method == "GET":
                answer = client.get(address, **extra)
            else:
                answer = client.post(address, body, content_type=kind, **extra)
            transaction.set_rollback(True)
        return answer  # type: ignore[return-value]  # the test client's response is an HttpResponse


FORM = (
    "reason=%E5%8E%9F%E5%9B%A0%E5%A6%82%E4%B8%8B&text=%E8%AF%B4%E6%98%8E&opinion=%E5%90%8C%E6%84%8F&answer=%E5%B7%B2%E7%AD%94&"
    "field=phone&what=phone&outcome=approved&days=3&kind=is_dibao&value=true&code=ID&state=kept&answer_is=grant"
)
BODIES: dict[str, dict[str, Any]] = {
    "offer": {"to": "zzzzzzzzzzzz", "reason": "请接手"},
    "answer_offer": {"accept": True},
    "pause": {"reason": "上门评估", "kind": "assessment"},
    "material": {"code": "ID", "state": "kept"},
    "note": {"text": "已电话联系"},
    "message": {"text": "请带原件"},
    "send_up": {"opinion": "同意"},
    "send_back": {"reason": "缺意见"},
    "decide": {"outcome": "approved", "text": "同意"},
    "withdraw": {"reason": "不办了"},
    "ask_extension": {"days": 3, "reason": "等评估"},
    "answer_extension": {"grant": True},
    "search": {"q": "张国富"},
    "cases": {"resident": "zzzzzzzzzzzz", "matters": ["MZ-11"]},
    "identity": {"number": "11010519491231002X"},
}


@pytest.fixture
def callers() -> Any:
    """A function from role and reach to a caller, each made once."""
    made: dict[tuple[Role, str], Caller] = {}

    def caller(role: Role, reach: str) -> Caller:
        if (role, reach) not in made:
            made[role, reach] = _sit(role, reach)
        return made[role, reach]

    return caller


def _sit(role: Role, reach: str) -> Caller:
    at = now()
    account = Account.objects.create(username=f"{role}-{reach}", name="某人", password="!", created_at=at)
    post, side = ("MZ", "A") if role is Role.WINDOW else ("", "")
    seat = Seat.objects.create(
        account=account,
        role=role,
        division_code=reach,
        line="LLB" if role is Role.DEPT else "",
        post=post,
        side=side,
        from_on=cast.SINCE,
    )
    token = f"ym_{role}_{reach}"
    Token.objects.create(
        prefix="ym_test",
        token_hash=hash_of(token),
        account=account,
        seat=seat,
        created_at=at,
        expires_at=at + timedelta(days=1),
    )
    cookie = open_session(account.id, seat, at=at, address="127.0.0.1", agent="test")
    return Caller(cookie, token)


def staff_rows() -> list[Row]:
    return [row for row in grid() if row.door.verb != "public"]


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_role_opens_what_the_grid_says_and_nothing_else(role: Role, things: Things, callers: Any) -> None:
    caller = callers(role, HOME[role])
    wrong = []
    for row in staff_rows():
        status = caller.ask(row.door.method, things.address(row)).status_code
        if status >= 500 or (status == 403) is row.may[role]:
            wrong.append((row.door.method, row.door.address, status))
    assert wrong == []


def test_the_auditor_changes_nothing_but_their_own_account() -> None:
    """Everything else is closed to them for every method but GET. A question is sent by POST so that no name stands in
    an address; it changes nothing. Having the seals verified and reviewing look-ups is their office."""
    own = re.compile(
        r"trail\.verify|unusual\.review|account\.(own|change_password)|seat\.switch|session\.end|token\.(issue|end)|search\.ask"
    )
    writing = {row.door.verb for row in staff_rows() if row.door.method != "GET" and row.may[Role.AUDITOR]}
    assert {verb for verb in writing if not own.fullmatch(verb)} == set()


def test_nobody_opens_a_staff_door_without_signing_in(things: Things) -> None:
    wrong = []
    for row in staff_rows():
        client = Client(raise_request_exception=False)
        address = things.address(row)
        answer = client.get(address) if row.door.method == "GET" else client.post(address)
        sent_away = answer.status_code == 401 or answer.headers.get("Location", "").startswith("/login")
        if not sent_away:
            wrong.append((row.door.method, row.door.address, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in STAFF_ROLES if role not in (Role.FINANCE, Role.AUDITOR)])
def test_an_object_exists_only_within_reach(role: Role, things: Things, callers: Any) -> None:
    wrong = []
    for row in staff_rows():
        if not row.kind or not row.may[role]:
            continue
        address = things.address(row)
        for reach in PLACES[HOME[role]]:
            answer = callers(role, reach).ask(row.door.method, address)
            known = reach == cast.COMMUNITY if row.kind in STATION_ONLY else cast.COMMUNITY.startswith(reach)
            known = known and row.door.address not in NOT_YET
            known = known and not (row.kind == "import" and role in OTHER_ROSTERS)
            if answer.status_code >= 500 or (answer.status_code == 404) is known:
                wrong.append((row.door.method, row.door.address, reach, answer.status_code))
    assert wrong == []


def test_a_department_knows_no_case_of_another_line(things: Things, callers: Any) -> None:
    case = next(row for row in grid() if row.door.address == "/cases/<str:number>")
    caller = callers(Role.DEPT, cast.DISTRICT)
    Seat.objects.filter(account__username=f"dept-{cast.DISTRICT}").update(line="GA")
    assert caller.ask("GET", things.address(case)).status_code == 404


def test_out_of_reach_and_not_existing_are_the_same_answer(things: Things, callers: Any) -> None:
    caller = callers(Role.WINDOW, cast.SIBLING)
    for row in staff_rows():
        if row.kind not in ("resident", "case") or row.door.method != "GET" or not row.may[Role.WINDOW]:
            continue
        address = things.address(row)
        nowhere = address.replace(things.refs[row.kind], "LX26-0101-999999" if row.kind == "case" else "zzzzzzzzzzzz")
        there, not_there = caller.ask("GET", address), caller.ask("GET", nowhere)
        assert there.status_code == not_there.status_code == 404
        same = there.content.replace(things.refs[row.kind].encode(), b"").replace(address.encode(), b"")
        also = not_there.content.replace(nowhere.encode(), b"")
        assert re.sub(rb'value="[^"]*"|content="[^"]*"', b"", same) == re.sub(
            rb'value="[^"]*"|content="[^"]*"', b"", also
        )


def test_no_state_changes_by_get(things: Things, callers: Any) -> None:
    """A GET leaves entries of reading and nothing else."""
    from yimen.trail.models import Entry

    for role in (Role.WINDOW, Role.STREET, Role.SYSADMIN):
        client = Client(raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE] = callers(role, HOME[role]).cookie
        before = Entry.objects.filter(is_read=False).count()
        for row in staff_rows():
            if row.door.method == "GET" and not row.door.address.startswith("/api/") and row.may[role]:
                client.get(things.address(row))
        assert Entry.objects.filter(is_read=False).exclude(verb__in=("case.print", "trail.export")).count() == before
