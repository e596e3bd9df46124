"""Start the demonstration: a PostgreSQL of its own, the city, web and worker; stop them together."""

import http.client
import os
import secrets
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from yimen.site import postgres
from yimen.site.cli.surroundings import Refusal, Stopped, announce_demo, private_file
from yimen.site.cli.upkeep import city_of
from yimen.site.processes import Child, ending

LOOPBACK = ("127.0.0.1", "::1", "localhost")
STARTS_WITHIN = 60.0  # seconds for web to answer
ACCOUNTS = (
    ("window", "window 窗口, community 广瑞一村"),
    ("window2", "her colleague at the next window"),
    ("head", "station head 社工站站长"),
    ("street", "street office 街道"),
    ("district", "district 区级"),
    ("city", "city 市级"),
    ("dept", "line department 条线部门 (civil affairs)"),
    ("finance", "finance 财政"),
    ("sysadmin", "system administrator 系统管理员"),
    ("security", "security administrator 安全管理员"),
    ("auditor", "audit administrator 审计管理员"),
    ("nextdoor", "window of the neighbouring street"),
)


@dataclass
class Demo:
    """What runs, and where."""

    home: Path
    host: str
    port: str
    environment: dict[str, str]
    server: postgres.Server | None = None
    children: list[Child] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What to type into a browser."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}/"


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Run until Ctrl-C or SIGTERM. Everything started here ends with it, also when it is killed."""
    parser.add_argument("--allow-remote", action="store_true", help="serve invented data beyond this machine")
    parser.add_argument("--scale", help="how much of the city to build the first time, as `yimen city` knows it")
    options = parser.parse_args(rest)
    for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(order, _stop)
    demo = _plan(options.allow_remote)
    with ExitStack() as last_steps:
        last_steps.callback(stop, demo)
        try:
            start(demo, options.scale, last_steps)
            supervise(demo)
        except Stopped:
            say("\nStopping ...")
        except postgres.PostgresError as error:
            raise Refusal(str(error)) from None
    say("Stopped.")
    return 0


def _stop(*_: object) -> None:
    for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(order, signal.SIG_IGN)  # once is enough
    raise Stopped


def _plan(allow_remote: bool) -> Demo:
    home = postgres.home()
    host, port = os.environ.get("YIMEN_HOST", "127.0.0.1"), os.environ.get("YIMEN_PORT", "8000")
    if host not in LOOPBACK and not allow_remote:
        raise Refusal(
            f"The demonstration has known accounts, so it does not listen on {host}. "
            "Leave YIMEN_HOST unset, or say `yimen demo --allow-remote` if you mean it."
        )
    _refuse_taken(host, port)
    home.mkdir(parents=True, exist_ok=True)
    private_file(home / "secret", secrets.token_urlsafe(48))
    environment = {
        **os.environ,
        "YIMEN_DEMO": "1",
        "YIMEN_HOME": str(home),
        "YIMEN_HOST": host,
        "YIMEN_PORT": port,
        "YIMEN_KEY_FILE": os.environ.get("YIMEN_KEY_FILE", str(home / "keys.json")),
        "YIMEN_SECRET_FILE": os.environ.get("YIMEN_SECRET_FILE", str(home / "secret")),
        "YIMEN_CLOCK_SHIFT_DAYS": "0",
    }
    if allow_remote:
        environment.setdefault("YIMEN_HOSTS", "*")
    return Demo(home, host, port, environment)


def _refuse_taken(host: str, port: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise Refusal(
                f"Port {port} of {host} cannot be had ({error.strerror}). Set YIMEN_PORT to another."
            ) from None


def start(demo: Demo, scale: str | None, last_steps: ExitStack) -> None:
    """Bring everything up and say how to sign in."""
    if "DATABASE_URL" not in demo.environment:
        say("Starting PostgreSQL ...")
        demo.server = postgres.start(demo.home)
        demo.environment["DATABASE_URL"] = demo.server.url
    password = private_file(demo.home / "demo-password", secrets.token_urlsafe(9))
    demo.environment["YIMEN_CLOCK_SHIFT_DAYS"] = str(
        city_of(demo.home, demo.environment, scale, data=demo.server.data if demo.server else None)
    )
    ours = {name: value for name, value in demo.environment.items() if os.environ.get(name) != value}
    last_steps.callback(announce_demo(ours).close)
    _refuse_taken(demo.host, demo.port)  # again: a first start takes minutes, and two webs would share the port
    for name, verb in (("web", "serve"), ("worker", "work")):
        command = [sys.executable, "-m", "yimen.site.cli", verb]
        child = Child(name, command, demo.environment, demo.home / "log" / f"{name}.log")
        demo.children.append(child)
        child.start()
    say("Starting web and worker ...")
    _await_web(demo)
    _welcome(demo, password)


def _await_web(demo: Demo) -> None:
    web, deadline = demo.children[0], time.monotonic() + STARTS_WITHIN
    while not _answers(demo):
        if not web.is_running or time.monotonic() > deadline:
            raise Refusal(f"The web process did not start. Its last words:\n{web.last_words()}")
        time.sleep(0.1)


def _answers(demo: Demo) -> bool:
    try:
        connection = http.client.HTTPConnection(demo.host, int(demo.port), timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def _welcome(demo: Demo, password: str) -> None:
    rows = [f"  {name:<10}{what}" for name, what in ACCOUNTS]
    say("\n".join(["", f"Yimen is ready: {demo.address}", "", *rows, "", f"  password  {password}", ""]))
    say(f"Every person and case is invented. Data and logs: {demo.home}. Ctrl-C stops everything.")


def supervise(demo: Demo) -> None:
    """Keep everything running until we are told to stop."""
    while True:
        time.sleep(0.5)
        if demo.server is not None and demo.server.process is not None and demo.server.process.poll() is not None:
            say(f"PostgreSQL ended ({ending(demo.server.process.returncode)}); starting it again.")
            demo.server.revive()
        for child in demo.children:
            if sentence := child.tend():
                say(sentence)


def stop(demo: Demo) -> None:
    """Web first, so that nobody is cut off inside a page; then the worker; then the database."""
    for child in demo.children:
        child.stop(patience=1.5)
    if demo.server is not None:
        demo.server.stop()


def say(line: str) -> None:
    """At once, also into a pipe."""
    print(line, flush=True)
