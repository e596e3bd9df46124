"""A thousand phones that come back to the network, the heaviest pack, and how fast boards are drawn."""

import json
import math
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from random import Random
from statistics import median
from uuid import UUID, uuid4

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import transaction

from bench import cpu, load
from bench.city import City
from bench.figures import Figure, figure
from bench.load import Outcome, Request, request
from bench.people import CSRF, Person, search, stock
from yimen.access.actions.sessions import open_session
from yimen.access.models import Account
from yimen.access.queries import live_seats
from yimen.core.clock import local, now
from yimen.core.database import become_owner
from yimen.patches.actions.printing import draw_print
from yimen.patches.models import Officer, Print
from yimen.visits.models import Device, Pack, Visit
from yimen.visits.rules.turns import Turns
from yimen.visits.views import turns

PHONES, RECORDS = 1000, 10
AT_ONCE = 64  # phones that send at a time; whoever is asked to come again does so as the script does
OTHERS = 4  # people at work meanwhile, each asking for the next page as soon as the last is there
OUTCOMES = ("met", "not_home", "phone", "declined")


@dataclass(frozen=True, slots=True)
class Walker:
    """An officer with doors, signed in on a phone: the pack as the server gave it."""

    account_id: UUID
    account_ref: str
    cookie: str
    reach: str
    doors: tuple[str, ...]
    kb: float


def figures_of(city: City, window: Person, *, rounds: int) -> list[Figure]:
    """The figures of walking; the storm writes ten thousand visits to the street, once."""
    become_owner()
    turns.TURNS = Turns(most=math.inf)  # of this process, which packs for all; the served ones keep theirs
    app = get_wsgi_application()
    walkers = [walker for officer in _officers() if (walker := _packed(app, officer)).doors]
    heaviest = max(walkers, key=lambda one: one.kb)
    words = f"{len(heaviest.doors)} doors, JSON as it travels, unpacked; the heaviest of {len(walkers)} officers"
    found = [figure("visits.pack_kb", [heaviest.kb], "KB", "<= 100", note=words)]
    found.append(_storm(city, window, walkers))
    found.append(_boards(window, rounds))
    return found


def _officers() -> list[Account]:
    chosen = Officer.objects.filter(side="A", to_on=None).values_list("account_id", flat=True)
    return list(Account.objects.filter(id__in=set(chosen), is_active=True).order_by("username"))


def _packed(app: WSGIHandler, account: Account) -> Walker:
    """What the server packs for this officer."""
    at = now()
    seat = live_seats(account.id, on=local(at).date())[0]
    cookie = open_session(account.id, seat, at=at, address="127.0.0.1", agent="bench", is_phone=True)
    header = f"{settings.SESSION_COOKIE}={cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    status, body = cpu.answer(app, _pack(header, uuid4()))
    if status != 200:
        raise AssertionError(f"{account.username}: {status} {body[:200]!r}")
    said = json.loads(body)
    doors = tuple(door["ref"] for stop in said["walk"] for door in stop["doors"])
    return Walker(account.id, account.ref, header, seat.division_code, doors, len(body) / 1024)


def _sent(kind: str, path: str, cookie: str, content_type: str, body: bytes) -> Request:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nAccept-Language: zh-CN\r\n"
    head += f"Cookie: {cookie}\r\nX-CSRFToken: {CSRF}\r\nContent-Type: {content_type}\r\n"
    return Request(kind, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, again=(503,))


def _pack(cookie: str, device: UUID) -> Request:
    return _sent("pack", "/m/pack", cookie, "application/x-www-form-urlencoded", cpu.form(device=str(device)))


def _storm(city: City, window: Person, walkers: list[Walker]) -> Figure:
    """Every phone does what its script does: says hello, sends ten records, packs anew."""
    phones = list(islice(cycle(walkers), PHONES))
    devices = _devices(phones)
    before = Visit.objects.count()
    steps = (step for walker, device in zip(phones, devices, strict=True) for step in _phone(walker, device))
    is_over = False

    def colleague(dice: Random) -> Request:
        if is_over:
            raise StopIteration
        return others(dice)

    others = _others(window)
    load.run(city.port, others, connections=OTHERS, seconds=3, seed=0)  # warm
    with ThreadPoolExecutor(1) as pool:
        meanwhile = pool.submit(load.run, city.port, colleague, connections=OTHERS, seconds=900, seed=1)
        storm = load.run(city.port, lambda _dice: next(steps), connections=AT_ONCE, seconds=900, seed=2)
        is_over = True
        work = meanwhile.result()
    for error in sorted({*storm.wrong, *work.wrong})[:10]:
        sys.stdout.write(f"  wrong answer: {error}\n")
    arrived = Visit.objects.count() - before
    return figure("visits.sync_s", [storm.seconds], "s", "<= 60", note=_words(storm, work, arrived))


