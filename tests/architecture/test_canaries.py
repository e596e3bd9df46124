"""Canary values: what must be masked or sealed stands in a community in every place that holds it, and is looked for
in everything that leaves the product: pages, JSON, papers, files, errors, logs, addresses, and a copy of the tables."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from io import BytesIO, StringIO
from typing import Any, NoReturn
from urllib.parse import unquote
from uuid import uuid4
from zipfile import ZipFile, is_zipfile

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from pypdf import PdfReader
from pypdf.generic import StreamObject

from tests import cast
from tests.architecture.callers import Caller, Callers
from tests.architecture.grid import HOME, staff_rows
from tests.architecture.things import Things
from tests.cases.counter import PHONE, number_of
from tests.visits.conftest import find, record_visit
from yimen.access import actions as access
from yimen.access.models import Account, Session
from yimen.cases.actions import drafts, hearing, working
from yimen.cases.actions.deciding import decide, send_up
from yimen.cases.models import Case, CaseMaterial, Visit
from yimen.cases.rules import sealed
from yimen.cases.rules.application import Application
from yimen.core import documents
from yimen.core.actor import STAFF_ROLES, Actor, Role
from yimen.core.clock import now
from yimen.registry import actions as registry
from yimen.registry.models import Dwelling, Resident
from yimen.registry.queries import people as people_queries
from yimen.visits.actions.contacts import Entry, Said, take
from yimen.visits.actions.correcting import correct_visit

pytestmark = pytest.mark.django_db

NUMBERS = {  # nobody sees one in full without a reveal, and none stands in a table
    "identity": number_of("19401110", "401"),
    "wife's identity": number_of("19480302", "402"),
    "typed identity": number_of("19520607", "771"),
    "phone": PHONE,
    "former phone": "19900001234",
    "new phone": "19900008421",
    "emergency phone": "19900003377",
    "typed phone": "19900005566",
    "proxy's phone": "19900007788",
    "bank card": "6222021103019988776",
    "contact": "19900009911",
    "caller's phone": "19900002244",
    "said phone": "19900001188",
    "found phone": "19900006611",
    "tenant's phone": "19900006622",
    "number in a finding": number_of("19660504", "403"),
    "noted phone": "19900006633",
}
HEALTH, WORDS, LETTER = "肾衰竭每周透析三次", "窗口让我跑了四趟金丝雀", "请把结果送到我女儿家金丝雀"
SPOKEN, TOLD = "楼上天天吵到半夜金丝雀", "已和楼上说好十点关灯金丝雀"
SEALED_WORDS = (HEALTH, WORDS, LETTER, SPOKEN, TOLD)  # those who work on it read them; no table holds them
SEE_NAMES = (Role.WINDOW, Role.HEAD, Role.STREET)  # others get masks
NAMES = ("张国富", "王秀英", "陈立新", "金代办")
BLANK = b"%PDF-"  # of the press that prints nothing
TYPED = re.compile(r'value="[^"]*"')
ASKED = (*NUMBERS.values(), *NAMES, "3-502")


@pytest.fixture
def seeded(things: Things, monkeypatch: pytest.MonkeyPatch) -> Things:
    """Each canary in each place where such a value is kept or may be typed."""
    at, window, ref = now(), cast.actor("window"), things.refs["resident"]
    for kind in ("emergency_phone", "bank_card"):
        registry.set_trait(
            window,
            ref=ref,
            kind=kind,
            value=NUMBERS[kind.replace("_", " ")],
            source="resident",
            evidence="stated",
            on=date(2026, 3, 2),
            note=f"来电 {NUMBERS['typed phone']}",
            at=at,
        )
    other = Resident.objects.get(name="陈立新")
    registry.correct(
        window,
        ref=other.ref,
        values={"phone": NUMBERS["new phone"]},
        source="resident",
        evidence="stated",
        note=f"本人 {NUMBERS['typed identity']} 来办",
        at=at,
    )
    case = Case.objects.get(number=things.refs["case"])
    kept = sealed.unseal_values(case.form, place=sealed.FORM, row=case.id)
    filled = kept | {name: NUMBERS[name.replace("_", " ")] for name in ("emergency_phone", "bank_card")}
    filled |= {"note": HEALTH, "situation": HEALTH}
    filled |= {"name": "张国富", "household_head": "王秀英"}
    Case.objects.filter(pk=case.pk).update(
        proxy_name="金代办", proxy_relation="02", form=sealed.seal_values(filled, place=sealed.FORM, row=case.id)
    )
    drafts.save(
        window,
        ref=things.refs["draft"],
        application=Application(
            by="other", proxy_name="来人", fields={"phone": NUMBERS["proxy's phone"]}, changed="phone", new_value=PHONE
        ),
        at=at,
    )
    by_resident = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")
    hearing.complain(by_resident, number=case.number, text=WORDS, contact=NUMBERS["contact"], at=at)
    working.message(by_resident, number=case.number, text=LETTER, at=at)
    things.refs["contact"] = _called(window, ref)
    _found(things)
    return things


def _found(things: Things) -> None:
    """A visit whose words hold a number, corrected once, and what it found, in fields and in words; a colleague found
    other numbers at the same door."""
    door = Dwelling.objects.get(ref=things.refs["dwelling"]).door
    for who in ("window2", "window"):
        visit = record_visit(door, who=who, at=now(), note=f"改打 {NUMBERS['noted phone']}")
        tenant = {"name": "金代办", "phone": NUMBERS["tenant's phone"], "words": f"证 {NUMBERS['number in a finding']}"}
        find(visit, "new_tenant", tenant)
        things.refs["finding"] = find(visit, "phone", {"phone": NUMBERS["found phone"]}).ref
    said: Any = {"outcome": "met", "topics": [], "note": "改打 199 **** 6633", "reason": "补记"}
    things.refs["visit"] = correct_visit(cast.actor("window"), ref=visit.ref, at=now(), **said).ref


def _called(window: Actor, resident_ref: str) -> str:
    """Somebody called and was told something, and two numbers are known of them: one that was given, one in words."""
    said = Said(f"{SPOKEN}，打 {NUMBERS['said phone']} 找我", "金代办", NUMBERS["caller's phone"])
    entry = Entry(key=uuid4(), via="call", said=said, resident_ref=resident_ref, answer=TOLD)
    return take(window, entry=entry, at=now()).ref


@dataclass
class Found:
    """Where a canary was seen that should not have been."""

    places: set[tuple[str, str, str]] = field(default_factory=set)
    answers: int = 0

    def look(self, who: str, where: str, text: str, forbidden: dict[str, str]) -> None:
        """Note each forbidden value in a text, however it is grouped, escaped or encoded."""
        self.answers += 1
        plain = unquote(unescape(text))
        squeezed = re.sub(r"[\s\-·,]|&nbsp;|<[^>]{1,40}>", "", plain)
        for name, value in forbidden.items():
            if value in plain or value in squeezed:
                self.places.add((who, where, name))


def forbidden_to(role: Role | None) -> dict[str, str]:
    """What must not reach this role at its own place."""
    values = dict(NUMBERS)
    if role not in SEE_NAMES:
        values |= {name: name for name in NAMES}
    if role not in (Role.HEAD, Role.STREET, Role.DISTRICT, Role.CITY):  # above the handler
        values["complaint"] = WORDS
    if role not in (*SEE_NAMES, Role.DISTRICT, Role.CITY, Role.DEPT):
        values |= {"health note": HEALTH, "letter": LETTER}
    if role not in SEE_NAMES:
        values |= {"call": SPOKEN, "answer": TOLD}
    return values


def everything(role: Role | None) -> dict[str, str]:
    """All canaries: what somebody of another place, or nobody signed in, must never see."""
    return {**NUMBERS, **{word: word for word in (*NAMES, *SEALED_WORDS)}}


def text_of(answer: Any, papers: list[str]) -> str:
    """Everything an answer says: its headers, its body, the data of a paper, the words of a PDF, the sheets of a
    workbook."""
    body = answer.getvalue() if answer.streaming else answer.content
    said = [str(answer.headers), *papers]
    papers.clear()
    if body.startswith(b"%PDF-") and body != BLANK:
        said.append(printed_on(body))
    elif is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as book:
            said += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    else:
        said.append(body.decode("utf-8", "replace"))
    return "\n".join(said)


def printed_on(body: bytes) -> str:
    """What a PDF says: the words of its pages as a reader copies them, its properties, bookmarks and streams."""
    pdf = PdfReader(BytesIO(body))
    said = [page.extract_text() for page in pdf.pages]
    said += [str(pdf.metadata), str(pdf.xmp_metadata and pdf.xmp_metadata.stream.get_data()), str(pdf.outline)]
    for each in range(1, len(pdf.xref[0]) + len(pdf.xref_objStm) + 1):
        held = pdf.get_object(each)
        if isinstance(held, StreamObject) and held.get("/Subtype") != "/Image":
            said.append(held.get_data().decode("utf-8", "replace"))
    return "\n".join(said)


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What stands on the papers that are printed: the compiler's input, in place of its output."""
    written: list[str] = []

    class Press:
        def compile(self, _template: str, *, sys_inputs: dict[str, str], **_others: object) -> bytes:
            written.append(sys_inputs["data"])
            return BLANK

    monkeypatch.setattr(documents, "_compiler", Press)
    return written


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the product's own handler writes."""
    lines = StringIO()
    handlers = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    assert handlers
    before = [handler.setStream(lines) for handler in handlers]
    yield lines
    for handler, stream in zip(handlers, before, strict=True):
        if stream is not None:
            handler.setStream(stream)


