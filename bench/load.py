"""A load generator: raw HTTP/1.1 over kept connections, one request in flight on each, no library in the way."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Request:
    """One request as bytes, and the statuses that count as right."""

    kind: str
    raw: bytes
    expect: tuple[int, ...] = (200,)
    again: tuple[int, ...] = ()  # statuses after which it is sent once more, when the answer says


def request(
    kind: str, method: str, path: str, *, cookie: str = "", form: bytes | None = None, expect: tuple[int, ...] = (200,)
) -> Request:
    """A request with the headers a browser would send."""
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: keep-alive", "Accept-Language: zh-CN"]
    if cookie:
        head.append(f"Cookie: {cookie}")
    if form is not None:
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    return Request(kind, "\r\n".join(head).encode() + b"\r\n\r\n" + (form or b""), expect)


def by_htmx(wanted: Request) -> Request:
    """The same as a part of a page asks it."""
    host = b"Host: localhost\r\n"
    return replace(wanted, raw=wanted.raw.replace(host, host + b"HX-Request: true\r\n", 1))


@dataclass(slots=True)
class Outcome:
    """What one round gave: seconds of each request by kind, and answers that were not right."""

    seconds: float = 0.0
    times: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    sent_away: int = 0  # answers that asked to come again

    @property
    def count(self) -> int:
        return sum(len(times) for times in self.times.values())

    @property
    def rps(self) -> float:
        return self.count / self.seconds

    def p95_ms(self, kind: str = "") -> float:
        """The 95th percentile in milliseconds, over all kinds or one."""
        times = sorted(self.times[kind] if kind else [one for each in self.times.values() for one in each])
        return times[int(len(times) * 0.95)] * 1000


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, raw: bytes) -> tuple[int, float]:
    """The status, and the seconds after which the answer asks to come again."""
    writer.write(raw)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    if b"content-length: " in lowered:
        length = int(lowered.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        if length:
            await reader.readexactly(length)
    elif b"transfer-encoding: chunked" in lowered:
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")
    wait = float(lowered.split(b"retry-after: ", 1)[1].split(b"\r\n", 1)[0]) if b"retry-after: " in lowered else 0.0
    return status, wait


async def _client(port: int, draw: Callable[[random.Random], Request], seed: int, end: float, outcome: Outcome) -> None:
    chooser = random.Random(seed)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 * 1024 * 1024)
    while time.perf_counter() < end:
        try:
            wanted = draw(chooser)
        except StopIteration:
            break
        began = time.perf_counter()
        try:
            status, wait = await _one(reader, writer, wanted.raw)
            times = 0
            while status in wanted.again and time.perf_counter() < end:
                outcome.sent_away += 1
                await asyncio.sleep(wait + chooser.random() * min(30, 2 * 2**times))  # as the phone's script does
                began, times = time.perf_counter(), times + 1
                status, wait = await _one(reader, writer, wanted.raw)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            outcome.wrong.append(f"{wanted.kind}: {type(error).__name__}")
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 * 1024 * 1024)
            continue
        outcome.times.setdefault(wanted.kind, []).append(time.perf_counter() - began)
        if status not in wanted.expect:
            outcome.wrong.append(f"{wanted.kind}: {status} {wanted.raw.split(b' ', 2)[1].decode()}")
    writer.close()


def run(port: int, draw: Callable[[random.Random], Request], *, connections: int, seconds: float, seed: int) -> Outcome:
    """One round: so many connections for so many seconds, or until `draw` raises StopIteration, each drawing its next
    request when the last is answered."""
    outcome = Outcome()

    async def all_clients() -> None:
        began = time.perf_counter()
        end = began + seconds
        await asyncio.gather(*(_client(port, draw, seed * 1000 + n, end, outcome) for n in range(connections)))
        outcome.seconds = time.perf_counter() - began

    asyncio.run(all_clients())
    return outcome
