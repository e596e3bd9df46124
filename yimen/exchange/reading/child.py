"""The child's side for rosters: `python -m yimen.exchange.reading.child`."""

import sys
from pathlib import Path
from typing import Any

from yimen.core.errors import N_
from yimen.core.files.confined import Refused, confined
from yimen.exchange.reading.binary import read_binary
from yimen.exchange.reading.output import Limits, Output
from yimen.exchange.reading.text import read_text
from yimen.exchange.reading.xlsx import read_xlsx


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
    sys.exit(confined(_answer, Limits))