def read(caller: Caller, address: str, papers: list[str]) -> str:
    return text_of(caller.ask("GET", address), papers)


def test_no_role_reads_a_canary_in_any_page_file_paper_or_answer(
    seeded: Things, callers: Callers, papers: list[str]
) -> None:
    found = Found()
    for role in STAFF_ROLES:
        at_home = callers(role, HOME[role])
        for row in staff_rows():
            if row.door.method == "GET" and row.may[role]:
                address = seeded.address(row)
                text = read(at_home, address, papers)
                if row.kind == "draft":  # what is still being typed stands in its own field
                    text = TYPED.sub("", text)
                found.look(str(role), address, text, forbidden_to(role))
    assert found.places == set()
    assert found.answers > 250


@pytest.mark.parametrize(("role", "reach"), [(Role.WINDOW, cast.SIBLING), (Role.DISTRICT, cast.OTHER_DISTRICT)])
def test_nobody_of_another_place_reads_any_canary(
    role: Role, reach: str, seeded: Things, callers: Callers, papers: list[str]
) -> None:
    found, elsewhere = Found(), callers(role, reach)
    for row in staff_rows():
        if row.door.method == "GET" and row.may[role]:
            address = seeded.address(row)
            found.look(f"{role} of {reach}", address, read(elsewhere, address, papers), everything(role))
    assert found.places == set()


