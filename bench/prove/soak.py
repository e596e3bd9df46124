"""A long time at a steady rate: does memory grow, does anything go wrong without a reason?"""

import asyncio
import contextlib
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from bench import load
from bench.figures import Figure, figure
from bench.load import Request, by_htmx, request
from bench.prove.driver import CSRF, MATTER, sign_in
from bench.prove.house import House

RATE = 100.0  # requests a second
CONNECTIONS = 16
SAMPLE_EVERY = 5.0
WARM = 0.15  # share of the time until memory is compared: caches fill first


@dataclass
class Course:
    """What was seen on the way."""

    answered: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)  # seconds since the start, kB


def soak(house: House, seconds: float, *, seed: int) -> list[Figure]:
    """So long at 100 requests a second."""
    course, draw = Course(), _mix(house)
    asyncio.run(_all(house, course, draw, seconds, seed))
    warm = [kb for at, kb in course.memory if at >= seconds * WARM]
    share = max(3, len(warm) // 10)
    first, last = statistics.median(warm[:share]), statistics.median(warm[-share:])
    slow = sorted(course.times)[int(len(course.times) * 0.95)] * 1000
    length = f"{seconds / 60:.0f} min" + ("" if seconds >= 3600 else ": short of the hour that is the goal")
    note = f"{length}; {first / 1024:.0f} MB to {last / 1024:.0f} MB, web and worker together"
    wrong = ", ".join(f"{count} {what}" for what, count in course.wrong.most_common(4))
    return [
        figure("soak.rss_growth", [100 * (last - first) / first], "%", "<= 5", note=note),
        figure("soak.errors", [sum(course.wrong.values())], "", "<= 0", note=wrong or "none without a reason"),
        figure("soak.rps", [course.answered / seconds], "req/s", ">= 95", note="asked: 100"),
        figure("soak.p95_ms", [slow], "ms", "<= 400", note="at that rate, all kinds"),
    ]


async def _all(
    house: House, course: Course, draw: Callable[[random.Random], Request], seconds: float, seed: int
) -> None:
    began = time.perf_counter()
    slots = iter(range(int(seconds * RATE)))
    clients = [
        _client(house.port, draw, random.Random(f"{seed}/{n}"), began, slots, seconds, course)
        for n in range(CONNECTIONS)
    ]
    watching = asyncio.create_task(_watch(house, course, began))
    await asyncio.gather(*clients)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching


async def _client(
    port: int,
    draw: Callable[[random.Random], Request],
    dice: random.Random,
    began: float,
    slots: Iterator[int],
    seconds: float,
    course: Course,
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 << 20)
    for slot in slots:
        await asyncio.sleep(max(0.0, began + slot / RATE - time.perf_counter()))
        if time.perf_counter() - began > seconds:
            break  # the machine was too slow for the rate; the figure of the rate says so
        wanted, asked = draw(dice), time.perf_counter()
        try:
            status, _wait = await load._one(reader, writer, wanted.raw)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            course.wrong[f"{wanted.kind}: {type(error).__name__}"] += 1
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 << 20)
            continue
        course.answered += 1
        course.times.append(time.perf_counter() - asked)
        if status not in wanted.expect:
            course.wrong[f"{wanted.kind}: {status}"] += 1
    writer.close()


async def _watch(house: House, course: Course, began: float) -> None:
    told = 0.0
    while True:
        at = time.perf_counter() - began
        course.memory.append((at, _memory(house)))
        if at - told >= 60:
            told = at
            sys.stdout.write(f"  {at / 60:.0f} min: {course.memory[-1][1] // 1024} MB, {course.answered} answered\n")
            sys.stdout.flush()
        await asyncio.sleep(SAMPLE_EVERY)


def _memory(house: House) -> int:
    """kB resident in web and worker."""
    total = 0
    for program in house.programs.values():
        assert program.process is not None
        for pid in (program.process.pid, *program.children()):
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{pid}/status").read_text()
                total += int(status.split("VmRSS:")[1].split()[0])
    return total


_INSIDE = "(select t.division_code from access_seat t join access_account a on a.id = t.account_id \
where a.username = 'window' limit 1)"


_OLD = f"""
select ref from registry_resident r where division_code = {_INSIDE} and merged_into_id is null and not is_protected
and died_on is null and birth_on < '1962-01-01' and phone is not null and id_number is not null
and registered_address <> '' and exists (
  select 1 from registry_residence h where h.resident_id = r.id and h.to_on is null and h.kind in ('both', 'living')
  and h.division_code = r.division_code)
order by id
"""


def _mix(house: House) -> Callable[[random.Random], Request]:
    """The mix of `make bench`: lists, residents, cases, searches, writes, public pages."""
    cookies = [sign_in(house, name) for name in ("window", "head", "street")]
    token = house.cli("token", "window").stdout.strip()

    def column(sql: str) -> list[str]:
        return [str(row[0]) for row in house.rows(sql.format(inside=f"division_code = {_INSIDE}"))]

    living = "merged_into_id is null and not is_protected and died_on is null"
    residents = column(f"select ref from registry_resident where {{inside}} and {living} order by id limit 3000")
    names = column(f"select left(name, 2) from registry_resident where {{inside}} and {living} order by id limit 400")
    cases = column("select number from cases_case where {inside} and not is_restricted order by id limit 800")
    own = column(
        "select c.number from cases_case c join access_account a on a.id = c.owner_id"
        " where a.username = 'window' and c.state = 'open' order by c.id limit 300"
    )
    old = old_residents(house)
    public = [request("public", "GET", path) for path in ("/p/", "/p/guides", "/p/guides/MZ-11", "/p/halls")]

    def page(kind: str, path: str, cookie: str) -> Request:
        return request(kind, "GET", path, cookie=cookie)

    def draw(dice: random.Random) -> Request:
        point, cookie = dice.random(), dice.choice(cookies)
        if point < 0.30:
            return page("list", "/cases" if dice.random() < 0.7 else "/", cookie)
        if point < 0.425:
            return page("resident", f"/people/{dice.choice(residents)}", cookies[0])
        if point < 0.55:
            return page("case", f"/cases/{dice.choice(cases)}", cookies[0])
        if point < 0.80:
            body = f"q={quote(dice.choice(names))}&csrfmiddlewaretoken={CSRF}".encode()
            return by_htmx(request("search", "POST", "/search", cookie=cookie, form=body))
        if point < 0.85:
            body = f"text={quote('已电话联系')}&csrfmiddlewaretoken={CSRF}".encode()
            path = f"/cases/{dice.choice(own)}/note"
            return request("note", "POST", path, cookie=cookies[0], form=body, expect=(302,))
        if point < 0.90:
            return _take(token, dice.choice(old))
        return dice.choice(public)

    return draw


def old_residents(house: House) -> list[str]:
    """Residents of the window's community with everything on file that a matter of old age asks."""
    return [str(row[0]) for row in house.rows(_OLD)]


def _take(token: str, resident: str) -> Request:
    body = json.dumps({"resident": resident, "matters": [MATTER], "again": [MATTER]})
    raw = (
        "POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {token}\r\nIdempotency-Key: {uuid4()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    return Request("take", raw.encode(), (201,))
