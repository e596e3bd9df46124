"""What every child that reads a stranger's file may do: use the memory and time it was given, write into its own
folder, and nothing else. Its order comes on stdin, its answer goes into found.json."""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from yimen.exchange.reading.parent import OUT_OF_MEMORY, Limits
from yimen.exchange.reading.refusals import Refused

Answer = Callable[[Path, Limits, Path], dict[str, Any]]  # the file, what it may cost, the folder to write into
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "ctypes.dlopen")


def confined(read: Answer) -> int:
    """Read as ordered; the exit code says only whether an answer was written."""
    order = json.loads(sys.stdin.buffer.read())
    limits = Limits(**order["limits"])
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
