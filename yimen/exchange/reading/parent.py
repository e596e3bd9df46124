"""The parent's side: starts the child, waits no longer than allowed, and takes what it wrote."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from yimen.core.errors import N_, RuleBroken
from yimen.exchange.reading.lines import Lines
from yimen.exchange.reading.refusals import BROKEN
from yimen.exchange.rules.sheets import Sentence, Sheet, Span, Workbook

OUT_OF_MEMORY = 3  # exit code of the child
_PACKAGE_ROOT = Path(__file__).resolve().parents[3]
TOO_MUCH = N_("The file needs more memory or time than a roster should. Split it into smaller files.")


class Unreadable(RuleBroken):
    """The file as a whole is refused; the sentence says what to do."""


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Bytes, seconds and counts."""

    file_bytes: int = 50_000_000
    memory_bytes: int = 512 * 1024 * 1024  # address space of the child
    seconds: int = 60  # of processor
    patience: int = 300  # seconds of wall clock, for a machine that has much else to do
    unpacked_bytes: int = 300_000_000  # all parts together, as really inflated: 100,000 rows of 30 columns need 150 MB
    ratio: int = 100  # unpacked against packed
    parts: int = 500
    rows: int = 200_000  # that hold something, in all sheets
    columns: int = 256
    cell_length: int = 2_000  # characters; longer texts are cut
    output_bytes: int = 400_000_000


@dataclass(frozen=True)
class Child:
    """A module that reads one kind of file as a child, and what is said when a file ends it."""

    module: str
    broken: str
    too_much: str


ROSTERS = Child("yimen.exchange.reading.child", BROKEN, TOO_MUCH)


@contextmanager
def read(path: Path, *, name: str, limits: Limits | None = None) -> Iterator[Workbook]:
    """The workbook in a file that was sent under `name`; its rows can be gone through until the block is left.

    Unreadable with a sentence when the file is refused.
    """
    limits = limits or Limits()
    if not path.stat().st_size:
        raise Unreadable(N_("The file is empty. Choose the file that holds the roster."))
    if path.stat().st_size > limits.file_bytes:
        raise Unreadable(
            N_("The file is larger than %(limit)s MB. Split it into smaller files."),
            limit=str(limits.file_bytes // 1_000_000),
        )
    with tempfile.TemporaryDirectory(prefix="yimen-sheets-") as folder:
        found = ask_child(ROSTERS, path, name=name, limits=limits, folder=Path(folder))
        yield _workbook(found, Path(folder), Path(name).stem)


def ask_child(reader: Child, path: Path, *, name: str, limits: Limits, folder: Path) -> dict[str, Any]:
    """What a reader found in a file. Unreadable with the refusal it gave, or the one for its end."""
    order = json.dumps({"path": str(path.resolve()), "name": name, "folder": str(folder), "limits": asdict(limits)})
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
            child.communicate(order.encode(), timeout=limits.patience)
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


def _workbook(found: dict[str, Any], folder: Path, name: str) -> Workbook:
    """The sheets as they were read; the one of a text file is called as the file is."""
    sheets = tuple(
        Sheet(
            name if found["encoding"] else sheet["name"],
            sheet["hidden"],
            Lines(folder / f"{place}.jsonl"),
            tuple(Span(*span) for span in sheet["merges"]),
            sheet["rows"],
        )
        for place, sheet in enumerate(found["sheets"])
    )
    return Workbook(sheets, tuple(Sentence(text, params) for text, params in found["notes"]), found["encoding"])
