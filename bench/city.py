"""The demonstration to be measured: made by the first command in a fresh clone, then kept running for the figures."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class City:
    """A running demonstration."""

    port: int
    home: Path
    password: str
    first_s: float
    again_s: float


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings() -> dict[str, str]:
    """The environment without what leads to another installation."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "PYTHONPATH") and not name.startswith("YIMEN_")
    }


def _start(folder: Path, environment: dict[str, str]) -> tuple[subprocess.Popen[str], float, str]:
    return _started(["make", "demo"], folder, environment, time.monotonic())


def _started(
    command: list[str], folder: Path, environment: dict[str, str], began: float
) -> tuple[subprocess.Popen[str], float, str]:
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        sys.stdout.write(f"  | {line}")
        if found := re.search(r"password\s+(\S+)", line):
            return process, time.monotonic() - began, found[1]
    raise RuntimeError("the demonstration did not start:\n" + "".join(lines[-30:]))


def _stop(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=60)


@contextmanager
def whole_city(folder: Path | None) -> Iterator[City]:
    """The whole city, running: the one that stands in `folder`, or one built for this and removed afterwards."""
    home = folder or Path(tempfile.mkdtemp(prefix="yimen-city-", dir=ROOT.parent))
    home.chmod(0o755)
    port = free_port()
    environment = surroundings() | {"YIMEN_PORT": str(port), "YIMEN_HOME": str(home), "PYTHONPATH": str(ROOT)}
    verb = [sys.executable, "-m", "yimen.site.cli"]
    try:
        subprocess.run([*verb, "city", "--scale", "city"], env=environment, check=True)
        began = time.monotonic()
        process, again_s, password = _started([*verb, "demo"], ROOT, environment, began)
        try:
            yield City(port, home, password, 0.0, again_s)
        finally:
            _stop(process)
    finally:
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def fresh_city() -> Iterator[City]:
    """Clone what is committed, run `make demo` twice, leave the second running, then remove it all."""
    folder = Path(tempfile.mkdtemp(prefix="yimen-bench-"))
    folder.chmod(0o755)  # the database server runs as another account
    clone = folder / "yimen"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    port = free_port()
    home = clone / "var"
    environment = surroundings() | {"YIMEN_PORT": str(port), "YIMEN_HOME": str(home)}
    process, first_s, _ = _start(clone, environment)
    try:
        _stop(process)
        process, again_s, password = _start(clone, environment)
        yield City(port, home, password, first_s, again_s)
    finally:
        _stop(process)
        shutil.rmtree(folder, ignore_errors=True)