@pytest.mark.parametrize("role", [Role.WINDOW, Role.DISTRICT])
def test_a_question_that_holds_a_canary_gets_no_other_back(
    role: Role, seeded: Things, callers: Callers, papers: list[str]
) -> None:
    """What somebody typed stands in their own field again; nothing beside it does, and no address carries it."""
    found, caller = Found(), callers(role, HOME[role])
    for asked in ASKED:
        client = Client(raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE] = caller.cookie
        bearer: Any = {"HTTP_AUTHORIZATION": f"Bearer {caller.token}"}
        for answer in (
            *(client.post("/search", {"q": asked}, follow=follow) for follow in (False, True)),
            client.post("/search", {"q": asked}, headers={"HX-Request": "true"}),
            *(client.post("/people", {"name": asked, "door": asked}, follow=follow) for follow in (False, True)),
            *(client.post("/cases", {"text": asked}, follow=follow) for follow in (False, True)),
            client.post("/intake", {"q": asked}),
            client.post("/people/new/check", {"name": "某人", "number": asked[:18]}),
            client.post("/api/v1/search", {"q": asked}, content_type="application/json", **bearer),
        ):
            text = TYPED.sub("", text_of(answer, papers))
            others = {name: value for name, value in forbidden_to(role).items() if value != asked}
            found.look(str(role), f"{answer.status_code} after {asked}", text, others)
            found.look(str(role), f"address after {asked}", answer.headers.get("Location", ""), {"asked": asked})
    assert found.places == set()


