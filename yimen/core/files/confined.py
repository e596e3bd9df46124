"""What every child that reads a stranger's file may do: use the memory and time it was given, write into its own
folder, and nothing else. Its order comes on stdin, its answer goes into found.json."""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

OUT_OF_MEMORY = 3  # exit code
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "ctypes.dlopen")


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Bytes, seconds and counts."""

    file_bytes: int = 50_000_000
    memory_bytes: int = 512 * 1024 * 1024  # address space of the child
    seconds: int = 60  # of processor
    patience: int = 300  # seconds of wall clock, for a machine that has much else to do
    unpacked_bytes: int = 300_000_000  # all parts of an archive together, as really inflated
    ratio: int = 100  # unpacked against packed
    parts: int = 500
    output_bytes: int = 400_000_000


L = TypeVar("L", bound=Limits)


class Refused(Exception):
    """The one exception of a child: the file is refused with an English msgid and its parameters."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


def confined(read: Callable[[Path, L, Path], dict[str, Any]], kind: type[L]) -> int:
    """Have a file read as ordered; the exit code says only whether an answer was written.

    `read` takes the file, what it may cost, by limits of this kind, and the folder to write into.
    """
    order = json.loads(sys.stdin.buffer.read())
    limits = kind(**order["limits"])
    _confine(limits)
    folder = Path(order["folder"])
    try:
        answer = read(Path(order["path"]), limits, folder)
    except Refused as refused:
        answer = {"refused": [refused.message, refused.params]}
    except MemoryError:
        return OUT_OF_MEMORY
    (folder / "found.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return 0


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output_bytes, limits.output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    sys.addaudithook(_refuse)


def forbids(event: str) -> bool:
    """Whether the child may not do what the interpreter announces: connections, programs, other libraries."""
    return event.startswith(_FORBIDDEN)


def _refuse(event: str, _arguments: object) -> None:
    if forbids(event):
        raise PermissionError(event)
