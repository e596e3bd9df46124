"""The child's side: `python -m yimen.exchange.reading.child`, its order on stdin, its answer in found.json.

It may use the memory and time it was given, write into its own folder, and nothing else.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from yimen.core.errors import N_
from yimen.exchange.reading.output import Output
from yimen.exchange.reading.parent import Limits
from yimen.exchange.reading.refusals import Refused

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
        return 3
    (folder / "found.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return 0


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output_bytes, limits.output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, _arguments: object) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def _answer(path: Path, limits: Limits, folder: Path) -> dict[str, Any]:
    from yimen.exchange.reading.binary import read_binary
    from yimen.exchange.reading.text import read_text

    with path.open("rb") as file:
        head = file.read(8)
    output = Output(folder, limits)
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        read_binary(path, output)
    else:
        read_text(path, output)
    if not output.sheets:
        raise Refused(N_("The file holds no rows. Choose the file that holds the roster."))
    return output.answer()


if __name__ == "__main__":
    sys.exit(main())
