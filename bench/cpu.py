"""CPU per request, application and database together, in one process: the minimum over rounds, which repeats on noisy
machines when times on the clock do not."""

import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from bench.load import Request


def environ_of(wanted: Request) -> dict[str, Any]:
    """The WSGI environment of a request made by `bench.load.request`."""
    head, _, body = wanted.raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _version = first.split(" ")
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input": io.BytesIO(body),
    }
    for line in lines:
        name, _, value = line.partition(": ")
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def answer(app: WSGIHandler, wanted: Request) -> tuple[int, bytes]:
    """Status and body of one request, in this process."""
    return answer_whole(app, wanted)[:2]


def answer_whole(app: WSGIHandler, wanted: Request) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of one request, in this process."""
    started: list[tuple[int, dict[str, str]]] = []

    def start_response(line: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
        started.append((int(line[:3]), dict(headers)))
        return lambda data: None

    response = app(environ_of(wanted), start_response)
    body = b"".join(response)
    response.close()
    return started[0][0], body, started[0][1]


def _database_seconds() -> float:
    """CPU seconds used so far by this connection's server process."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def cost_ms(app: WSGIHandler, rounds: Sequence[Sequence[Request]]) -> list[float]:
    """Milliseconds of CPU per request in each round (application + database); every answer must be the expected one."""
    costs = []
    for requests in rounds:
        before_database, before = _database_seconds(), time.process_time()
        for wanted in requests:
            status, body = answer(app, wanted)
            if status not in wanted.expect:
                raise AssertionError(f"{wanted.kind}: {status} {body[:300]!r}")
        spent = time.process_time() - before + _database_seconds() - before_database
        costs.append(spent / len(requests) * 1000)
    return costs


def form(**values: str) -> bytes:
    """A urlencoded body."""
    return urlencode(values).encode()