def _words(storm: Outcome, work: Outcome, arrived: int) -> str:
    kinds = ", ".join(f"{kind} {storm.p95_ms(kind):.0f}" for kind in ("hello", "sync", "pack"))
    return (
        f"{arrived} of {PHONES * RECORDS} records arrived, {len(storm.wrong) + len(work.wrong)} wrong answers; "
        f"{AT_ONCE} phones at a time, {storm.sent_away} times one was asked to come again, p95 ms {kinds}; "
        f"{OTHERS} others at work: p95 {work.p95_ms():.0f} ms over {work.count} pages (goal <= 200)"
    )


def _devices(phones: list[Walker]) -> list[UUID]:
    """A phone for each, packed with its officer's doors."""
    at, made = now(), [uuid4() for _one in phones]
    doors = {
        pack.account_id: pack.dwellings for pack in Pack.objects.filter(account_id__in={p.account_id for p in phones})
    }
    Device.objects.bulk_create(
        Device(id=device, division_code=one.reach, account_id=one.account_id, agent="bench", packed_at=at, seen_at=at)
        for device, one in zip(made, phones, strict=True)
    )
    Pack.objects.bulk_create(
        Pack(
            division_code=one.reach,
            device_id=device,
            account_id=one.account_id,
            dwellings=doors[one.account_id],
            at=at,
        )
        for device, one in zip(made, phones, strict=True)
    )
    return made


def _phone(walker: Walker, device: UUID) -> Iterator[Request]:
    """One phone's round."""
    at = now()
    records = [
        {
            "id": str(uuid4()),
            "door": walker.doors[n % len(walker.doors)],
            "outcome": OUTCOMES[n % 4],
            "at": (at - timedelta(minutes=3 * n)).isoformat(),
            "topics": ["fine"],
            "note": "老人精神不错，水电气都正常。",
            "found": {"need": {"words": "想装扶手"}} if n == 0 else {},
            "version": 1,
        }
        for n in range(RECORDS)
    ]
    said = {"account": walker.account_ref, "device": str(device), "sent_at": at.isoformat(), "records": records}
    yield request("hello", "GET", f"/m/hello?device={device}", cookie=walker.cookie)
    yield _sent("sync", "/m/sync", walker.cookie, "text/plain;charset=UTF-8", json.dumps(said).encode())
    yield _pack(walker.cookie, device)


def _others(window: Person) -> Callable[[Random], Request]:
    """What colleagues at the counter look at."""
    things = stock(window)

    def draw(dice: Random) -> Request:
        point = dice.random()
        if point < 0.4:
            path = "/cases" if dice.random() < 0.7 else "/"
        elif point < 0.6:
            path = f"/people/{dice.choice(things.residents)}"
        elif point < 0.75:
            path = f"/cases/{dice.choice(things.cases)}"
        else:
            return search(window, dice.choice(things.fragments))
        return request(path.split("/")[1] or "workbench", "GET", path, cookie=window.cookie)

    return draw


def _boards(window: Person, rounds: int) -> Figure:
    """All boards of the window's community as one PDF, drawn as the worker draws it, in one process."""
    walls, costs, pages = [], [], 0
    for _round in range(rounds + 1):
        with transaction.atomic():  # no worker sees the row, and nothing of it stays
            row = Print.objects.create(
                division_code=window.reach,
                kind="boards",
                paper="a4",
                origin="https://yimen.example.gov.cn",
                language="zh-hans",
                by_name="bench",
                by_account=uuid4(),
                at=now(),
            )
            wall, spent = time.perf_counter(), time.process_time()
            draw_print(row.ref, at=now())
            walls.append(time.perf_counter() - wall)
            costs.append(time.process_time() - spent)
            row.refresh_from_db()
            pages = row.pages
            if row.state != Print.State.DONE or not pages:
                raise AssertionError(f"boards: {row.state}, {pages} pages")
            transaction.set_rollback(True)
    clock = median(pages / one for one in walls[1:])
    words = (
        f"per second of CPU: {pages} A4 boards of one community as one PDF, in one process; on the clock {clock:.0f}"
    )
    return figure("boards.pages_s", [pages / one for one in costs[1:]], "/s", ">= 300", note=words)
