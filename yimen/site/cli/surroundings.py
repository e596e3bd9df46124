"""Where a command runs: the data folder, its key files, and the demonstration that may be running there."""

import fcntl
import json
import os
import sys
from pathlib import Path
from typing import IO

from yimen.site.postgres import home


class Refusal(Exception):
    """The command cannot do this; the message says why and what to do."""


class Stopped(Exception):
    """Somebody asked the command to stop."""


def refuse_unsafe() -> None:
    """Outside the demonstration: Refusal with everything that makes this installation unsafe to open to people. What
    somebody should see to soon is told and stops nothing. Needs Django."""
    from yimen.site import fitness

    if os.environ.get("YIMEN_DEMO") == "1":
        return
    for worry in fitness.worries():
        print(f"See to it soon: {worry}", file=sys.stderr)
    if found := fitness.refusals():
        raise Refusal("\n".join(["It is not safe to let people in:", *(f"  {sentence}" for sentence in found)]))


def adopt_key_files() -> None:
    """Use the key files of the data folder unless others are named."""
    for variable, name in (("YIMEN_KEY_FILE", "keys.json"), ("YIMEN_SECRET_FILE", "secret")):
        if (home() / name).exists():
            os.environ.setdefault(variable, str(home() / name))


def adopt_running_demo() -> None:
    """When a demonstration runs in this data folder, work on it: its database, keys and clock."""
    note = home() / "demo.json"
    if not note.exists():
        return
    with note.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:  # held: it is running
            for variable, value in json.load(file).items():
                os.environ.setdefault(variable, value)


def announce_demo(environment: dict[str, str]) -> IO[str]:
    """Write down how to work on this demonstration; it counts as running while the file stays open."""
    note = home() / "demo.json"
    file = os.fdopen(os.open(note, os.O_RDWR | os.O_CREAT, 0o600), "w")
    fcntl.flock(file, fcntl.LOCK_EX)
    file.truncate()
    json.dump(environment, file)
    file.flush()
    return file


def private_file(path: Path, text: str) -> str:
    """The text of a file only we can read, created with `text` the first time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text + "\n")
    except FileExistsError:
        pass
    return path.read_text().strip()
