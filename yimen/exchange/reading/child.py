"""The child's side: `python -m yimen.exchange.reading.child`, its order on stdin, its answer in found.json.

It may use the memory and time it was given, write into its own folder, and nothing else.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from yimen.core.errors import N_
from yimen.exchange.reading.binary import read_binary
from yimen.exchange.reading.output import Output
from yimen.exchange.reading.parent import OUT_OF_MEMORY, Limits
from yimen.exchange.reading.refusals import Refused
from yimen.exchange.reading.text import read_text
from yimen.exchange.reading.xlsx import read_xlsx

_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "ctypes.dlopen")


def main() -> int:
    """Read as ordered; the exit code says only whether an answer was written."""
    order = json.loads(sys.stdin.buffer.read())
    limits = Limits(**order["limits"])
    _confine(limits)
    folder = Path(order["folder"])
    try:
        answer = _answer(Path(order["path"]), limits, folder)
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


def _answer(path: Path, limits: Limits, folder: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        head = file.read(8)
    output = Output(folder, limits)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        read_xlsx(path, output)
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        read_binary(path, output)
    else:
        read_text(path, output)
    if not output.rows:
        raise Refused(N_("The file holds no rows. Choose the file that holds the roster."))
    return output.answer()


if __name__ == "__main__":
    sys.exit(main())
