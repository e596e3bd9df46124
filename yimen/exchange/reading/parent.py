"""The parent's side: the workbook in a file, told by a child."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from yimen.core.errors import N_
from yimen.core.files.reading import Reader, ask_child, check_size
from yimen.exchange.reading.lines import Lines
from yimen.exchange.reading.output import Limits
from yimen.exchange.reading.refusals import BROKEN
from yimen.exchange.rules.sheets import Sentence, Sheet, Span, Workbook

ROSTERS = Reader(
    "yimen.exchange.reading.child",
    Limits(),
    empty=N_("The file is empty. Choose the roster itself."),
    too_large=N_("The file is larger than %(limit)s MB. Split it into smaller files."),
    too_much=N_("The file needs more memory or time than a roster should. Split it into smaller files."),
    broken=BROKEN,
)


@contextmanager
def read(path: Path, *, name: str, limits: Limits | None = None) -> Iterator[Workbook]:
    """The workbook in a file that was sent under `name`; its rows can be gone through until the block is left.

    Unreadable with a sentence when the file is refused.
    """
    reader = replace(ROSTERS, limits=limits) if limits else ROSTERS
    check_size(path.stat().st_size, reader)
    with tempfile.TemporaryDirectory(prefix="yimen-sheets-") as folder:
        yield _workbook(ask_child(reader, path, Path(folder)), Path(folder), Path(name).stem)


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
