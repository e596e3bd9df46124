"""Child processes that do not outlive us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT = 5_000_000  # bytes; a longer log is begun anew at the next start


def dies_with_us(order: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends the child this signal when we end, however we end. Linux only.

    Start such children from the main thread: the kernel watches the thread that started them.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    us = os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(order))
        if os.getppid() != us:
            os._exit(1)

    return ask_the_kernel


@dataclass
class Child:
    """A program we keep running, in a session of its own so that Ctrl-C in the terminal reaches only us."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        """Start it; what it prints goes to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        too_long = self.log.exists() and self.log.stat().st_size > _LOG_LIMIT
        with self.log.open("wb" if too_long else "ab") as output:
            self.process = subprocess.Popen(  # noqa: S603  # our own programs
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=dies_with_us(signal.SIGTERM),
            )
        self.started = time.monotonic()

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def tend(self) -> str:
        """Start it again if it ended; returns a sentence when there is something to say.

        One that keeps ending at once is started less and less often, up to every 30 seconds.
        """
        now = time.monotonic()
        if self.is_running or self.process is None:
            return ""
        if not self.not_before:
            self._end_rest()
            self.failures = self.failures + 1 if now - self.started < 30 else 0
            self.not_before = now + min(30, 2**self.failures - 1)
            return f"{self.name} ended ({ending(self.process.returncode)}); starting it again. See {self.log}."
        if now >= self.not_before:
            self.not_before = 0.0
            self.start()
        return ""

    def stop(self, patience: float) -> None:
        """Ask it to end, and after `patience` seconds end it and whatever it started."""
        if self.process is None:
            return
        if self.is_running:
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self._end_rest()
        self.process.wait()
        self.process = None

    def _end_rest(self) -> None:
        """Whatever it started and left behind, such as server processes that hold the port."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-1500:].strip() if self.log.exists() else ""


def ending(code: int) -> str:
    """An exit code in words."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
