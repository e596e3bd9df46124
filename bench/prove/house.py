"""A whole installation of its own, whose processes may be killed: database, web and worker."""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg

from bench.city import ROOT, free_port
from yimen.core.keyring import create_key_file
from yimen.site import postgres
from yimen.site.cli.surroundings import private_file
from yimen.site.processes import dies_with_us

STARTS_WITHIN = 60.0


@dataclass
class Program:
    """A process group that is started again as soon as it ends. Started from the main thread only."""

    name: str
    verb: str
    environment: dict[str, str]
    log: IO[bytes]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    starts: int = 0

    def start(self) -> None:
        """Start it; what a killed one left behind, such as processes that hold the port, ends first."""
        self.end_group()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "yimen.site.cli", self.verb],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            preexec_fn=dies_with_us(signal.SIGTERM),
        )
        self.started = time.monotonic()
        self.starts += 1

    def tend(self) -> None:
        """Start it again if it has ended."""
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def end_group(self) -> None:
        """kill -9 of the process and of all it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def children(self) -> list[int]:
        """The processes granian serves with, by number."""
        assert self.process is not None
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            with contextlib.suppress(OSError):
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                ours = int(state[1]) == self.process.pid and state[0] != "Z"
                if ours and b"resource_tracker" not in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
        return found


@dataclass
class House:
    """A running installation."""

    home: Path
    port: int
    password: str
    server: postgres.Server
    environment: dict[str, str]
    programs: dict[str, Program] = field(default_factory=dict)

    def owner(self) -> psycopg.Connection[Any]:
        """A connection that sees every row, to look afterwards."""
        return psycopg.connect(self.server.url, user="postgres", autocommit=True, connect_timeout=10)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What a question gives, asked by the owner of everything."""
        with self.owner() as connection:
            return connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        """The only value of a question."""
        return self.rows(sql, *values)[0][0]

    def tend(self) -> None:
        """Start again whatever has ended."""
        process = self.server.process
        if process is not None and process.poll() is not None:
            self.server.revive()
        for program in self.programs.values():
            program.tend()

    def cli(self, *words: str, check: bool = True, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run a verb of the product on this installation."""
        done = subprocess.run(
            [sys.executable, "-m", "yimen.site.cli", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        if check and done.returncode:
            raise RuntimeError(f"yimen {' '.join(words)}: {done.stderr.strip()[-800:] or done.stdout[-800:]}")
        return done

    def await_web(self) -> None:
        """Until pages are answered."""
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._is_well():
            if time.monotonic() > deadline:
                raise RuntimeError(f"web does not answer: {(self.home / 'log' / 'web.log').read_text()[-1500:]}")
            self.tend()
            time.sleep(0.05)

    def _is_well(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


@contextmanager
def new_house(scale: str, *, workers: int = 2, extra: dict[str, str] | None = None) -> Iterator[House]:
    """Build a demonstration city in a folder of its own, start it, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="yimen-prove-"))
    folder.chmod(0o755)  # the database's account must reach its data
    home = folder / "home"
    home.mkdir()
    (home / "log").mkdir()
    server = postgres.start(home)
    house = None
    try:
        house = _furnished(home, server, scale, workers, extra or {})
        yield house
    finally:
        for program in house.programs.values() if house else ():
            program.end_group()
        server.stop()
        if keep := os.environ.get("PROVE_LOGS"):
            shutil.copytree(home / "log", keep, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _furnished(home: Path, server: postgres.Server, scale: str, workers: int, extra: dict[str, str]) -> House:
    port = free_port()
    private_file(home / "secret", secrets.token_urlsafe(48))
    create_key_file(home / "keys.json")
    password = private_file(home / "demo-password", secrets.token_urlsafe(9))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("YIMEN_")}
    environment = {
        **inherited,
        "DATABASE_URL": server.url,
        "YIMEN_DEMO": "1",
        "YIMEN_HOME": str(home),
        "YIMEN_PORT": str(port),
        "YIMEN_WORKERS": str(workers),
        "YIMEN_KEY_FILE": str(home / "keys.json"),
        "YIMEN_SECRET_FILE": str(home / "secret"),
        "YIMEN_CLOCK_SHIFT_DAYS": "0",
        **extra,
    }
    house = House(home, port, password, server, environment)
    house.cli("city", "--scale", scale, "--password-file", str(home / "demo-password"), "--summary", str(home / "b"))
    environment["YIMEN_CLOCK_SHIFT_DAYS"] = str(_shift(home / "b"))
    for name, verb in (("web", "serve"), ("worker", "work")):
        house.programs[name] = Program(name, verb, environment, (home / "log" / f"{name}.log").open("ab"))
        house.programs[name].start()
    house.await_web()
    return house


def _shift(summary: Path) -> int:
    return int(json.loads(summary.read_text())["shift_days"])
