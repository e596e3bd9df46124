"""Children that are kept running, and end with us."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yimen.site.processes import Child, ending

pytestmark = pytest.mark.processes
SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)
PARENT = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"


def child(tmp_path: Path, code: str) -> Child:
    """A Python program as a child."""
    return Child("it", [sys.executable, "-c", code], dict(os.environ), tmp_path / "log" / "it.log")


def until(question: str, ask: object, patience: float = 10) -> None:
    end = time.monotonic() + patience
    assert callable(ask)
    while not ask():
        assert time.monotonic() < end, question
        time.sleep(0.02)


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]


def test_a_child_that_ends_is_started_again_and_that_is_said(tmp_path: Path) -> None:
    it = child(tmp_path, SLEEP)
    it.start()
    assert it.process is not None
    first = it.process.pid
    os.kill(first, signal.SIGKILL)
    until("it ended", lambda: not it.is_running)
    assert it.tend().startswith("it ended (signal SIGKILL); starting it again. See ")
    until("it was started again", lambda: it.tend() == "" and it.is_running)
    assert it.process.pid != first
    it.stop(patience=5)
    assert not it.is_running


def test_a_child_that_keeps_ending_is_started_less_and_less_often(tmp_path: Path) -> None:
    it = child(tmp_path, "print('no', flush=True); raise SystemExit(3)")
    it.start()
    waits = []
    for _ in range(3):
        until("it ended", lambda: not it.is_running)
        assert "exit code 3" in it.tend()
        waits.append(it.not_before - time.monotonic())
        it.not_before = time.monotonic()
        it.tend()
    until("it ended", lambda: not it.is_running)
    it.stop(patience=5)
    assert waits == sorted(waits)
    assert waits[-1] > waits[0] + 4
    assert it.last_words() == "no\nno\nno\nno"


def test_a_deaf_child_is_ended_after_the_patience(tmp_path: Path) -> None:
    it = child(tmp_path, STUBBORN)
    it.start()
    until("it is deaf by now", lambda: it.last_words() == "deaf")
    began = time.monotonic()
    it.stop(patience=0.3)
    assert 0.2 < time.monotonic() - began < 10


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_a_child_started_is_left(tmp_path: Path, how: signal.Signals) -> None:
    it = child(tmp_path, PARENT)
    it.start()
    until("it started another", lambda: it.last_words().isdecimal())
    grandchild = int(it.last_words())
    assert it.process is not None
    os.kill(it.process.pid, how)
    until("it ended", lambda: not it.is_running)
    it.tend()
    until("what it started ended too", lambda: not alive(grandchild))
    it.stop(patience=5)


def test_children_end_when_their_keeper_is_killed(tmp_path: Path) -> None:
    keeper = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, sys, time\n"
            "from pathlib import Path\n"
            "from yimen.site.processes import Child\n"
            f"it = Child('it', [sys.executable, '-c', {SLEEP!r}], dict(os.environ), Path({str(tmp_path)!r}) / 'log')\n"
            "it.start()\n"
            "print(it.process.pid, flush=True)\n"
            "time.sleep(60)\n",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout is not None
    pid = int(keeper.stdout.readline())
    assert alive(pid)
    keeper.kill()
    keeper.communicate()
    until("the child ended with its keeper", lambda: not alive(pid))


def test_endings_are_said_in_words() -> None:
    assert (ending(-15), ending(2)) == ("signal SIGTERM", "exit code 2")
