"""PostgreSQL's client programs, and running one."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from yimen.site.backup.problems import BackupError, in_words
from yimen.site.postgres.programs import client


def run(name: str, arguments: Sequence[str | Path], *, place: Path, environment: dict[str, str] | None = None) -> str:
    """What it printed; BackupError in words when it failed. `place` is where it writes."""
    program = client(name)
    if program is None:
        raise BackupError(
            f"PostgreSQL's {name} was not found. Install the client programs, "
            "or set YIMEN_POSTGRES_BIN to their folder."
        )
    done = subprocess.run(  # noqa: S603  # PostgreSQL's own programs
        [program, *arguments], cwd="/", env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{name}: {in_words(done.stderr, place)}")
    return done.stdout
