"""Requests that are sent slowly, in part or too large: they hold up nobody, and half of one is never acted on."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest
from django.test import Client

from yimen.core.web import UNRECEIVED
from yimen.site.received import LARGEST, InWhole, environ_of

POST = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    """The application of these tests: says what it got."""
    start(f"{environ.get(UNRECEIVED, 200)} said", [("Content-Type", "text/plain")])
    for value in environ.values():
        assert not isinstance(value, str) or value.encode("latin-1") is not None  # what strings are in PEP 3333
    return [environ["wsgi.input"].read()]


application = InWhole(echo, patience=3.0)  # what granian loads


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """granian with the echo, one process, as `yimen serve` runs it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    line = ["-m", "granian", "--interface", "rsgi", "--http", "1", "--no-ws", "--port", str(free)]
    process = subprocess.Popen(
        [sys.executable, *line, "--log-level", "warning", "tests.site.test_received:application"], env=os.environ
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", free)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield free
    finally:
        process.terminate()
        process.wait()


def sent(port: int, *, length: int, body: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(POST % length + body)
    return connection


def everything(connection: socket.socket) -> bytes:
    """What comes until the server closes."""
    return b"".join(iter(lambda: connection.recv(9999), b""))


def test_bodies_that_do_not_come_hold_no_page_and_are_closed_in_time(port: int) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(sent(port, length=1000, body=b"abcd")) for _ in range(30)]
        begin = time.monotonic()
        for _ in range(20):
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                assert answer.status == 200
        assert time.monotonic() - begin < 3, "pages waited for bodies"
        assert all(everything(connection).startswith(b"HTTP/1.1 408") for connection in slow)


def test_a_body_that_comes_slowly_but_comes_is_taken(port: int) -> None:
    with sent(port, length=9, body=b"abc") as connection:
        for piece in (b"def", b"ghi"):
            time.sleep(0.3)
            connection.sendall(piece)
        assert connection.recv(9999).endswith(b"abcdefghi")


def test_letters_that_nobody_quoted_are_passed_on_as_wsgi_has_them(port: int) -> None:
    """Some clients send an address or a cookie in Chinese as it is; one with other bytes is refused by granian."""
    han = "\u5f20".encode()
    for line in (b"GET /%b HTTP/1.1", b"GET /?name=%b HTTP/1.1", b"GET / HTTP/1.1\r\nCookie: a=%b\r\nX-A: %b"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(line.replace(b"%b", han) + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert everything(connection).startswith(b"HTTP/1.1 200")


def test_too_large_a_body_is_refused_before_it_comes(port: int) -> None:
    with sent(port, length=LARGEST + 1, body=b"a") as connection:
        assert everything(connection).startswith(b"HTTP/1.1 413")


class Pieces:
    """A body as granian hands it on, and where the answer goes."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.answer: tuple[int, list[tuple[str, str]], bytes] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = status, headers, body


def asked(*headers: tuple[str, str], path: str = "/", client: str = "127.0.0.1:5000") -> Any:
    told = SimpleNamespace(items=lambda: list(headers), get=lambda key, default: dict(headers).get(key, default))
    return SimpleNamespace(
        **{"method": "POST", "path": path, "query_string": "a=\u4e00", "http_version": "1.1", "scheme": "http"},
        **{"server": "127.0.0.1:8000", "client": client, "authority": None, "headers": told},
    )


def in_a_loop(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a thread of its own: the browser of other tests has a loop in this one."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(work())).result()


@pytest.mark.parametrize(("length", "status"), [(6, 200), (7, 400)])
def test_half_a_form_is_not_taken_for_one(length: int, status: int) -> None:
    exchange, received = Pieces(b"abc", b"def"), InWhole(echo)

    async def whole() -> None:
        received.__rsgi_init__(asyncio.get_running_loop())
        await received.__rsgi__(asked(("content-length", str(length))), exchange)

    in_a_loop(whole)
    assert exchange.answer is not None
    assert exchange.answer[0] == status
    assert exchange.answer[2] == (b"abcdef" if status == 200 else b"")


def test_an_application_that_breaks_leaves_the_next_request_alone() -> None:
    def breaks_once(environ: dict[str, Any], start: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/breaks":
            raise RuntimeError("broken")
        return echo(environ, start)

    received, first, second = InWhole(breaks_once), Pieces(), Pieces()

    async def both() -> None:
        received.__rsgi_init__(asyncio.get_running_loop())
        await received.__rsgi__(asked(path="/breaks"), first)
        await received.__rsgi__(asked(), second)

    in_a_loop(both)
    assert first.answer is None  # granian says 500
    assert second.answer == (200, [("Content-Type", "text/plain")], b"")


def test_a_request_is_told_as_wsgi_has_it() -> None:
    headers = [("host", "a.example"), ("cookie", "a=1"), ("cookie", "b=2"), ("x-forwarded-for", "1.1.1.1")]
    headers += [("x-forwarded-for", "2.2.2.2"), ("x_forwarded_for", "6.6.6.6"), ("content-type", "text/plain")]
    environ = environ_of(asked(*headers, path="/\u4e00", client="[::1]:5000"), BytesIO())
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/\u4e00"
    assert environ["QUERY_STRING"].encode("latin-1").decode() == "a=\u4e00"
    assert (environ["REMOTE_ADDR"], environ["SERVER_PORT"]) == ("::1", "8000")
    assert (environ["HTTP_COOKIE"], environ["CONTENT_TYPE"]) == ("a=1;b=2", "text/plain")
    assert environ["HTTP_X_FORWARDED_FOR"] == "1.1.1.1,2.2.2.2"  # not the one with underscores


@pytest.mark.parametrize("status", [400, 408, 413, 503])
@pytest.mark.parametrize("path", ["/login", "/api/v1/cases"])
def test_whoever_could_not_be_received_is_told_why(db: None, path: str, status: int) -> None:
    answer = Client(headers={"accept-language": "en"}).post(path, **{UNRECEIVED: status})  # type: ignore[arg-type]  # META
    assert answer.status_code == status
    assert "it again" in answer.content.decode() or "in parts" in answer.content.decode()


@pytest.mark.parametrize(
    ("came_from", "back"),
    [("http://testserver/imports", "/imports"), ("http://away.example/imports", "/"), ("http://testserver//a/b", "/")],
)
def test_whoever_sent_too_much_is_led_back_to_the_form(db: None, came_from: str, back: str) -> None:
    answer = Client(headers={"referer": came_from}).post("/imports/new", **{UNRECEIVED: 413})  # type: ignore[arg-type]  # META
    assert f'<a class="button button-primary" href="{back}">' in answer.content.decode()
