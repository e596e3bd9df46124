"""The parent's side of reading: starts the child, waits no longer than allowed, and takes what it wrote."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from yimen.core.errors import RuleBroken
from yimen.core.files.confined import OUT_OF_MEMORY, Limits

_PACKAGE_ROOT = Path(__file__).resolve().parents[3]


class Unreadable(RuleBroken):
    """The file as a whole is refused; the sentence says what to do."""


@dataclass(frozen=True)
class Reader:
    """A module that reads one kind of file as a child, what a file may cost, and what is said of one that is empty,
    too large (`%(limit)s` MB), costs too much, or ends the child."""

    module: str
    limits: Limits
    empty: str
    too_large: str
    too_much: str
    broken: str


def check_size(size: int, reader: Reader) -> None:
    """Unreadable when a file of so many bytes is not even opened."""
    if not size:
        raise Unreadable(reader.empty, field="file")
    if size > reader.limits.file_bytes:
        raise Unreadable(reader.too_large, field="file", limit=reader.limits.file_bytes // 1_000_000)


def ask_child(reader: Reader, path: Path, folder: Path) -> dict[str, Any]:
    """What a reader found in a file, and what it wrote into the folder. Unreadable with the refusal it gave, or the one
    for its end."""
    order = json.dumps({"path": str(path.resolve()), "folder": str(folder), "limits": asdict(reader.limits)})
    with subprocess.Popen(  # noqa: S603  # our own module under our own interpreter
        [sys.executable, "-m", reader.module],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_PACKAGE_ROOT), "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        cwd=folder,
        start_new_session=True,
    ) as child:
        try:
            child.communicate(order.encode(), timeout=reader.limits.patience)
        except subprocess.TimeoutExpired:
            raise Unreadable(reader.too_much) from None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    try:
        found: dict[str, Any] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        is_spent = child.returncode < 0 or child.returncode == OUT_OF_MEMORY
        raise Unreadable(reader.too_much if is_spent else reader.broken) from None
    if "refused" in found:
        message, params = found["refused"]
        raise Unreadable(message, **params)
    return found
