"""What can go wrong, in a sentence."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BackupError(RuntimeError):
    """The message says what is wrong and what to do."""


_SAID = (
    (r"No space left on device", "There is no room left on {place}. Make room or set YIMEN_BACKUPS to a larger disk."),
    (
        r"no pg_hba.conf entry for replication|must be superuser or replication role|permission denied to start WAL",
        "The database does not let this role copy its files. Give it REPLICATION and a line in pg_hba.conf, "
        "or let `yimen backup --method dump` take a dump, which cannot be restored to a chosen second.",
    ),
    (
        r"server version mismatch|incompatible server version|aborting because of server version",
        "The PostgreSQL programs found here are older than the server. Set YIMEN_POSTGRES_BIN to those of its version.",
    ),
    (r"could not connect|Connection refused|No such file or directory.*socket", "The database does not answer."),
)


def in_words(said: str, place: Path) -> str:
    """What a program of PostgreSQL printed, as a sentence where we know one."""
    for pattern, sentence in _SAID:
        if re.search(pattern, said, re.IGNORECASE):
            return sentence.format(place=place)
    return said.strip()[-600:] or "It ended without a word."


@contextmanager
def room_on(place: Path) -> Iterator[None]:
    """Say it when a disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BackupError(in_words("No space left on device", place)) from None
        raise