@pytest.mark.parametrize("role", [Role.WINDOW, Role.HEAD, Role.STREET, Role.DISTRICT, Role.DEPT])
def test_no_canary_is_printed_on_any_paper(role: Role, seeded: Things, callers: Any) -> None:
    """The press itself, its PDFs read as a finder would. A receipt bears the name of whom it is given to."""
    found, printed, caller = Found(), {}, callers(role, HOME[role])
    _decided(seeded)
    for row in staff_rows():
        address = seeded.address(row)
        if row.door.method == "GET" and row.may[role] and address.endswith(".pdf"):
            answer = caller.ask("GET", address)
            if answer.status_code == 200:
                printed[row.door.address] = text_of(answer, [])
                found.look(str(role), address, printed[row.door.address], forbidden_to(role))
    assert found.places == set()
    assert len(printed) >= {Role.WINDOW: 5, Role.HEAD: 6, Role.DEPT: 1}.get(role, 2), set(printed)
    if role is Role.WINDOW:
        assert "张*富" in printed["/cases/<str:number>/decision.pdf"]  # the reading does find what is there


def _decided(things: Things) -> None:
    """A notice of what is missing, then a decision, on the case of the canaries: both are papers."""
    window, number, at = cast.actor("window"), things.refs["case"], now()
    working.pause(window, number=number, reason="缺材料", gaps=["MD"], at=at)
    missing = CaseMaterial.objects.filter(case__number=number, state="missing").values_list("material_code", flat=True)
    for code in list(missing):
        working.material(window, number=number, code=code, state="look", at=at)
    working.resume(window, number=number, at=at)
    send_up(window, number=number, opinion="情况属实", at=at)
    decide(cast.actor("district"), number=number, outcome="approved", text="符合条件", at=at)


ADDRESSES = re.compile(r'(?:href|action|src|hx-get|hx-post)="([^"]*)"')


def test_no_address_carries_a_name_or_a_number(seeded: Things, callers: Callers, papers: list[str]) -> None:
    """Addresses end in access logs, histories and other people's screens."""
    found, window = Found(), callers(Role.WINDOW, cast.COMMUNITY)
    for row in staff_rows():
        if row.door.method == "GET" and row.may[Role.WINDOW]:
            for address in ADDRESSES.findall(read(window, seeded.address(row), papers)):
                found.look("window", row.door.address, address, everything(None))
    assert found.places == set()
    assert found.answers > 300


def test_a_visitor_reads_no_canary(seeded: Things, papers: list[str]) -> None:
    found, visitor = Found(), Client(raise_request_exception=False)
    number = seeded.refs["case"]
    for address in (
        "/login",
        "/",
        "/p/",
        "/p/track",
        f"/p/track/{number}",
        "/p/officer",
        f"/p/o/{seeded.refs['patch']}",
        "/p/open",
        "/api/v1/openapi.json",
        "/healthz",
    ):
        found.look("visitor", address, text_of(visitor.get(address), papers), everything(None))
    followed = visitor.post("/p/track", {"number": number, "code": "000000"})
    found.look("visitor", "/p/track", text_of(followed, papers), everything(None))
    assert found.places == set()


def test_the_resident_reads_their_own_words_and_no_whole_number(seeded: Things, papers: list[str]) -> None:
    found, resident = Found(), Client(raise_request_exception=False)
    visit = Visit.objects.get(number=seeded.refs["case"])
    secret = sealed.unseal(visit.secret, place=sealed.SECRET, row=visit.id)
    page = resident.post("/p/track", {"number": visit.number, "code": secret}, follow=True)
    text = text_of(page, papers)
    assert LETTER in text
    found.look("resident", "/p/track", text, {**NUMBERS, **{name: name for name in NAMES}, "health note": HEALTH})
    assert found.places == set()


