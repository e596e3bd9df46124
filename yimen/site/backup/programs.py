"""PostgreSQL's client programs, and running one."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

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
    words, secret = out_of_sight(arguments)
    within = {**(os.environ if environment is None else environment), **secret}
    done = subprocess.run(  # noqa: S603  # PostgreSQL's own programs
        [program, *words], cwd="/", env=within, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{name}: {in_words(done.stderr, place)}")
    return done.stdout


def out_of_sight(arguments: Sequence[str | Path]) -> tuple[list[str | Path], dict[str, str]]:
    """Arguments without the password of an address among them, and the environment that carries it: every account of
    a machine may read the arguments of every process, and the environment only of its own."""
    words: list[str | Path] = []
    secret: dict[str, str] = {}
    for word in arguments:
        if isinstance(word, str) and word.startswith(("postgres://", "postgresql://")):
            parts = urlsplit(word)
            if parts.password is not None:
                secret["PGPASSWORD"] = unquote(parts.password)
                user, _, place = parts.netloc.rpartition("@")
                word = urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{place}"))
        words.append(word)
    return words, secret
