"""A request is received in whole before a page is made for it, so that whoever sends slowly holds up nobody.

granian has no deadline for a body, and a WSGI application waits for it in the one thread that makes pages. So granian
speaks RSGI to us: bodies arrive beside one another in its loop, and a thread of ours makes pages, one after another.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from io import BytesIO
from queue import SimpleQueue
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Protocol

from yimen.core.web import UNRECEIVED

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

PATIENCE = 20.0  # seconds a body has in hand before it counts as slow
SLOWEST = 4096  # bytes a second from then on; a telephone with a poor signal sends ten times as many
LARGEST = 52_000_000  # bytes of one body; a file may have 50 million
MOST_HELD = 104_000_000  # bytes of all the bodies that a process is receiving
_IN_MEMORY = 500_000  # bytes; what is longer waits in a temporary file
_log = logging.getLogger("yimen")


class Headers(Protocol):
    """Of a request, names in small letters."""

    def items(self) -> list[tuple[str, str]]: ...

    def get(self, key: str, default: str) -> str: ...


class Scope(Protocol):
    """What granian tells of a request. `path` is unquoted; `server` and `client` are `address:port`."""

    method: str
    path: str
    query_string: str
    http_version: str
    scheme: str
    server: str
    client: str
    authority: str | None
    headers: Headers


class Exchange(Protocol):
    """A body in pieces, and the way back for the answer."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


class InWhole:
    """An RSGI application that asks a WSGI application one thing at a time, always in the same thread."""

    def __init__(self, application: "WSGIApplication", *, patience: float = PATIENCE) -> None:
        self._application = application
        self._patience = patience
        self._held = 0
        self._turns: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """granian says that the process is ready."""
        threading.Thread(target=self._make_pages, name="pages", daemon=True).start()

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Receive, wait for the turn, answer."""
        length = int(scope.headers.get("content-length", "0"))
        if not length:
            await self._in_turn(scope, exchange, BytesIO())
            return
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            refused = await self._receive(exchange, length, body)
            await self._in_turn(scope, exchange, body, refused)

    async def _receive(self, exchange: Exchange, length: int, body: IO[bytes]) -> int:
        """The status to refuse with, or 0. A body that ends early is refused: half a form must not be taken for one."""
        if length > LARGEST:
            return 413
        begin, received = asyncio.get_running_loop().time(), 0
        try:
            async with asyncio.timeout_at(begin + self._patience) as deadline:
                async for piece in exchange:
                    self._held += len(piece)
                    received += len(piece)
                    if self._held > MOST_HELD:
                        return 503
                    body.write(piece)
                    deadline.reschedule(begin + self._patience + received / SLOWEST)
        except TimeoutError:
            return 408
        finally:
            self._held -= received
        body.seek(0)
        return 0 if received == length else 400

    async def _in_turn(self, scope: Scope, exchange: Exchange, body: IO[bytes], refused: int = 0) -> None:
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def turn() -> None:
            try:
                environ = environ_of(scope, BytesIO() if refused else body)
                if refused:
                    environ |= {UNRECEIVED: refused, "CONTENT_LENGTH": "0"}
                exchange.response_bytes(*self._answer(environ))
            finally:  # without an answer granian sends 500
                loop.call_soon_threadsafe(done.set_result, None)

        self._turns.put(turn)
        await done

    def _answer(self, environ: "WSGIEnvironment") -> tuple[int, list[tuple[str, str]], bytes]:
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            told[:] = int(status[:3]), headers
            return told.append

        answer = self._application(environ, start)
        try:
            whole = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = told
        return status, [*headers, ("Connection", "close")] if UNRECEIVED in environ else headers, whole

    def _make_pages(self) -> None:
        while True:
            try:
                self._turns.get()()
            except Exception:
                _log.exception("a request was not answered")


def environ_of(scope: Scope, body: IO[bytes]) -> "WSGIEnvironment":
    """A request as WSGI (PEP 3333) has it. A header with an underscore is left out: it would pass for one that a proxy
    sets, with a hyphen."""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.version": (1, 0),
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if key := _key(name):
            between = ";" if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    if "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority or ""
    return environ


@lru_cache(maxsize=200)
def _key(name: str) -> str:
    """A header's name in WSGI; "" for one that is left out."""
    if "_" in name:
        return ""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