def test_errors_and_log_lines_hold_no_canary(
    seeded: Things, callers: Callers, papers: list[str], log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """404, 403, 422 and 500, each asked for with a canary, and what the log says of them."""
    found, window = Found(), callers(Role.WINDOW, cast.COMMUNITY)
    everyone = ", ".join(everything(None).values())

    def broken(*_args: object, **_kwargs: object) -> NoReturn:
        raise RuntimeError(f"cannot list {everyone}")

    def duplicate(*_args: object, **_kwargs: object) -> NoReturn:
        with connection.cursor() as cursor:
            cursor.execute("select %s::int", (NUMBERS["identity"],))
        raise AssertionError("never here")

    asked = {f"/people/{NUMBERS['identity']}": 404, f"/cases/{NUMBERS['phone']}": 404, "/trail": 403}
    asked |= {f"/cases?from={NUMBERS['phone'][:10]}": 422, f"/api/v1/cases/{NUMBERS['phone']}": 404}
    for address, status in asked.items():
        answer = window.ask("GET", address)
        assert answer.status_code == status, address
        text = TYPED.sub("", text_of(answer, papers))
        found.look(str(status), address, text, everything(None) if status != 404 else {})
    for fault in (broken, duplicate):
        monkeypatch.setattr(people_queries, "people_list", fault)
        answer = window.ask("GET", "/people")
        assert answer.status_code in (422, 500)
        found.look(str(answer.status_code), "/people", text_of(answer, papers), everything(None))
    found.look("log", "lines", log.getvalue(), NUMBERS)
    assert "RuntimeError" in log.getvalue()
    assert found.places == set()


def test_a_copy_of_the_tables_holds_no_canary_that_must_be_sealed(seeded: Things) -> None:
    """As a stolen dump would show it: each table as COPY writes it, and its bytes."""
    visit = Visit.objects.get(number=seeded.refs["case"])
    secret = sealed.unseal(visit.secret, place=sealed.SECRET, row=visit.id)
    wanted = {**NUMBERS, **{word: word for word in SEALED_WORDS}, "second secret": secret, "password": cast.PASSWORD}
    found = Found()
    for model in apps.get_models(include_auto_created=True):
        text = dumped(model._meta.db_table)
        hidden = {name: value.encode().hex() for name, value in wanted.items()}
        found.look("dump", model._meta.db_table, text, wanted)
        found.look("dump in bytes", model._meta.db_table, text, hidden)
    assert found.places == set()
    assert NAMES[0] in dumped("registry_resident")  # the search does find what is there


def dumped(table: str) -> str:
    with connection.cursor() as cursor, cursor.copy(f'copy (select * from "{table}") to stdout') as copy:
        return b"".join(bytes(block) for block in copy).decode()


def test_no_page_shows_what_opens_an_account(seeded: Things, callers: Callers, papers: list[str]) -> None:
    """Hashes of passwords, cookies and tokens leave in no form."""
    admin = callers(Role.SYSADMIN, cast.CITY)
    secrets = dict(Account.objects.values_list("username", "password"))
    secrets |= {f"session of {row.account_id}": bytes(row.key_hash).hex() for row in Session.objects.all()}
    found = Found()
    for row in staff_rows():
        if row.door.method == "GET" and row.may[Role.SYSADMIN]:
            text = read(admin, seeded.address(row), papers)
            found.look(
                "sysadmin", row.door.address, text, {name: value for name, value in secrets.items() if value != "!"}
            )
    assert found.places == set()


@pytest.mark.parametrize(("username", "role"), [("window", Role.WINDOW), ("district", Role.DISTRICT)])
@pytest.mark.parametrize("source", ["people", "cases"])
def test_no_file_holds_a_canary(username: str, role: Role, source: str, seeded: Things, papers: list[str]) -> None:
    asked = access.ask_export(
        replace(cast.actor(username), proved_at=now()),
        source=source,
        what={"view": "all"} if source == "cases" else {},
        rows=50,
        alone=200,
        reason=f"给 {NUMBERS['typed phone']} 回电",
        at=now(),
    )
    answer = cast.client_for(username).get(f"/exports/{asked.ref}")
    text, found = text_of(answer, papers), Found()
    assert "sheet1" in text or "sst" in text
    found.look(username, source, text, forbidden_to(role))
    assert found.places == set()
